"""The language: what it computes is what Python computes, and what it refuses it refuses with a place and a reason."""

import pickle
from textwrap import dedent, indent

import pytest

from cluster_engine.machine import Machine, ProgramError, compile_program
from tests.machine_runs import PROGRAMS, alone, finished, machine

AS_IN_PYTHON = [
    "r = 1 + 2 * 3 - 10 // 3 % 2 + 2 ** 5 - -4 + +1",
    "r = [-7 // 2, -7 % 3, 7 // -2, (1 + 2) * 3]",
    "r = [1 < 2, 2 <= 1, 'a' > 'b', 'b' >= 'b', 1 == True, 'a' != 'b', not 3]",
    "x = 5\nr = [0 < x < 10, 0 < x < 3, 9 > x > 1 > 0, 1 == 1 == 2]",
    "r = [0 or 'x', 3 and 4, 0 and 1, '' or 0, 1 or 2, None or False]",
    "x = 4\nr = 'big' if x > 3 else 'small'",
    "x = None\nr = [x is None, x is not None]",
    "r = 'a' + 'b' + 'c'",
    "x = 3\nx += 4\nx *= 2\nx -= 1\nx //= 2\nx **= 2\nx %= 10\nr = x",
    "a, b = 1, 2\na, b = b, a\nr = [a, b]",
    "a = b = [1]\na.append(2)\nr = b",
    "(a, b), c = (1, 2), 3\nr = a + b + c",
    "r = 0\nfor i in range(5):\n    r += i",
    "r = []\nfor i in range(10, 0, -3):\n    r.append(i)",
    "r = []\nfor i in range(2, 4):\n    for j in range(i):\n        r.append(i * j)",
    "r = ''\nfor c in 'abc':\n    r = c + r",
    "r = 0\nfor a, b in [(1, 2), (3, 4)]:\n    r += a * b",
    "r = []\nfor k in {'a': 1, 'b': 2}:\n    r.append(k)",
    "r = 0\nwhile True:\n    r += 1\n    if r == 3:\n        continue\n    if r > 6:\n        break",
    "r = 0\nwhile r < 5 and not r == 4:\n    r += 1",
    "x = 7\nif x < 5:\n    r = 'a'\nelif x < 8:\n    r = 'b'\nelse:\n    r = 'c'",
    "x = [1, 2, 3]\nx[0] = 9\nx[-1] += 5\nx.insert(1, 7)\nr = [x, x.pop(), x.pop(0), len(x), x.count(2)]",
    "x = [3, 1, 2]\nx.remove(1)\ny = x.copy()\ny.clear()\nr = [x, y]",
    "d = {'a': 1, 2: 'b'}\nd['c'] = 3\nd['a'] += 1\nr = [d['a'], d.get(1), d.get('z', 5), d.pop(2), len(d), 'c' in d]",
    "d = {'a': 1, 'b': 2}\nr = [list(d.keys()), list(d.values()), list(d)]",
    "d = {'a': 1, 'b': 2}\nr = 0\nfor k, v in d.items():\n    r += v",
    "r = [x * x for x in range(6) if x % 2 == 0]",
    "x = 1\ny = [x for x in range(3)]\nr = [x, y]",
    "r = [0] * 3 + [] if False else [0, 1] * 2",
    "r = [2 in [1, 2], 3 not in (1, 2), 'b' in 'abc', [1] in [[1]], 'k' in {'k': 0}]",
    "r = [[1, 2] == [1, 2], [1] != [2], {'a': 1} == {'a': 1}, (1, 2) == (1, 2)]",
    "r = [len('abc'), abs(-3), min(2, 1), max([1, 5]), sum([1, 2]), int('42'), str(7) + 'x', bool(0), sorted([3, 1])]",
    "n = 3\nr = f'n is {n}, twice {n * 2}'",
    "t = (1, (2, 3))\nr = [t[0], t[1][1], t[-1], len(t)]",
    "x = [[0, 0], [0, 0]]\nx[1][0] = 5\nr = x",
    "r = 0\nfor i in range(3):\n    for j in range(3):\n        if j == 1:\n            break\n        r += 1",
    "'a comment'\nr = 1\npass",
    "x = [1, 2, 3]\nr = 0\nfor y in x:\n    if y < 3:\n        x.append(y + 2)\n    r += y",
    "r = [1 if x else 2 for x in [0, 1]]",
    "x = True\nr = x + 1",
]


