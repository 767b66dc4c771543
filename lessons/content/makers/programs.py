"""Making program blocks: the lab of the code in the block's body."""

import re

from cluster_engine.labs import get_lab
from cluster_engine.machine import ProgramError, compile_program
from lessons.content.blocks import LabBlock
from lessons.content.makers.bench import Bench
from lessons.content.makers.labs import block_of
from lessons.content.options import Options
from lessons.content.scan import Raw

_FENCED = re.compile(r"^(`{3,}|~{3,})[^\n]*\n(.*?)^\1[ \t]*$\n?", re.MULTILINE | re.DOTALL)


def make_program(raw: Raw, bench: Bench) -> LabBlock | None:
    """Return the block of a live thread lab; its first fenced code block is the program, the rest its caption."""
    options = Options(raw, bench.findings)
    name, text = bench.named(options), raw.markdown()
    code = _FENCED.search(text)
    if code is None:
        message = "`program` needs its code, in a block fenced by three backticks."
        bench.findings.error("bad-program", raw.line, raw.column, message)
        return None
    first = raw.text_line + text.count("\n", 0, code.start(2))
    if not _compiles(code[2], first, bench):
        return None
    around = text[: code.start()] + "\n" * code[0].count("\n") + text[code.end() :]
    caption = bench.html(around, raw.text_line)
    return block_of(options, name, get_lab("program"), {"program": code[2].rstrip()}, caption, bench)


def _compiles(code: str, first: int, bench: Bench) -> bool:
    try:
        compile_program(code.rstrip())
    except ProgramError as error:
        bench.findings.error("bad-program", first + error.line - 1, error.column, str(error))
        return False
    return True
