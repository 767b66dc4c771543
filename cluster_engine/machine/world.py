"""The concurrent world: threads of one program on cores, under a scheduler, in virtual time.

A step takes effect when it begins and keeps its core for as long as it lasts. work(ms) keeps the core too, and can be
interrupted; sleep(ms) gives it up. Under the scheduler `hand` nothing moves by itself: each `step` of the learner is
one atomic step at the present moment, and work and sleep cost nothing, as in an exploration of schedules.
"""

from typing import Any

from cluster_engine.actions import Action, Refused, action_to_json
from cluster_engine.machine.accesses import Step
from cluster_engine.machine.cores import (
    BLOCKED,
    ENDED,
    KILLED,
    READY,
    RUNNING,
    SLEEPING,
    Core,
    MachineConfig,
    Thread,
)
from cluster_engine.machine.language.compile import compile_program
from cluster_engine.machine.machine import Machine
from cluster_engine.machine.scheduling import choose, priorities
from cluster_engine.machine.showing import (
    MEMORY,
    PROGRAM,
    core_nodes,
    hopeless_facts,
    location_of,
    memory_node,
    object_nodes,
    program_node,
    thread_nodes,
)
from cluster_engine.machine.tasks import END
from cluster_engine.records import Blocked, Changed, Fault, Noted, Ran, Record, Stepped, Woke
from cluster_engine.simulation import Simulation

_GO, _DONE, _WAKE, _ACT = range(4)
_GIVES_BACK = ("unlock", "release", "notify", "set", "put", "get", "write", "update")

Node = dict[str, Any]


