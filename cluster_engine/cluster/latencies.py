"""Latencies that are not even: fits to what was measured in production, a shape for each type of message.

Bailis, Venkataraman, Franklin, Hellerstein & Stoica, "Probabilistically Bounded Staleness for Practical Partial
Quorums", VLDB 2012, table 3: LNKD-SSD, LNKD-DISK and YMMR, each for the four legs of an operation: W(rite to a
replica), A(cknowledgement), R(ead request), S (its answer). WAN is LNKD-DISK with 75 ms each way to all but one
replica: each stands in a data centre of its own.
"""

from collections.abc import Mapping
from random import Random
from types import MappingProxyType

import msgspec


class Shape(msgspec.Struct, frozen=True):
    """A latency in ms: with probability `share` Pareto of that scale and shape, else exponential of that rate."""

    share: float
    scale: float
    shape: float
    rate: float

    def draw(self, chance: Random) -> float:
        """Draw one."""
        if chance.random() < self.share:
            return float(self.scale / (1.0 - chance.random()) ** (1.0 / self.shape))
        return chance.expovariate(self.rate)


_SSD = Shape(0.9122, 0.235, 10, 1.66)
_DISK_WRITE = Shape(0.38, 1.05, 1.51, 0.183)
_YMMR_WRITE = Shape(0.939, 3, 3.35, 0.0028)
_YMMR_REST = Shape(0.982, 1.5, 3.8, 0.0217)

# Write and the other three legs.
FITS: Mapping[str, tuple[Shape, Shape]] = MappingProxyType(
    {"ssd": (_SSD, _SSD), "disk": (_DISK_WRITE, _SSD), "ymmr": (_YMMR_WRITE, _YMMR_REST), "wan": (_DISK_WRITE, _SSD)}
)
WAN_EXTRA_MS = 75.0
