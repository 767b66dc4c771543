"""Reading histories in the forms that people have them in, and the command `check`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cluster_engine.command import main
from cluster_engine.consistency.history import NEVER
from cluster_engine.consistency.linearizability import check as search
from cluster_engine.consistency.models import MODELS
from cluster_engine.consistency.reading import HistoryError, guess_model, read

LOG = """INFO  jepsen.core - Setting up
INFO  jepsen.util - 0\t:invoke\t:write\t3
INFO  jepsen.util - 1\t:invoke\t:cas\t[1 2]
INFO  jepsen.util - :nemesis\t:info\t:start\tnil
INFO  jepsen.util - 0\t:ok\t:write\t3
INFO  jepsen.util - 1\t:fail\t:cas\t[1 2]
INFO  jepsen.util - 2\t:invoke\t:read\tnil
INFO  jepsen.util - 2\t:fail\t:read\t:timed-out
INFO  jepsen.util - 3\t:invoke\t:write\t4
INFO  jepsen.util - 3\t:info\t:write\t:timed-out
INFO  jepsen.util - 4\t:invoke\t:read\tnil
INFO  jepsen.util - 4\t:ok\t:read\t3
"""
LINES = """{"process": 0, "type": "invoke", "f": "write", "value": 1, "key": "x", "time": 10}
{"process": 0, "type": "ok", "f": "write", "value": 1, "key": "x", "time": 20}
{"process": 1, "type": "invoke", "f": "read", "value": null, "key": "x", "time": 30}
{"process": 1, "type": "ok", "f": "read", "value": null, "key": "x", "time": 40}
"""
EDN = "".join(f'{{:process 0, :type :{kind}, :f :append, :key "k", :value "a"}}\n' for kind in ("invoke", "ok"))


def told(text: str) -> list[str]:
    return [one.words() for one in read(text).operations]


def test_json_lines_with_keys_and_times() -> None:
    write, seen = read(LINES).operations
    assert (write.key, write.called, write.returned) == ("x", 10, 20)
    assert (seen.value, seen.result, seen.outcome) == (None, None, "ok")
    assert guess_model(read(LINES)) == "register"


def test_a_log_of_jepsen_with_what_etcd_answers() -> None:
    found = read(LOG)
    assert [one.words() for one in found.operations] == [
        "0: write 3", "1: cas [1 2] -> False", "2: read -> nil", "3: write 4 -> ?", "4: read -> 3",
    ]  # fmt: skip
    assert [one.outcome for one in found.operations] == ["ok", "ok", "failed", "unknown", "ok"]
    assert found.operations[3].returned == NEVER
    assert guess_model(found) == "etcd-register"


@pytest.mark.parametrize(
    "text",
    [
        "{:process 0, :type :invoke, :f :write, :value 3}\n{:process 0, :type :ok, :f :write, :value 3}",
        "[{:process 0, :type :invoke, :f :write, :value 3}\n {:process 0, :type :ok, :f :write, :value 3}]",
        "#jepsen.history.Op{:process 0, :type :invoke, :f :write, :value 3}\n; a remark\n"
        "#jepsen.history.Op{:process 0, :type :ok, :f :write, :value 3}",
    ],
)
def test_edn_as_lines_and_as_one_vector(text: str) -> None:
    assert told(text) == ["0: write 3"]


def test_keyed_edn_has_pairs_or_keys() -> None:
    assert told(EDN) == ["0: append k a"]
    pairs = (
        "{:process 0, :type :invoke, :f :cas, :value [7 [1 2]]}\n{:process 0, :type :ok, :f :cas, :value [7 [1 2]]}\n"
        "{:process 1, :type :invoke, :f :read, :value #jepsen.independent.Tuple [7 nil]}\n"
        "{:process 1, :type :ok, :f :read, :value #jepsen.independent.Tuple [7 2]}\n"
    )
    assert told(pairs) == ["0: cas 7 [1 2]", "1: read 7 -> 2"]


def test_an_operation_without_an_end_is_unknown() -> None:
    assert told('{"process": 0, "type": "invoke", "f": "write", "value": 1}\n') == ["0: write 1 -> ?"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Line 1: there is no operation"),
        ("hello\nworld", "Line 1: there is no operation"),
        (LINES + "{", "Line 5: this is no JSON"),
        (LINES + "[1]", "Line 5: an operation is an object"),
        ('{"type": "invoke", "f": "read"}', "Line 1: this operation has no process"),
        ('{"process": 0, "type": "began", "f": "read"}', "Line 1: the type is one of invoke, ok, fail, info"),
        ('{"process": 0, "type": "ok", "f": "read", "value": 1}', "Line 1: process 0 ends what it has not begun"),
        (LINES.splitlines()[0] + "\n" + LINES.splitlines()[0], "Line 2: process 0 has not ended"),
        ('{"process": 0, "type": "invoke", "f": "read", "time": "soon"}', "Line 1: the time is a number"),
        ("{:process 0, :type", "Line 1: this is no EDN"),
        ("[[[[", "no EDN"),
        ('{"process": 0, "type": "invoke", "f": "write", "value": NaN}', "Line 1: this is no JSON: NaN is no number"),
        ('{"process": 0, "type": "invoke", "f": "read", "time": 1e999}', "Line 1: the time is a number"),
    ],
)
def test_what_is_no_history_is_a_sentence_with_its_line(text: str, says: str) -> None:
    with pytest.raises(HistoryError, match=says.replace("[", r"\[")):
        read(text)


def test_maps_and_sets_are_values_whatever_their_order() -> None:
    pair = ('{"a": 1, "b": [2]}', '{"b": [2], "a": 1}')
    lines = [f'{{"process": 0, "type": "{kind}", "f": "write", "value": {pair[0]}}}' for kind in ("invoke", "ok")]
    lines.append('{"process": 1, "type": "invoke", "f": "read"}')
    lines.append(f'{{"process": 1, "type": "ok", "f": "read", "value": {pair[1]}}}')
    history = read("\n".join(lines)).operations
    assert search(MODELS["register"], history).verdict == "linearizable"
    assert history[1].result == "{a 1, b [2]}"
    edn = "{:process 0, :type :invoke, :f :write, :value #{2 1}}"
    assert read(edn).operations[0].value == "#{1 2}"


# --- the command -------------------------------------------------------------------------------


def check(text: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cluster_engine", "check", "-", *options]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)


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
        ("add", "much", "much", "Line 1: what is added is a number, not 'much' (process 0)."),
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
