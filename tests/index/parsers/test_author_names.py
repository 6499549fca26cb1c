import pytest

from index.parsers.author_names import family_at_end, family_before_initials


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("Smith JA", "Smith"),
        ("van der Berg JP Jr", "van der Berg"),
        ("Ivanov IuV", "Ivanov"),
        ("O'Neil M", "O'Neil"),
        ("Smith J 3rd", "Smith"),
        ("Petrov IV", "Petrov"),
        ("ALS Study Group", None),
        ("Smith Jane", None),
        ("Selvamani", None),
        ("", None),
    ],
)
def test_family_name_stands_before_initials(name: str, family: str | None) -> None:
    assert family_before_initials(name) == family


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("Xiaojiao Xu", "Xu"),
        ("Robert H Brown", "Brown"),
        ("Robert H. R. Brown", "Brown"),
        ("Jean-Luc O'Hara", "O'Hara"),
        ("Gabriel García Márquez", None),
        ("Robert Brown Jr", None),
        ("Smith AB", None),
        ("Plato", None),
    ],
)
def test_family_name_stands_last_where_only_initials_come_before_it(
    name: str, family: str | None
) -> None:
    assert family_at_end(name) == family
