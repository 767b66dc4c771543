"""Dynamic partial-order reduction: one run of each happens-before class.

Two steps of different threads that do not conflict may change places without any thread noticing, so runs that differ
only in such swaps form one class, and one run stands for all. The search executes a run, finds the races in it (pairs
of conflicting steps that nothing else orders), and plans a run for each race in which its second step comes first.
Sleep sets and wakeup trees see to it that no class is run twice: Abdulla, Aronis, Jonsson, Sagonas, "Source sets: a
foundation for optimal dynamic partial order reduction" (JACM 2017), algorithm 2, with two additions:

* Blocking. A lock cannot be taken before the unlock that made it free, but it can be taken before the *lock* that came
  before that. So where a race cannot be turned round, because the first step is what made the second possible, the
  search looks further back; and the next step of a thread that is still blocked at the end counts as a second step.
* Failures. A failed assertion ends the run, so what the other threads would have done, and with it the races that show
  what could have come earlier, never happens. The search lets the other threads go on as long as nothing they do
  conflicts with the failed step: all that could just as well have come before it.

State caching would be unsound here, since a state that was seen before may be left by races with *this* run's past.
It is a choice of its own: see `states.py`, which `explore` falls back on. Runs that never end cannot be reduced
either: `Repeated` is raised when a run comes back to a state of its own past.
"""

from collections.abc import Hashable, Iterator

from cluster_engine.exploration import wakeup
from cluster_engine.exploration.accesses import Accesses
from cluster_engine.exploration.explorable import Explorable, Failed
from cluster_engine.exploration.runs import Broken, Run, Taken, broken, preemptible, take

Clock = tuple[int, ...]


class Repeated(Exception):
    """A run came back to a state of its own past, so there are runs without end."""


class TooLong(Exception):
    """A run took more steps than it may."""


class _Event:
    """A step of the present run, with its vector clock: how many steps of each thread happened before."""

    __slots__ = ("clock", "failure", "number", "races", "taken")

    def __init__(self, taken: Taken, number: int, clock: Clock, races: list[int], failure: Failed | None) -> None:
        self.taken = taken
        self.number = number
        self.clock = clock
        self.races = races  # earlier steps, by place, that this one races with and could precede
        self.failure = failure


class _Node:
    """A state of the present run: what was explored from it, and what is still to be."""

    __slots__ = ("branches", "enabled", "halted", "key", "machine", "preempted", "sleep")

    def __init__(self, machine: Explorable, last: Taken | None, sleep: dict[int, int], halted: int) -> None:
        self.machine = machine
        enabled = machine.enabled()
        self.preempted = None if last is None else preemptible(last, enabled)  # if another thread moves
        self.sleep = sleep  # threads that need not move first, with the numbers of their next accesses
        self.halted = halted  # threads that failed, as bits
        self.branches: list[wakeup.Branch] = []
        self.enabled = [thread for thread in enabled if not halted >> thread & 1] if halted else enabled
        self.key: Hashable = None


