import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.library_rows import listed_entry_id, split_listed_entry_id, string_hash


@given(st.text(), st.integers(min_value=0, max_value=99_999))
def test_entry_id_of_a_listed_paper_is_split_again(document_id: str, position: int) -> None:
    assert split_listed_entry_id(listed_entry_id(document_id, position)) == (document_id, position)


@pytest.mark.parametrize("entry_id", ["pmid:1", "doi:10.1000/a~b", "doi:10.1000/a~", ""])
def test_entry_id_of_a_document_has_no_position(entry_id: str) -> None:
    assert split_listed_entry_id(entry_id) == (entry_id, None)


def test_entry_ids_of_listed_papers_sort_by_position() -> None:
    ids = [listed_entry_id("pmid:1", position) for position in (0, 2, 10, 100)]

    assert ids == sorted(ids)


def test_hash_of_a_string_is_its_sha256() -> None:
    # sha256 of "abc", FIPS 180-4
    assert string_hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
