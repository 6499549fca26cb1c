import pytest
from hypothesis import given

from index.models import Author
from index.parsers.references.text import tidy
from rag.author_parts import PersonName, initials_of, person_name
from tests.rag.reference_samples import HOSTILE


@pytest.mark.parametrize(
    ("name", "family", "parts"),
    [
        ("Smith John A", "Smith", ("Smith", "John A", "")),
        ("van der Berg JP Jr", "van der Berg", ("van der Berg", "J P", "Jr")),
        ("Smith John III", "Smith", ("Smith", "John", "III")),
        ("Petrov IV", "Petrov", ("Petrov", "I V", "")),
        ("Smith Jr", "Smith", ("Smith", "", "Jr")),
        ("Smith J 2nd", "Smith", ("Smith", "J", "2nd")),
        ("Xiaojiao Xu", "Xu", ("Xu", "Xiaojiao", "")),
        ("SMITH JOHN", "SMITH", ("SMITH", "JOHN", "")),
        ("Selvamani", "Selvamani", ("Selvamani", "", "")),
    ],
)
def test_name_is_parted_where_its_family_name_stands(
    name: str, family: str, parts: tuple[str, str, str]
) -> None:
    assert person_name(Author(name, family=family)) == PersonName(*parts)


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("ALS Study Group", None),
        ("Takeshi Iwatsubo", None),
        ("Smith J", "Doe"),
        ("Smithson", "Smith"),
    ],
)
def test_name_is_never_parted_by_guess(name: str, family: str | None) -> None:
    assert person_name(Author(name, family=family)) is None


@pytest.mark.parametrize(
    ("given", "initials"),
    [
        ("John A", "JA"),
        ("J. A.", "JA"),
        ("JA", "JA"),
        ("Jean-Pierre", "JP"),
        ("J-P", "JP"),
        ("Élodie", "É"),
        ("", ""),
        ("(Bob)", ""),
    ],
)
def test_initials_are_the_first_letters(given: str, initials: str) -> None:
    assert initials_of(given) == initials


@given(HOSTILE, HOSTILE)
def test_no_letter_of_a_name_is_lost(family: str, given_name: str) -> None:
    author = Author(f"{family} {given_name}", family=family)

    person = person_name(author)

    if person is not None:
        parts = (person.family, person.given, person.suffix)
        assert sorted("".join(parts)) == sorted(tidy(author.name).replace(" ", "")) or (
            sorted("".join("".join(parts).split())) == sorted("".join(tidy(author.name).split()))
        )
