"""A node's clocks: a monotonic one whose rate drifts, and a wall clock that can also be skewed."""


class Clock:
    """Turns true virtual time (ms) into what this node believes; drift is in parts per million."""

    __slots__ = ("_local", "_rate", "_since", "drift_ppm", "skew_ms")

    def __init__(self) -> None:
        self.skew_ms = 0.0
        self.drift_ppm = 0.0
        self._since = 0.0
        self._local = 0.0
        self._rate = 1.0

    def monotonic(self, now: float) -> float:
        """Return the monotonic reading; without drift it equals true time."""
        return now if self._rate == 1.0 and not self._since else self._local + (now - self._since) * self._rate

    def wall(self, now: float) -> float:
        """Return the wall clock's reading."""
        return self.monotonic(now) + self.skew_ms

    def true_delay(self, local_ms: float) -> float:
        """Return how long, in true time, a wait of `local_ms` on this clock lasts."""
        return local_ms / self._rate

    def drift(self, now: float, ppm: float) -> None:
        """Change the rate from now on; the reading does not jump."""
        self._local, self._since = self.monotonic(now), now
        self.drift_ppm, self._rate = ppm, 1.0 + ppm / 1e6
