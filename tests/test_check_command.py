"""The command `check`: what it says of a history, with which exit status, and of whatever else it is given."""

import io
import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from cluster_engine.command import main
from tests.test_consistency_reading import LINES, LOG

HISTORIES = Path(__file__).with_name("histories")


class Done(NamedTuple):
    """How a command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


def check(text: str | bytes, *options: str) -> Done:
    """Ask the command about a history on standard input."""
    said, complained = io.StringIO(), io.StringIO()
    given = io.TextIOWrapper(io.BytesIO(text if isinstance(text, bytes) else text.encode()))
    with redirect_stdout(said), redirect_stderr(complained), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", given)
        try:
            status = main(["check", "-", *options])
        except SystemExit as stopped:
            status = int(stopped.code or 0)
    return Done(status, said.getvalue(), complained.getvalue())


def test_it_is_a_command() -> None:
    command = [sys.executable, "-m", "cluster_engine", "check", "-"]
    done = subprocess.run(command, input=LINES, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.startswith("Not linearizable: 2 operations")) == (1, True)


def test_exit_statuses_and_what_is_said() -> None:
    bad = check(LINES)
    assert bad.returncode == 1
    assert "1: read x -> nil fits nowhere: it was told nil, and the value is 1." in bad.stdout
    assert check(LOG).returncode == 0
    missing = check(LINES + "{")
    assert (missing.returncode, missing.stderr.startswith("Line 5: ")) == (2, True)
    hard = [{"process": n, "type": "invoke", "f": "enqueue", "value": n} for n in range(11)]
    hard += [{"process": n, "type": "ok", "f": "enqueue", "value": n} for n in range(11)]
    hard += [{"process": 0, "type": kind, "f": "dequeue", "value": 99} for kind in ("invoke", "ok")]
    told = check("\n".join(map(json.dumps, hard)), "--budget", "0.1").stdout
    assert (told.startswith("Undecided: 12 operations, model queue"), "--budget gives it more" in told) == (True, True)
    undecided = check("\n".join(map(json.dumps, hard)), "--budget", "0.2", "--json")
    assert (undecided.returncode, json.loads(undecided.stdout)["verdict"]) == (3, "undecided")


def test_json_names_the_fault_and_the_evidence() -> None:
    found = json.loads(check(LINES, "--json").stdout)
    assert (found["verdict"], found["model"], found["operations"]) == ("not linearizable", "register", 2)
    assert found["fault"]["process"] == "1"
    assert [one["f"] for one in found["evidence"]] == ["write", "read"]
    assert found["next"][0]["why"] == "it was told nil, and the value is 1"


def test_the_other_search_gives_the_same_verdict() -> None:
    assert check(LINES, "--mode", "wgl").returncode == 1
    assert check(LOG, "--mode", "wgl").returncode == 0


@pytest.mark.parametrize(
    ("f", "asked", "told", "says"),
    [
        ("append", 1, 1, ""),
        (
            "add",
            "much",
            "much",
            "Line 1: what is added is a number below 1,000,000,000,000,000, not 'much' (process 0).",
        ),
        (
            "add",
            10**15,
            10**15,
            "Line 1: what is added is a number below 1,000,000,000,000,000, not '1000000000000000' (process 0).",
        ),
        (
            "txn",
            [["r", "x"]],
            None,
            "Line 1: a txn is asked with a list of steps, each [r key nil], [w key value] or [append key value] "
            "(process 0).",
        ),
        ("cas", 3, 3, "Line 1: a cas is asked with the pair [old, new], not with 3 (process 0)."),
        ("read", None, 5, "Line 1: a read of a list is told a list, not 5 (process 0)."),
    ],
)
def test_values_that_an_operation_cannot_have(f: str, asked: object, told: object, says: str) -> None:
    model = ("--model", "append-list") if f in ("append", "read") else ()
    lines = [{"process": 0, "type": kind, "f": f, "value": value} for kind, value in (("invoke", asked), ("ok", told))]
    done = check("\n".join(map(json.dumps, lines)), *model)
    assert (done.returncode, done.stderr.strip()) == (2 if says else 0, says)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--model", "mutex"), "Line 1: the model mutex has no operation write"),
        (("--model", "regster"), "invalid choice"),
        (("--budget", "soon"), "no number of seconds"),
        (("--promise", "causal", "--model", "kv"), "Line 1: the model kv has no operation"),
        (("--promise", "causal", "--initial", "1"), "--initial goes with the promises linearizable and sequential"),
    ],
)
def test_bad_options_are_a_sentence(options: tuple[str, ...], says: str) -> None:
    done = check(LINES, *options)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


DEEP = "[" * 3_000 + "]" * 3_000


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"[{{:process 0 :type :invoke :f :write :value {DEEP}}}]", "Line 1: this is no EDN"),
        (f'{{"process":0,"type":"invoke","f":"write","value":{DEEP}}}', "Line 1: this is no JSON"),
        ('{"process":0,"type":"invoke","f":"read"}\n{"process":0,"type":"ok","f":"read","value":"\\ud800"}', ""),
    ],
)
def test_hostile_values_are_refused_or_printed(text: str, says: str) -> None:
    done = check(text)
    assert "Traceback" not in done.stderr
    assert (done.returncode, says in done.stderr) == (2 if says else 1, True)
    assert says or "0: read -> \\ud800 fits nowhere" in done.stdout


def test_a_text_in_another_encoding_is_refused_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "history.jsonl"
    file.write_bytes(LINES.encode() + b"\n\xff\xfe")
    assert main(["check", str(file)]) == 2
    assert f"Line {LINES.count(chr(10)) + 2}: {file} is no UTF-8 text there." in capsys.readouterr().err


def test_a_mark_of_order_and_the_ends_of_lines_of_other_systems_are_read() -> None:
    assert check(b"\xef\xbb\xbf" + LINES.replace("\n", "\r\n").encode()).returncode == 1
    assert check(LINES.replace("\n", "\r")).returncode == 1
    refused = check(LINES.encode("utf-16"))
    assert (refused.returncode, refused.stderr.strip()) == (2, "Line 1: - is no UTF-8 text there.")


def test_an_object_may_begin_with_a_value() -> None:
    seen = "{:process 0 :type :invoke :f :read}\n{:process 0 :type :ok :f :read :value 0}"
    assert (check(seen).returncode, check(seen, "--initial", "0").returncode) == (1, 0)
    assert check(seen, "--initial", "0", "--promise", "sequential").returncode == 0
    refused = check(seen.replace("read", "dequeue"), "--initial", "0")
    assert (refused.returncode, "the model queue begins empty" in refused.stderr) == (2, True)


SPLINTERS = (
    b"{",
    b"}",
    b"[",
    b")",
    b'"',
    b"\\",
    b"#",
    b";",
    b"nil",
    b"\x00",
    b"\xff",
    b"1e999",
    b":f",
    b"#{1}",
    b"true",
)


def test_a_damaged_history_is_judged_or_refused_with_its_line() -> None:
    """Whatever is cut off, put in or turned over: never a traceback."""
    chance = Random(3)
    wholes = [path.read_bytes() for path in sorted(HISTORIES.iterdir()) if path.stat().st_size < 1_500]
    for _ in range(120):
        damaged = bytearray(chance.choice(wholes))
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(damaged) + 1)
            damaged[at : at + chance.choice([0, 0, 1, 9, 99])] = chance.choice(SPLINTERS)
        done = check(bytes(damaged), "--budget", "2")
        assert done.returncode in (0, 1, 2), bytes(damaged)
        assert done.returncode < 2 or done.stderr.startswith("Line "), (done.stderr, bytes(damaged))
