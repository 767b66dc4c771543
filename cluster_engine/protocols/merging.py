"""Replicated values that can be merged after a split: registers that pick a winner, siblings, counters, a set.

Every value is immutable. `update` returns the new value, or raises `Unmergeable` with the reason for which the
operation is refused; `merge` joins two replicas' values. Sources: Lamport 1978 (clocks); Parker et al. 1983 and
DeCandia et al. 2007, section 4.4 (version vectors); Shapiro et al., INRIA RR-7506, 2011 (G-counter 3.1.2, PN-counter
3.1.3, OR-set 3.3.5); O'Neil 1986 and Balegas et al. 2015 (escrow, bounded counter).
"""

from collections.abc import Iterable
from math import fsum
from typing import Any

import msgspec

from cluster_engine.protocols.planted import NO_BUG

SUM_MERGE, SHARED_ENTRY, WHOLE_STOCK, KEEPS_TIES = "sum-merge", "shared-entry", "whole-stock", "keeps-ties"

MOST = 10**9  # a broken merge that adds up for ever stops here

Counts = dict[str, int | float]
UpdateId = tuple[str, int]  # the replica that took the update, and its running number there


class Unmergeable(ValueError):
    """The operation is impossible on this kind of value, or now."""


class Update(msgspec.Struct, frozen=True):
    """An update as its replica takes it: times in ms (wall) and in Lamport's ticks."""

    f: str
    value: Any
    id: UpdateId
    wall: float
    tick: int
    replicas: tuple[str, ...]
    bug: str = NO_BUG

    @property
    def node(self) -> str:
        """The replica that takes it."""
        return self.id[0]


class Register(msgspec.Struct, frozen=True):
    """Last writer wins: the value with the greatest stamp (time, replica, number)."""

    value: Any = None
    stamp: tuple[float, str, int] = (float("-inf"), "", 0)
    broken: bool = False  # of equal times the one that is here stays, as in the planted bug

    def update(self, update: Update) -> "Register":
        """Take a write. One with an older stamp loses to what is here, and its writer is not told."""
        stamp = (self.time(update), *update.id)
        return self.merge(type(self)(performed(self.value, update), stamp, update.bug == KEEPS_TIES))

    def merge(self, other: "Register") -> "Register":
        """Keep the later one."""
        if self.broken and other.broken:
            return other if other.stamp[0] > self.stamp[0] else self
        return max(self, other, key=lambda register: register.stamp)

    def contents(self) -> tuple[Any, ...]:
        """Return the value, alone."""
        return (self.value,)

    def holds(self) -> tuple[UpdateId, ...]:
        """Return which update is kept."""
        return (self.stamp[1:],)

    @staticmethod
    def time(update: Update) -> float:
        """Return the time that the stamp begins with."""
        raise NotImplementedError


class WallRegister(Register, frozen=True):
    """Last writer wins, by the wall clock of the replica that took the write."""

    @staticmethod
    def time(update: Update) -> float:
        """Return what the wall clock showed, in ms."""
        return update.wall


class LamportRegister(Register, frozen=True):
    """Last writer wins, by Lamport's clock: who has seen a write is later than it."""

    @staticmethod
    def time(update: Update) -> float:
        """Return the tick."""
        return update.tick


class Version(msgspec.Struct, frozen=True):
    """A value with the vector that says which updates it has in its past."""

    value: Any
    id: UpdateId
    vector: Counts

    def is_below(self, other: "Version") -> bool:
        """Whether the other one has everything in its past that this one has, and more."""
        return self.vector != other.vector and all(count <= other.vector.get(n, 0) for n, count in self.vector.items())


