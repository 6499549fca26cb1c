import pytest

from rag.circuit_breaker import CircuitBreaker


class Clock:
    """A clock that a test sets."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> CircuitBreaker:
    return CircuitBreaker(failures=2, pause_s=10, clock=clock)


def test_it_allows_until_it_failed_so_often_in_a_row(breaker: CircuitBreaker) -> None:
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    assert breaker.allows()

    breaker.failed()

    assert not breaker.allows()


def test_after_the_pause_one_may_try_and_the_rest_wait(
    breaker: CircuitBreaker, clock: Clock
) -> None:
    breaker.failed()
    breaker.failed()
    clock.now += 10

    assert [breaker.allows(), breaker.allows()] == [True, False]


def test_a_try_that_succeeds_closes_it(breaker: CircuitBreaker, clock: Clock) -> None:
    breaker.failed()
    breaker.failed()
    clock.now += 10
    breaker.allows()

    breaker.succeeded()

    assert [breaker.allows(), breaker.allows()] == [True, True]


def test_a_try_that_fails_begins_another_pause(breaker: CircuitBreaker, clock: Clock) -> None:
    breaker.failed()
    breaker.failed()
    clock.now += 10
    breaker.allows()
    clock.now += 5
    breaker.failed()

    clock.now += 9
    assert not breaker.allows()
    clock.now += 1
    assert breaker.allows()
