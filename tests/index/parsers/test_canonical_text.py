from hypothesis import given
from hypothesis import strategies as st

from index.parsers.canonical_text import CanonicalText


@given(st.lists(st.tuples(st.text(), st.one_of(st.none(), st.text()))))
def test_every_section_is_the_exact_slice_of_its_text(pieces: list[tuple[str, str | None]]) -> None:
    canonical = CanonicalText()

    sections = [
        canonical.add_section(f"s{number}", text, kind="body", heading=heading)
        for number, (text, heading) in enumerate(pieces)
    ]

    assert canonical.sections == [section for section in sections if section]
    last_end = 0
    for (text, _), section in zip(pieces, sections, strict=True):
        if section is None:
            assert not text.strip()
            continue
        assert canonical.text[section.start : section.end] == text.strip()
        assert last_end <= section.start < section.end
        last_end = section.end


def test_sections_are_parted_by_blank_lines_and_headings_stand_outside() -> None:
    canonical = CanonicalText()

    canonical.add_section("Title", " A title ", kind="about")
    section = canonical.add_section("Abstract", "It says.", kind="body", heading="Abstract")

    assert canonical.text == "A title\n\nAbstract\nIt says."
    assert section is not None
    assert (section.name, section.kind) == ("Abstract", "body")
    assert canonical.text[section.start : section.end] == "It says."


def test_blank_section_leaves_no_trace() -> None:
    canonical = CanonicalText()

    assert canonical.add_section("Empty", " \n ", kind="body", heading="Empty") is None
    assert canonical.text == ""
    assert canonical.sections == []
