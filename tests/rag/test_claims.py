import pytest

from rag.claims import Verdict, verdict_on_claim


@pytest.mark.parametrize(
    ("sentences", "verdict"),
    [
        (["supported", "supported"], "supported"),
        (["supported", "not_judged"], "not_judged"),
        (["supported", "nothing_found"], "not_judged"),
        (["supported", "contradicted"], "mixed"),
        (["contradicted", "not_judged"], "contradicted"),
        (["mixed", "supported"], "mixed"),
        (["nothing_found", "nothing_found"], "nothing_found"),
        ([], "nothing_found"),
    ],
)
def test_a_claim_is_supported_only_where_every_sentence_is(
    sentences: list[Verdict], verdict: Verdict
) -> None:
    assert verdict_on_claim(sentences) == verdict
