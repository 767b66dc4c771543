"""The ways of control through a program, and where it is decided which is taken.

Control comes to a place for certain if every way leads there. A loop may go on for ever, a call need not return, and an
operation that has to wait may wait for ever: what comes after them is not certain. A failed assert ends the run: that
is no way past anything.
"""

from collections.abc import Sequence

from cluster_engine.machine.code.flow import Call, Failing, Return
from cluster_engine.machine.code.instruction import Instruction
from cluster_engine.machine.objects import SyncObject


class Ways:
    """How control goes from place to place; the end of every function, where its returns lead, is a place as well.

    `starts` are the places at which functions begin.
    """

    def __init__(self, code: Sequence[Instruction], starts: Sequence[int], objects: Sequence[SyncObject]) -> None:
        self.code = code
        self._spans = [range(*span) for span in zip(starts, [*starts[1:], len(code)], strict=True)]
        self._span = [span for span in self._spans for _ in span] + self._spans
        self.calls: dict[int, list[Call]] = {start: [] for start in starts}
        for one in code:
            if isinstance(one, Call):
                self.calls[one.start].append(one)
        self._gates = {one.index for one in code if isinstance(one, Call) or one.may_wait(objects)}
        self._everywhere = (1 << len(self._span)) - 1
        self._certain = [1 << place for place in range(len(self._span))]
        self.before: list[list[int]] = [[] for _ in self._span]
        self.deciders: list[list[int]] = [[] for _ in self._span]  # where it is decided whether control comes there
        for span in self._spans:
            self._find_certain(span)
            for place in span:
                self._enter(place)

    def start_of(self, place: int) -> int:
        """Return where the function of a place begins."""
        return self._span[place].start

    def end_of(self, start: int) -> int:
        """Return the end of the function that begins at a place."""
        return len(self.code) + self._spans.index(self._span[start])

    def _enter(self, place: int) -> None:
        some, every = 0, 0 if place in self._gates else self._everywhere
        for after in self._after(place):
            self.before[after].append(place)
            if not self._only_fails(after):
                some, every = some | self._certain[after], every & self._certain[after]
        decided = some & ~every
        while decided:
            lowest = decided & -decided
            self.deciders[lowest.bit_length() - 1].append(place)
            decided ^= lowest

    def _only_fails(self, place: int) -> bool:
        return self._certain[place] == self._everywhere

    def _after(self, place: int) -> tuple[int, ...]:
        instruction = self.code[place]
        return (self.end_of(place),) if isinstance(instruction, Return) else instruction.targets()

    def _find_certain(self, span: range) -> None:
        """Add to each place, as masks, the places that come for certain, until there is nothing to add."""
        changed = True
        while changed:
            changed = False
            for place in reversed(span):
                mask = self._certain[place] | self._certain_after(place)
                if mask != self._certain[place]:
                    self._certain[place], changed = mask, True

    def _certain_after(self, place: int) -> int:
        if isinstance(self.code[place], Failing):
            return self._everywhere
        mask = 0 if place in self._gates else self._everywhere
        for after in self._after(place):
            mask &= self._certain[after]
        return mask
