import pytest

from rag.question import Question, QuestionAnalyser, QuestionTerm
from rag.synonyms import Synonyms

ALS = "amyotroph lateral sclerosi"
FDA = "food and drug administr"


def content(question: Question) -> list[str]:
    return [term.unit.written for term in question.content_terms]


def term(question: Question, written: str) -> QuestionTerm:
    return next(one for one in question.terms if one.unit.written == written)


@pytest.mark.parametrize(
    "text",
    [
        "How much riluzole should I take?",
        "How often is riluzole given?",
        "How many tablets of riluzole does she need?",
        "What amount of riluzole is recommended?",
    ],
)
def test_a_question_for_an_amount_to_take_asks_for_the_dose(
    analyser: QuestionAnalyser, text: str
) -> None:
    question = analyser.analyse(text)

    assert "dose" in [one.unit.key for one in question.terms if one.is_vital]


@pytest.mark.parametrize(
    "text",
    [
        "How much benefit does riluzole give?",
        "How many people die of ALS each year?",
        "What does riluzole do?",
    ],
)
def test_other_questions_do_not_ask_for_the_dose(analyser: QuestionAnalyser, text: str) -> None:
    assert "dose" not in [one.unit.key for one in analyser.analyse(text).terms]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("How many people are living with ALS?", "preval"),
        ("How does riluzole work?", "mechan"),
    ],
)
def test_prevalence_and_mechanism_can_be_asked_for_without_the_word(
    analyser: QuestionAnalyser, text: str, key: str
) -> None:
    assert key in [one.unit.key for one in analyser.analyse(text).terms if one.is_vital]


def test_misspelt_question_words_are_not_content(analyser: QuestionAnalyser) -> None:
    question = analyser.analyse("waht drugs do pepole take?")

    assert content(question) == ["drugs"]


def test_dose_is_content_though_its_letters_are_those_of_does(analyser: QuestionAnalyser) -> None:
    question = analyser.analyse("riluzole dose")

    assert content(question) == ["riluzole", "dose"]
    assert term(question, "dose").is_vital
    assert content(analyser.analyse("What deos riluzole do?")) == ["riluzole"]


def test_sod1_is_not_sod2(analyser: QuestionAnalyser) -> None:
    first, second = (analyser.analyse(f"What is {name}?").terms for name in ("SOD1", "SOD2"))

    assert [one.unit.key for one in first] == ["superoxid dismutas 1"]
    assert [one.unit.key for one in second] == ["sod2"]


def test_hyphens_do_not_tell_names_with_digits_apart(analyser: QuestionAnalyser) -> None:
    with_hyphen = analyser.analyse("What is TDP-43?").terms

    assert [one.unit.key for one in with_hyphen] == ["tdp43"]
    assert with_hyphen[0].is_vital


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("What is the prevalence of ALS in Japan?", "Japan"),
        ("Is edaravone approved for migraine?", "migraine"),
        ("Is edaravone approved for the elderly?", "elderly"),
        ("What happens without oxygen?", "oxygen"),
    ],
)
def test_words_that_narrow_a_question_are_vital(
    analyser: QuestionAnalyser, text: str, word: str
) -> None:
    found = term(analyser.analyse(text), word)

    assert found.narrows
    assert found.is_vital


def test_the_same_word_does_not_narrow_where_no_preposition_stands_before_it(
    analyser: QuestionAnalyser,
) -> None:
    found = term(analyser.analyse("Do elderly patients get riluzole?"), "elderly")

    assert not found.narrows
    assert not found.is_vital


def test_what_a_kind_is_of_does_not_narrow(analyser: QuestionAnalyser) -> None:
    question = analyser.analyse("What kinds of flowers exist?")

    assert not term(question, "flowers").narrows
    assert not term(question, "kinds").is_content


def test_a_country_in_capitals_is_no_pronoun(analyser: QuestionAnalyser) -> None:
    country = analyser.analyse("Is riluzole approved in the US?")
    pronoun = analyser.analyse("Is riluzole approved for us?")

    assert "unit state" in [one.unit.key for one in country.terms if one.is_vital]
    assert content(pronoun) == ["riluzole", "approved"]


@pytest.mark.parametrize(
    ("text", "focus"),
    [
        ("My dad has ALS. Which drugs are approved?", "Which drugs are approved?"),
        ("For a talk: which drugs are approved?", "which drugs are approved?"),
        ("Could you please tell me which drugs are approved?", "which drugs are approved?"),
    ],
)
def test_preambles_are_left_out_of_what_is_asked(
    analyser: QuestionAnalyser, text: str, focus: str
) -> None:
    question = analyser.analyse(text)

    assert question.text == text
    assert question.focus == focus
    assert content(question)[:2] == ["drugs", "approved"]


def test_a_preamble_is_read_where_nothing_else_says_what_is_asked(
    analyser: QuestionAnalyser,
) -> None:
    question = analyser.analyse("I was given riluzole. What is it?")

    assert "riluzole" in content(question)


def test_words_joined_by_or_are_alternatives(analyser: QuestionAnalyser) -> None:
    question = analyser.analyse("Is there riluzole or edaravone?")

    assert question.alternatives == (frozenset({"riluzol", "edaravon"}),)
    assert analyser.analyse("Is there riluzole and edaravone?").alternatives == ()