@pytest.mark.parametrize("body", AS_IN_PYTHON)
def test_what_it_computes_is_what_python_computes(body: str) -> None:
    names: dict[str, object] = {}
    exec(body, names)  # the test's own text
    m = alone(body)
    assert m.failure is None, m.failure
    assert m.outcome()["r"] == _with_lists(names["r"])


def _with_lists(value: object) -> object:
    """A value as outcomes tell it: tuples as lists."""
    if isinstance(value, tuple | list):
        return [_with_lists(part) for part in value]
    return value


@pytest.mark.parametrize("body", AS_IN_PYTHON)
def test_shared_variables_hold_the_same_as_local_ones(body: str) -> None:
    shared = "\n".join(f"{name} = None" for name in "abcdnrtxyijk")
    lines = indent(body, "    ")
    m = finished(machine(f"{shared}\ndef f():\n{lines}\nThread(f)\n"))
    assert m.failure is None, m.failure
    assert m.outcome()["r"] == alone(body).outcome()["r"]


def test_functions_take_and_return_values_and_call_themselves() -> None:
    m = alone("r = [fib(10), none(), swap(1, 2)]", """
        def fib(n):
            if n < 2:
                return n
            return fib(n - 1) + fib(n - 2)
        def none():
            pass
        def swap(a, b):
            return b, a
    """)  # fmt: skip
    assert m.outcome()["r"] == [55, None, [2, 1]]


def test_a_name_assigned_at_the_top_level_is_shared_without_global() -> None:
    m = finished(
        machine("x = 1\ndef f(y):\n    global x\n    x += y\n    z = 5\nThread(f, 2)\nThread(f, 3)\nassert x == 6")
    )
    assert m.outcome() == {"x": 6}
    assert m.failure is None


def test_loops_at_the_top_level_make_objects_and_threads() -> None:
    m = machine("""
        forks = [Lock() for i in range(3)]
        names = ["Ann", "Bob", "Cy"]
        eaten = {}
        def eat(i, name):
            with forks[i], forks[(i + 1) % len(forks)]:
                eaten[name] = i
        for i in range(3):
            Thread(eat, i, names[i], name=names[i], priority=i + 1)
        total = 0
        for name in eaten:
            total += eaten[name]
        assert total == 3
    """)
    assert [(thread.name, thread.priority) for thread in m.program.threads] == [("Ann", 1), ("Bob", 2), ("Cy", 3)]
    assert [target.name for target in m.program.objects] == ["forks[0]", "forks[1]", "forks[2]"]
    finished(m)
    assert m.failure is None
    assert m.outcome() == {"eaten": {"Ann": 0, "Bob": 1, "Cy": 2}, "names": ["Ann", "Bob", "Cy"]}


def test_threads_have_letters_for_names_unless_they_are_given_some() -> None:
    m = machine("def f():\n    pass\nThread(f)\nThread(f, name='A2')\nThread(f)\nThread(f, name='D')\nThread(f)")
    assert [thread.name for thread in m.program.threads] == ["A", "A2", "B", "D", "C"]


def test_names_of_the_lines_after_the_threads_are_their_own() -> None:
    m = finished(machine("x = 1\ndef f():\n    total = 5\n    x = total\nThread(f)\ntotal = x + 1\nassert total == 6"))
    assert m.failure is None
    assert m.outcome() == {"x": 5}


