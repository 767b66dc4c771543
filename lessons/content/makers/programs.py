"""Making program blocks: the lab of the code in the block's body."""

import re
from dataclasses import dataclass

from cluster_engine.labs import get_lab
from cluster_engine.machine import ProgramError, compile_program
from lessons.content.blocks import LabBlock
from lessons.content.makers.bench import Bench
from lessons.content.makers.exercises import goal_of
from lessons.content.makers.labs import block_of
from lessons.content.options import Options
from lessons.content.scan import Raw

_FENCED = re.compile(r"^(`{3,}|~{3,})[^\n]*\n(.*?)^\1[ \t]*$\n?", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Fenced:
    """A block's first fenced code: the code, its first line in the file, and the text around it."""

    code: str
    line: int
    around: str


def make_program(raw: Raw, bench: Bench) -> LabBlock | None:
    """Return the block of a live thread lab; its first fenced code block is the program, the rest its caption."""
    options = Options(raw, bench.findings)
    name, fenced = bench.named(options), fenced_in(raw, bench)
    if fenced is None or not compiles(fenced.code, fenced.line, bench):
        return None
    caption, lab, goal = bench.html(fenced.around, raw.text_line), get_lab("program"), options.get("goal")
    block = block_of(options, name, lab, {"program": fenced.code}, caption, bench)
    if goal and (aim := goal_of(options, goal, lab, f"aim:{name}", goal.value)):
        block.goals.append(aim)
    return block


def fenced_in(raw: Raw, bench: Bench) -> Fenced | None:
    """Return a block's program; where there is none, that is a finding."""
    text = raw.markdown()
    code = _FENCED.search(text)
    if code is None:
        message = f"`{raw.name}` needs its code, in a block fenced by three backticks."
        bench.findings.error("bad-program", raw.line, raw.column, message)
        return None
    around = text[: code.start()] + "\n" * code[0].count("\n") + text[code.end() :]
    return Fenced(code[2].rstrip(), raw.text_line + text.count("\n", 0, code.start(2)), around)


def compiles(code: str, first: int, bench: Bench) -> bool:
    """Say whether a program compiles; where it does not, that is a finding. `first` is its first line in the file."""
    try:
        compile_program(code)
    except ProgramError as error:
        bench.findings.error("bad-program", first + error.line - 1, error.column, str(error))
        return False
    return True
