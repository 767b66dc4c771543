"""How far a measured number may lie from a published one, and whether it does."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tolerance:
    """A share of the published number, or a distance from it; exact where both are 0."""

    share: float = 0.0
    distance: float = 0.0

    def holds(self, published: float, here: float) -> bool:
        """Say whether the two agree."""
        return abs(here - published) <= max(self.share * abs(published), self.distance) + 1e-9