def test_values_print_as_in_python() -> None:
    m = machine(
        "x = 0\nm = Lock()\ndef f():\n    print(1, 'a', True, None, [1, 'b'], {'k': (2,)}, m)\n    print()\nThread(f)"
    )
    assert m.step(0).printed == "1 a True None [1, 'b'] {'k': (2,)} m"
    assert m.step(0).printed == ""


def test_every_classic_program_says_in_one_sentence_what_it_shows() -> None:
    texts = [path.read_text() for path in sorted(PROGRAMS.glob("*.txt"))]
    assert len(texts) >= 40
    for text in texts:
        first, second = text.split("\n")[:2]
        assert first.startswith("# ")
        assert first.endswith(".")
        assert not second.startswith("#")
        compile_program(text)


def test_a_program_pickles() -> None:
    for path in PROGRAMS.glob("*.txt"):
        program = compile_program(path.read_text())
        other = Machine(pickle.loads(pickle.dumps(program)))
        assert other.key() == Machine(program).key()


# Texts that are no programs

BEFORE = "x = 0\nm = Lock()\nq = Queue(1)\nitems = []\ndef f(a):\n    {}\nThread(f, 1)\n"
IN_A_FUNCTION = {
    "import os": (1, "Nothing is imported"),
    "from os import path": (1, "Nothing is imported"),
    "class A: pass": (1, "There are no classes"),
    "def g(): pass": (1, "Functions are defined at the top level"),
    "async def g(): pass": (1, "There is no async"),
    "b = lambda: 1": (5, "Functions are defined with def"),
    "try: pass\n    except: pass": (1, "There is no try"),
    "raise x": (1, "There is no raise: write assert"),
    "del items[0]": (1, "There is no del: write items.pop"),
    "b: int = 1": (1, "Variables have no types"),
    "nonlocal b": (1, "A name assigned at the top level is shared"),
    "global b": (1, "`b` is not assigned at the top level"),
    "match x:\n        case 1: pass": (1, "There is no match"),
    "...": (1, "Write pass"),
    "b = 1.5": (5, "Numbers are whole"),
    "b = 1 / 2": (5, "write // to divide"),
    "b = 1 & 2": (5, "The operators on numbers are + - * // % and **."),
    "b = ~1": (5, "The operators on numbers"),
    "b = 10 ** 12 + 1000000000001": (16, "Numbers go up to 10**12"),
    "b = b'x'": (5, "Values are whole numbers, strings"),
    "b = {1, 2}": (5, "no sets"),
    "b = {1 for c in items}": (5, "no sets"),
    "b = {c: 1 for c in items}": (5, "Write a loop that fills the dict"),
    "b = (c for c in items)": (5, "Write a loop, or a list in brackets"),
    "b = [c for c in items for d in items]": (5, "with one for"),
    "b = items[1:2]": (5, "without a slice"),
    "b = [*items]": (6, "without stars"),
    "b = {**items}": (5, "without stars"),
    "b, *c = items": (1, "without stars"),
    "print(*items)": (7, "without stars"),
    "b = (c := 1)": (6, "Assign on a line of its own"),
    "b = f'{x:>3}'": (5, "An f-string takes plain values"),
    "b = x.y": (5, "A record is a dict"),
    "x.y = 1": (1, "A record is a dict"),
    "x.y += 1": (1, "A record is a dict"),
    "b = x is items": (5, "`is` compares with None"),
    "yield": (1, "To let another thread go first, write yield_()"),
    "await x": (1, "There is no await"),
    "b = yy": (5, "There is no variable `yy`."),
    "b = itens": (5, "Did you mean items?"),
    "b = f": (5, "`f` is called with parentheses"),
    "b = len": (5, "`len` is called with parentheses"),
    "b = lne(items)": (5, "There is no function `lne`. Did you mean len?"),
    "foo()": (1, "There is no function `foo`. Define it with def."),
    "f(1, 2)": (1, "f takes 1 argument, not 2."),
    "f(a=1)": (5, "takes its arguments by place"),
    "b = len(items, 2)": (5, "len(…) takes 1 argument, not 2"),
    "items[0](1)": (1, "A function is called by its name"),
    "b = range(3)": (5, "range(…) stands in a loop"),
    "for i in range(): pass": (10, "It is written range(stop)"),
    "for i in items: pass\n    else: pass": (11, "A loop has no else"),
    "while x: pass\n    else: pass": (11, "A loop has no else"),
    "yield_(1)": (1, "It is written yield_()."),
    "work()": (1, "It is written work(ms)."),
    "len = 3": (1, "`len` is a word of the language"),
    "f = 3": (1, "`f` is a function (line 5)"),
    "b = Lock()": (5, "Objects are made at the top level, before the threads: name = Lock()."),
    "Thread(f, 1)": (1, "A thread is started on a line of its own at the top level"),
    "b = Thread(f, 1)": (5, "A thread is started on a line of its own at the top level"),
    "m.aquire()": (1, "`m` is a lock and has no aquire. Did you mean acquire?"),
    "m.acquire(1)": (1, "m.acquire() takes no arguments, not 1."),
    "m.acquire(timeout=1)": (19, "The only argument by name is acquire(blocking=False)"),
    "m.acquire(blocking=x)": (20, "blocking is True or False"),
    "q.put()": (1, "q.put() takes 1 argument, not 0."),
    "items.push(1)": (1, "A list has no method push."),
    "a.aqcuire()": (1, "There is no method aqcuire. Did you mean acquire?"),
    "with m as b: pass": (11, "without a name"),
    "with q: pass": (6, "`q` is a queue and has no acquire"),
    "m.read()": (1, "read() stands in a with: with m.read():"),
    "a.start()": (1, "Threads start by themselves"),
    "a.join()": (1, "Threads start by themselves"),
    "m = threading.Lock()": (5, "Lock is there already: write Lock(…), without threading."),
    "time.sleep(1)": (1, "sleep is there already: write sleep(…), without time."),
    "break": (1, "break stands in a loop."),
    "if x: continue": (7, "continue stands in a loop."),
    "b = 'a\\0b'": (5, "A string is made of characters that can be written"),
    "b = '\\ud800'": (5, "A string is made of characters that can be written"),
    "b = f'{x}\\udc00'": (5, "A string is made of characters that can be written"),
    "b = 'a' 'b' if": (15, "This is not the syntax of Python"),
    "(1, 2) = 3": (2, "This is not the syntax of Python"),
}


