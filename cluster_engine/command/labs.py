"""`labs`: what there is to run, and what one can do with it."""

import argparse
import json
from collections.abc import Iterable
from dataclasses import MISSING, fields
from typing import Any

from cluster_engine.labs import all_labs, get_lab
from cluster_engine.labs.declaration import Button, Lab, Setting

_EXAMPLES = """examples:
  python -m cluster_engine labs
  python -m cluster_engine labs raft
  python -m cluster_engine labs --json
"""


def add_to(commands: Any) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "labs", help="list the labs, or everything about one",
        description="List the labs; with a name, list its settings, actions, goals and measures.",
        epilog=_EXAMPLES,
    )  # fmt: skip
    parser.add_argument("lab", metavar="LAB", nargs="?", help="the lab to describe")
    parser.add_argument("--json", action="store_true", help="print the declarations as JSON")
    parser.set_defaults(command=command)


def command(options: argparse.Namespace) -> int:
    """Print the labs."""
    chosen = all_labs() if options.lab is None else (get_lab(options.lab),)
    if options.json:
        data = [lab.to_json() for lab in chosen]
        print(json.dumps(data if options.lab is None else data[0], ensure_ascii=False))
    elif options.lab is None:
        _print_table((lab.name, f"{lab.title}. {lab.summary}") for lab in chosen)
    else:
        _describe(chosen[0])
    return 0


def _describe(lab: Lab) -> None:
    print(f"{lab.name}: {lab.title}\n{lab.summary}")
    _section("Settings (--set NAME=VALUE)", ((_setting(s), _setting_help(s)) for s in lab.settings))
    _section(
        "Actions (--do 'TIME ACTION …')",
        ((_usage(b), b.help or b.action.help) for b in lab.buttons),
    )
    _section("Situations (--set situation=NAME)", ((s.name, s.help) for s in lab.situations))
    _section("Measures", ((m.name, m.help) for m in lab.measures))
    _section("Goals", ((g.name, f"{g.title}: {g.expression}") for g in lab.goals))
    _section("Invariants", ((i.name, f"{i.help} ({i.source})") for i in lab.invariants))
    _section("Liveness", ((one.name, f"{one.help} ({one.source})") for one in lab.liveness))


def _section(title: str, rows: Iterable[tuple[str, str]]) -> None:
    listed = list(rows)
    if listed:
        print(f"\n{title}")
        _print_table(listed)


def _print_table(rows: Iterable[tuple[str, str]]) -> None:
    listed = list(rows)
    width = max(len(name) for name, _ in listed)
    for name, text in listed:
        print(f"  {name:<{width}}  {text}".rstrip())


def _setting(setting: Setting) -> str:
    default = str(setting.default).lower() if setting.kind == "bool" else setting.default
    return f"{setting.name}={default}"


def _setting_help(setting: Setting) -> str:
    allowed = setting.allowed()
    return f"{setting.help} {allowed[:1].upper()}{allowed[1:]}."


def _usage(button: Button) -> str:
    parts = [p.name if p.default is MISSING else f"[{p.name}]" for p in fields(button.action)]
    return " ".join([button.name, *parts])