class MachineWorld:
    """A program under way on a computer. Raises ProgramError if the text is no program."""

    def __init__(self, seed: int, config: MachineConfig, text: str) -> None:
        self.simulation = Simulation(seed)
        self.config = config
        self.machine = Machine(compile_program(text), timed=config.scheduler != "hand")
        plans = self.machine.program.threads
        self.threads = [Thread(number, plan.name, plan.priority) for number, plan in enumerate(plans)]
        self.cores = [Core(f"core:{number + 1}") for number in range(config.cores)]
        self.records: list[Record] = []
        self.notable: list[Record] = []
        self.seq = 0
        self._readers: dict[str, str] = {}
        self._writers: dict[str, str] = {}
        self._given: dict[str, int] = {}  # the record of what last changed or gave back a place
        self._output: list[str] = []
        self._cause = -1
        self._queued = len(plans)
        self._told_end = self._told_stuck = False
        self._hopeless: tuple[str, ...] = ()  # who is known to wait for ever
        self._shown: dict[str, Node] = {}
        self._shown = self._nodes() | {plan.name: {} for plan in plans}  # threads are told about from the start
        self._settle()

    # --- the World interface ---------------------------------------------------------------

    @property
    def now(self) -> float:
        """The present moment in virtual ms."""
        return self.simulation.now

    @property
    def by_hand(self) -> bool:
        """Whether the learner is the scheduler."""
        return self.config.scheduler == "hand"

    def next_at(self) -> float:
        """Return the time of the next event in ms."""
        return self.simulation.next_at()

    def advance_clock(self, to_ms: float) -> None:
        """Let time pass up to a moment at which nothing happens yet."""
        self.simulation.now = max(self.simulation.now, to_ms)

    def step(self) -> None:
        """Execute the next event."""
        _, _, code, *what = self.simulation.pop()
        self._cause = -1
        if code == _ACT:
            if not self.refusal(what[0]):
                self.apply(what[0])
            return
        if code == _WAKE:
            self._settle()
            return
        core, epoch = self.cores[what[0]], what[1]
        if core.epoch == epoch:
            (self._begin_slice if code == _GO else self._end_piece)(core)
            self._settle()

    def refusal(self, action: Action) -> str | None:
        """Say why the action is impossible now, or None."""
        return action.refusal(self)

    def apply(self, action: Action) -> None:
        """Do what a person asked for; raise `Refused` when it is impossible now."""
        if reason := action.refusal(self):
            raise Refused(reason)
        self._cause = self.emit(Fault, action_to_json(action), action.words()).seq
        action.apply(self)
        self._settle()

    def schedule(self, at: float, action: Action) -> None:
        """Stage an action: it takes effect at that time, if it is possible then."""
        self.simulation.schedule(at, _ACT, action)

    def emit(self, kind: type[Record], *values: Any, cause: int = -1) -> Record:
        """Append a record of the present moment and return it."""
        record = kind(self.seq, self.now, cause, *values)
        self.seq += 1
        self.records.append(record)
        self.notable.append(record)
        return record

    def view(self) -> dict[str, Any]:
        """Return the present state, as panels draw it."""
        return {"at": self.now, "nodes": self._nodes(), "network": {}, "messages": [], "operations": []}

    # --- what actions ask and do ------------------------------------------------------------

    def thread(self, name: str) -> Thread | None:
        """Return a thread by name."""
        return next((thread for thread in self.threads if thread.name == name), None)

    def reason(self, thread: Thread) -> str:
        """Say why a thread cannot step now; "" if it can."""
        if self.machine.failure is not None:
            return f"the run has ended: line {self.machine.failure.line} failed"
        if thread.role == KILLED:
            return f"{thread.name} was killed"
        if thread.role == ENDED:
            return f"{thread.name} has ended"
        if thread.until > self.now:
            return f"{thread.name} sleeps until {thread.until:g} ms"
        for one in self.machine.blocked():
            if one.thread == thread.number:
                for_ever = any(other.thread == one.thread for other in self.machine.hopeless().waiting)
                return f"{thread.name} is blocked{' for ever' if for_ever else ''}: {one.why}"
        return ""

    def take(self, thread: Thread) -> None:
        """Let a thread take one step, by hand; it has core 1 from now on."""
        core = self.cores[0]
        if core.thread != thread.number:
            self._put_on_by_hand(core, thread)
        step = self._take_step(thread)
        if step.access.op == "yield" or self.machine.tasks[thread.number].pc == END:
            self._leave(core)

    def preempt(self, thread: Thread) -> None:
        """Take a running thread's core away; it queues up behind the others."""
        self._leave(self._core_of(thread))
        self._queue(thread)

    def delay(self, thread: Thread, for_ms: float) -> None:
        """Let a thread stand still for a while."""
        if thread.core:
            self._leave(self._core_of(thread))
        self._sleep(thread, for_ms)

    def kill(self, thread: Thread) -> None:
        """End a thread where it stands; what it holds stays held."""
        if thread.core:
            self._leave(self._core_of(thread))
        held = self.machine.held(thread.number)
        self.machine.kill(thread.number)
        thread.remaining = 0.0
        self.emit(Noted, thread.name, "killed", {"held": held}, "", cause=self._cause)

    def wake(self, thread: Thread) -> None:
        """Wake a thread that waits for a condition, though nobody has notified it."""
        self.machine.wake(thread.number)
        self.emit(Noted, thread.name, "spurious", {}, "", cause=self._cause)

    # --- cores ------------------------------------------------------------------------------

    def _core_of(self, thread: Thread) -> Core:
        return next(core for core in self.cores if core.name == thread.core)

    def _put_on_by_hand(self, core: Core, thread: Thread) -> None:
        if core.thread is not None:
            last = self.threads[core.thread]
            if last.number in self.machine.enabled():
                facts = {"by": thread.name}
                self.emit(Noted, last.name, "preempted", facts, "", cause=self._cause)
            self._leave(core)
        self._assign(core, thread)
        core.began = self.now

    def _assign(self, core: Core, thread: Thread) -> bool:
        """Give a core to a thread; return whether the core has to change threads for it."""
        changes = core.last is not None and core.last != thread.number
        core.thread, core.last = thread.number, thread.number
        core.began, core.epoch, core.chunk = self.now, core.epoch + 1, 0.0
        thread.core = core.name
        if changes:
            core.switches += 1
            thread.switches += 1
            core.cold = self.config.cold_steps
        self._turn(thread, RUNNING)
        return changes

    def _leave(self, core: Core) -> None:
        """Take the core from its thread."""
        assert core.thread is not None, f"{core.name} serves nobody"
        thread = self.threads[core.thread]
        if core.chunk:  # work that was interrupted
            thread.remaining += self._piece_left(core)
        self._account(core, switch=core.switching)
        core.thread, core.switching, core.slow, core.chunk = None, False, False, 0.0
        core.epoch += 1
        thread.core, thread.aged = "", 0.0

    def _piece_left(self, core: Core) -> float:
        return max(0.0, core.began + core.chunk - self.now)

    def _account(self, core: Core, switch: bool) -> None:
        """Record the stretch of time that ends now."""
        if core.thread is not None and self.now > core.began:
            spent = self.now - core.began
            if switch:
                core.switching_ms += spent
            else:
                core.busy_ms += spent
                core.cold_ms += spent if core.slow else 0.0
            self.emit(Ran, core.name, self.threads[core.thread].name, core.began, switch, core.slow)
        core.began = self.now

    def _begin_stretch(self, core: Core, slow: bool) -> None:
        """End the present stretch where slow steps begin or end."""
        if slow != core.slow:
            self._account(core, switch=False)
            core.slow = slow

    def _begin_slice(self, core: Core) -> None:
        self._account(core, switch=core.switching)
        core.switching = False
        core.slice_ends = self.now + self.config.quantum_ms
        assert core.thread is not None, f"{core.name} serves nobody"
        if self._able(self.threads[core.thread]):
            self._go_on(core)
        else:  # another core's thread was quicker
            self._leave(core)

    def _go_on(self, core: Core) -> None:
        """Begin the next piece of the thread's work: a step, or a stretch of work(ms)."""
        assert core.thread is not None, f"{core.name} serves nobody"
        thread = self.threads[core.thread]
        if thread.remaining <= 0:
            self._begin_stretch(core, slow=core.cold > 0)
            lasts = self.config.step_ms * (self.config.cold_factor if core.slow else 1.0)
            core.cold = max(0, core.cold - 1)
            self._take_timed(core, thread, lasts)
            return
        piece = min(thread.remaining, max(core.slice_ends - self.now, 0.001))
        self._account(core, switch=False)
        core.slow = False
        core.chunk = piece
        thread.remaining -= piece
        self._later(_DONE, core, piece)

    def _take_timed(self, core: Core, thread: Thread, lasts: float) -> None:
        access = self._take_step(thread).access
        if access.op == "work":
            thread.remaining = float(access.value)
        elif access.op == "sleep":
            self._sleep(thread, float(access.value) + lasts)
        elif access.op == "yield":
            core.slice_ends = self.now
        self._later(_DONE, core, lasts)

    def _later(self, code: int, core: Core, after: float) -> None:
        self.simulation.schedule(self.now + after, code, self.cores.index(core), core.epoch)

    def _end_piece(self, core: Core) -> None:
        assert core.thread is not None, f"{core.name} serves nobody"
        core.chunk = 0.0
        thread = self.threads[core.thread]
        if not self._able(thread):
            self._leave(core)
        elif self._must_yield(core, thread):
            self.emit(Noted, thread.name, "preempted", {"by": "the scheduler"}, "")
            self._leave(core)
            self._queue(thread)
        else:
            if self.now >= core.slice_ends:
                core.slice_ends = self.now + self.config.quantum_ms
            self._go_on(core)

    def _must_yield(self, core: Core, thread: Thread) -> bool:
        others = [other for other in self.threads if other.role == READY]
        if self.config.scheduler == "priority" and others:
            ranks = priorities(self.machine, self.threads, self.config, self.now)
            best = max(ranks[other.number] for other in others)
            if best != ranks[thread.number]:
                return best > ranks[thread.number]
        return bool(others) and self.now >= core.slice_ends

    # --- threads ----------------------------------------------------------------------------

    def _take_step(self, thread: Thread) -> Step:
        step = self.machine.step(thread.number)
        access = step.access
        own = thread.seq if thread.seq >= 0 else self._cause
        cause = self._given.get(access.location, own) if access.location else own
        value = "" if access.value is None else str(access.value)
        thread.seq = self.emit(
            Stepped, thread.name, step.line, step.column, step.instruction, access.op, access.location, value,
            step.text, access.also, cause=cause,
        ).seq  # fmt: skip
        thread.steps += 1
        for place, changes in access.places().items():
            self._touch(thread, place, changes, access.op)
        if step.printed is not None:
            self._output.append(f"{thread.name}: {step.printed}")
            self.emit(Noted, thread.name, "printed", {"text": step.printed}, "", cause=thread.seq)
        self._cause = thread.seq
        return step

    def _touch(self, thread: Thread, place: str, changes: bool, op: str) -> None:
        if changes:
            self._writers[place] = thread.name
        if not changes or op == "update":
            self._readers[place] = thread.name
        if op in _GIVES_BACK:
            self._given[place] = thread.seq

    def _sleep(self, thread: Thread, for_ms: float) -> None:
        thread.until = max(thread.until, self.now + for_ms)
        self.simulation.schedule(thread.until, _WAKE)

    def _queue(self, thread: Thread) -> None:
        thread.queued = self._queued
        self._queued += 1

    def _able(self, thread: Thread) -> bool:
        """Return whether a thread could use a core now."""
        if thread.until > self.now or self.machine.failure is not None:
            return False
        return thread.remaining > 0 or thread.number in self.machine.enabled()

    def _turn(self, thread: Thread, role: str) -> None:
        before = thread.role
        thread.turn(role, self.now)
        if role == READY and before != RUNNING:
            self._queue(thread)

    # --- after each event -------------------------------------------------------------------

    def _settle(self) -> None:
        """Bring everybody's role up to date, fill idle cores, and tell what has changed."""
        if self.machine.failure is not None or all(
            self._is_over(thread) and not thread.core for thread in self.threads
        ):
            self._end()
        self._assign_roles()
        if not self.by_hand and self.machine.failure is None:  # after a failure nobody gets a core
            self._preempt_for_priority()
            self._fill_cores()
        self._tell_changes()
        self._tell_hopeless()

    def _end(self) -> None:
        if self._told_end:
            return
        self._told_end = True
        failure = self.machine.failure
        for core in self.cores:
            if failure is not None and core.thread is not None:
                self._leave(core)
        facts = {"outcome": outcome_text(self.machine), "result": self._result()}
        if failure is None:
            self.emit(Noted, "", "finished", facts, "", cause=self._cause)
            return
        facts |= {"kind": failure.kind, "line": failure.line, "text": failure.text}
        name = self.machine.name_of(failure.thread) if failure.thread >= 0 else ""
        self.emit(Noted, name, "failed", facts, "", cause=self._cause)

    def _result(self) -> int | None:
        """Return the first shared variable of the program that holds a number."""
        values = self.machine.outcome()
        numbers = (values.get(name) for name in self.machine.program.variables)
        return next((value for value in numbers if type(value) is int), None)

    def _tell_hopeless(self) -> None:
        """Say so when a thread can never move again by itself, and when none can."""
        roles = [thread.role for thread in self.threads]
        stuck = BLOCKED in roles and all(role in (BLOCKED, ENDED, KILLED) for role in roles)
        facts = hopeless_facts(self.machine, [role == BLOCKED for role in roles])
        names = tuple([name for name, *_ in facts["waiting"]])
        news = [name for name in names if name not in self._hopeless]
        if stuck and not self._told_stuck and self.machine.failure is None:
            self.emit(Noted, "", "stuck", facts, "", cause=self._cause)
        elif news and not stuck:
            self.emit(Noted, "", "hopeless", {**facts, "news": news}, "", cause=self._cause)
        self._told_stuck, self._hopeless = stuck, names

    def _assign_roles(self) -> None:
        enabled = self.machine.enabled()
        waiting = {one.thread: one for one in self.machine.blocked()}
        for thread in self.threads:
            role = self._role(thread, enabled)
            if role == thread.role:
                continue
            if role == BLOCKED:
                one = waiting[thread.number]
                owners = [self.machine.name_of(owner) for owner in one.owners]
                on = location_of(self.machine, one.on)
                cause = self._given.get(on, self._cause)
                self.emit(Blocked, thread.name, on, owners, one.line, one.why, cause=cause)
            elif thread.role == BLOCKED and role in (READY, RUNNING):
                self.emit(Woke, thread.name, self._shown[thread.name]["waits_for"], cause=self._cause)
            self._turn(thread, role)

    def _is_over(self, thread: Thread) -> bool:
        """Return whether nothing is left to do, work(ms) as the last step included."""
        return self.machine.tasks[thread.number].pc == END and thread.remaining <= 0

    def _role(self, thread: Thread, enabled: list[int]) -> str:
        if self._is_over(thread) and not thread.core:
            return KILLED if self.machine.tasks[thread.number].killed else ENDED
        if thread.until > self.now:
            return SLEEPING
        if thread.core and (not self.by_hand or thread.number in enabled):
            return RUNNING
        if thread.remaining > 0 or thread.number in enabled:
            return READY
        if self.machine.failure is not None:
            return READY if thread.role == RUNNING else thread.role
        return BLOCKED

    def _preempt_for_priority(self) -> None:
        """Interrupt work(ms) for a thread of higher priority; a step is too short to be interrupted."""
        if self.config.scheduler != "priority":
            return
        ranks = priorities(self.machine, self.threads, self.config, self.now)
        ready = sorted((ranks[t.number] for t in self.threads if t.role == READY), reverse=True)
        idle = sum(core.thread is None for core in self.cores)
        for best in ready[idle:]:
            working = [core for core in self.cores if core.thread is not None and core.chunk]
            core = min(working, key=lambda core: ranks[core.thread or 0], default=None)
            if core is None or core.thread is None or ranks[core.thread] >= best:
                return
            thread = self.threads[core.thread]
            self.emit(Noted, thread.name, "preempted", {"by": "the scheduler"}, "", cause=self._cause)
            self._leave(core)
            self._turn(thread, READY)
            self._queue(thread)

    def _fill_cores(self) -> None:
        for core in self.cores:
            ready = [thread for thread in self.threads if thread.role == READY]
            if core.thread is None and ready:
                ranks = priorities(self.machine, self.threads, self.config, self.now)
                thread = choose(ready, ranks, self.config, self.simulation.stream("scheduler"))
                thread.aged = ranks[thread.number] - thread.base if self.config.ageing_ms else 0.0
                core.switching = self._assign(core, thread) and self.config.switch_ms > 0
                self._later(_GO, core, self.config.switch_ms if core.switching else 0.0)

    def _nodes(self) -> dict[str, Node]:
        ranks = priorities(self.machine, self.threads, self.config, self.now)
        reasons = [self.reason(thread) for thread in self.threads]
        return {
            **thread_nodes(self.machine, self.threads, ranks, reasons),
            **object_nodes(self.machine),
            **core_nodes(self.cores, self.threads),
            MEMORY: memory_node(self.machine, self._readers, self._writers),
            PROGRAM: self._shown.get(PROGRAM) or program_node(self.machine, ()),
        }

    def _tell_changes(self) -> None:
        nodes = self._nodes()
        nodes[PROGRAM] = {**nodes[PROGRAM], "output": self._output[-50:]}
        for name, node in nodes.items():
            before = self._shown[name]
            changes = {field: value for field, value in node.items() if field not in before or value != before[field]}
            if changes:
                self.emit(Changed, name, changes, cause=self._cause)
        self._shown = nodes


def outcome_text(machine: Machine) -> str:
    """Return the values of the shared variables as people write them: "c = 2, d = 5"."""
    return ", ".join(f"{name} = {value!r}" for name, value in machine.outcome().items())