@pytest.mark.parametrize("line", IN_A_FUNCTION)
def test_lines_that_no_function_has(line: str) -> None:
    column, message = IN_A_FUNCTION[line]
    with pytest.raises(ProgramError) as caught:
        compile_program(BEFORE.format(line))
    assert message in caught.value.message
    assert caught.value.message.endswith((".", "?", "):"))
    place = (7, column) if "else" in message else (6, column + 4)
    assert (caught.value.line, caught.value.column) == place


TEXTS = {
    "": (1, 1, "A program starts a thread at least: Thread(function)."),
    "x = 1": (1, 1, "A program starts a thread at least"),
    "def f():\n    pass\nThread(g)": (3, 8, "There is no function `g` to run as a thread."),
    "def fill():\n    pass\nThread(fil)": (3, 8, "Did you mean fill?"),
    "def f(a):\n    pass\nThread(f)": (3, 1, "f takes 1 argument, not 0."),
    "def f():\n    pass\nThread()": (3, 1, "A thread runs a function, given by its name"),
    "def f():\n    pass\nThread(target=f)": (3, 1, "A thread runs a function, given by its name"),
    "def f():\n    pass\nThread(f, nice=1)": (3, 1, "A thread has no setting nice"),
    "def f():\n    pass\nThread(f, priority=0)": (3, 1, "A priority is a number from 1 to 99."),
    "def f():\n    pass\nThread(f, name=3)": (3, 1, "The name of a thread is a string"),
    "def f():\n    pass\nThread(f, name='a b')": (3, 1, "The name of a thread is a word of its own"),
    "def f():\n    pass\nThread(f, name='X')\nThread(f, name='X')": (4, 1, "a word of its own"),
    "def f():\n    pass\nfor i in range(9):\n    Thread(f)": (4, 5, "A program has 8 threads at most."),
    "def f():\n    pass\ndef f():\n    pass\nThread(f)": (3, 1, "`f` is defined twice, first in line 1."),
    "def f(a=1):\n    pass\nThread(f)": (1, 9, "A function takes plain names"),
    "def f(*a):\n    pass\nThread(f)": (1, 8, "A function takes plain names"),
    "def f(a: int):\n    pass\nThread(f)": (1, 10, "Parameters have no types"),
    "def f() -> int:\n    pass\nThread(f)": (1, 12, "A function is written def name(parameters)"),
    "x = 1\ndef f(x):\n    pass\nThread(f, 1)": (2, 7, "`x` is shared since line 1"),
    "def Lock():\n    pass\nThread(Lock)": (1, 1, "`Lock` is a word of the language"),
    "def f(a, b, c, d, e, g, h, i, j):\n    pass\nThread(f)": (1, 1, "8 parameters at most"),
    "for i in range(2):\n    y = i\ndef f():\n    a = i\nThread(f)": (4, 9, "`i` only counts a loop at the top level"),
    "def f():\n    pass\nThread(f)\nm = Lock()": (4, 5, "before the threads"),
    "return 1\ndef f():\n    pass\nThread(f)": (1, 1, "return stands in a function."),
    "x = 1 // 0\ndef f():\n    pass\nThread(f)": (1, 1, "A division by zero."),
    "assert 1 == 2, 'no'\ndef f():\n    pass\nThread(f)": (1, 1, "no (`assert 1 == 2` does not hold)"),
    "while True:\n    x = 1\ndef f():\n    pass\nThread(f)": (2, 5, "100,000 instructions at most"),
    "m = Lock()\nm.acquire()\nm.acquire()\ndef f():\n    pass\nThread(f)": (3, 1, "This would wait for ever"),
    "s = Semaphore(-1)\ndef f():\n    pass\nThread(f)": (
        1,
        5,
        "The number of a semaphore's permits is a number from 0",
    ),
    "b = Barrier(0)\ndef f():\n    pass\nThread(f)": (1, 5, "The number of a barrier's threads"),
    "b = Barrier()\ndef f():\n    pass\nThread(f)": (1, 5, "It is written Barrier(n)."),
    "m = Lock(1)\ndef f():\n    pass\nThread(f)": (1, 5, "It is written Lock()."),
    "q = Queue(0)\ndef f():\n    pass\nThread(f)": (1, 5, "The room of a queue is a number from 1"),
    "c = Condition(3)\ndef f():\n    pass\nThread(f)": (
        1,
        5,
        "Condition(lock) takes a Lock or an RLock, not a number.",
    ),
    "l = RWLock(prefer='reader')\ndef f():\n    pass\nThread(f)": (1, 5, "Did you mean readers?"),
    "l = RWLock(favor='fair')\ndef f():\n    pass\nThread(f)": (1, 5, 'It is written RWLock(prefer="readers").'),
    "x = 'ä' + y\ndef f():\n    pass\nThread(f)": (1, 11, "There is no variable `y`"),
    "x = 1\n\tif y": (2, 1, "This is not the syntax of Python"),
    "x = 1\nif x = 1:\n    pass": (2, 4, "This is not the syntax of Python: invalid syntax. Maybe you meant '==' or"),
    "import threading\nx = 1": (1, 1, "Nothing is imported"),
    "break\ndef f():\n    pass\nThread(f)": (1, 1, "break stands in a loop."),
    "x = \0": (1, 1, ""),
    "x = " + "(" * 150 + ")" * 150: (1, 154, ""),
    "x = " + "not " * 100 + "1\ndef f():\n    pass\nThread(f)": (1, 241, "60 deep at most"),
    "x = " + "1 + " * 1_900 + "1": (1, 1, ""),
    "#" * 8_001: (1, 1, "A program has 8,000 characters at most; this has 8,001."),
}


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:40])
def test_texts_that_are_no_programs(text: str) -> None:
    line, column, message = TEXTS[text]
    with pytest.raises(ProgramError) as caught:
        compile_program(text)
    assert message in caught.value.message
    if message:
        assert (caught.value.line, caught.value.column) == (line, column)
    assert str(caught.value) == f"Line {caught.value.line}, column {caught.value.column}: {caught.value.message}"
    assert pickle.loads(pickle.dumps(caught.value)).message == caught.value.message


