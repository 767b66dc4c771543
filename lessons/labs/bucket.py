"""A token bucket: so much at once, so much a second."""

from collections.abc import Callable


class Bucket:
    """Holds `burst` tokens at most and gains `rate` a second."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float]) -> None:
        self.rate, self.burst, self.clock = rate, burst, clock
        self.tokens, self.filled = burst, clock()

    def take(self) -> bool:
        """Take a token; False when there is none."""
        now = self.clock()
        self.tokens = min(self.burst, self.tokens + (now - self.filled) * self.rate)
        self.filled = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True
