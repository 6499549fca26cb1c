"""Whether something that failed again and again is asked once more: failures in, a pause out."""

import threading
import time
from collections.abc import Callable

_FAILURES = 3
_PAUSE_S = 60.0


class CircuitBreaker:
    """Closed until so many failures in a row; then open for a pause, then one try at a time.

    After Nygard, Release It! (2nd edition, 2018), chapter 5. Safe to share between threads.
    """

    def __init__(
        self,
        *,
        failures: int = _FAILURES,
        pause_s: float = _PAUSE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = failures
        self._pause_s = pause_s
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until = 0.0

    def allows(self) -> bool:
        """True where it may be asked now; after a pause only the first who comes may try."""
        with self._lock:
            if self._failures < self._most:
                return True
            now = self._clock()
            if now < self._open_until:
                return False
            # Whoever else comes while this one tries is told no.
            self._open_until = now + self._pause_s
            return True

    def succeeded(self) -> None:
        """It did what it was asked."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """It did not."""
        with self._lock:
            self._failures += 1
            if self._failures >= self._most:
                self._open_until = self._clock() + self._pause_s