# Errors while a program runs

ENDLESS = "This line never touches anything shared and never ends: 100,000 instructions without a step."
TOGETHER = "All lists and dicts together have 100,000 elements at most."
EFFORT = "This goes through 2,000,000 elements of lists and dicts without a step."
DOUBLED = "\n    for i in range(30):\n        b = b + b"

FAULTS = {
    "b = 1 // x": "A division by zero.",
    "b = 1 % x": "A division by zero.",
    "b = d\n    d = 1": "`d` has no value yet.",
    "b = 1 + 'a'": "`+` takes two numbers or two strings, not a number and a string.",
    "b = 'a' * 3": "`*` takes two numbers, not a string and a number.",
    "b = 1 < 'a'": "`<` compares two numbers or two strings, not a number and a string.",
    "b = None + 1": "`+` takes two numbers or two strings, not None and a number.",
    "b = 10 ** 12 * 2": "Numbers go up to 10**12 in either direction.",
    "b = 2 ** 65": "Exponents go from 0 to 64.",
    "b = 2 ** -1": "Exponents go from 0 to 64.",
    "b = items[3]": "`items` has 2 elements: there is none at [3].",
    "items[2] = 1": "`items` has 2 elements: there is none at [2].",
    "b = items['a']": "The index of a list is a number, not a string.",
    "b = ages['bob']": "`ages` has no key 'bob'.",
    "b = ages[m]": "The key of a dict is a number or a string, not a lock or another object.",
    "b = x[0]": "Only a list or a dict can be indexed, not a number.",
    "b = (1, 2)\n    b[0] = 1": "Only a list or a dict can be assigned to by index, not a tuple.",
    "b = []\n    b.pop()": "There is nothing to pop from an empty list.",
    "items.remove(9)": "9 is not in the list.",
    "b = len(3)": "Only a list or a dict can have a length, not a number.",
    "b = 1 in 3": "Only a list or a dict can contain something, not a number.",
    "for b in 3: pass": "Only a list or a dict can be gone through, not a number.",
    "for b in range('a'): pass": "range(…) takes whole numbers.",
    "for b in range(1, 2, 0): pass": "The step of a range is not 0.",
    "b, c = items[0]": "Only a tuple or a list has parts to assign, not a number.",
    "b, c, d = items": "There are 2 values for 3 names.",
    "if items: pass": "A list, a dict or an object is neither true nor false: ask for len(…) > 0.",
    "b = min([])": "There is no smallest or largest of nothing.",
    "b = max(1, 'a')": "Only numbers, or only strings, can be put in order.",
    "b = int('x1')": "int(…) takes a number or its digits, not 'x1'.",
    "b = sum(['a'])": "sum(…) adds numbers.",
    "b = abs('a')": "abs(…) takes a number, not a string.",
    "work(-1)": "work(ms) takes 0 to 3,600,000 milliseconds.",
    "a.append(1)": "A number has no method append.",
    "items[0].wait()": "A number has no method wait.",
    "with x: pass": "A number has no method acquire.",
    "b = m\n    b.wait()": "`m` is a lock and has no wait. Known: acquire, try_acquire, release, locked.",
    "b = str(items)" + DOUBLED: "Strings have 1,000 characters at most.",
    "b = (1, 2)" + DOUBLED: "A tuple holds 100 values at most, all in all.",
    "b = ()\n    for i in range(30):\n        b = (b, 1)": "Tuples stand within each other 8 deep at most.",
    "b = [0] * 100000": "A list is repeated a number of times, to 10,000 elements at most.",
    "b = []\n    while True:\n        b.append(1)": "Lists have 10,000 elements at most, dicts 1,000 keys.",
    "b = {}\n    for i in range(2000):\n        b[i] = i": "Lists have 10,000 elements at most, dicts 1,000 keys.",
    "b = []\n    for i in range(20):\n        b.append([0] * 9000)": TOGETHER,
    "b = [0] * 9000\n    while 5 not in b: pass": EFFORT,
    "b = []\n    while True:\n        b = [b]": "A program has 1,000 lists and dicts at most.",
    "while True: pass": ENDLESS,
    "while True:\n        b = 1": ENDLESS,
    "f(a)": "Functions call each other 200 deep at most.",
    "c.wait()": "c.wait() needs `c.lock`, which A does not hold.",
    "lock.release_read()": "A does not read under `lock`.",
    "lock.release_write()": "A does not write under `lock`.",
    "n.fetch_add('a')": "fetch_add takes numbers, not a number and a string.",
    "assert x == 1": "`assert x == 1` does not hold: 0 == 1.",
    "assert x == 1 or x == 2": "`assert x == 1 or x == 2` does not hold.",
    "assert a > 5, f'a is {a}'": "a is 1 (`assert a > 5` does not hold: 1 > 5)",
    "assert a not in items": "`assert a not in items` does not hold: 1 not in [1, 2].",
    "assert x in [1, 2], items": "[1, 2] (`assert x in [1, 2]` does not hold: 0 in [1, 2])",
}


