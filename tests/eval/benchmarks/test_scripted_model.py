from eval.benchmarks.models import Passage
from eval.benchmarks.scripted_model import numbered_prompt, read_answer, scripted_answer

SOURCES = [Passage("a", "Riluzole slows ALS. It is a tablet.", 0.9), Passage("b", "One line", 0.5)]
PROMPT = numbered_prompt("What slows ALS?", [one.text for one in SOURCES])


def test_the_first_sentence_of_each_source_is_copied_with_its_marker() -> None:
    assert scripted_answer(PROMPT) == "Riluzole slows ALS. [1] One line [2]"


def test_sources_of_the_example_in_front_of_the_bars_are_not_read() -> None:
    example = "For example:\nSource 1:\nThe sky is red.\nNow it's your turn."

    assert scripted_answer(example + PROMPT) == scripted_answer(PROMPT)


def test_without_sources_it_says_so_and_cites_nothing() -> None:
    said = scripted_answer(numbered_prompt("What?", []))

    assert said == "None of the sources are helpful."
    assert not read_answer(said, []).answered


def test_markers_become_citations_of_their_sources() -> None:
    answer = read_answer("Both say so. [1][2] One alone. [2]", SOURCES)

    assert [one.text for one in answer.sentences] == ["Both say so.", "One alone."]
    assert [one.cited for one in answer.sentences] == [tuple(SOURCES), (SOURCES[1],)]
    assert (answer.confidence, answer.rests_on) == (0.9, "a")


def test_a_marker_without_a_source_cites_nothing() -> None:
    answer = read_answer("Made up. [7]", SOURCES)

    assert answer.sentences[0].cited == ()
    assert answer.cited == frozenset()
