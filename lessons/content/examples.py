"""A filled example of every block, as the editor inserts it: what hangs on a lab is made of that lab's declarations."""

from collections.abc import Callable, Sequence

from django.utils.safestring import SafeString

from cluster_engine.actions import Script, parse_script, script_to_text
from cluster_engine.labs import get_lab
from cluster_engine.labs.declaration import Goal, Measure
from lessons.content.blocks import Challenge, LabBlock
from lessons.content.build import Builder
from lessons.content.findings import Findings
from lessons.content.play import play_block
from lessons.content.render import Page, free_id
from lessons.content.rewrite import option_lines
from lessons.content.scan import Scanner

LAB = """\
:::{{lab}} {id}
:lab: raft
:nodes: 5
:seed: 7
:speed: 1s = 100ms
:panels: cluster, log, events
:buttons: crash, restart, isolate, heal, write
:script: 1s write x 1
:alt: Five servers in a ring, one of which leads.

Say here what to try.
:::
"""

PROGRAM = """\
:::{{program}} {id}
:speed: 1s = 20ms
:panels: threads, events
:buttons: step, preempt
:goal: break-assertion
:alt: Two threads that add to one variable; neither has begun.

```python
x = 0

def add():
    old = x
    x = old + 1

Thread(add)
Thread(add)
assert x == 2, "an addition was lost"
```
:::
"""

PREDICT = """\
:::{{predict}} {id}
:lab: {lab}
:ask: {ask} at {at}
{solution}
{question} at {at}? {aim}
:::
"""

CHALLENGE = """\
::::{{challenge}} {id}
:lab: {lab}
:goal: {goal}
{solution}
{aim}

:::{{hint}}
:after: 2

Say here what to think of, after two tries.
:::
::::
"""

NARRATE = """\
:::{{narrate}} {id}
:lab: {lab}
:when: {when}

Say here what has just happened. This appears at that moment, and not before.
:::
"""

PLOT = """\
:::{{plot}} {id}
:lab: {lab}
:y: {measure}
:window: 5s
:alt: {title} over the first five seconds of a run.

Say here what is to be seen in it.
:::
"""

QUIZ = """\
:::{{quiz}} {id}
A client was told nothing before its patience ended. What can it conclude about its write?

- [ ] It failed.
  > The answer may have been lost on its way back.
- [x] Nothing: it may have taken effect, or not, or do so later.
  > A timeout is not a failure.
- [ ] It took effect.
  > The request may have been lost on its way there.
:::
"""

FIX = """\
::::{{fix}} {id}
Which program is right, whoever takes a step when?

:::{{variant}} Without a lock
```python
x = 0

def add():
    old = x
    x = old + 1

Thread(add)
Thread(add)
assert x == 2, "an addition was lost"
```
:::

:::{{variant}} With a lock
```python
x = 0
lock = Lock()

def add():
    with lock:
        old = x
        x = old + 1

Thread(add)
Thread(add)
assert x == 2, "an addition was lost"
```
:::

:::{{hint}}
:after: 1

What happens if one thread stops between its two lines?
:::
::::
"""

DRILL = """\
:::{{drill}} {id}
:streak: 3

Could one copy, taking these operations one by one, have given these answers?
:::
"""

CALLOUT = """\
:::{callout}
:kind: note
:title: By the way
Text apart from the rest.
:::
"""

DEFINITION = """\
:::{definition} Quorum
So many members that any two such groups share at least one.
:::
"""

HINT = """\
:::{hint} How to begin
Text that the reader opens.
:::
"""

FIGURE = """\
:::{figure}
| writes | reads | overlap |
| --- | --- | --- |
| 2 of 3 | 2 of 3 | 1 |

What the table shows. An image stands here as `![what is seen](picture.png)`.
:::
"""


