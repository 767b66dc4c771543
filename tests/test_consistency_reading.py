"""Reading histories in the forms that people have them in."""

import re

import pytest

from cluster_engine.consistency.explanations import explain
from cluster_engine.consistency.history import NEVER, HistoryError
from cluster_engine.consistency.linearizability import check as search
from cluster_engine.consistency.models import MODELS
from cluster_engine.consistency.reading import guess_model, read

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


@pytest.mark.parametrize(
    "text",
    [
        "({:process 0, :type :invoke, :f :write, :value 3} ; a remark with a ) in it\n"
        " {:process 0, :type :ok, :f :write, :value 3})",
        "{:process 0, :type :invoke, :f :write, :value 3} {:process 0, :type :ok, :f :write, :value 3}",
        "{:process 0\n :type :invoke\n :f :write :value 3}\n\n{:process 0, :type :ok, :f :write, :value 3}",
        '{:process 0 :type :invoke :f :write :value 3}{:process 0 :type :ok :f :write :value 3 :error "; } [ #a"}',
        "{:process 0 :type :invoke :f :write :value 3}\n{:process 0 :type :ok :f :write :value 3\n"
        ' :error #object[java.net.SocketException "0x1f" "closed"] :at #inst "2015-03-01" :c \\{}',
        '[{"process": 0, "type": "invoke", "f": "write", "value": 3},\n'
        ' {"process": 0, "type": "ok", "f": "write", "value": 3}]',
        '{"process": 0, "type": ":invoke", "f": ":write",\r\n "value": 3}\r\n'
        '{"process": 0, "type": ":ok", "f": ":write", "value": 3}\r\n',
        "0\t:invoke\t:write\t3\n0\t:ok\t:write\t3",
        "INFO [2021-02-26 10:01:36,788] jepsen worker 0 - jepsen.util 0\t:invoke\t:write\t3\nINFO  jepsen.core - 7 ok\n"
        "2021-02-26 23:39:01,300{GMT}\tINFO\t[jepsen worker 0] jepsen.util: 0\t:ok\t:write\t3\n",
        "INFO  jepsen.util - 0 :invoke :write 3\nINFO  jepsen.util - :nemesis :info :start nil\n"
        "INFO  jepsen.util - 0 :ok     :write 3",
    ],
)
def test_one_write_in_many_forms(text: str) -> None:
    assert told(text) == ["0: write 3"]


def test_a_pair_is_a_key_where_its_tag_says_so() -> None:
    pair = "#jepsen.independent.Tuple"
    text = "".join(f"{{:process 0 :type :{kind} :f :write :value {pair} [:k 3]}}\n" for kind in ("invoke", "ok"))
    assert told(text) == ["0: write k 3"]
    assert told(text.replace(pair, "")) == ["0: write [k 3]"]


def test_a_swap_in_vain_is_an_answer_and_one_that_was_refused_is_none() -> None:
    asked = "INFO  jepsen.util - 0\t:invoke\t:cas\t[1 2]\nINFO  jepsen.util - 0\t"
    assert [one.words() for one in read(asked + ":fail\t:cas\t[1 2]").operations] == ["0: cas [1 2] -> False"]
    (refused,) = read(asked + ":fail\t:cas\t[1 2]\t:connection-refused").operations
    assert (refused.outcome, refused.result) == ("failed", None)
    json_lines = (
        '{"process":0,"type":"invoke","f":"cas","value":[1,2]}\n{"process":0,"type":"ok","f":"cas","value":false}'
    )
    found = read(json_lines)
    assert (found.operations[0].result, guess_model(found)) == (False, "etcd-register")


def test_truth_is_no_number() -> None:
    lines = [f'{{"process": 0, "type": "{kind}", "f": "write", "value": 1}}' for kind in ("invoke", "ok")]
    lines += [
        '{"process": 0, "type": "invoke", "f": "read"}',
        '{"process": 0, "type": "ok", "f": "read", "value": true}',
    ]
    assert search(MODELS["register"], read("\n".join(lines)).operations).verdict == "not linearizable"


def test_sets_and_transactions_are_guessed() -> None:
    kinds = ("invoke", "ok")
    adds = "".join(f"{{:process 0 :type :{kind} :f :add :value 1}}" for kind in kinds)
    seen = "{:process 0 :type :invoke :f :read}{:process 0 :type :ok :f :read :value #{1}}"
    assert guess_model(read(adds + seen)) == "set"
    bad = search(MODELS["set"], read(adds + seen.replace("#{1}", "[1 2]")).operations).failing
    assert bad is not None
    assert explain(bad).words() == "0: read -> [1 2] fits nowhere: it shows 2."
    assert guess_model(read(adds + seen.replace("#{1}", "1"))) == "counter"
    txn = "".join(f"{{:process 0 :type :{kind} :f :txn :value [[:w :x 1]]}}" for kind in kinds)
    assert guess_model(read(txn)) == "txn"


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
        ("[[[[", "Line 1: this is no EDN of a history"),
        ("[]", "Line 1: there is no operation"),
        ("[{:process 0 :type :invoke :f :read}\n{:process 0 :type", "Line 2: this is no EDN: { is never closed"),
        ("[{:process 0 :type :invoke :f :read}\n", "Line 1: this is no EDN: [ is never closed"),
        ("{:process 0 :type :invoke :f :read}\n}", "Line 2: this is no EDN: } closes nothing"),
        ("{:process 0\n :f [:read}", "Line 2: this is no EDN: } cannot close the [ of line 2"),
        ("{:process 0 :type :invoke :f :read}\nnil", "Line 2: an operation is a map"),
        ("{:process 0 :type :invoke :f :read}\n7 {:a 1}", "Line 2: this is no EDN of a history: 7 stands where"),
        ('{:process 0\n :f "read}', "Line 1: this is no EDN"),
        ("{:process 0 :type :invoke :f :write :value ##NaN}", "Line 1: this is no EDN"),
        ("{:type :invoke :f :txn :value [[:w 2 1]]}", "Line 1: this operation has no process"),
        ('{"process": 0, "process": 1}', "Line 1: this is no JSON: 'process' stands twice"),
        ('[{"process": 0, "type": "invoke", "f": "read"},\n', "the array does not end"),
        (LINES.splitlines()[0] + "\n" + LINES.splitlines()[0][:30], "Line 2: this is no JSON"),
        ('{"process": 0, "type": "invoke", "f": "write", "value": 1e999}', "Line 1: inf is no number"),
        ('{"process": 0, "type": "invoke", "f": "read", "time": 1' + "0" * 400 + "}", "Line 1: the time is a number"),
        ('{"process": 0, "type": "invoke", "f": "read", "time": true}', "Line 1: the time is a number"),
        ('{"process": 0, "type": "invoke", "f": "write", "value": 1' + "0" * 5000 + "}", "Line 1: this is no JSON"),
        ('{"process": null, "type": "invoke", "f": "read"}', "Line 1: this operation has no process"),
        ("\0\1\2ELF\n\0", "Line 1: there is no operation"),
        ('{"process": 0, "type": "invoke", "f": "write", "value": NaN}', "Line 1: this is no JSON: NaN is no number"),
        ('{"process": 0, "type": "invoke", "f": "read", "time": 1e999}', "Line 1: the time is a number"),
    ],
)
def test_what_is_no_history_is_a_sentence_with_its_line(text: str, says: str) -> None:
    with pytest.raises(HistoryError, match=re.escape(says)):
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
    assert read(edn).operations[0].words() == "0: write #{1 2} -> ?"
