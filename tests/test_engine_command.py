"""The command line: what it prints, its exit statuses, and one sentence for every mistake."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cluster_engine.command import main
from cluster_engine.labs import all_labs
from cluster_engine.recording import Recording

CUT = ("--do", "2s cut n1,n2 | n3,n4,n5", "--do", "4s heal")


def said(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> list[str]:
    assert main(arguments) == status, capsys.readouterr().err
    captured = capsys.readouterr()
    assert captured.err == "" or status or "run/s" in captured.err
    return captured.out.splitlines()


def test_labs_lists_names_and_summaries(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "labs")
    assert [line.split()[0] for line in lines] == [lab.name for lab in all_labs()]


def test_labs_describes_one(capsys: pytest.CaptureFixture[str]) -> None:
    text = "\n".join(said(capsys, "labs", "raft"))
    for part in ("nodes=5", "cut groups", "two-leaders", "election-safety", "paper-election", "acked_writes"):
        assert part in text


def test_labs_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert [lab["name"] for lab in json.loads(said(capsys, "labs", "--json")[0])] == [lab.name for lab in all_labs()]
    assert json.loads(said(capsys, "labs", "raft", "--json")[0])["name"] == "raft"


def test_run_tells_a_story_and_a_summary(capsys: pytest.CaptureFixture[str]) -> None:
    *story, last = said(capsys, "run", "raft", "--seed", "42", "--for", "6s", *CUT)
    assert any("The network is cut" in line for line in story)
    assert any("GOAL two-leaders" in line for line in story)
    summary = json.loads(last)
    assert summary["virtual_ms"] == 6_000
    assert summary["goals"]["two-leaders"] > 2_000
    assert summary["violations"] == []
    assert summary["measures"]["leaders"] == 1
    assert len(summary["digest"]) == 32
    assert summary["events"] > 1_000


def test_run_as_json_prints_every_record(capsys: pytest.CaptureFixture[str]) -> None:
    *records, summary = (json.loads(line) for line in said(capsys, "run", "raft", "--json", "--for", "1s"))
    assert [record["seq"] for record in records] == list(range(summary["events"]))
    assert {"sent", "delivered", "changed", "armed"} <= {record["kind"] for record in records}


def test_every_record_has_words(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("run", "raft", "--for", "4s", "--set", "client_every_ms=200", *CUT)
    lines = said(capsys, *arguments, "--do", "1s hold n1 n2; 1500ms release n1 n2", "--all")
    summary = json.loads(lines[-1])
    assert len(lines) - 1 == summary["events"]
    assert all(line.endswith((".", "!", "?")) for line in lines[:-1])


def test_the_same_run_however_it_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    digests = {
        json.loads(said(capsys, "run", "raft", "--for", "3s", *CUT, *how)[-1])["digest"]
        for how in ((), ("--all",), ("--json",), ("--quiet",))
    }
    assert len(digests) == 1
    other = json.loads(said(capsys, "run", "raft", "--for", "3s", *CUT, "--seed", "2", "--quiet")[-1])
    assert other["digest"] not in digests


def test_a_run_is_as_long_as_its_actions_need(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(said(capsys, "run", "raft", "--quiet")[-1])["virtual_ms"] == 10_000
    late = said(capsys, "run", "raft", "--quiet", "--do", "12s crash n1")
    assert json.loads(late[-1])["virtual_ms"] == 17_000


def test_a_recording_plays_again_from_text_and_from_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    arguments = ("--seed", "9", "--set", "nodes=3", "--for", "3s", "--quiet")
    first = json.loads(said(capsys, "run", "raft", "--do", "1s crash n1", *arguments)[-1])
    recording = Recording.from_text(first["recording"])
    text, data = tmp_path / "shared.txt", tmp_path / "shared.json"
    text.write_text(first["recording"] + "\n")
    data.write_text(json.dumps(recording.to_json()))
    for source in (first["recording"], str(text), str(data)):
        again = json.loads(said(capsys, "run", "--recording", source, "--for", "3s", "--quiet")[-1])
        assert again["digest"] == first["digest"]
    more = said(capsys, "run", "raft", "--recording", str(data), "--do", "2s restart n1", "--quiet")
    assert Recording.from_text(json.loads(more[-1])["recording"]).actions[-1][1].kind == "restart"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("run", "rafft"), "Did you mean raft?"),
        (("run",), "Name a lab"),
        (("rum",), "invalid choice"),
        ((), "required"),
        (("run", "raft", "--set", "nodes=12"), "a whole number from 1 to 9"),
        (("run", "raft", "--set", "node=3"), "Did you mean nodes?"),
        (("run", "raft", "--set", "nodes"), "NAME=VALUE"),
        (("run", "raft", "--set", "nodes=3", "--set", "nodes=5"), "given twice"),
        (("run", "raft", "--do", "1s crsh n1"), "Did you mean crash?"),
        (("run", "raft", "--do", "crash n1"), "is no time"),
        (("run", "raft", "--for", "soon"), "is no duration"),
        (("run", "raft", "--for", "0s"), "is no duration"),
        (("run", "raft", "--for", "2h"), "is no duration"),
        (("run", "raft", "--seed", "-1"), "is no seed"),
        (("run", "raft", "--sead", "1"), "--sead"),
        (("run", "raft", "--recording", "nonsense"), "begins with"),
        (("run", "raft", "--recording", "no/such.json"), "There is no file"),
        (("run", "one-system", "--recording", Recording("raft").to_text()), "is one of raft"),
        (("run", "raft", "--json", "--all"), "not allowed with"),
        (("experiment", "raft"), "--measure"),
        (("experiment", "raft", "--measure", "tirm"), "Did you mean term?"),
        (("experiment", "raft", "--measure", "term", "--seeds", "9..1"), "must go upwards"),
        (("experiment", "raft", "--measure", "term", "--seeds", "x"), "A..B"),
        (("experiment", "raft", "--measure", "term", "--jobs", "0"), "from 1 to 64"),
        (("experiment", "raft", "--measure", "term", "--values"), "--values needs --json"),
        (("experiment", "raft", "--measure", "term", "--until", "tirm > 1"), "Did you mean term?"),
        (("experiment", "raft", "--measure", "term", "--set", "nodes=x"), "whole number"),
    ],
)
def test_bad_input_is_one_sentence(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    error = captured.err.strip().splitlines()[-1]
    assert says in error
    assert error.endswith((".", "?"))
    assert "Traceback" not in captured.err


def test_an_impossible_action_is_said_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("run", "raft", "--do", "1s restart n1", "--for", "2s")) == 2
    captured = capsys.readouterr()
    assert "An action was impossible at 1000 ms: n1" in captured.err
    assert "Not possible: n1" in captured.out
    assert json.loads(captured.out.splitlines()[-1])["refused"][0]["at"] == 1_000


def test_a_violated_invariant_is_exit_status_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from cluster_engine.checkers.replicated_log import ElectionSafety
    from cluster_engine.monitors import Violation

    monkeypatch.setattr(ElectionSafety, "see", lambda self, record: Violation("two lead", ("n1", "n2")))
    assert main(("run", "raft", "--for", "1s")) == 1
    captured = capsys.readouterr()
    assert "VIOLATED election-safety: Two lead." in captured.out
    assert captured.err == "An invariant was violated: election-safety.\n"
    assert json.loads(captured.out.splitlines()[-1])["violations"][0]["count"] > 1


@pytest.mark.parametrize("command", [(), ("labs",), ("run",), ("experiment",)])
def test_help_has_examples_that_can_be_parsed(capsys: pytest.CaptureFixture[str], command: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as caught:
        main((*command, "--help"))
    assert caught.value.code == 0
    text = capsys.readouterr().out
    assert "examples:" in text
    assert text.count("python -m cluster_engine") >= 3


def test_experiment_prints_a_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "experiment", "raft", "--measure", "election_ms", "--seeds", "1..20")
    assert lines[0] == "Time to the first leader (ms)"
    assert {line.split()[0] for line in lines[1:]} >= {"count", "mean", "min", "max", "p50", "p99.9"}


def test_experiment_as_json_with_values(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("experiment", "raft", "--measure", "election_ms", "--seeds", "5..14", "--json", "--values", "--quiet")
    result = json.loads(said(capsys, *arguments)[0])
    values = list(result["values"].values())
    assert list(result["values"]) == [str(seed) for seed in range(5, 15)]
    assert result["count"] == 10
    assert result["min"] == min(values)
    assert result["percentiles"]["p50"] == pytest.approx(sorted(values)[4:6][0] / 2 + sorted(values)[4:6][1] / 2)


def test_a_closed_pipe_is_no_traceback() -> None:
    command = f"{sys.executable} -m cluster_engine run raft --all --for 30s | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=60)
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""