class Siblings(msgspec.Struct, frozen=True):
    """Version vectors: what is in another's past goes, what is concurrent stays side by side."""

    versions: tuple[Version, ...] = ()

    def update(self, update: Update) -> "Siblings":
        """Replace all versions that are here; sets are united first, as a shopping cart is."""
        entry = "client" if update.bug == SHARED_ENTRY else update.node
        past: Counts = {}
        for version in self.versions:
            past = joined(past, version.vector)
        vector = past | {entry: past.get(entry, 0) + 1}
        return Siblings((Version(performed(self._before(update), update), update.id, vector),))

    def merge(self, other: "Siblings") -> "Siblings":
        """Keep every version that no other one has in its past."""
        by_vector = {tuple(sorted(v.vector.items())): v for v in (*other.versions, *self.versions)}
        every = [by_vector[vector] for vector in sorted(by_vector)]
        return Siblings(tuple(v for v in every if not any(v.is_below(w) for w in every)))

    def contents(self) -> tuple[Any, ...]:
        """Return all siblings."""
        return tuple(version.value for version in self.versions)

    def holds(self) -> tuple[UpdateId, ...]:
        """Return which updates are kept."""
        return tuple(version.id for version in self.versions)

    def _before(self, update: Update) -> Any:
        values = self.contents()
        if update.f == "write" or len(values) < 2:
            return values[0] if values else None
        if all(isinstance(value, tuple) for value in values):
            return tuple(sorted({element for value in values for element in value}))
        raise Unmergeable(f"there are {len(values)} siblings; write the value that they should become")


class PNCounter(msgspec.Struct, frozen=True):
    """Two counts for each replica, of what it added and took away; only their replica raises them."""

    added: Counts = {}
    taken: Counts = {}
    broken: bool = False  # merged by sum, as in the planted bug

    def update(self, update: Update) -> "PNCounter":
        """Count at the replica's own entry."""
        amount = counted(update)
        added, taken = (self.added, self.taken)
        if amount < 0:
            taken = taken | {update.node: taken.get(update.node, 0) - amount}
        else:
            added = added | {update.node: added.get(update.node, 0) + amount}
        return type(self)(added, taken, update.bug == SUM_MERGE)

    def merge(self, other: "PNCounter") -> "PNCounter":
        """Take the greater of each entry."""
        broken = self.broken or other.broken
        join = summed if broken else joined
        return type(self)(join(self.added, other.added), join(self.taken, other.taken), broken)

    def contents(self) -> tuple[Any, ...]:
        """Return the balance."""
        return (balance(self.added, self.taken),)

    def holds(self) -> tuple[UpdateId, ...]:
        """Return nothing: every update is folded in."""
        return ()


class GCounter(PNCounter, frozen=True):
    """A counter that only grows."""

    def update(self, update: Update) -> PNCounter:
        """Count at the replica's own entry."""
        if counted(update) < 0:
            raise Unmergeable("a G-counter only grows")
        return super().update(update)


class ORSet(msgspec.Struct, frozen=True):
    """Each adding has a tag of its own; a removal takes away the tags that it has seen, so an unseen adding wins."""

    tags: tuple[tuple[str, str, int], ...] = ()  # element, replica, number; sorted
    removed: tuple[tuple[str, str, int], ...] = ()

    def update(self, update: Update) -> "ORSet":
        """Add with a new tag, or remove all tags seen."""
        element = str(update.value)
        if update.f == "insert":
            return ORSet(tuple(sorted({*self.tags, (element, *update.id)})), self.removed)
        if update.f == "remove":
            seen = {tag for tag in self.tags if tag[0] == element}
            return ORSet(self.tags, tuple(sorted({*self.removed, *seen})))
        raise Unmergeable("elements are inserted into a set, or removed")

    def merge(self, other: "ORSet") -> "ORSet":
        """Unite both parts."""
        return ORSet(
            tuple(sorted({*self.tags, *other.tags})),
            tuple(sorted({*self.removed, *other.removed})),
        )

    def contents(self) -> tuple[Any, ...]:
        """Return the set: who has a tag that nobody removed."""
        return (tuple(sorted({tag[0] for tag in self.tags if tag not in self.removed})),)

    def holds(self) -> tuple[UpdateId, ...]:
        """Return nothing: every update is folded in."""
        return ()


