"""Small concurrent programs, right and wrong, in the language of the machine."""

LOST_UPDATE = """
c = 0
def add():
    x = c
    c = x + 1
Thread(add)
Thread(add)
assert c == 2
"""

LOST_UPDATE_OF_THREE = LOST_UPDATE.replace("assert c == 2", "Thread(add)\nassert c == 3")

TWO_STAGES = """
d1 = 0
d2 = 0
m1 = Lock()
m2 = Lock()
def first():
    with m1:
        d1 = 1
    with m2:
        d2 = d1 + 1
def second():
    with m1:
        t = d1
    if t == 0:
        return
    with m2:
        u = d2
    assert u == t + 1
Thread(first)
Thread(second)
"""

SETTERS = """
a = 0
b = 0
def set():
    a = 1
    b = -1
def check():
    x = a
    y = b
    assert x == 0 and y == 0 or x == 1 and y == -1
Thread(set)
Thread(set)
Thread(check)
"""

SETTERS_OF_THREE = SETTERS.replace("Thread(check)", "Thread(set)\nThread(check)")

TWO_LOCKS = """
a = Lock()
b = Lock()
def one():
    with a:
        with b:
            pass
def other():
    with b:
        with a:
            pass
Thread(one)
Thread(other)
"""

TWO_LOCKS_IN_ORDER = TWO_LOCKS.replace("with b:\n        with a:", "with a:\n        with b:")

WRONG_LOCK = """
v = 0
l1 = Lock()
l2 = Lock()
def checked():
    with l1:
        x = v
        v = v + 1
        assert v == x + 1
def plain():
    with l2:
        v = v + 1
Thread(checked)
Thread(plain)
"""


def philosophers(many: int, right: bool = False) -> str:
    """Return a table of philosophers who each take their left fork first; if `right`, the last one the right fork."""
    forks = "".join(f"f{n} = Lock()\n" for n in range(many))
    seats = [(n, (n + 1) % many) for n in range(many)]
    if right:
        seats[-1] = seats[-1][::-1]
    threads = "".join(f"Thread(eat, f{left}, f{right})\n" for left, right in seats)
    return f"{forks}def eat(left, right):\n    with left:\n        with right:\n            pass\n{threads}"


IF_INSTEAD_OF_WHILE = """
q = 0
m = Lock()
filled = Condition(m)
def consume():
    with m:
        if q == 0:
            filled.wait()
        q = q - 1
        assert q >= 0
def produce():
    for i in range(2):
        with m:
            q = q + 1
            filled.notify_all()
Thread(consume)
Thread(consume)
Thread(produce)
"""

WHILE = IF_INSTEAD_OF_WHILE.replace("if q == 0", "while q == 0")

PUBLISHED_TOO_EARLY = """
rdy = False
dat = 0
m = Lock()
def use():
    if not rdy:
        with m:
            rdy = True
            dat = 7
    assert dat == 7
Thread(use)
Thread(use)
"""

DOUBLE_CHECKED = """
rdy = False
dat = 0
made = 0
m = Lock()
def use():
    if not rdy:
        with m:
            if not rdy:
                dat = 7
                made += 1
                rdy = True
    assert dat == 7
Thread(use)
Thread(use)
assert made == 1
"""

CHECKED_ONCE = DOUBLE_CHECKED.replace("            if not rdy:\n", "            if True:\n")

PETERSON_ONCE = """
flag = [0, 0]
turn = 0
c = 0
def enter(i):
    j = 1 - i
    flag[i] = 1
    turn = j
    if flag[j] == 0 or turn == i:
        c = c + 1
    flag[i] = 0
Thread(enter, 0)
Thread(enter, 1)
"""

PETERSON = """
flag = [0, 0]
turn = 0
c = 0
def enter(i):
    j = 1 - i
    flag[i] = 1
    turn = j
    while flag[j] == 1 and turn == j:
        pass
    c = c + 1
    flag[i] = 0
Thread(enter, 0)
Thread(enter, 1)
assert c == 2
"""

PETERSON_WITHOUT_TURN = PETERSON.replace(" and turn == j", "")
PETERSON_ASKS_TOO_LATE = PETERSON.replace("    flag[i] = 1\n    turn = j\n", "    turn = j\n    flag[i] = 1\n")

DEKKER = """
want = [0, 0]
turn = 0
inside = 0
def enter(i):
    j = 1 - i
    want[i] = 1
    while want[j] == 1:
        if turn == j:
            want[i] = 0
            while turn == j:
                pass
            want[i] = 1
    inside = inside + 1
    assert inside == 1
    inside = inside - 1
    turn = j
    want[i] = 0
Thread(enter, 0)
Thread(enter, 1)
"""

DEKKER_LOOKS_BEFORE_IT_ASKS = DEKKER.replace(
    "    want[i] = 1\n    while want[j] == 1:\n", "    while want[j] == 1:\n"
).replace("    inside = inside + 1\n", "    want[i] = 1\n    inside = inside + 1\n", 1)

