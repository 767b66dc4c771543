"""The machine step by step: what is a step, who can take it, and how many schedules there are."""

import pickle
from collections import Counter
from itertools import combinations

import pytest

from cluster_engine.machine import Access, Machine, compile_program
from cluster_engine.machine.objects.rwlock import PREFERENCES
from tests.machine_runs import after, alone, classic, counted, ends, finished, machine, moved, states

# Published counts: schedules, and those that fail.
TABLE = {
    "lost-update": (6, 4),
    "lost-update-3": (90, 84),
    "two-stages": (37, 1),
    "setters-2": (82, 20),
    "setters-3": (2_124, 288),
    "two-locks": (6, 2),
    "wrong-lock": (199, 34),
    "philosophers-2": (6, 2),
    "philosophers-3": (168, 6),
    "if-wait": (30, 6),
    "publish": (56, 2),
    "peterson-once": (688, 0),
}


@pytest.mark.parametrize("name", TABLE)
def test_counts_of_schedules_are_the_published_ones(name: str) -> None:
    assert counted(classic(name)) == TABLE[name]


@pytest.mark.parametrize(
    ("threads", "times", "finals"),
    [
        (2, 1, {1: 4, 2: 2}),
        (2, 2, {2: 32, 3: 32, 4: 6}),
        (2, 3, {2: 8, 3: 300, 4: 416, 5: 180, 6: 20}),
        (3, 1, {1: 48, 2: 36, 3: 6}),
    ],
)
def test_lost_updates_end_as_published(threads: int, times: int, finals: dict[int, int]) -> None:
    text = f"c = 0\ndef f():\n  for i in range({times}):\n    c += 1\n" + "Thread(f)\n" * threads
    assert Counter(m.outcome()["c"] for m in ends(machine(text))) == finals


@pytest.mark.parametrize(("threads", "times", "schedules"), [(2, 4, 70), (2, 5, 252), (3, 3, 1_680)])
def test_yields_are_steps(threads: int, times: int, schedules: int) -> None:
    text = f"def f():\n  for i in range({times}):\n    yield_()\n" + "Thread(f)\n" * threads
    assert counted(text) == (schedules, 0)