class Escrow(msgspec.Struct, frozen=True):
    """Stock that each replica owns a part of, and sells from that part without asking: never below zero.

    `granted["n1>n2"]` is what n1, when stock came in there, gave n2 the right to sell; only n1 raises it.
    """

    granted: Counts = {}
    sold: Counts = {}

    def update(self, update: Update) -> "Escrow":
        """Share new stock out among all replicas (the rest stays here), or sell from this replica's part."""
        amount, node = counted(update), update.node
        if amount < 0:
            own = balance(self.granted, self.sold) if update.bug == WHOLE_STOCK else self._right(node)
            if own < -amount:
                raise Unmergeable(f"{node} has the right to sell {own:g}, not {-amount:g}")
            return Escrow(self.granted, self.sold | {node: self.sold.get(node, 0) - amount})
        share = amount // len(update.replicas)
        parts = dict.fromkeys(update.replicas, share)
        parts[node] += amount - share * len(update.replicas)
        return Escrow(summed(self.granted, {f"{node}>{to}": part for to, part in parts.items()}), self.sold)

    def merge(self, other: "Escrow") -> "Escrow":
        """Take the greater of each entry."""
        return Escrow(joined(self.granted, other.granted), joined(self.sold, other.sold))

    def contents(self) -> tuple[Any, ...]:
        """Return the stock that is left anywhere, as far as is known here."""
        return (balance(self.granted, self.sold),)

    def holds(self) -> tuple[UpdateId, ...]:
        """Return nothing: every update is folded in."""
        return ()

    def _right(self, node: str) -> int | float:
        given = sum(part for entry, part in self.granted.items() if entry.endswith(f">{node}"))
        return given - self.sold.get(node, 0)


Mergeable = Register | Siblings | PNCounter | ORSet | Escrow

STRATEGIES: dict[str, type[Mergeable]] = {
    "lww-wall": WallRegister,
    "lww-lamport": LamportRegister,
    "version-vectors": Siblings,
    "g-counter": GCounter,
    "pn-counter": PNCounter,
    "or-set": ORSet,
    "escrow": Escrow,
}


def performed(before: Any, update: Update) -> Any:
    """Return a plain value after an operation on it; a set is a sorted tuple of its elements."""
    if update.f == "write":
        return as_number(update.value)
    if update.f == "add":
        try:
            return as_number((before or 0) + float(update.value))
        except TypeError:
            raise Unmergeable(f"it holds {before!r}, to which nothing can be added") from None
    if before is not None and not isinstance(before, tuple):
        raise Unmergeable(f"it holds {before!r}, which is no set")
    element = {str(update.value)}
    elements = {*(before or ())}
    return tuple(sorted(elements | element if update.f == "insert" else elements - element))


def counted(update: Update) -> int | float:
    """Return how much is added; nothing else can be done to a counter."""
    if update.f != "add":
        raise Unmergeable("a counter is added to; it can't be overwritten")
    amount = as_number(update.value)
    assert isinstance(amount, int | float), f"{amount!r} is no amount"
    return amount


def as_number(value: Any) -> Any:
    """Return a number where it is one, whole where it can be."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return value
    return int(number) if number.is_integer() else number


def balance(plus: Counts, minus: Counts) -> int | float:
    """Return the difference of the sums, the same in whatever order the entries came."""
    total: int | float = as_number(fsum((*plus.values(), *(-count for count in minus.values()))))
    return total


def joined(one: Counts, other: Counts) -> Counts:
    """Return the greater of each entry."""
    return {name: max(one.get(name, 0), other.get(name, 0)) for name in _names(one, other)}


def summed(one: Counts, other: Counts) -> Counts:
    """Return the sum of each entry."""
    return {name: min(one.get(name, 0) + other.get(name, 0), MOST) for name in _names(one, other)}


def _names(one: Iterable[str], other: Iterable[str]) -> list[str]:
    return sorted({*one, *other})