@pytest.mark.parametrize("line", FAULTS)
def test_errors_end_the_run(line: str) -> None:
    text = """
        x = 0
        m = Lock()
        items = [1, 2]
        ages = {"ann": 1}
        c = Condition()
        n = Atomic(0)
        lock = RWLock()
        def f(a):
            LINE
        Thread(f, 1)
    """
    m = finished(machine(dedent(text).strip().replace("LINE", line)))
    assert m.failure is not None
    assert m.failure.text == FAULTS[line]
    assert m.failure.kind == ("assertion" if line.startswith("assert") else "error")
    assert m.failure.line >= 9
    assert m.enabled() == []


def test_an_error_of_the_lines_after_the_threads_is_nobody_s() -> None:
    m = finished(machine("x = 0\ndef f():\n    x = 1\nThread(f)\ny = 5 // (x - 1)"))
    assert m.failure == ("error", -1, 5, 1, "A division by zero.")


def test_lists_that_contain_each_other_are_cut_short() -> None:
    m = alone("r = [1]\nfor i in range(50):\n    r.append(r)\nprint(r)")
    assert m.failure is None
    assert len(str(m.outcome()["r"])) < 200_000
    m = alone("a = [1]\nb = [2]\nfor i in range(40):\n    a = [a]\n    b = [b]\nr = a == b")
    assert m.failure is not None
    assert m.failure.text == "These lists are too large to be compared."
    m = alone("a = [1]\nfor i in range(40):\n    a = [a, a]\nb = [1]\nfor i in range(40):\n    b = [b, b]\nr = a == b")
    assert m.failure is not None
    assert m.failure.text == "These lists are too large to be compared."


def test_a_number_of_too_many_digits_is_told_so() -> None:
    with pytest.raises(ProgramError, match=r"^Line 1, column 1: Numbers go up to 10\*\*12"):
        compile_program("x = " + "9" * 5_000)
