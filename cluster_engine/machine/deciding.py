"""Which looks decide that a thread comes to a wait: with another answer it might not have come there.

Read off the program alone, as a slice backwards from the wait (Ferrante, Ottenstein & Warren, "The Program Dependence
Graph and Its Use in Optimization", 1987):

* A wait depends on a branch if one of its ways leads to the wait for certain, and another need not. That a loop, a call
  or an operation which may have to wait comes to its end is such a way (weak control dependence: Podgurski & Clarke, "A
  Formal Model of Program Dependences", 1990).
* A branch depends on the instructions that gave its operands their values, through variables, arguments and results,
  and these on what decided that control came to them.

Each step of the slice counts; whether it looks at anything, its operation tells.
"""

from collections.abc import Iterable, Sequence

from cluster_engine.machine.code.flow import Call
from cluster_engine.machine.code.instruction import Instruction
from cluster_engine.machine.code.methods import Invoke
from cluster_engine.machine.objects import SyncObject
from cluster_engine.machine.ways import Ways

Looks = dict[int, frozenset[int]]


def deciding(code: Sequence[Instruction], starts: Iterable[int], objects: Sequence[SyncObject]) -> Looks:
    """Return for the place of each wait the places of the steps that decide that a thread comes there."""
    waits = [one.index for one in code if isinstance(one, Invoke) and one.method == "wait"]
    if not waits:
        return {}
    ways = Ways(code, sorted(starts), objects)
    return {wait: frozenset(_Slice(ways, wait).steps()) for wait in waits}


class _Slice:
    """What a wait depends on."""

    def __init__(self, ways: Ways, wait: int) -> None:
        self._ways, self._code = ways, ways.code
        self._reached: set[int] = set()  # places of which it matters whether control comes there
        self._made: set[int] = set()  # places at which something is decided, or a value that matters is made
        self._wanted = [0] * len(ways.before)  # slots whose values matter after a place, as masks
        self._pending: list[tuple[int, int]] = []  # slots that matter before a place
        self._reach(wait)
        self._want(wait, self._code[wait].uses())
        while self._pending:
            self._go_back(*self._pending.pop())

    def steps(self) -> list[int]:
        return [place for place in self._made if self._code[place].stops]

    def _reach(self, place: int) -> None:
        pending = [place]
        while pending:
            place = pending.pop()
            if place in self._reached:
                continue
            self._reached.add(place)
            pending.extend(call.index for call in self._ways.calls[self._ways.start_of(place)])
            for other in self._ways.deciders[place]:
                pending.extend(self._decide(other))

    def _decide(self, place: int) -> Iterable[int]:
        """Note that something is decided at a place; yield the places that must be reached for it."""
        self._made.add(place)
        instruction = self._code[place]
        if isinstance(instruction, Call):
            return place, self._ways.end_of(instruction.start)
        self._want(place, instruction.uses())
        return (place,)

    def _want(self, place: int, slots: int) -> None:
        if slots:
            self._pending.append((place, slots))

    def _go_back(self, place: int, slots: int) -> None:
        """Look for what gave slots their values before a place."""
        for before in self._ways.before[place]:
            new = slots & ~self._wanted[before]
            if new:
                self._wanted[before] |= new
                made = self._code[before].defines()
                if made & new:
                    self._make(before)
                self._want(before, new & ~made)
        start = self._ways.start_of(place)
        if place == start:
            for call in self._ways.calls[start]:
                for slot, argument in enumerate(call.arguments):
                    if slots >> slot & 1:
                        self._want(call.index, argument.uses)

    def _make(self, place: int) -> None:
        """Note that a value is made at a place: by what is used there, or by the function that is called."""
        self._made.add(place)
        self._reach(place)
        instruction = self._code[place]
        if not isinstance(instruction, Call):
            self._want(place, instruction.uses())
            return
        for returns in self._ways.before[self._ways.end_of(instruction.start)]:
            self._reach(returns)
            self._want(returns, self._code[returns].uses())
