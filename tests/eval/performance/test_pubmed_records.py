import json
from pathlib import Path

from eval.performance.pubmed_records import write_pubmed_records
from index.parsers import read_records
from index.parsers.records import Parsed
from index.parsers.source_file import SourceFile

_TEXTS = [
    {"title": "Riluzole in ALS", "text": "Riluzole slows ALS. It is a tablet. It was tested."},
    {"title": None, "text": "Edaravone is an infusion. It slows ALS\x0b too."},
    {"title": "Without a text", "text": ""},
]


def _write(folder: Path, *, count: int, records_a_file: int = 10) -> list[Path]:
    (folder / "one").mkdir(exist_ok=True, parents=True)
    lines = "".join(json.dumps(one) + "\n" for one in _TEXTS)
    (folder / "one" / "corpus.jsonl").write_text(lines, encoding="utf-8")
    write_pubmed_records(
        folder / "out", folder, ["one"], count=count, records_a_file=records_a_file
    )
    return sorted((folder / "out").iterdir())


def _read(file: Path) -> list[Parsed]:
    records = list(read_records(SourceFile.at(file, path=file.name, max_bytes=10**7)))
    assert all(isinstance(one, Parsed) for one in records)
    return [one for one in records if isinstance(one, Parsed)]


def test_files_hold_so_many_records_each(tmp_path: Path) -> None:
    files = _write(tmp_path, count=25)

    assert [len(_read(file)) for file in files] == [10, 10, 5]


def test_first_records_are_the_documents_themselves(tmp_path: Path) -> None:
    (file,) = _write(tmp_path, count=2)

    one, other = (parsed.document for parsed in _read(file))

    assert (one.title, other.title) == ("Riluzole in ALS", "Edaravone is an infusion.")
    assert "Riluzole slows ALS. It is a tablet." in one.text
    assert "It slows ALS too." in other.text
    assert (one.document_id, other.document_id) == ("pmid:90000000", "pmid:90000001")
    assert one.year is not None
    assert one.languages == ("eng",)


def test_further_records_are_of_sentences_of_the_sets_and_the_same_each_time(
    tmp_path: Path,
) -> None:
    (file,) = _write(tmp_path / "a", count=10)
    (again,) = _write(tmp_path / "b", count=10)

    documents = [parsed.document for parsed in _read(file)]

    assert [one.text for one in documents] == [one.document.text for one in _read(again)]
    assert len({one.document_id for one in documents}) == 10
    known = "Riluzole slows ALS. It is a tablet. It was tested. Edaravone is an infusion. It slows ALS too."
    for document in documents:
        for section in document.sections:
            if section.kind == "body":
                for sentence in document.text[section.start : section.end].split(". "):
                    assert sentence.rstrip(".") in known
