"""The block `plot`: runs of a lab, measured by the engine in a process of its own, as a table and a chart."""

import json
import subprocess
import sys

import pytest
from django.urls import reverse

from cluster_engine.experiments import percentile, sample
from cluster_engine.recording import Recording
from lessons.content.blocks import Plot
from lessons.content.lesson import Parsed, parse
from lessons.content.library import library
from lessons.labs.measuring import measured
from tests.courses import FRONT, make_course

WORK = """:::{program} work
:scheduler: round-robin
:step_ms: 0.001ms
:switch_ms: 5ms
:alt: Threads that work.

```python
N = 2
def worker():
    work(100)
for me in range(N):
    Thread(worker)
```
:::
"""
RAFT = ":::{lab} cluster\n:lab: raft\n:seed: 1\n:alt: Five servers.\n:::\n"


def plot(**options: str) -> str:
    lines = "".join(f":{name}: {value}\n" for name, value in ({"lab": "work", "alt": "A line."} | options).items())
    return f":::{{plot}} p\n{lines}:::\n"


def parsed(text: str) -> Parsed:
    return parse((FRONT + WORK + RAFT + text).encode(), "a.md")


def plot_of(**options: str) -> Plot:
    result = parsed(plot(**options))
    assert result.findings.all == []
    return result.lesson.block("p")


def test_a_setting_is_swept_and_each_row_is_a_run_of_its_own():
    block = plot_of(y="makespan_ms, busy_share", by="quantum_ms: 5ms, 50ms, 1s", until="ended_threads >= 2")
    table = measured(block)
    assert (table.kind, table.x) == ("line", "Quantum (ms)")
    assert [head.text for head, _ in table.rows] == ["5", "50", "1,000"]
    alone = sample(Recording("program", block.lab.settings | {"quantum_ms": 50.0}), ["makespan_ms"], for_ms=5_000)
    assert float(table.rows[1][1][0].raw) == alone[-1]["makespan_ms"]
    shares = [float(cells[1].raw) for _, cells in table.rows]
    assert shares == sorted(shares)
    assert shares[0] == pytest.approx(0.5, rel=0.03)


def test_a_variable_of_the_program_is_swept():
    block = plot_of(y="makespan_ms", by="N: 1, 2, 4", until="makespan_ms > 0")
    assert "N = 4" in block.recordings()[2].settings["program"]
    times = [float(cells[0].raw) for _, cells in measured(block).rows]
    assert times[0] < times[1] < times[2]


def test_seeds_give_a_band_and_without_a_sweep_a_distribution():
    band = measured(plot_of(lab="cluster", y="election_ms", by="nodes: 3, 5", experiment="8", window="2s"))
    assert [column.part for column in band.columns] == ["mid", "low", "high"]
    for _, cells in band.rows:
        mid, low, high = (float(cell.raw) for cell in cells)
        assert low <= mid <= high
    block = plot_of(lab="cluster", y="election_ms", experiment="8", window="2s")
    spread = measured(block)
    assert spread.kind == "distribution"
    values = sorted(sample(run, ["election_ms"], for_ms=2_000)[-1]["election_ms"] for run in block.recordings())
    middle = next(cells[0] for head, cells in spread.rows if head.text == "50")
    assert float(middle.raw) == percentile(values, 50)


def test_one_run_is_drawn_over_its_time():
    table = measured(plot_of(y="steps", window="1s"))
    moments = [float(head.raw) for head, _ in table.rows]
    assert (moments[0], moments[-1], len(moments)) == (0.0, 1_000.0, 201)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"y": "stepps"}, "bad-expression"),
        ({"y": "outcome"}, "bad-expression"),
        ({"y": "steps", "by": "quantum: 1, 2"}, "unknown-setting"),
        ({"y": "steps", "by": "quantum_ms: 5ms"}, "unknown-setting"),
        ({"y": "steps", "by": "quantum_ms: 5ms, soon"}, "unknown-setting"),
        ({"y": "steps", "by": "N: 1, 9"}, "unknown-setting"),
        ({"y": "steps", "by": "N: 1, x"}, "unknown-setting"),
        ({"y": "steps", "until": "threads >= 2"}, "bad-expression"),
        ({"y": "steps", "experiment": "401"}, "bad-option"),
        ({"y": "steps", "by": "N: 1, 2", "experiment": "300"}, "bad-option"),
        ({"y": "steps", "window": "1000s"}, "bad-option"),
        ({}, "missing-option"),
    ],
)
def test_mistakes_are_findings(options, code):
    assert code in [finding.code for finding in parsed(plot(**options)).findings.all]


@pytest.mark.django_db
def test_the_page_fetches_the_table_and_shows_it_without_javascript_too(client, settings, tmp_path):
    settings.COURSE_DIR = make_course(tmp_path, FRONT + WORK + plot(y="makespan_ms", by="N: 1, 2"))
    assert library().findings == ()
    page = client.get(reverse("lesson", args=["a-lesson"])).content.decode()
    address = reverse("lesson-plot", args=["a-lesson", "p"])
    assert f'hx-get="{address}"' in page
    part = client.get(address, HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in part
    assert 'aria-label="A line.' in part
    assert '<th scope="col" data-measure="0" data-part="mid">Time to the end (ms)</th>' in part
    alone = client.get(address).content.decode()
    assert "<html" in alone
    assert 'aria-label="A line.' in alone
    assert f'href="{reverse("lesson", args=["a-lesson"])}#p"' in alone
    assert client.get(reverse("lesson-plot", args=["a-lesson", "work"])).status_code == 404


# --- the command behind it -----------------------------------------------------------------------


def command(text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cluster_engine", "measure"], input=text, capture_output=True, text=True, check=False
    )


def test_the_command_measures_line_by_line():
    ask = {"recording": {"lab": "raft"}, "measures": ["leaders"], "for_ms": 1_000, "every_ms": 500}
    done = command(f"{json.dumps(ask)}\n\n{json.dumps(ask | {'until': 'leaders >= 1', 'every_ms': None})}\n")
    first, second = map(json.loads, done.stdout.splitlines())
    assert [row["at"] for row in first] == [0, 500, 1_000]
    assert second[-1]["leaders"] == 1
    assert second[-1]["at"] < 1_000


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "Line 1: "),
        ("[]", "Line 1: this is no object"),
        ('{"recording": {"lab": "rafft"}, "measures": [], "for_ms": 1}', "Line 1: "),
        ('{"recording": {"lab": "raft"}, "measures": ["x"], "for_ms": 1}', "Line 1: "),
        ('{"recording": {"lab": "raft"}, "measures": ["leaders"]}', "for_ms is a number"),
        ('{"recording": {"lab": "raft"}, "measures": ["leaders"], "for_ms": 1, "until": "leeders > 1"}', "leeders"),
        ('{"recording": {"lab": "raft"}, "measures": ["leaders"], "for_ms": 9999, "every_ms": 1}', "2,000 rows"),
    ],
)
def test_bad_lines_are_a_sentence_with_the_line(line, says):
    done = command(line)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
