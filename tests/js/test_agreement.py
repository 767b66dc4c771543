"""The browser folds records into views; the engine keeps the state itself. Both must say the same at every moment."""

import json
import subprocess
from pathlib import Path

import pytest

from cluster_engine.actions import parse_script
from cluster_engine.labs import get_lab
from cluster_engine.recording import Recording
from cluster_engine.records import encode
from cluster_engine.timeline import Timeline

SCRIPT = """
400ms write x 1
600ms crash n1
700ms write x 2
900ms cut n1,n2 | n3,n4,n5
1300ms write y 3
1500ms restart n1
1900ms pause n3 200
2100ms lose 20
2300ms hold n4 n5
2600ms release n4 n5
2700ms heal
3000ms isolate n2
3600ms heal
3700ms lose_disk n4
4100ms restart n4
4400ms skew n5 100
"""


@pytest.mark.parametrize("seed", [1, 7])
@pytest.mark.parametrize(
    ("name", "given", "script"),
    [
        ("raft", {"client_every_ms": 40.0, "snapshot_every": 10}, SCRIPT),
        (
            "raft",
            {"pre_vote": False, "check_quorum": False, "clients": 2, "client_every_ms": 90.0},
            SCRIPT,
        ),
        ("one-system", {}, "500ms crash n1\n1500ms restart n1\n2s crash n2\n2100ms crash n3\n4s restart n2"),
    ],
)
def test_the_browser_sees_what_the_engine_says(name, given, script, seed):
    run = engine_run(name, given, script, seed)
    done = subprocess.run(
        ["node", str(Path(__file__).with_name("agree.mjs"))],
        input=json.dumps(run), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert json.loads(done.stdout) == []


def engine_run(name: str, given: dict, script: str, seed: int) -> dict:
    lab = get_lab(name)
    actions = tuple(parse_script(script, lab))
    timeline = Timeline(Recording(lab=name, settings=lab.check_settings(given), seed=seed, actions=actions))
    timeline.advance(5000.0)
    times = sorted({0.0, *(float(at) for at in range(37, 5000, 97)), *(at for at, _ in actions)})
    frames = [
        frame(timeline, 0.0, 2500.0, timeline.view(0.0)),
        frame(timeline, 2500.0, 5000.0, None),
    ]
    live = [measure.name for measure in lab.measures if measure.live]
    return {"frames": frames, "views": [timeline.view(at) for at in times], "live": live}


def frame(timeline: Timeline, start: float, end: float, view: dict | None) -> dict:
    records = json.loads(encode(timeline.records(start, end)))
    return {"branch": 0, "from": start, "to": end, "view": view, "records": records}
