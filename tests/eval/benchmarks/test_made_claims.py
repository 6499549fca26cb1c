from eval.benchmarks.asked import AskedQuestion
from eval.benchmarks.made_claims import has_marked_words, made_claims
from eval.benchmarks.models import BenchQuestion, GoldSnippet
from eval.measures.citations import Relation


def trial(name: str, outcome: str, effect: str = "significantly increased") -> AskedQuestion:
    question = BenchQuestion(
        name,
        "What is the effect?",
        "effect",
        {f"{name}.txt": 1},
        0,
        snippets=(GoldSnippet((f"{name}.txt",), f"Riluzole changed {outcome}."),),
        effect=effect,
        outcome=outcome,
        intervention="riluzole ",
        comparator="placebo.",
    )
    return AskedQuestion(question, {f"pmid:{name}": 1})


def curated(text: str, *relations: Relation) -> AskedQuestion:
    snippets = tuple(GoldSnippet(("a.txt",), "A quote.", one) for one in relations)
    return AskedQuestion(
        BenchQuestion("c", text, "claim", {"a.txt": 1}, 0, snippets=snippets), {"pmid:1": 1}
    )


def test_a_trial_gives_what_it_found_and_another_direction_and_what_it_did_not_measure() -> None:
    made = made_claims([trial("1", "survival"), trial("2", "breathing")])

    first = made[:3]
    assert [one.gold for one in first] == ["supported", "contradicted", "not_judged"]
    assert first[0].text == "Riluzole increases survival compared with placebo."
    assert first[1].text in (
        "Riluzole reduces survival compared with placebo.",
        "Riluzole makes no significant difference to survival compared with placebo.",
    )
    assert first[2].text == "Riluzole increases breathing compared with placebo."
    assert first[0].documents == {"pmid:1"}
    assert first[0].quotes == ("riluzole changed survival",)
    assert first[2].documents == frozenset()
    assert len(made) == 6


def test_no_difference_is_a_claim_too() -> None:
    [found, turned] = made_claims([trial("1", "survival", "no significant difference")])

    assert "makes no significant difference to survival" in found.text
    assert turned.gold == "contradicted"


def test_a_curated_claim_is_asked_as_it_is_and_turned_into_its_opposite() -> None:
    made = made_claims([curated("Lead increases the risk.", "supports")])

    assert [(one.text, one.gold) for one in made] == [
        ("Lead increases the risk.", "supported"),
        ("Lead decreases the risk.", "contradicted"),
    ]


def test_a_curated_claim_with_both_relations_is_mixed_and_one_without_a_support_is_none() -> None:
    both = made_claims([curated("Lead increases the risk.", "supports", "contradicts")])

    assert [one.gold for one in both] == ["mixed"]
    assert made_claims([curated("Lead increases the risk.", "contradicts")]) == []


def test_marked_words_stand_in_a_relevant_text() -> None:
    question = trial("1", "survival").question

    assert has_marked_words(question, {"1.txt": "It was said that riluzole changed survival."})
    assert not has_marked_words(question, {"1.txt": "It was not told."})
