"""Is a history linearizable? An exact search that orders an operation only when a return forces it to.

Herlihy & Wing, "Linearizability: A Correctness Condition for Concurrent Objects", TOPLAS 1990, section 2. The search
goes through the history in time. A call only makes an operation available. A return asks that its operation has
taken effect: where it hasn't, the search tries it now, or after others that are under way (just-in-time
linearization: Lowe, "Testing for Linearizability", 2017, section 4), depth first.

What keeps it small
    An operation that changes nothing in any state is taken as soon as it is legal: no other choice is better for it.
    Operations whose end nobody knows come in classes of equal effect, of which only the number used counts. One that
    changes nothing, whatever the state, is left out. Of two configurations in one place with equal state and equal
    open operations, the one that has used fewer of each class can do all that the other can; so where it has
    failed, the other need not be tried. A list that a later read shows whole cannot be grown into another one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import NamedTuple

from cluster_engine.consistency.containers import AppendList
from cluster_engine.consistency.history import NEVER, OK, UNKNOWN, Operation, by_key, events
from cluster_engine.consistency.specification import Illegal, Model, State, frozen

TURN = 300  # configurations that a key is looked at before the next key has its turn

LINEARIZABLE, NOT_LINEARIZABLE, UNDECIDED = "linearizable", "not linearizable", "undecided"


class Chain(NamedTuple):
    """The operations ordered so far, latest first; `holds_it`: the one that the search looks through is among them."""

    operation: Operation
    before: "Chain | None"
    length: int
    holds_it: bool


class Configuration(NamedTuple):
    """A place in the events; the state there; which open operations have taken effect (a bit each, by number), and
    how many of each class of unknown ones.
    """

    place: int
    state: State
    taken: int
    used: tuple[int, ...]
    chain: Chain | None


@dataclass
class Deepest:
    """How far a search came: at the return of `operation` nothing was left to try. `chain` is the longest order."""

    place: int
    operation: Operation
    state: State
    chain: tuple[Operation, ...]


class Search:
    """The search for one key. `verdict` is None until it is over; without `foresight` it fails where the contradiction
    is, and not already where a list begins to grow into one that is not read later. `through` is the number of an
    operation: `with_it` says how far orders came that hold it.
    """

    def __init__(
        self, model: Model, history: Sequence[Operation], *, foresight: bool = True, through: int | None = None
    ) -> None:
        self.model = model
        self.history = [one for one in history if one.outcome in (OK, UNKNOWN)]
        self.explored = 0
        self.verdict: str | None = None
        self.deepest: Deepest | None = None
        self.with_it: Deepest | None = None
        self._through = through
        self.order: tuple[Operation, ...] = ()  # a linearization, once one is found
        self._number = {one.index: place for place, one in enumerate(self.history)}
        self._events = events(self.history)
        self._reads = [model.only_reads(one) for one in self.history]
        self._open = self._open_at_each()
        self._classes = self._classed()
        self._later = self._shown_later() if foresight else []
        self._seen: dict[tuple[int, State, int], list[tuple[int, ...]]] = {}
        used = (0,) * len(self._classes)
        self._stack = [Configuration(0, model.initial, 0, used, None)]

    def run(self, configurations: int) -> str | None:
        """Look at so many configurations more; return the verdict once there is one."""
        last = self.explored + configurations
        while self.verdict is None and self.explored < last:
            if not self._stack:
                self.verdict = NOT_LINEARIZABLE
            else:
                self.explored += 1
                self._look(self._stack.pop())
        return self.verdict

    # --- one configuration --------------------------------------------------------------------

    def _look(self, found: Configuration) -> None:
        """Go on from a configuration to the next return that forces something, and branch there."""
        place, state, taken, used, chain = found
        taken, chain = self._take_reads(state, taken, self._open[place], chain)
        while place < len(self._events):
            returns, operation = self._events[place]
            number = self._number[operation.index]
            if not returns:
                if operation.outcome == OK:
                    taken, chain = self._take_reads(state, taken, [number], chain)
            elif taken >> number & 1:
                taken &= ~(1 << number)
            else:
                break
            place += 1
        else:
            self.verdict, self.order = "linearizable", _unrolled(chain)
            return
        here = Configuration(place, state, taken, used, chain)
        if self._is_dominated(here):
            return
        self._remember(here, operation)
        self._branch(here, number)

    def _branch(self, here: Configuration, forced: int) -> None:
        """Push what can come next; what is tried first is pushed last."""
        coming: list[Configuration] = []
        for kind, members in enumerate(self._classes):
            at = here.used[kind]
            if at < len(members) and members[at][0] < here.place:
                self._try(here, members[at][1], kind, coming)
        for number in reversed(self._open[here.place]):
            if number != forced and not here.taken >> number & 1:
                self._try(here, self.history[number], None, coming)
        self._try(here, self.history[forced], None, coming)
        self._stack += coming

    def _try(self, here: Configuration, operation: Operation, kind: int | None, coming: list[Configuration]) -> None:
        state = self.model.step(here.state, operation)
        if isinstance(state, Illegal) or not self._can_be_shown(state, here.place):
            return
        chain, taken, used = self._plus(here.chain, operation), here.taken, here.used
        if kind is None:
            taken |= 1 << self._number[operation.index]
        elif state == here.state:
            return
        else:
            used = (*used[:kind], used[kind] + 1, *used[kind + 1 :])
        coming.append(Configuration(here.place, state, taken, used, chain))

    def _take_reads(
        self, state: State, taken: int, open_: Sequence[int], chain: Chain | None
    ) -> tuple[int, Chain | None]:
        """Take every open operation that is legal and changes nothing."""
        for number in open_:
            if self._reads[number] and not taken >> number & 1:
                operation = self.history[number]
                if not isinstance(self.model.step(state, operation), Illegal):
                    taken |= 1 << number
                    chain = self._plus(chain, operation)
        return taken, chain

    def _is_dominated(self, here: Configuration) -> bool:
        place = here.place, here.state, here.taken
        known = self._seen.setdefault(place, [])
        if any(all(map(int.__le__, other, here.used)) for other in known):
            return True
        known[:] = [other for other in known if not all(map(int.__le__, here.used, other))]
        known.append(here.used)
        return False

    def _remember(self, here: Configuration, operation: Operation) -> None:
        reach = here.place, here.chain.length if here.chain else 0
        if self.deepest is None or reach > (self.deepest.place, len(self.deepest.chain)):
            self.deepest = Deepest(here.place, operation, here.state, _unrolled(here.chain))
        if here.chain and here.chain.holds_it and (self.with_it is None or reach[1] > len(self.with_it.chain)):
            self.with_it = Deepest(here.place, operation, here.state, _unrolled(here.chain))

    def _plus(self, chain: Chain | None, operation: Operation) -> Chain:
        holds_it = operation.index == self._through or (chain is not None and chain.holds_it)
        return Chain(operation, chain, 1 + (chain.length if chain else 0), holds_it)

    # --- what is known before -------------------------------------------------------------------

    def _open_at_each(self) -> list[tuple[int, ...]]:
        """Return, for each place in the events, which operations are open there that are known to have ended."""
        open_: dict[int, None] = {}
        found: list[tuple[int, ...]] = [()]
        for returns, operation in self._events:
            number = self._number[operation.index]
            if returns:
                del open_[number]
            elif operation.outcome == OK:
                open_[number] = None
            found.append(tuple(open_))
        return found

    def _classed(self) -> list[list[tuple[int, Operation]]]:
        """Return the unknown operations of equal effect, each with the place of its call, in that order."""
        classes: dict[object, list[tuple[int, Operation]]] = {}
        for place, (_, operation) in enumerate(self._events):
            if operation.outcome == UNKNOWN and not self.model.only_reads(operation):
                classes.setdefault((operation.f, frozen(operation.value)), []).append((place, operation))
        return list(classes.values())

    def _shown_later(self) -> list[State | None]:
        """Return, for each place, the longest list that a read shows which returns there or later."""
        if not isinstance(self.model, AppendList):
            return []
        later: list[State | None] = [None] * (len(self._events) + 1)
        longest: tuple[object, ...] | None = None
        for place in range(len(self._events) - 1, -1, -1):
            returns, operation = self._events[place]
            if returns and operation.f == "read":
                shown = frozen(operation.result) or ()
                longest = shown if longest is None or len(shown) > len(longest) else longest
            later[place] = longest
        return later

    def _can_be_shown(self, state: State, place: int) -> bool:
        later = self._later[place] if self._later else None
        return later is None or not isinstance(self.model, AppendList) or self.model.leads_to(state, later)


@dataclass(frozen=True)
class Checked:
    """What a check found out.

    Attributes:
        verdict: linearizable, not linearizable or undecided.
        explored: How many configurations were looked at, over all keys.
        failing: The search of the first key that failed, with how far it came; None if none did.
    """

    verdict: str
    explored: int
    failing: Search | None
    searches: dict[object, Search]


def check(model: Model, history: Sequence[Operation], *, seconds: float = NEVER, most: float = NEVER) -> Checked:
    """Check a history, its keys in turns, within `seconds` of wall time and `most` configurations in all.

    One key that is not linearizable decides; that it takes long to decide another one hides nothing.
    """
    started = monotonic()
    searches: dict[object, Search] = {key: Search(model, part) for key, part in by_key(history).items()}
    waiting = list(searches.values())
    explored = 0
    while waiting:
        for search in list(waiting):
            before = search.explored
            verdict = search.run(TURN)
            explored += search.explored - before
            if verdict == NOT_LINEARIZABLE:
                return Checked(NOT_LINEARIZABLE, explored, search, searches)
            if verdict is not None:
                waiting.remove(search)
            if waiting and (explored >= most or monotonic() - started >= seconds):
                return Checked(UNDECIDED, explored, None, searches)
    return Checked(LINEARIZABLE, explored, None, searches)


def _unrolled(chain: Chain | None) -> tuple[Operation, ...]:
    found = []
    while chain is not None:
        found.append(chain.operation)
        chain = chain.before
    return tuple(reversed(found))
