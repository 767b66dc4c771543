"""Linearizability of one object while its history is still being made.

The same idea as the search after the event, with all configurations kept instead of one at a time: an operation under
way is ordered only when a return forces it. Nobody knows yet what an operation under way will be told. So each
configuration remembers in which state such an operation took effect, if it had to; and which states there have been
since its call, in any of which it may have taken place without changing anything, as a read does.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from cluster_engine.consistency.history import NEVER, OK, UNKNOWN, Operation
from cluster_engine.consistency.specification import Illegal, Model, State, frozen

MOST = 2_000  # configurations; with more the object is judged no longer
_Marks = frozenset[tuple[int, State]]  # operations under way, by number, each with a state
_Pool = frozenset[tuple[Any, int]]  # what may still take effect of those that crashed: (f, value) and how often


class _Configuration(NamedTuple):
    """The state now; who has taken effect, and in which state; who was there in which states; what has crashed."""

    state: State
    taken: _Marks
    met: _Marks
    pool: _Pool


class Impossible(NamedTuple):
    """A return that fits nowhere; `states` are those that the object could have been in."""

    operation: Operation
    states: tuple[State, ...]


class Monitor:
    """Judges one object. Once something was impossible, or there is too much to keep, it says nothing any more."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._open: dict[int, Operation] = {}
        self._kept: list[_Configuration] = [_Configuration(model.initial, frozenset(), frozenset(), frozenset())]

    @property
    def judges(self) -> bool:
        """Whether it still does."""
        return bool(self._kept)

    def call(self, number: int, process: str, f: str, value: Any, at: float) -> None:
        """An operation begins."""
        if self._kept:
            self._open[number] = Operation(number, process, f, None, value, None, at, NEVER, UNKNOWN)
            self._kept = [one._replace(met=one.met | {(number, one.state)}) for one in self._kept]

    def end(self, number: int, outcome: str, result: Any, at: float) -> Impossible | None:
        """An operation ends: ok, failed or unknown; say so if that is impossible."""
        asked = self._open.pop(number, None)
        if asked is None or not self._kept:
            return None
        if outcome == UNKNOWN:
            self._crash(asked)
            return None
        if outcome == OK:
            return self._return(asked, replace(asked, result=result, returned=at, outcome=OK))
        self._keep(_without(one, number) for one in self._kept if not _states(one.taken, number))
        return None

    def _return(self, asked: Operation, told: Operation) -> Impossible | None:
        step, number = self.model.step, told.index
        reached: dict[_Configuration, None] = {}
        states: set[State] = set()
        looked = 0
        for one in self._kept:
            if taken := _states(one.taken, number):
                if step(taken[0], told) == step(taken[0], asked):
                    reached[_without(one, number)] = None
                continue
            met = _states(one.met, number)
            states |= set(met)
            if any(step(state, told) == state for state in met):
                reached[_without(one, number)] = None
            for before in self._forced(one):
                looked += 1
                if looked > MOST:
                    self._keep(())
                    return None
                states.add(before.state)
                after = step(before.state, told)
                if not isinstance(after, Illegal):
                    reached[_without(self._moved(before, after), number)] = None
        self._keep(reached)
        return None if reached else Impossible(told, tuple(sorted(states, key=repr)))

    def _forced(self, start: _Configuration) -> Iterator[_Configuration]:
        """Yield the configuration, and those in which more of what is under way or crashed has taken effect."""
        seen, stack = {start}, [start]
        while stack:
            one = stack.pop()
            yield one
            for after in (*self._taking(one), *self._reviving(one)):
                if after not in seen:
                    seen.add(after)
                    stack.append(after)

    def _taking(self, one: _Configuration) -> Iterator[_Configuration]:
        for number, operation in self._open.items():
            if self.model.only_reads(operation) or _states(one.taken, number):
                continue
            state = self.model.step(one.state, operation)
            if not isinstance(state, Illegal):
                yield self._moved(one, state)._replace(taken=one.taken | {(number, one.state)})

    def _reviving(self, one: _Configuration) -> Iterator[_Configuration]:
        for (f, value), count in one.pool:
            state = self.model.step(one.state, Operation(-1, "", f, None, value, None, 0.0, NEVER, UNKNOWN))
            if not isinstance(state, Illegal) and state != one.state:
                pool = one.pool - {((f, value), count)}
                pool |= {((f, value), count - 1)} if count > 1 else frozenset()
                yield self._moved(one, state)._replace(pool=pool)

    def _moved(self, one: _Configuration, state: State) -> _Configuration:
        """Go to a state, in which everybody under way has been then."""
        return one._replace(state=state, met=one.met | {(number, state) for number in self._open})

    def _crash(self, asked: Operation) -> None:
        kind, kept = (asked.f, frozen(asked.value)), []
        for one in self._kept:
            if self.model.only_reads(asked) or _states(one.taken, asked.index):
                kept.append(_without(one, asked.index))
            else:
                count = dict(one.pool).get(kind, 0)
                pool = one.pool - {(kind, count)} | {(kind, count + 1)}
                kept.append(_without(one, asked.index)._replace(pool=pool))
        self._keep(kept)

    def _keep(self, found: Iterable[_Configuration]) -> None:
        """Keep configurations, without those of which another one can do all that they can."""
        best: dict[tuple[State, _Marks], list[_Configuration]] = {}
        for one in found:
            equal = best.setdefault((one.state, one.taken), [])
            if not any(_covers(other, one) for other in equal):
                equal[:] = [other for other in equal if not _covers(one, other)]
                equal.append(one)
        self._kept = [one for equal in best.values() for one in equal]
        if len(self._kept) > MOST:
            self._kept = []
        if not self._kept:
            self._open.clear()


def _states(marks: _Marks, number: int) -> list[State]:
    return [state for marked, state in marks if marked == number]


def _without(one: _Configuration, number: int) -> _Configuration:
    taken, met = (frozenset(mark for mark in marks if mark[0] != number) for marks in (one.taken, one.met))
    return one._replace(taken=taken, met=met)


def _covers(one: _Configuration, other: _Configuration) -> bool:
    """Say whether one has met all that another one has, and holds at least what it holds of what has crashed."""
    have = dict(one.pool)
    return one.met >= other.met and all(have.get(kind, 0) >= count for kind, count in other.pool)