RIGHT = [
    "aba-stack-right", "barrier-reuse-right", "check-then-act-locked", "lost-update-atomic", "lost-update-locked",
    "lost-wakeup-right", "philosophers-3-right", "readers-writers", "torn-read-whole", "two-locks-ordered",
    "while-wait", "double-checked-right", "bounded-buffer-right",
]  # fmt: skip
WRONG = {
    "aba-stack": "assertion", "barrier-reuse": "deadlock", "bounded-buffer": "deadlock", "check-then-act": "assertion",
    "double-checked": "assertion", "lost-wakeup": "deadlock", "partial-deadlock": "deadlock",
    "readers-writers-wrong": "assertion", "torn-read": "assertion", "transfer": "deadlock",
    "two-preemptions": "assertion",
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_right_programs_are_right_under_every_schedule(name: str) -> None:
    assert counted(classic(name))[1] == 0


@pytest.mark.parametrize("name", WRONG)
def test_wrong_programs_fail_in_their_way(name: str) -> None:
    last = list(ends(machine(classic(name))))
    kinds = {m.failure.kind if m.failure else "deadlock" for m in last if m.failure or not m.done}
    assert kinds == {WRONG[name]}


# What is a step


def test_an_augmented_assignment_is_a_load_and_a_store() -> None:
    m = machine("x = 1\ndef f():\n    x += 1\nThread(f)")
    assert moved(m, "AA") == ["load x: 1", "store x = 2"]
    assert [step.text for step in m.program.steps_of(3)] == ["load x", "store x"]
    assert m.program.steps_of(1) == []


def test_local_work_costs_no_step() -> None:
    m = machine("x = 0\ndef f(n):\n    y = n * 2\n    for i in range(y):\n        y += i\n    x = y\nThread(f, 3)")
    assert moved(m, "A") == ["store x = 21"]
    assert m.done


def test_a_thread_that_touches_nothing_has_ended_at_the_start() -> None:
    m = machine("def f():\n    y = 1\nThread(f)\nassert 1 + 1 == 3")
    assert m.done
    assert m.failure is not None
    assert m.failure.thread == -1
    assert m.failure.line == 4


def test_and_reads_its_right_side_only_if_it_must() -> None:
    text = "a = {}\nb = 1\ndef f():\n    if a and b:\n        pass\nThread(f)"
    assert moved(machine(text.format(0)), "A") == ["load a: 0"]
    assert moved(machine(text.format(1)), "AA") == ["load a: 1", "load b: 1"]


def test_elements_are_places_of_their_own() -> None:
    m = machine("""
        seats = [0, 0]
        ages = {"ann": 1}
        def f(i):
            seats[i] += 1
            ages["ann"] = seats[-1]
            ages["bob"] = len(seats)
        Thread(f, 1)
    """)
    assert moved(m, "AAAAAA") == [
        "load seats[1]: 0", "store seats[1] = 1", "load seats[1]: 1", "store ages['ann'] = 1", "look at len(seats)",
        "store ages['bob'] = 2",
    ]  # fmt: skip
    assert m.outcome() == {"ages": {"ann": 1, "bob": 2}, "seats": [0, 1]}


def test_a_name_that_gets_another_list_is_read_before_the_element() -> None:
    m = machine("pair = [1, 2]\ndef f():\n    pair = [3, 4]\ndef g():\n    x = pair[0]\nThread(f)\nThread(g)")
    assert moved(m, "BAB") == ["load pair: [1, 2]", "store pair = [3, 4]", "load pair[0]: 1"]
    assert m.outcome() == {"pair": [3, 4]}


def test_a_list_is_the_thread_s_own_until_it_is_published() -> None:
    m = machine("""
        found = None
        def f():
            own = [1]
            own.append(2)
            found = own
            own[0] = 5
        Thread(f)
    """)
    assert moved(m, "AA") == ["store found = [1, 2]", "store found[0] = 5"]
    assert m.outcome() == {"found": [5, 2]}


def test_shape_and_elements_conflict_as_they_must() -> None:
    m = machine("""
        items = [1, 2]
        def first():
            x = items[0]
        def last():
            items.pop()
        def more():
            items.append(3)
        def count():
            n = len(items)
        def end():
            x = items[-1]
        Thread(first)
        Thread(last)
        Thread(more)
        Thread(count)
        Thread(end)
    """)
    first, last, more, count, end = [m.peek(thread) or Access("", "") for thread in range(5)]
    assert [first.conflicts(other) for other in (last, more, count, end)] == [False] * 4
    assert [last.conflicts(other) for other in (more, count, end)] == [True] * 3
    assert end.conflicts(more)
    assert not count.conflicts(end)


def test_going_through_a_shared_list_is_a_step_an_element() -> None:
    m = machine("items = [4, 5]\nr = 0\ndef f():\n    s = 0\n    for x in items:\n        s += x\n    r = s\nThread(f)")
    words = ["load items[0]: 4", "load items[1]: 5", "load items", "store r = 9"]
    assert moved(m, "AAAA") == words


def test_print_is_a_step_and_work_costs_nothing_where_time_does_not_count() -> None:
    text = "x = 1\ndef f():\n    work(5)\n    print('x is', x)\n    sleep(2.5)\nThread(f)"
    m = machine(text)
    assert m.peek(0) == Access("read", "x", 1)
    m.step(0)
    assert m.step(0).printed == "x is 1"
    assert m.done


def test_work_and_sleep_are_steps_of_a_timed_machine() -> None:
    m = machine("x = 1\ndef f():\n    work(5)\n    x = 2\n    sleep(2.5)\nThread(f)", timed=True)
    steps = [m.step(0).access for _ in range(3)]
    assert [(step.op, step.location, step.value) for step in steps] == [
        ("work", "", 5), ("write", "x", 2), ("sleep", "", 2.5),
    ]  # fmt: skip


def test_return_in_a_with_releases_what_is_held() -> None:
    m = machine("""
        a = Lock()
        b = Lock()
        x = 0
        def f():
            with a:
                with b:
                    return x + 1
        def g():
            x = f()
        Thread(g)
    """)
    words = ["lock a", "lock b", "load x: 0", "unlock b", "unlock a", "store x = 1"]
    assert moved(m, "A" * 6) == words


def test_break_and_continue_release_what_the_round_holds() -> None:
    m = machine("""
        a = Lock()
        b = Lock()
        def f():
            with a:
                for i in range(3):
                    with b:
                        if i == 0:
                            continue
                        break
        Thread(f)
    """)
    assert moved(m, "A" * 6) == ["lock a", "lock b", "unlock b", "lock b", "unlock b", "unlock a"]


def test_a_failed_assert_ends_the_run_within_the_step_before_it() -> None:
    m = machine("x = 1\ny = 0\ndef f():\n    assert x == 2, f'x is {x}, y is {y}'\n    y = 1\nThread(f)\nThread(f)")
    assert moved(m, "A") == ["load x: 1"]
    assert m.failure is not None
    assert m.failure[:4] == ("assertion", 0, 4, 5)
    assert m.failure.text == "x is 1, y is 0 (`assert x == 2` does not hold: 1 == 2)"
    assert m.enabled() == []
    with pytest.raises(ValueError, match="B cannot take a step"):
        m.step(1)


# Objects


def test_a_lock_lets_one_in_and_tells_who_waits() -> None:
    m = machine("m = Lock()\nx = 0\ndef f():\n    with m:\n        x = 1\nThread(f)\nThread(f)")
    moved(m, "B")
    assert m.enabled() == [1]
    [waiting] = m.blocked()
    assert waiting[:5] == (0, "m", 1, 4, (1,))
    assert waiting.why == "it waits for `m`, which B holds"
    assert m.held(1) == ["m"]
    moved(m, "BB")
    assert m.enabled() == [0]


def test_a_lock_is_not_reentrant_and_an_rlock_is() -> None:
    text = "m = {}()\ndef f():\n    with m:\n        with m:\n            pass\nThread(f)\nThread(f)"
    plain, again = machine(text.format("Lock")), machine(text.format("RLock"))
    moved(plain, "A")
    assert plain.enabled() == []
    assert [waiting.owner for waiting in plain.blocked()] == [0, 0]
    moved(again, "AAA")
    assert again.enabled() == [0]
    moved(again, "ABBBB")
    assert again.done


def test_only_the_holder_releases_a_lock() -> None:
    m = machine("m = Lock()\ndef f():\n    m.acquire()\ndef g():\n    m.release()\nThread(f)\nThread(g)")
    moved(m, "AB")
    assert m.failure is not None
    assert m.failure.text == "`m` cannot be released by B: A holds it."
    m = finished(machine("m = Lock()\ndef g():\n    m.release()\nThread(g)"))
    assert m.failure is not None
    assert m.failure.text.endswith("nobody holds it.")


@pytest.mark.parametrize("ask", ["m.try_acquire()", "m.acquire(blocking=False)"])
def test_trying_a_lock_does_not_block(ask: str) -> None:
    m = machine(f"m = Lock()\ngot = [0, 0]\ndef f(i):\n    got[i] = {ask}\nThread(f, 0)\nThread(f, 1)")
    assert moved(m, "ABAB")[0] == "try to lock m"
    assert m.outcome() == {"got": [True, False]}


def test_a_semaphore_has_n_permits() -> None:
    m = machine("s = Semaphore(2)\ndef f():\n    with s:\n        yield_()\nThread(f)\nThread(f)\nThread(f)")
    moved(m, "AB")
    assert m.enabled() == [0, 1]
    assert m.blocked()[0].why == "it waits for a permit of `s`, which has none left"
    moved(m, "AA")
    assert m.enabled() == [1, 2]


WAITERS = """
    m = Lock()
    c = Condition(m)
    def wait():
        with c:
            c.wait()
    def notify():
        with c:
            c.{}
    Thread(wait)
    Thread(wait)
    Thread(notify, name="N")
"""


def test_wait_gives_the_lock_up_and_sleeps_until_it_is_notified() -> None:
    m = machine(WAITERS.format("notify()"))
    assert moved(m, "AA") == ["lock m", "wait on c"]
    assert m.enabled() == [1, 2]
    assert m.blocked()[0].why == "it sleeps on `c` until another thread notifies it"
    assert moved(m, "NN") == ["lock m", "notify one on c"]
    assert m.enabled() == [2]
    assert m.blocked()[0].why == "it waits for `m`, which N holds"
    moved(m, "N")
    assert m.enabled() == [0, 1]
    assert moved(m, "AA") == ["wake from c and lock m", "unlock m"]


def test_notify_wakes_the_longest_sleeper_and_notify_all_everyone() -> None:
    one, everyone, two = [machine(WAITERS.format(how)) for how in ("notify()", "notify_all()", "notify(2)")]
    for m in (one, everyone, two):
        moved(m, "BBAANNN")
    assert one.enabled() == [1]
    assert everyone.enabled() == [0, 1]
    assert two.enabled() == [0, 1]


def test_a_newcomer_may_take_the_lock_before_the_woken() -> None:
    m = machine(classic("if-wait"))
    moved(m, "AAACCCCC")
    assert m.enabled() == [0, 1, 2]


def test_a_notify_that_nobody_waits_for_is_lost() -> None:
    m = machine(WAITERS.format("notify_all()"))
    moved(m, "NNNAABB")
    assert m.enabled() == []
    assert not m.done


def test_waiting_needs_the_lock_and_notifying_does_not() -> None:
    m = machine("c = Condition()\ndef f():\n    c.notify()\n    c.wait()\nThread(f)")
    assert moved(m, "AA") == ["notify one on c", "wait on c"]
    assert m.failure is not None
    assert m.failure.text == "c.wait() needs `c.lock`, which A does not hold."


def test_wait_restores_how_often_an_rlock_is_held() -> None:
    m = machine("""
        m = RLock()
        c = Condition(m)
        def f():
            with m:
                with c:
                    c.wait()
        def g():
            with m:
                c.notify()
        Thread(f)
        Thread(g)
    """)
    moved(m, "AAABBBA")
    assert m.program.objects[0].value(m) == 2
    moved(m, "AA")
    assert m.done


def test_a_spurious_wake_up() -> None:
    m = machine(WAITERS.format("notify()"))
    moved(m, "AA")
    assert not m.wake(1)
    assert m.wake(0)
    assert m.enabled() == [0, 1, 2]


def test_an_event_stays_set() -> None:
    m = machine(
        "e = Event()\nr = 0\ndef f():\n    e.wait()\n    r += 1\ndef g():\n    e.set()\nThread(f)\nThread(f)\nThread(g)"
    )
    assert m.enabled() == [2]
    assert m.blocked()[0].why == "it waits until `e` is set"
    moved(m, "CAB")
    assert m.enabled() == [0, 1]


def test_a_barrier_opens_for_n_and_can_be_used_again() -> None:
    m = machine("b = Barrier(2)\nr = [9, 9]\ndef f(i):\n    b.wait()\n    r[i] = b.wait()\nThread(f, 0)\nThread(f, 1)")
    assert moved(m, "A") == ["arrive at b"]
    assert m.enabled() == [1]
    assert m.blocked()[0].why == "it waits at `b` for 1 more"
    assert moved(m, "BB") == ["arrive at b", "arrive at b"]  # B is in the next round before A has left this one
    assert moved(m, "AAA") == ["leave b", "arrive at b", "store r[0] = 1"]
    assert moved(m, "BB") == ["leave b", "store r[1] = 0"]


RW = """
    lock = RWLock(prefer="{}")
    def read():
        with lock.read():
            yield_()
    def write():
        with lock.write():
            yield_()
    Thread(read)
    Thread(write)
    Thread(read)
    Thread(write)
"""


def test_readers_share_and_with_readers_first_a_writer_waits_for_all_of_them() -> None:
    m = machine(RW.format("readers"))
    assert moved(m, "A") == ["lock lock for reading"]
    assert m.enabled() == [0, 2]
    moved(m, "CAA")
    assert m.enabled() == [2]
    assert [waiting.owner for waiting in m.blocked()] == [2, 2]
    moved(m, "CC")
    assert m.enabled() == [1, 3]


def test_with_writers_first_no_reader_passes_a_writer_that_has_asked() -> None:
    m = machine(RW.format("writers"))
    moved(m, "ABC")
    assert m.enabled() == [0, 3]
    moved(m, "DAA")
    assert m.enabled() == [1]
    moved(m, "BBB")
    assert m.enabled() == [3]
    moved(m, "DDD")
    assert m.enabled() == [2]


def test_with_fair_who_asks_first_goes_first() -> None:
    m = machine(RW.format("fair"))
    moved(m, "ABCD")
    assert [m.name_of(thread) for thread in m.program.objects[0].sleepers(m)] == ["B", "C", "D"]
    moved(m, "AA")
    assert m.enabled() == [1]
    moved(m, "BBB")
    assert m.enabled() == [2]
    moved(m, "CCC")
    assert m.enabled() == [3]


def test_a_queue_is_first_in_first_out_and_bounded() -> None:
    m = machine("""
        q = Queue(2)
        r = [0, 0, 0]
        def put():
            for i in range(3):
                q.put(i + 1)
        def get():
            for i in range(3):
                r[i] = q.get()
        Thread(put)
        Thread(get)
    """)
    assert m.blocked()[0].why == "it waits while `q` is empty"
    moved(m, "AA")
    assert m.blocked()[0].why == "it waits while `q` is full"
    moved(m, "BBABBBB")
    assert m.outcome() == {"q": [], "r": [1, 2, 3]}


def test_trying_a_queue_does_not_block() -> None:
    m = alone(
        "r = [q.try_get(), q.try_put(1), q.try_put(2), q.full(), q.size(), q.try_get(), q.empty()]", "q = Queue(1)"
    )
    assert m.outcome()["r"] == [None, True, False, True, 1, 1, True]


def test_each_method_of_an_atomic_is_one_step() -> None:
    body = (
        "r = [a.fetch_add(2), a.compare_and_swap(7, 1), a.compare_and_swap(1, 9), a.exchange(3), a.load()]\na.store(4)"
    )
    m = machine(f"a = Atomic(5)\nr = None\ndef f():\n    {body.replace(chr(10), chr(10) + '    ')}\nThread(f)")
    steps = [m.step(0).access for _ in range(7)]
    assert [step.op for step in steps] == ["update", "update", "update", "update", "read", "write", "write"]
    assert {step.location for step in steps} == {"atomic:a", "r"}
    assert m.outcome() == {"a": 4, "r": [5, True, True, 9, 3]}


def test_a_killed_thread_goes_on_holding_its_lock() -> None:
    m = machine("m = Lock()\ndef f():\n    with m:\n        yield_()\nThread(f)\nThread(f)")
    moved(m, "A")
    m.kill(0)
    assert m.enabled() == []
    assert m.blocked()[0].owner == 0


def test_a_killed_thread_is_not_notified() -> None:
    m = machine(WAITERS.format("notify()"))
    moved(m, "AABB")
    m.kill(0)
    moved(m, "NNN")
    assert m.enabled() == [1]


# State


def test_a_copy_goes_on_alone() -> None:
    m = machine(classic("lost-update"))
    other = m.copy()
    moved(m, "AA")
    assert other.outcome() == {"c": 0}
    assert moved(other, "B") == ["load c: 0"]


def test_keys_are_equal_where_the_futures_are() -> None:
    m = machine("a = 0\nb = 0\ndef f():\n    x = a\n    a = 1\ndef g():\n    y = b\n    b = 1\nThread(f)\nThread(g)")
    one, other = m.copy(), m.copy()
    moved(one, "AABB")
    moved(other, "BABA")
    assert one.key() == other.key()
    assert one.key() != m.key()


def test_what_is_never_read_again_does_not_count() -> None:
    m = machine("a = 0\nb = 0\ndef f():\n    x = a\n    b = 1\ndef g():\n    a = 1\nThread(f)\nThread(g)")
    one, other = m.copy(), m.copy()
    assert moved(one, "AB")[0] == "load a: 0"
    assert moved(other, "BA")[1] == "load a: 1"
    assert one.key() == other.key()


def test_lists_made_in_another_order_are_the_same_state() -> None:
    text = "a = None\nb = None\ndef f():\n    a = [1]\ndef g():\n    b = [2]\nThread(f)\nThread(g)"
    one, other = machine(text), machine(text)
    moved(one, "AB")
    moved(other, "BA")
    assert one.key() == other.key()


def test_lists_that_nobody_reaches_are_forgotten() -> None:
    m = machine("last = None\ndef f():\n    while True:\n        x = [1, [2]]\n        last = x\nThread(f)")
    moved(m, "A")
    key = m.key()
    moved(m, "A" * 50)
    assert m.key() == key


def test_a_machine_pickles_in_the_middle_of_a_run() -> None:
    m = machine(classic("if-wait"))
    moved(m, "AAA")
    other = pickle.loads(pickle.dumps(m))
    assert isinstance(other, Machine)
    assert other.key() == m.key()
    assert moved(other, "CCCCCBBBBBB") == moved(m, "CCCCCBBBBBB")
    assert other.key() == m.key()


def test_what_a_thread_is_doing() -> None:
    m = machine(
        "x = 3\ndef inner(n):\n    return x + n\n"
        "def outer(k):\n    twice = k * 2\n    x = inner(twice)\nThread(outer, 4)"
    )
    assert m.calls(0) == [("outer", 6), ("inner", 3)]
    assert m.where(0) == (3, 12)
    assert m.locals(0) == {"n": "8"}
    assert m.next_words(0) == "load x"
    moved(m, "A")
    assert m.locals(0) == {"k": "4", "twice": "8"}
    assert m.peek(0) == Access("write", "x", 11)
    assert m.values() == {"x": "3"}
    moved(m, "A")
    assert m.peek(0) is None
    assert m.where(0) == (0, 0)


def test_every_line_of_a_with_has_its_lock_and_its_unlock() -> None:
    program = compile_program(classic("two-locks"))
    assert [step.text for step in program.steps_of(6)] == ["lock a", "unlock a"]


# What steps touch

CONTAINERS = """
items = [1, 2]
ages = {"ann": 1}
found = None
q = Queue(2)
def f(i):
    x = items[i]
    items[0] += 1
    items.append(i)
    own = [i]
    found = own
    items[-1] = len(items)
    for y in items:
        x += y
    if i in items:
        q.try_put(own)
def g(name):
    ages[name] = 5
    own = {name: 1}
    if name in ages and ages == own:
        own["x"] = ages.pop(name, 0)
    for key in ages:
        items.insert(0, ages.get(key, 3))
    ages[name] = found
    print(items.pop(), q.size())
    items.clear()
Thread(f, 1)
Thread(g, "bob")
"""
SIGNALS = """
e = Event()
b = Barrier(2)
s = Semaphore(1)
a = Atomic(0)
m = RLock()
c = Condition(m)
rw = RWLock(prefer="{}")
def f():
    with rw.read():
        a.fetch_add(1)
    e.set()
    with s:
        b.wait()
    with m:
        while a.load() < 9:
            c.wait()
            yield_()
def g():
    with rw.write():
        a.compare_and_swap(1, 2)
    b.wait()
    e.wait()
    with s:
        e.clear()
    a.store(9)
    with c:
        c.notify()
Thread(f)
Thread(g)
"""
WATCHED = {name: classic(name) for name in (*TABLE, *RIGHT, *WRONG, "dekker", "peterson", "try-lock")}
WATCHED |= {"containers": CONTAINERS} | {f"signals-{prefer}": SIGNALS.format(prefer) for prefer in PREFERENCES}


@pytest.mark.parametrize("name", WATCHED)
def test_steps_that_do_not_conflict_can_change_places(name: str) -> None:
    for m in states(machine(WATCHED[name])):
        able = m.enabled()
        for one, other in combinations(able, 2):
            first, second = m.peek(one), m.peek(other)
            assert first
            assert second
            if first.conflicts(second) or after(m, one).failure or after(m, other).failure:
                continue
            assert after(m, one, other).key() == after(m, other, one).key(), (first, second)


@pytest.mark.parametrize("name", WATCHED)
def test_only_steps_that_conflict_make_a_thread_able_or_unable_to_step(name: str) -> None:
    for m in states(machine(WATCHED[name])):
        for one in m.enabled():
            then = after(m, one)
            changed = set(m.enabled()) ^ set(then.enabled()) - {one}
            for other in [] if then.failure else changed - {one}:
                first, second = m.peek(one), m.peek(other)
                assert first
                assert second
                assert first.conflicts(second), (first, second)
