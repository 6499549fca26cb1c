"""What a support score is worth: replies in, the formula that fits them and its error out.

Each faulty sentence is set beside the paraphrase that it was made of, so that half of them are sound.
Identifiers and wrong markers are left out: other checks find them.
"""

from collections.abc import Sequence

import numpy as np

from eval.faults.planting import SOUND, Kind, Planted
from eval.logistic_fit import fit_logistic
from eval.measures.calibration import expected_calibration_error
from eval.measures.score import Score
from rag.logistic import Logistic
from rag.reply_sentences import SentenceReader
from rag.support import SIGNALS, Support, check_support

_FOUND_OTHERWISE = (*SOUND, Kind.IDENTIFIER, Kind.PASSAGE)


def fit_score(replies: Sequence[Planted]) -> Logistic:
    """The weights under which what is sound is most likely."""
    pairs = _pairs(replies)
    rows = np.array([[support.signals[name] for name in SIGNALS] for support, _ in pairs])
    labels = np.array([is_sound for _, is_sound in pairs])
    return fit_logistic(SIGNALS, rows, labels, np.ones(len(pairs)))


def score_error(replies: Sequence[Planted]) -> Score:
    """The expected calibration error of the score as it is."""
    return expected_calibration_error(
        [(support.score, is_sound) for support, is_sound in _pairs(replies)]
    )


def _pairs(replies: Sequence[Planted]) -> list[tuple[Support, bool]]:
    sound = {one.source.number: _support(one) for one in replies if one.kind is Kind.PARAPHRASE}
    faulty = [one for one in replies if one.kind not in _FOUND_OTHERWISE]
    return [
        pair
        for one in faulty
        for pair in ((_support(one), False), (sound[one.source.number], True))
    ]


def _support(one: Planted) -> Support:
    reader = SentenceReader()
    text = " ".join(each.text for each in (*reader.feed(one.text), *reader.end()))
    return check_support(text, [one.source.quote])
