from pathlib import Path

import pytest

from eval.faults.planting import Kind, Planted, is_listed, plant
from eval.faults.replies import WrittenReply, load_replies
from tests.eval.faults.made_replies import QUOTES, write_made


@pytest.fixture
def written(tmp_path: Path) -> list[WrittenReply]:
    return load_replies(tmp_path, write_made(tmp_path))


def of_kind(planted: list[Planted], kind: Kind) -> list[Planted]:
    return [one for one in planted if one.kind is kind]


def test_every_reply_cites_the_passage_that_bears_it_but_where_that_is_its_fault(
    written: list[WrittenReply],
) -> None:
    for one in plant(written):
        marker = int(one.text.rsplit("[", 1)[1].split("]")[0])

        assert one.passages[one.gold - 1].text == one.source.quote
        assert (marker == one.gold) is (one.kind is not Kind.PASSAGE)
        assert [each.n for each in one.passages] == [1, 2, 3]


def test_a_wrong_number_is_one_that_the_quote_does_not_have(written: list[WrittenReply]) -> None:
    for seed in range(30):
        for one in of_kind(plant(written[:1] + written[2:], seed=seed), Kind.NUMBER):
            numbers = {word for word in one.text.split() if word.isdigit()}

            assert len(numbers & {"3", "155"}) == 1
            assert len(numbers) == 2


def test_names_are_told_apart_by_whether_a_list_of_ours_has_them(
    written: list[WrittenReply],
) -> None:
    planted = plant(written)

    assert "edaravone prolonged" in of_kind(planted, Kind.LISTED_NAME)[0].text
    assert "velmotinib" in of_kind(planted, Kind.UNLISTED_NAME)[0].text
    assert is_listed("riluzole")
    assert not is_listed("velmotinib")


def test_the_same_seed_gives_the_same_and_another_one_others(written: list[WrittenReply]) -> None:
    assert plant(written, seed=1) == plant(written, seed=1)
    assert plant(written, seed=1) != plant(written, seed=2)


def test_every_kind_is_planted(written: list[WrittenReply]) -> None:
    assert {one.kind for one in plant(written)} == set(Kind)
    assert [one.text for one in of_kind(plant(written), Kind.VERBATIM)][1].startswith(
        QUOTES[1][:-1]
    )
