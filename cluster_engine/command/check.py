"""`check`: is a history of operations linearizable, or does it keep a weaker promise?"""

import argparse
import json
import sys
from pathlib import Path
from time import monotonic
from typing import Any

from cluster_engine.command.arguments import UsageError, budget_s
from cluster_engine.consistency import edn
from cluster_engine.consistency.explanations import Explanation, explain
from cluster_engine.consistency.history import NEVER, HistoryError, Operation, shown
from cluster_engine.consistency.linearizability import LINEARIZABLE, NOT_LINEARIZABLE, UNDECIDED, check
from cluster_engine.consistency.models import MODELS, beginning_with
from cluster_engine.consistency.promises import PROMISES, broken
from cluster_engine.consistency.reading import LARGEST, Read, guess_model, read
from cluster_engine.consistency.specification import Model
from cluster_engine.consistency.transactions import APPENDS, READS, WRITES
from cluster_engine.consistency.wgl import check_wgl

BUDGET_S = 60.0
LARGEST_SUMMAND = 10**15
STATUSES = {LINEARIZABLE: 0, NOT_LINEARIZABLE: 1, UNDECIDED: 3}

_EXAMPLES = """examples:
  python -m cluster_engine check history.jsonl
  python -m cluster_engine check etcd_042.log --budget 10 --json
  python -m cluster_engine check history.edn --model append-list --promise read-your-writes

A history is JSON ({"process": 0, "type": "invoke", "f": "write", "value": 3}, an object a line or one array of them;
type is invoke, ok, fail or info; key and time may be added), EDN in Jepsen's form, or a log of Jepsen's; - reads
standard input. An operation that ends with info, or not at all, may take effect at any later time or never. The model
is guessed from the operations. Values are numbers, texts, lists, sets and maps; what a failed operation says is passed
over, as is whatever the process nemesis does.

Exit status 0: the promise is kept; 1: it is broken; 3: undecided within the budget; 2: bad input, with its line.
"""


