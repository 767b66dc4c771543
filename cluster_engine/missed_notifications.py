"""Notifications that reached nobody, and who has looked at the shared state since: what makes a wake-up a lost one.

A condition variable remembers nothing (Mesa semantics: Lampson & Redell, "Experience with Processes and Monitors in
Mesa", 1980, section 4), and an event forgets when it is cleared. The rule:

    A thread that sleeps for ever has lost a wake-up if another thread's notification, for which nobody was there, does
    not happen before one of the looks at the shared state by which the thread came to sleep. Then it went to sleep
    without knowing. Had it looked since and slept all the same, then it waits for a further notification, and that is
    a deadlock.

"Happens before" is Lamport's relation over all conflicting steps (both touch one place, and one changes it): the
notification comes first in every schedule that differs only in the order of independent steps. So equal runs are
called the same, whatever the order in which they were taken. By which looks a thread comes to sleep, the program tells;
what it looks at besides counts for nothing.

Notifications of one object conflict, so whoever comes after the last of them comes after all: one is kept an object.
"""

from collections.abc import Hashable, Iterable, Mapping
from typing import Generic, NamedTuple, TypeVar

Thread = TypeVar("Thread", bound=Hashable)

# What tells its thread something of the shared state; the rest only changes it, waits, or takes and gives back.
_LOOKS = frozenset({"read", "update", "get", "put"})

Place = tuple[str, bool]


class _Notification(NamedTuple, Generic[Thread]):
    """What comes after a notification: threads, and places by whether a change or any use of them does.

    `by` is who notified, and knows without looking; `told` are the looks since then: who looked, and by which look.
    """

    by: Thread
    threads: frozenset[Thread]
    places: frozenset[Place]
    told: frozenset[tuple[Thread, int]]

    def then(self, thread: Thread, op: str, touched: Mapping[str, bool], look: int) -> "_Notification[Thread]":
        if thread not in self.threads and not any(self._precedes(*place) for place in touched.items()):
            return self
        told = self.told | {(thread, look)} if op in _LOOKS and look >= 0 else self.told
        return self._replace(threads=self.threads | {thread}, places=self.places | _uses(touched), told=told)

    def _precedes(self, place: str, changes: bool) -> bool:
        return (place, True) in self.places or (changes and (place, False) in self.places)


class Missed(Generic[Thread]):
    """The last notification of each object that found nobody. Never changed: each step makes a new one."""

    __slots__ = ("_by_object",)

    def __init__(self, by_object: Mapping[str, _Notification[Thread]]) -> None:
        self._by_object = by_object

    @property
    def key(self) -> Hashable:
        """Equal for pasts that call every future sleep the same."""
        return frozenset(self._by_object.items())

    def then(
        self, thread: Thread, op: str, touched: Mapping[str, bool], missed: str, look: int = -1
    ) -> "Missed[Thread]":
        """Return what is known after a step, which touched these places (True: changed them).

        `missed` names the object that the step notified in vain, or is empty. `look` is a number for the step, equal
        for the same place in the program, or -1 if nobody comes to sleep by it.
        """
        after = {name: one.then(thread, op, touched, look) for name, one in self._by_object.items()}
        if missed:
            after[missed] = _Notification(thread, frozenset({thread}), _uses(touched), frozenset())
        return Missed(after)

    def by(self, thread: Thread, on: str, looks: Iterable[int]) -> bool:
        """Return whether a thread that came by these looks to sleep on an object did not know of a notification."""
        notification = self._by_object.get(on)
        if notification is None or notification.by == thread:
            return False
        return not any((thread, look) in notification.told for look in looks)


def _uses(touched: Mapping[str, bool]) -> frozenset[Place]:
    """Return what is done to places: who changes one uses it as well."""
    uses = [(place, False) for place in touched]
    return frozenset([*uses, *[(place, True) for place, changes in touched.items() if changes]])