class Reduction:
    """The search. `states` counts the different states that it met."""

    def __init__(self, machine: Explorable, threads: int, max_steps: int) -> None:
        self._accesses = Accesses()
        self._conflicts = self._accesses.conflicts
        self._max_steps = max_steps
        self._none: Clock = (0,) * threads
        self._events: list[_Event] = []
        self._nodes = [_Node(machine, None, {}, 0)]
        self._on_path: set[Hashable] = set()
        self._seen: set[int] = set()
        self._enter(self._nodes[0])

    @property
    def states(self) -> int:
        return len(self._seen)

    def runs(self) -> Iterator[Run]:
        """Yield a run of each class. Raises Repeated or TooLong."""
        fresh = 0
        while True:
            ended = self._to_the_end()
            self._plan(fresh)
            yield self._run(ended)
            if not self._back():
                return
            fresh = len(self._events)

    # Going forward

    def _to_the_end(self) -> bool:
        """Run until no thread can move (True), or none that could lead to anything new (False)."""
        while True:
            node = self._nodes[-1]
            frozen = self._frozen(node)
            awake = [thread for thread in node.enabled if thread not in frozen]
            thread = self._choose(node, awake)
            if thread is None:
                return not awake
            self._take(node, thread)

    def _choose(self, node: _Node, awake: list[int]) -> int | None:
        if node.branches:
            return node.branches[0].thread
        return next((thread for thread in awake if thread not in node.sleep), None)

    def _frozen(self, node: _Node) -> list[int]:
        """Return the threads whose next step conflicts with a failed one: it can only come before."""
        if not node.halted:
            return []
        here = len(self._events)
        return [thread for thread in node.enabled if self._is_frozen(self._next(node, thread), here)]

    def _is_frozen(self, number: int, place: int) -> bool:
        mask = self._conflicts[number]
        return any(event.failure is not None and mask >> event.number & 1 for event in self._events[:place])

    def _next(self, node: _Node, thread: int) -> int:
        return self._accesses.number(node.machine.peek(thread))

    def _take(self, node: _Node, thread: int) -> None:
        if len(self._events) >= self._max_steps:
            raise TooLong
        branches = node.branches.pop(0).branches if node.branches else []
        machine = node.machine.copy()
        taken = take(machine, thread, node.preempted)
        number = self._accesses.number(taken.access)
        failure = broken(machine)
        clock, races = self._order(thread, number)
        self._events.append(_Event(taken, number, clock, races, failure))
        after = self._after(node, machine, taken, number, failure)
        after.branches = branches
        self._nodes.append(after)
        if failure is None:
            self._enter(after)

    def _after(self, node: _Node, machine: Explorable, taken: Taken, number: int, failure: Failed | None) -> _Node:
        conflicts = self._conflicts[number]
        sleep = {other: access for other, access in node.sleep.items() if not conflicts >> access & 1}
        if failure is not None:  # the others go on from the state before, as if the failing step were still to come
            return _Node(node.machine, None, sleep, node.halted | 1 << taken.thread)
        return _Node(machine, taken, sleep, node.halted)

    def _enter(self, node: _Node) -> None:
        node.key = node.machine.key()
        if node.key in self._on_path:
            raise Repeated
        self._on_path.add(node.key)
        self._seen.add(hash(node.key))

    # Happens-before

    def _order(self, thread: int, number: int) -> tuple[Clock, list[int]]:
        """Return the clock of a thread's next step, and the places of the steps that it could have preceded."""
        before = self._clock(thread)
        ordered, covered = list(before), list(before)
        mask = self._conflicts[number]
        races = []
        for place in range(len(self._events) - 1, -1, -1):
            event = self._events[place]
            other = event.taken.thread
            if not mask >> event.number & 1:
                continue
            if event.clock[other] > covered[other] and self._can_precede(thread, number, place):
                races.append(place)
                covered = list(map(max, covered, event.clock))
            if event.clock[other] > ordered[other]:
                ordered = list(map(max, ordered, event.clock))
        ordered[thread] += 1
        return tuple(ordered), races

    def _clock(self, thread: int) -> Clock:
        """Return the clock of a thread's last step."""
        for event in reversed(self._events):
            if event.taken.thread == thread:
                return event.clock
        return self._none

    def _can_precede(self, thread: int, number: int, place: int) -> bool:
        """Return whether the step could come right before the one at `place`."""
        if not self._accesses.may_block(number):
            return True
        machine = self._nodes[place].machine.copy()
        for event in self._independent(place):
            if event.failure is None:
                if event.taken.thread not in machine.enabled():
                    return False
                machine.advance(event.taken.thread)
        return thread in machine.enabled() and self._accesses.number(machine.peek(thread)) == number

    def _independent(self, place: int) -> Iterator[_Event]:
        """Yield the steps after `place` that did not need it to come first."""
        first = self._events[place]
        thread, count = first.taken.thread, first.clock[first.taken.thread]
        for event in self._events[place + 1 :]:
            if event.clock[thread] < count:
                yield event

    # Planning

    def _plan(self, fresh: int) -> None:
        """Plan a run for each race whose second step is new in this run."""
        for event in self._events[fresh:]:
            for place in event.races:
                self._turn_round(place, event.taken.thread, event.number, event)
        for thread, number in self._still_to_come():
            for place in self._order(thread, number)[1]:
                if not self._is_frozen(number, place):
                    self._turn_round(place, thread, number, None)

    def _still_to_come(self) -> list[tuple[int, int]]:
        """Return the threads that never came to their next step, with its number."""
        last = self._nodes[-1]
        threads = [thread for thread in range(len(self._none)) if not last.halted >> thread & 1]
        pending = [(thread, last.machine.peek(thread)) for thread in threads]
        return [(thread, self._accesses.number(access)) for thread, access in pending if access is not None]

    def _turn_round(self, place: int, thread: int, number: int, event: _Event | None) -> None:
        """Plan a run in which the thread's step (`event`, if it took place) comes before that at `place`."""
        node = self._nodes[place]
        steps = [
            (other.taken.thread, other.number)
            for other in self._independent(place)
            if other is not event and other.failure is None
        ]
        steps.append((thread, number))
        if not wakeup.is_redundant(steps, node.sleep, self._conflicts):
            wakeup.insert(node.branches, steps, self._conflicts)

    def _back(self) -> bool:
        """Go back to the last state from which something is planned; return whether there is one."""
        while self._events:
            self._leave(self._nodes.pop())
            event = self._events.pop()
            node = self._nodes[-1]
            node.sleep[event.taken.thread] = event.number
            if node.branches:
                return True
        return False

    def _leave(self, node: _Node) -> None:
        if node.key is not None:
            self._on_path.discard(node.key)

    # Telling

    def _run(self, ended: bool) -> Run:
        taken: list[Taken] = []
        failed = []
        for event in self._events:
            if event.failure is None:
                taken.append(event.taken)
            else:
                failed.append(Broken(event.failure, [*taken, event.taken]))
        return Run(self._nodes[-1].machine, taken, failed, ended)
