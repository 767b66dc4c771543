"""Small random programs in the machine's language, without loops: variables, locks, conditions, atomics, queues…"""

from collections.abc import Sequence

from hypothesis import strategies as st

SHARED = """
x = 0
y = 0
l = [0, 0]
m = Lock()
n = RLock()
c = Condition(m)
a = Atomic(0)
q = Queue(1)
e = Event()
s = Semaphore(1)
w = RWLock(prefer="fair")
"""

MEMORY = ("x = 1", "x = y", "x += 1", "y = r", "r = x", "r = y", "l[0] = 1", "l[r % 2] = 2", "r = l[0]", "r = len(l)")
OBJECTS = (
    "r = a.load()", "a.store(2)", "a.fetch_add(1)", "a.compare_and_swap(0, 1)", "q.put(1)", "q.try_put(2)",
    "r = q.get()", "q.try_get()", "e.set()", "e.wait()", "e.clear()", "s.acquire()", "s.release()", "c.notify()",
    "c.notify_all()", "print(r)", "yield_()",
)  # fmt: skip
CLAIMS = ("assert x != 2", "assert r == 0", "assert y == 0 or x == 1", "assert a.load() < 2")
TESTS = ("x == 0", "r == 0", "a.load() == 0", "m.try_acquire()")
GUARDS = ("m", "n", "c", "s", "w.read()", "w.write()")

Lines = list[str]


def _under(head: str, body: Lines) -> Lines:
    return [head, *(f"    {line}" for line in body)]


def _single(lines: tuple[str, ...]) -> st.SearchStrategy[Lines]:
    return st.sampled_from(lines).map(lambda line: [line])


def _joined(parts: list[Lines]) -> Lines:
    return [line for part in parts for line in part]


def _blocks(depth: int = 0, waits: bool = False) -> st.SearchStrategy[Lines]:
    single = [_single(MEMORY), _single(MEMORY), _single(OBJECTS), _single(CLAIMS)]
    if waits:
        single += [_single(("c.wait()",)), _single(("c.notify()", "c.notify_all()"))]
    if depth == 2:
        return st.lists(st.one_of(single), min_size=1, max_size=2).map(_joined)
    branch = st.builds(lambda test, body: _under(f"if {test}:", body), st.sampled_from(TESTS), _blocks(2, waits))
    guarded = [_guarded(guard, depth, waits) for guard in GUARDS]
    return st.lists(st.one_of(*single, branch, *guarded), min_size=1, max_size=2).map(_joined)


def _guarded(guard: str, depth: int, waits: bool) -> st.SearchStrategy[Lines]:
    return _blocks(depth + 1, waits or guard in "mc").map(lambda body: _under(f"with {guard}:", body))


def program_of(bodies: Sequence[Lines], claim: str) -> str:
    """Return the program of threads that do this, with what shall hold in the end."""
    functions = [
        "\n".join([f"def f{number}():", "    r = 0", *(f"    {line}" for line in body), ""])
        for number, body in enumerate(bodies)
    ]
    threads = [f"Thread(f{number})\n" for number in range(len(bodies))]
    return "".join([SHARED, *functions, *threads, claim])


def programs() -> st.SearchStrategy[str]:
    """Return a strategy for the text of a program of two or three threads."""
    claims = st.sampled_from(("", "assert x != 1", "assert l[0] == 0"))
    return st.builds(program_of, st.lists(_blocks(), min_size=2, max_size=3), claims)
