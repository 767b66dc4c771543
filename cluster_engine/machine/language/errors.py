"""Errors in a program's text, told with line and column and what is allowed."""

import ast
from typing import NoReturn


class ProgramError(ValueError):
    """A text that is no program.

    Attributes:
        line, column: Where, counted from 1.
        message: A sentence that says what is allowed.
    """

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(f"Line {line}, column {column}: {message}")
        self.line, self.column, self.message = line, column, message

    def __reduce__(self) -> tuple[type["ProgramError"], tuple[int, int, str]]:
        return ProgramError, (self.line, self.column, self.message)


class Source:
    """The text of a program; finds the column of a node in characters, where `ast` counts bytes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")

    def column(self, node: ast.AST) -> int:
        """Return the column of a node, from 1."""
        line, offset = self.lines[node.lineno - 1], node.col_offset  # type: ignore[attr-defined]
        return len(line.encode()[:offset].decode(errors="ignore")) + 1

    def fail(self, node: ast.AST, message: str) -> NoReturn:
        """Raise ProgramError at a node."""
        raise ProgramError(node.lineno, self.column(node), message)  # type: ignore[attr-defined]
