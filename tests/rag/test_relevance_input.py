"""What the relevance model reads of a question and a passage."""

from index.embedding_models import model_folder
from rag.relevance_input import MAX_QUESTION_TOKENS, EncodedPair, PairEncoder, Passage

_TOKENIZER = model_folder() / "tokenizer.json"
_TEXT = "Riluzole slows ALS. It was approved in 1995."
_SENTENCES = ((0, 19), (20, 44))


def _encoder(max_tokens: int = 64) -> PairEncoder:
    return PairEncoder(_TOKENIZER, max_tokens=max_tokens)


def _pair(passage: Passage, question: str = "When?", max_tokens: int = 64) -> EncodedPair:
    encoder = _encoder(max_tokens)
    (encoded,) = encoder.encode_passages([passage])
    return encoder.pair(question, encoded)


def test_every_word_piece_of_a_sentence_is_told_as_its_own() -> None:
    pair = _pair(Passage(_TEXT, "", _SENTENCES))
    inside = [one for one in pair.sentence_of.tolist() if one >= 0]
    assert inside == sorted(inside)
    assert set(inside) == {0, 1}
    assert pair.sentence_of[-1] == -1  # the end of the pair
    # [CLS] when ? [SEP] are of no sentence, and of the first segment
    assert pair.sentence_of[:4].tolist() == [-1] * 4
    assert pair.types[:4].tolist() == [0] * 4
    assert set(pair.types[4:].tolist()) == {1}


def test_a_title_is_read_and_belongs_to_no_sentence() -> None:
    bare = _pair(Passage(_TEXT, "", _SENTENCES))
    titled = _pair(Passage(_TEXT, "A review", _SENTENCES))
    more = len(titled.ids) - len(bare.ids)
    assert more == 3  # a review .
    assert titled.sentence_of[4 : 4 + more].tolist() == [-1] * more
    assert titled.sentence_of[4 + more :].tolist() == bare.sentence_of[4:].tolist()


def test_a_title_that_the_text_begins_with_is_read_once() -> None:
    assert len(_pair(Passage(_TEXT, "Riluzole slows ALS.", _SENTENCES)).ids) == len(
        _pair(Passage(_TEXT, "", _SENTENCES)).ids
    )


def test_what_is_too_long_is_cut_at_its_end_and_said_to_be() -> None:
    whole = _pair(Passage(_TEXT, "", _SENTENCES))
    cut = _pair(Passage(_TEXT, "", _SENTENCES), max_tokens=12)
    assert not whole.is_cut
    assert cut.is_cut
    assert len(cut.ids) == 12
    assert cut.ids[-1] == whole.ids[-1]
    assert cut.ids[:11].tolist() == whole.ids[:11].tolist()
    assert cut.sentence_count == 2


def test_a_long_question_leaves_room_for_the_passage() -> None:
    pair = _pair(Passage(_TEXT, "", _SENTENCES), question="why " * 500, max_tokens=128)
    assert len(pair.ids) < 128
    assert not pair.is_cut
    assert pair.types.tolist().index(1) == MAX_QUESTION_TOKENS + 2