def add_to(commands: Any) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "check", help="say whether a history of operations is linearizable",
        description="Say whether a history of operations is linearizable, or keeps a weaker promise.",
        epilog=_EXAMPLES,
    )  # fmt: skip
    parser.add_argument("file", metavar="HISTORY", help="the history; - is standard input")
    parser.add_argument("--model", choices=tuple(MODELS), help="what the object does (guessed by default)")
    parser.add_argument(
        "--initial", metavar="VALUE", help="what a register holds at first, or each key of txn (default: nothing)"
    )
    parser.add_argument(
        "--budget", metavar="SECONDS", type=budget_s, default=BUDGET_S,
        help=f"how long to look before giving up (default {BUDGET_S:g})",
    )  # fmt: skip
    parser.add_argument(
        "--promise", choices=("linearizable", *PROMISES), default="linearizable", help="which promise to hold it to"
    )
    parser.add_argument(
        "--mode", choices=("fast", "wgl"), default="fast", help="the search; wgl is Wing, Gong and Lowe's"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(command=command)


def command(options: argparse.Namespace) -> int:
    """Check and print; return the exit status."""
    try:
        history = read(_text(options.file))
        model = MODELS[options.model or guess_model(history)]
        _check_functions(model, history)
    except HistoryError as error:
        raise UsageError(str(error)) from error
    if options.initial is not None:
        model = _beginning_with(model, options.initial, options.promise)
    started = monotonic()
    if options.promise != "linearizable":
        result = _weaker(options.promise, model, history.operations, options.budget)
    elif options.mode == "wgl":
        verdict, explored = check_wgl(model, history.operations, seconds=options.budget)
        result = {"verdict": verdict, "explored": explored}
    else:
        result = _linearizable(model, history.operations, options.budget)
    result = {"promise": options.promise, "model": model.name, "operations": len(history.operations)} | result
    result["seconds"] = round(monotonic() - started, 3)
    if options.json:
        print(json.dumps(result, ensure_ascii=False, default=shown))
    else:
        _print(result)
    status: int = STATUSES.get(result["verdict"], 1 if result["verdict"] == "broken" else 0)
    return status


def _beginning_with(model: Model, text: str, promise: str) -> Model:
    if promise not in ("linearizable", "sequential"):
        raise UsageError(f"--initial goes with the promises linearizable and sequential, not with {promise}.")
    try:
        return beginning_with(model, edn.forms(text)[0])
    except ValueError as error:
        raise UsageError(f"--initial: {error}.") from error


def _linearizable(model: Model, operations: list[Operation], seconds: float) -> dict[str, Any]:
    started = monotonic()
    checked = check(model, operations, seconds=seconds)
    result: dict[str, Any] = {"verdict": checked.verdict, "explored": checked.explored}
    if checked.failing is not None:
        result |= _told(explain(checked.failing, seconds - (monotonic() - started)))
    return result


def _weaker(promise: str, model: Model, operations: list[Operation], seconds: float) -> dict[str, Any]:
    found = broken(promise, model, operations, seconds=seconds)
    if found is None:
        return {"verdict": "kept"}
    if found.undecided:
        return {"verdict": UNDECIDED}
    return {"verdict": "broken", "why": found.why, "evidence": [_json(one) for one in found.evidence]}


def _told(explanation: Explanation) -> dict[str, Any]:
    return {
        "why": explanation.words(),
        "fault": _json(explanation.fault),
        "evidence": [_json(one) for one in explanation.evidence],
        "longest": [_json(one) for one in explanation.order],
        "next": [{"operation": _json(one), "why": why} for one, why in explanation.next],
    }


def _json(one: Operation) -> dict[str, Any]:
    ends = None if one.returned == NEVER else one.returned
    return {
        "index": one.index, "process": one.process, "f": one.f, "key": one.key, "value": one.value,
        "result": one.result, "called": one.called, "returned": ends, "outcome": one.outcome, "text": one.words(),
    }  # fmt: skip


def _text(file: str) -> str:
    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as source:
            return source.read(LARGEST + 1).decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise UsageError(f"Line {line}: {file} is no UTF-8 text there.") from error


def _check_functions(model: Model, history: Read) -> None:
    for one, line in zip(history.operations, history.lines, strict=True):
        if objection := _objection(model, one):
            raise HistoryError(f"Line {line}: {objection} (process {one.process}).")


def _objection(model: Model, one: Operation) -> str | None:
    if one.f not in model.functions:
        return f"the model {model.name} has no operation {one.f}; it has {', '.join(sorted(model.functions))}"
    if one.f == "cas" and not (isinstance(one.value, list | tuple) and len(one.value) == 2):
        return f"a cas is asked with the pair [old, new], not with {one.value!r}"
    if one.f == "add" and model.name != "set" and not _is_summand(one.value):
        return f"what is added is a number below {LARGEST_SUMMAND:,}, not {str(one.value)[:40]!r}"
    if model.name == "append-list" and one.f == "read" and not isinstance(one.result, list | None):
        return f"a read of a list is told a list, not {one.result!r}"
    if model.name == "set" and one.f == "read" and not isinstance(one.result, list | frozenset | None):
        return f"a read of a set is told a list or a set, not {one.result!r}"
    if one.f == "txn" and not all(map(_are_steps, (one.value, one.result or []))):
        return "a txn is asked with a list of steps, each [r key nil], [w key value] or [append key value]"
    return None


def _is_summand(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) < LARGEST_SUMMAND


def _are_steps(value: Any) -> bool:
    known = (*READS, *WRITES, *APPENDS)
    return isinstance(value, list) and all(isinstance(one, list) and len(one) == 3 and one[0] in known for one in value)


def _print(result: dict[str, Any]) -> None:
    head = f"{result['verdict'].capitalize()}: {result['operations']:,} operations, model {result['model']}"
    explored = f", {result['explored']:,} configurations" if "explored" in result else ""
    print(f"{head}{explored}, {result['seconds']:g} s.")
    if result["verdict"] == UNDECIDED:
        print("It was looked at no longer than that: --budget gives it more seconds.")
    if "why" not in result:
        return
    print(f"\n{result['why']}\n\nThe smallest part that shows it:")
    for one in result["evidence"]:
        ends = "never" if one["returned"] is None else f"{one['returned']:g}"
        print(f"  {one['called']:>10g} … {ends:<10} {one['text']}")
    if result.get("longest"):
        print("\nThe longest order that is legal:")
        print("  " + "; ".join(one["text"] for one in result["longest"]))
    for one in result.get("next", ()):
        print(f"  then not {one['operation']['text']}: {one['why']}")