CHECK_THEN_ACT = """
seats = 1
sold = Atomic(0)
def buy():
    if seats > 0:
        seats = seats - 1
        sold.fetch_add(1)
Thread(buy)
Thread(buy)
assert sold.load() == 1
"""

CHECK_AND_ACT = CHECK_THEN_ACT.replace("seats = 1\n", "seats = 1\nm = Lock()\n").replace(
    """    if seats > 0:
        seats = seats - 1
        sold.fetch_add(1)
""",
    """    with m:
        if seats > 0:
            seats = seats - 1
            sold.fetch_add(1)
""",
)

BOUNDED_BUFFER = """
items = 0
m = Lock()
not_full = Condition(m)
not_empty = Condition(m)
def put():
    with m:
        while items == 1:
            not_full.wait()
        items += 1
        assert items <= 1
        not_empty.notify()
def take():
    with m:
        while items == 0:
            not_empty.wait()
        items -= 1
        assert items >= 0
        not_full.notify()
Thread(put, name="P")
Thread(put, name="Q")
Thread(take, name="C")
Thread(take, name="D")
assert items == 0
"""

BOUNDED_BUFFER_WITH_IF = BOUNDED_BUFFER.replace("while items", "if items")

LOST_WAKEUP = """
ready = False
m = Lock()
c = Condition(m)
def wait():
    if not ready:
        with m:
            c.wait()
def signal():
    ready = True
    with m:
        c.notify()
Thread(wait)
Thread(signal)
"""

KEPT_WAKEUP = LOST_WAKEUP.replace(
    "    if not ready:\n        with m:\n            c.wait()",
    "    with m:\n        while not ready:\n            c.wait()",
).replace("    ready = True\n    with m:\n", "    with m:\n        ready = True\n")

READERS_WRITERS = """
a = 0
b = 0
lock = RWLock()
def write():
    lock.acquire_write()
    a = a + 1
    b = b + 1
    lock.release_write()
def read():
    lock.acquire_read()
    assert a == b
    lock.release_read()
Thread(write)
Thread(read)
Thread(read)
"""

READERS_WITHOUT_LOCK = READERS_WRITERS.replace("    lock.acquire_read()\n", "").replace("    lock.release_read()\n", "")

ABA = """
below = [0, 0, 1]
head = Atomic(2)
slow_has = 0
fast_has = 0
seen = [0, 0, 0]
def pop():
    top = head.load()
    if top == 0:
        return 0
    if head.compare_and_swap(top, below[top]):
        return top
    return 0
def push(node):
    while True:
        top = head.load()
        below[node] = top
        if head.compare_and_swap(top, node):
            return
def slow():
    slow_has = pop()
def fast():
    first = pop()
    fast_has = pop()
    if first != 0:
        push(first)
Thread(slow)
Thread(fast)
seen[slow_has] += 1
seen[fast_has] += 1
node = head.load()
while node != 0:
    seen[node] += 1
    node = below[node]
assert seen[1] == 1 and seen[2] == 1
"""

TAGGED_STACK = (
    ABA.replace("Atomic(2)", "Atomic((2, 0))")
    .replace("top = head.load()", "top, tag = head.load()")
    .replace("compare_and_swap(top, below[top])", "compare_and_swap((top, tag), (below[top], tag + 1))")
    .replace("compare_and_swap(top, node)", "compare_and_swap((top, tag), (node, tag + 1))")
    .replace("node = head.load()", "node, last = head.load()")
)

REUSED_BARRIER = """
arrived = 0
m = Lock()
all_here = Condition(m)
def meet():
    with m:
        arrived += 1
        if arrived == 2:
            arrived = 0
            all_here.notify_all()
        else:
            while arrived != 0:
                all_here.wait()
def twice():
    meet()
    meet()
Thread(twice)
Thread(twice)
"""

BARRIER_WITH_ROUNDS = (
    REUSED_BARRIER.replace("arrived = 0\nm", "arrived = 0\nround = 0\nm")
    .replace("        arrived += 1\n", "        mine = round\n        arrived += 1\n")
    .replace(
        "            arrived = 0\n            all", "            arrived = 0\n            round += 1\n            all"
    )
    .replace("while arrived != 0", "while round == mine")
)

BARRIER = """
meeting = Barrier(2)
a = 0
b = 0
def left():
    a = 1
    meeting.wait()
    x = b
    meeting.wait()
    a = 2
    assert x == 1
def right():
    b = 1
    meeting.wait()
    x = a
    meeting.wait()
    b = 2
    assert x == 1
Thread(left)
Thread(right)
"""

TWO_PREEMPTIONS = """
s = 0
def write():
    s = 1
    s = 2
def read():
    x = s
    y = s
    assert not (x == 1 and y == 2)
Thread(write)
Thread(read)
"""

TWO_INCREMENTS_EACH = """
c = 0
def add():
    for i in range(2):
        c += 1
Thread(add)
Thread(add)
"""
