"""`check`: is a history of operations linearizable, or does it keep a weaker promise?"""

import argparse
import json
import sys
from pathlib import Path
from time import monotonic
from typing import Any

from cluster_engine.command.arguments import UsageError, budget_s
from cluster_engine.consistency.explanations import Explanation, explain
from cluster_engine.consistency.history import NEVER, Operation
from cluster_engine.consistency.linearizability import LINEARIZABLE, NOT_LINEARIZABLE, UNDECIDED, check
from cluster_engine.consistency.models import MODELS, Model
from cluster_engine.consistency.promises import PROMISES, broken
from cluster_engine.consistency.reading import LARGEST, HistoryError, Read, guess_model, read
from cluster_engine.consistency.wgl import check_wgl

BUDGET_S = 60.0
STATUSES = {LINEARIZABLE: 0, NOT_LINEARIZABLE: 1, UNDECIDED: 3}

_EXAMPLES = """examples:
  python -m cluster_engine check history.jsonl
  python -m cluster_engine check etcd_042.log --budget 10 --json
  python -m cluster_engine check history.edn --model append-list --promise read-your-writes

A history is JSON lines ({"process": 0, "type": "invoke", "f": "write", "value": 3}; type is invoke, ok, fail or info;
key and time may be added), EDN in Jepsen's form, or a log of Jepsen's; - reads standard input. An operation that ends
with info, or not at all, may take effect at any later time or never. The model is guessed from the operations.

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
        print(json.dumps(result, ensure_ascii=False))
    else:
        _print(result)
    status: int = STATUSES.get(result["verdict"], 1 if result["verdict"] == "broken" else 0)
    return status


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
    if one.f == "add" and not isinstance(one.value, int | float):
        return f"what is added is a number, not {one.value!r}"
    if model.name == "append-list" and one.f == "read" and not isinstance(one.result, list | tuple | None):
        return f"a read of a list is told a list, not {one.result!r}"
    return None


def _print(result: dict[str, Any]) -> None:
    head = f"{result['verdict'].capitalize()}: {result['operations']:,} operations, model {result['model']}"
    explored = f", {result['explored']:,} configurations" if "explored" in result else ""
    print(f"{head}{explored}, {result['seconds']:g} s.")
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