def example(name: str, lab: LabBlock | None, taken: set[str]) -> str:
    """Return a filled block of that name, with an id that is free; raise KeyError where there is no such block.

    What hangs on a lab is made for `lab`; where a lesson has none yet, an example of one comes before it.
    """
    taken, before = set(taken), ""
    if name in _ALONE:
        text, wanted = _ALONE[name]
        return _named(text, wanted, taken)
    make = _ON_A_LAB[name]
    if lab is None:
        before = _named(*_ALONE["lab"], taken)
        lab = _built(before)
    return "\n".join(filter(None, (before, make(lab, taken))))


def _named(text: str, wanted: str, taken: set[str]) -> str:
    return text.format(id=free_id(wanted, taken)) if wanted else text


def _built(text: str) -> LabBlock:
    """Return the lab block that a text is."""
    findings = Findings("")
    block = Builder(findings, Page()).build(Scanner(text.split("\n"), 0, findings).parts())[0]
    assert isinstance(block, LabBlock), f"this is no lab: {findings.all}"
    return block


def prediction(block: LabBlock, taken: set[str], measure: Measure, at: str = "3s", solution: Script = ()) -> str:
    """Return a question for a measure of a lab at a time; what the learner is to do until then may be known."""
    words = measure.phrases()[-1]
    aim = "Say here what to do until then." if solution else "Commit to an answer, then let the lab run."
    return PREDICT.format(
        id=free_id("what-happens", taken), lab=block.id, ask=words, at=at, solution=_solution_lines(solution),
        question=f"{words[:1].upper()}{words[1:]}" if measure.ask else f"{measure.title}: what will it be", aim=aim,
    )  # fmt: skip


def asked_first(block: LabBlock) -> Sequence[Measure]:
    """Return the measures of a block's lab, those first that have words of their own in which they are asked for."""
    return sorted(get_lab(block.lab).measures, key=lambda measure: not measure.ask)


def _predict(block: LabBlock, taken: set[str]) -> str:
    return prediction(block, taken, asked_first(block)[0])


def _solution_lines(script: Script) -> str:
    return "\n".join([*option_lines("solution", script_to_text(script)), ""]) if script else ""


def _challenge(block: LabBlock, taken: set[str]) -> str:
    goal = _goal(block)
    solution = _solution_lines(tuple(parse_script(goal.reference, get_lab(block.lab))))
    return CHALLENGE.format(
        id=free_id(goal.name, taken), lab=block.id, goal=goal.name, solution=solution, aim=f"{goal.title}."
    )


def _narrate(block: LabBlock, taken: set[str]) -> str:
    return NARRATE.format(id=free_id("as-it-happens", taken), lab=block.id, when=_goal(block).expression)


def _plot(block: LabBlock, taken: set[str]) -> str:
    measure = next(one for one in get_lab(block.lab).measures if one.kind == "number")
    return PLOT.format(id=free_id("the-numbers", taken), lab=block.id, measure=measure.name, title=measure.title)


def _goal(block: LabBlock) -> Goal:
    """Return the first goal of a block's lab that its reference reaches in this very block, or just the first."""
    goals = get_lab(block.lab).goals
    return next((goal for goal in goals if _plays(block, goal)), goals[0])


def _plays(block: LabBlock, goal: Goal) -> bool:
    solution = tuple(parse_script(goal.reference, get_lab(block.lab)))
    challenge = Challenge("", 1, block, goal, SafeString(), seeds=1, points=1, hints=(), solution=solution)
    return bool(solution) and not play_block(challenge, "").all


_ALONE = {  # the text, and the id that it would have
    "lab": (LAB, "a-cluster"),
    "program": (PROGRAM, "two-threads"),
    "quiz": (QUIZ, "a-question"),
    "fix": (FIX, "mend-it"),
    "drill": (DRILL, "judge-it"),
    "callout": (CALLOUT, ""),
    "definition": (DEFINITION, ""),
    "hint": (HINT, ""),
    "figure": (FIGURE, ""),
}
_ON_A_LAB: dict[str, Callable[[LabBlock, set[str]], str]] = {
    "predict": _predict,
    "challenge": _challenge,
    "narrate": _narrate,
    "plot": _plot,
}
EXAMPLES = (*_ALONE, *_ON_A_LAB)
