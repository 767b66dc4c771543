"""What is wrong with a lesson: where, how bad, under which stable code, and what might be meant."""

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

ERROR, WARNING = "error", "warning"

# Every code that a finding can carry, and what it means. The guide shows this table; a test provokes each.
CODES = {
    "file-unreadable": "The file is no UTF-8 text, holds null characters, or is larger than a lesson may be.",
    "front-matter-missing": "The file does not begin with front matter between two lines of three dashes.",
    "front-matter-yaml": "The front matter is no valid YAML.",
    "front-matter-alias": "Front matter uses an anchor or an alias; write the value out.",
    "front-matter-unknown": "The front matter has a field that there is not.",
    "front-matter-value": "A field of the front matter is missing or has a value of the wrong kind.",
    "format-unknown": "The lesson's format is newer than this site knows.",
    "duplicate-id": "Two lessons of a course, or two blocks of a lesson, share an id.",
    "unknown-lesson": "A course names, or a lesson requires, a lesson or concept that does not exist.",
    "unclosed-block": "A block is opened and never closed.",
    "unclosed-code": "A code block is opened and never closed.",
    "stray-fence": "A fence closes nothing, or looks as if it opened a block and does not.",
    "unknown-block": "There is no block of this name.",
    "misplaced-block": "This block may not stand here.",
    "missing-id": "This block needs an id after its name.",
    "bad-id": "An id has lower-case letters, digits and dashes, and begins with a letter.",
    "unknown-option": "This block has no such option.",
    "missing-option": "This block needs an option that it does not have.",
    "bad-option": "An option's value is not allowed.",
    "unknown-lab": "There is no lab, or no lab block, of this name.",
    "bad-program": "A program has an error, at this line and column, or there is none.",
    "unknown-setting": "The lab has no setting of this name, or does not allow this value.",
    "unknown-panel": "The lab has no panel of this name.",
    "unknown-button": "The lab has no button of this name.",
    "bad-script": "A line of a script names no action of the lab, or names it wrongly.",
    "bad-expression": "A goal or a condition is neither a goal of the lab nor an expression over its measures.",
    "bad-ask": "No measure of the lab answers this question.",
    "quiz-options": "A quiz has too few options, or no right one, or too many.",
    "missing-feedback": "An option of a quiz has no feedback.",
    "empty-block": "A block that needs text has none.",
    "broken-link": "A link leads to a lesson, or to a place in this one, that does not exist.",
    "missing-image": "There is no such image beside the lesson; images of other sites are not shown.",
    "missing-alt": "An image has no text for who cannot see it.",
    "play-failed": "A lab of this lesson does not start, or its script does not run to its end.",
    "play-unanswered": "The run does not answer a prediction.",
    "play-unreached": "A challenge's solution does not reach its goal.",
    "play-unmeasured": "A run of a plot has no value of what it plots.",
    "fix-unsolved": "A fix has no answer that is right under every schedule.",
    "fix-free": "A fix needs no mending: what is given is right under every schedule.",
    "play-free": "A challenge's goal is reached without doing anything.",
}


@dataclass(frozen=True, order=True)
class Finding:
    """One finding. Lines and columns count from 1."""

    path: str
    line: int
    column: int
    level: str = field(compare=False)
    message: str = field(compare=False)
    code: str = field(compare=False)
    help: str = field(compare=False, default="")

    def __str__(self) -> str:
        text = f"{self.path}:{self.line}:{self.column}: {self.level}: {self.message} [{self.code}]"
        return f"{text}\n    help: {self.help}" if self.help else text

    def to_json(self) -> dict[str, Any]:
        """Return the finding as the editor reads it."""
        return dict(vars(self))


class Findings:
    """Collects the findings of one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.all: list[Finding] = []

    def error(self, code: str, line: int, column: int, message: str, help_: str = "") -> None:
        """Add an error: it blocks publishing."""
        assert code in CODES, f"{code} is no documented code"
        self.all.append(Finding(self.path, line, column, ERROR, message, code, help_))

    def warning(self, code: str, line: int, column: int, message: str, help_: str = "") -> None:
        """Add a warning."""
        assert code in CODES, f"{code} is no documented code"
        self.all.append(Finding(self.path, line, column, WARNING, message, code, help_))

    def has_errors(self) -> bool:
        """Whether anything blocks publishing."""
        return any(finding.level == ERROR for finding in self.all)


def did_you_mean(name: str, known: Any) -> str:
    """Return a guess as a help line, or nothing."""
    close = get_close_matches(name, list(known), n=1)
    return f"did you mean `{close[0]}`?" if close else ""
