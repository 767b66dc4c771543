"""From text to a syntax tree within bounds."""

import ast
import warnings
from threading import Lock

from cluster_engine.machine.language.errors import ProgramError, Source

MAX_CHARACTERS = 8_000
MAX_DEPTH = 60
_parsing = Lock()  # the filters of warnings belong to the whole process


def parse(text: str) -> tuple[ast.Module, Source]:
    """Return the syntax tree of a program.

    Raises:
        ProgramError: The text is too long, not Python, or nested too deeply.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", " ")
    source = Source(text)
    if len(text) > MAX_CHARACTERS:
        raise ProgramError(1, 1, f"A program has {MAX_CHARACTERS:,} characters at most; this has {len(text):,}.")
    try:
        tree = _quietly(text)
    except SyntaxError as error:
        raise ProgramError(error.lineno or 1, max(error.offset or 1, 1), _sentence(error)) from None
    except (ValueError, RecursionError, MemoryError):
        raise ProgramError(1, 1, "A program is plain text that is not nested too deeply.") from None
    _check_depth(tree, source)
    return tree, source


def _quietly(text: str) -> ast.Module:
    """Parse without Python's own warnings, which would be refusals where warnings are errors."""
    with _parsing, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _sentence(error: SyntaxError) -> str:
    words = (error.msg or "").rstrip(".") or "invalid syntax"
    if "digits" in words:  # Python's own bound on literals, in words for who runs Python
        return "Numbers go up to 10**12 in either direction."
    return f"This is not the syntax of Python: {words}{'' if words.endswith('?') else '.'}"


def _check_depth(tree: ast.Module, source: Source) -> None:
    level: list[ast.AST] = list(tree.body)
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    deepest = next((node for node in level if hasattr(node, "lineno")), None)
    if deepest is not None:
        source.fail(deepest, f"Lines and expressions stand within each other {MAX_DEPTH} deep at most.")