@pytest.mark.parametrize("written", ["FDA", "F.D.A.", "Food and Drug Administration"])
def test_an_authority_is_one_term_however_it_is_written(
    analyser: QuestionAnalyser, written: str
) -> None:
    question = analyser.analyse(f"Which drugs did {written} approve")

    assert FDA in [one.unit.key for one in question.terms if one.is_vital]


def test_names_of_many_word_pieces_are_vital(analyser: QuestionAnalyser) -> None:
    name = term(analyser.analyse("what is qwertzuiop"), "qwertzuiop")
    plain = term(analyser.analyse("what is a window"), "window")

    assert name.is_rare
    assert name.is_vital
    assert not plain.is_rare
    assert not plain.is_vital
    assert plain.is_content


def test_names_weigh_more_than_known_words_and_these_more_than_plain_ones(
    analyser: QuestionAnalyser,
) -> None:
    question = analyser.analyse("Which window did Tokyo put drugs behind?")

    weights = [term(question, word).weight for word in ("Tokyo", "drugs", "window", "put")]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == 4


def test_a_word_that_comes_twice_is_one_term_with_its_greatest_weight(
    analyser: QuestionAnalyser,
) -> None:
    question = analyser.analyse("riluzole and again RILUZOLE")

    assert [one.unit.written for one in question.terms] == ["RILUZOLE"]


def test_what_is_excepted_is_not_asked_for(analyser: QuestionAnalyser) -> None:
    question = analyser.analyse("Which drugs besides riluzole are approved?")

    assert content(question)[:2] == ["drugs", "approved"]


def test_filler_phrases_are_left_out(analyser: QuestionAnalyser) -> None:
    assert content(analyser.analyse("To date, which drugs are there?")) == ["drugs"]


@pytest.mark.parametrize(
    ("text", "number", "date", "definition"),
    [
        ("How many people die of ALS?", True, False, False),
        ("What proportion of ALS is familial?", True, False, False),
        ("How much benefit does riluzole give?", False, False, False),
        ("When was riluzole approved?", False, True, False),
        ("In which year was riluzole approved?", False, True, False),
        ("What is tofersen?", False, False, True),
        ("Is tofersen approved?", False, False, False),
    ],
)
def test_the_kind_of_answer_is_read_from_the_wording(
    analyser: QuestionAnalyser, text: str, number: bool, date: bool, definition: bool
) -> None:
    question = analyser.analyse(text)

    wants = (question.wants_number, question.wants_date, question.wants_definition)
    assert wants == (number, date, definition)


def test_a_question_for_a_date_does_not_ask_for_the_word_year(analyser: QuestionAnalyser) -> None:
    question = analyser.analyse("What year was riluzole approved?")

    assert content(question) == ["riluzole", "approved"]


def test_a_greeting_has_no_content(analyser: QuestionAnalyser) -> None:
    assert content(analyser.analyse("hello")) == []


def test_other_word_lists_and_synonyms_can_be_given() -> None:
    words = {
        "empty": "was ist",
        "light": "bitte",
        "narrowing": ["in"],
        "except": ["ausser"],
        "filler": ["zur zeit"],
        "definition": ["was ist"],
        "number": ["wie viele"],
        "not_number": ["wie viele male"],
        "date": ["wann"],
        "implied": [],
    }
    analyser = QuestionAnalyser(
        Synonyms([["year", "jahr"], ["katze", "kater"]]), count_pieces=lambda _word: 1, words=words
    )

    question = analyser.analyse("was ist ein kater")

    assert [one.unit.key for one in question.terms if one.is_vital] == ["katz"]
    assert question.wants_definition


def test_a_place_before_a_comma_is_vital(analyser: QuestionAnalyser) -> None:
    question = analyser.analyse("In Japan, how many people die of ALS each year?")

    assert "Japan" in [one.unit.written for one in question.terms if one.is_vital]


@pytest.mark.parametrize("question", ["Does vitamin E slow ALS?", "Is hepatitis A linked to ALS?"])
def test_the_letter_of_a_name_must_be_spoken_of(analyser: QuestionAnalyser, question: str) -> None:
    letters = [term for term in analyser.analyse(question).terms if len(term.unit.written) == 1]

    assert [term.is_vital for term in letters] == [True]


def test_a_letter_that_is_a_word_is_none(analyser: QuestionAnalyser) -> None:
    terms = analyser.analyse("Can I help? A friend has ALS.").terms

    assert all(len(term.unit.written) > 1 for term in terms)


def test_a_person_who_is_asked_for_is_not_the_disease_of_that_name(
    analyser: QuestionAnalyser,
) -> None:
    assert ALS not in [one.unit.key for one in analyser.analyse("Who was Lou Gehrig?").terms]
    asked = analyser.analyse("Is Lou Gehrig's disease hereditary?")
    assert ALS in [one.unit.key for one in asked.terms]


def test_the_first_word_of_a_title_is_no_letter(analyser: QuestionAnalyser) -> None:
    terms = analyser.analyse('What does the review "A perspective on therapies" say?').terms

    assert all(len(term.unit.written) > 1 for term in terms)
