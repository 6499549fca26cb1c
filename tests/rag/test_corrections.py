"""Slips are read as the library's words; names that it does not hold stay what they are."""

from pathlib import Path

import pytest

from index.lexical import LexicalIndex, write_lexical
from rag.corrections import correct
from rag.models import Correction
from rag.pipeline import Pipeline
from rag.search_query import FieldSynonyms, load_field_synonyms

TEXT = (
    "Riluzole and edaravone slow amyotrophic lateral sclerosis. Mastinib, tofersen and nusinersen "
    "were tried. Dysphagia, fasciculations, infection and ataxia were seen; SOD1 was mutated."
)
NAMES = [
    "abatacept",
    "abemaciclib",
    "acalabrutinib",
    "adalimumab",
    "aflibercept",
    "agomelatine",
    "alectinib",
    "alemtuzumab",
    "alirocumab",
    "amivantamab",
    "anakinra",
    "apalutamide",
    "apremilast",
    "aripiprazole",
    "atezolizumab",
    "avelumab",
    "axitinib",
    "azacitidine",
    "baricitinib",
    "belimumab",
    "benralizumab",
    "bevacizumab",
    "bimekizumab",
    "blinatumomab",
    "bortezomib",
    "bosutinib",
    "brexpiprazole",
    "brigatinib",
    "brivaracetam",
    "brodalumab",
    "cabozantinib",
    "canagliflozin",
    "canakinumab",
    "cariprazine",
    "carfilzomib",
    "cemiplimab",
    "cenobamate",
    "ceritinib",
    "cetuximab",
    "cobimetinib",
    "crizotinib",
    "dabrafenib",
    "daclizumab",
    "dapagliflozin",
    "daratumumab",
    "darolutamide",
    "dasatinib",
    "deferasirox",
    "denosumab",
    "dolutegravir",
    "donanemab",
    "doravirine",
    "dulaglutide",
    "dupilumab",
    "durvalumab",
    "elagolix",
    "elotuzumab",
    "encorafenib",
    "entrectinib",
    "enzalutamide",
    "eptinezumab",
    "erdafitinib",
    "erenumab",
    "eslicarbazepine",
    "etanercept",
    "evolocumab",
    "ezogabine",
    "fedratinib",
    "fremanezumab",
    "galcanezumab",
    "gilteritinib",
    "golimumab",
    "guselkumab",
    "ibrutinib",
    "idelalisib",
    "imatinib",
    "inclisiran",
    "inotersen",
    "ipilimumab",
    "ixekizumab",
    "larotrectinib",
    "lecanemab",
    "lenvatinib",
    "lorlatinib",
    "nilotinib",
    "nintedanib",
    "niraparib",
    "nivolumab",
    "ocrelizumab",
    "ofatumumab",
    "olaparib",
    "osimertinib",
    "palbociclib",
    "patisiran",
    "pembrolizumab",
    "ponesimod",
    "ranibizumab",
    "risdiplam",
    "rituximab",
    "romosozumab",
    "satralizumab",
    "secukinumab",
    "eteplirsen",
    "golodirsen",
    "inebilizumab",
    "dysphasia",
    "injection",
    "ataxin",
    "SOD2",
    "FUS",
    "TBK1",
    "perilipin",
]
"""Real names and words that the text above has not; some of them are near to one that it has."""


@pytest.fixture(scope="module")
def lexical(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    folder = tmp_path_factory.mktemp("lexical") / "index"
    write_lexical(folder, {"chunks": [("a#0", TEXT)], "documents": [("a", TEXT)], "records": []})
    return LexicalIndex(folder)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("rilluzole", "riluzole"),
        ("rilusole", "riluzole"),
        ("riulzole", "riluzole"),
        ("edarevone", "edaravone"),
        ("masitinib", "mastinib"),
        ("tofersan", "tofersen"),
        ("fasiculations", "fasciculations"),
    ],
)
def test_a_slip_is_read_as_the_word_of_the_library(
    lexical: LexicalIndex, written: str, meant: str
) -> None:
    question, corrections = correct(f"Does {written} help?", lexical, FieldSynonyms([]))

    assert question == f"Does {meant} help?"
    assert corrections == (Correction(written.lower(), meant),)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_the_library_has_not_is_never_taken_for_another(
    lexical: LexicalIndex, name: str
) -> None:
    question = f"Was {name} given?"

    assert correct(question, lexical, load_field_synonyms()) == (question, ())


def test_words_of_the_synonym_list_are_left_alone(lexical: LexicalIndex) -> None:
    assert correct("Is masitinib approved?", lexical, load_field_synonyms())[1] == ()


def test_a_word_that_could_be_two_is_left_alone(tmp_path: Path) -> None:
    text = "Carbidopin and carbidopon were given."
    write_lexical(
        tmp_path / "index",
        {"chunks": [("a#0", text)], "documents": [("a", text)], "records": []},
    )

    lexical = LexicalIndex(tmp_path / "index")

    assert correct("Is carbidopen safe?", lexical, load_field_synonyms())[1] == ()


def test_a_correction_is_shown_and_the_source_is_quoted_as_it_stands(
    default_pipeline: Pipeline,
) -> None:
    answer = default_pipeline.answer("Is edaravonne approved by the FDA?")
    found = default_pipeline.search("What is known of edaravonne?")

    assert [one.text for one in answer.notices if one.kind == "corrected"] == [
        "Searched for “edaravone” in place of “edaravonne”."
    ]
    assert found.corrections == (Correction("edaravonne", "edaravone"),)
    assert "edaravone" in found.passages[0].text


def test_the_misspelt_name_of_the_foreword_is_found_by_the_right_one(
    default_pipeline: Pipeline,
) -> None:
    found = default_pipeline.search("masitinib")

    assert "mastinib (c-kit inhibitor)" in found.passages[0].text
    assert "masitinib" in found.passages[0].matched
