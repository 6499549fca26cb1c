import time

from eval.performance.timings import Percentiles, elapsed_ms, percentiles_of


def test_percentiles_of_twenty_values() -> None:
    values = [float(n) for n in range(1, 21)]

    assert percentiles_of(values) == Percentiles(p50_ms=10.5, p95_ms=19.0, mean_ms=10.5)


def test_a_call_takes_as_long_as_it_does() -> None:
    assert elapsed_ms(lambda _: time.sleep(0.01), "question") >= 10
