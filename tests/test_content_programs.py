"""The block `program`: code in a lesson becomes a live lab."""

from lessons.content.lesson import Parsed, parse
from tests.courses import FRONT

PROGRAM = """:::{{program}} lost
:scheduler: {scheduler}
:alt: Two threads that increment c.

Two threads.

```python
c = 0
def increment():
    {body}
Thread(increment)
Thread(increment)
```

Below the code.
:::

:::{{predict}} end
:lab: lost
:ask: final values

What is c at the end?
:::
"""


def parsed(scheduler: str = "round-robin", body: str = "c += 1") -> Parsed:
    text = FRONT + PROGRAM.format(scheduler=scheduler, body=body)
    return parse(text.encode(), "a.md")


def found(result: Parsed) -> list[tuple[int, int, str]]:
    first = FRONT.count("\n")
    return [(finding.line - first, finding.column, finding.code) for finding in result.findings.all]


def test_code_becomes_a_lab_that_predictions_hang_on():
    result = parsed()
    assert found(result) == []
    lab, predict = result.lesson.blocks
    assert (lab.lab, lab.settings["scheduler"]) == ("program", "round-robin")
    assert lab.settings["program"].splitlines()[0] == "c = 0"
    assert "Two threads." in lab.caption
    assert "Below the code." in lab.caption
    assert "increment" not in lab.caption
    assert predict.lab is lab


def test_an_error_is_found_where_it_stands_in_the_lesson():
    assert found(parsed(body="import os"))[0] == (10, 5, "bad-program")


def test_settings_of_the_lab_are_options():
    assert (2, 13, "unknown-setting") in found(parsed(scheduler="fair"))


def test_a_program_block_without_code_says_what_it_needs():
    text = FRONT + ":::{program} p\n:alt: x\n\nNo code.\n:::\n"
    assert [f.code for f in parse(text.encode(), "a.md").findings.all] == ["bad-program"]


def test_a_goal_of_the_program_is_an_aim_of_its_lab():
    text = FRONT + PROGRAM.format(scheduler="hand", body="c += 1").replace(":alt:", ":goal: failed_asserts >= 1\n:alt:")
    right = parse(text.encode(), "a.md")
    assert right.findings.all == []
    [aim] = right.lesson.blocks[0].goals
    assert (aim.title, aim.expression) == ("failed_asserts >= 1", "failed_asserts >= 1")
    wrong = parse(text.replace("failed_asserts", "failed_aserts").encode(), "a.md").findings.all
    assert [finding.code for finding in wrong] == ["bad-expression"]
    named = parse(text.replace("failed_asserts >= 1", "freeze").encode(), "a.md")
    assert named.lesson.blocks[0].goals[0].title == "Bring every thread to a stop"
