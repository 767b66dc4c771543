"""What an author may write: every block and its options in words, and of each lab what it declares.

The makers decide what a block is; a test holds that this table names exactly the options that they ask for. The editor
completes from it, and its menu of blocks is made of it.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cluster_engine.labs import all_labs
from cluster_engine.labs.declaration import Lab, Measure
from lessons.content.frontmatter import FIELDS, NOUNS
from lessons.content.makers.asides import CALLOUTS
from lessons.content.makers.quizzes import QUIZ_TYPES

# What an option takes, and how one writes it.
TAKES = {
    "lab": "the name of a lab",
    "block": "the id of a `lab` or `program` block of this lesson",
    "whole": "a whole number",
    "number": "a number",
    "duration": "a time, such as 3s or 500ms",
    "speed": "how much of the lab's time a second shows, such as 1s = 50ms",
    "flag": "true or false",
    "choice": "one of some words",
    "text": "words",
    "panels": "panels of the lab, with commas between them",
    "buttons": "buttons of the lab, with commas between them",
    "situation": "a situation of the lab",
    "script": "timed actions, one a line, such as 1s crash n1; lines after the first are indented by two spaces",
    "goal": "a goal of the lab, or an expression over its measures",
    "expression": "an expression over the lab's measures, such as leaders >= 2",
    "ask": "a measure of the lab in its own words, and a time: which node leads at 3s",
    "measures": "measures of the lab that are numbers, with commas between them",
    "sweep": "a setting of the lab, a colon and its values: nodes: 3, 5, 7",
    "answers": "answers with bars between them: 3 | 4",
}


@dataclass(frozen=True)
class OptionWords:
    """An option of a block: what it takes and what it is for."""

    name: str
    takes: str
    help: str
    needed: bool = False
    choices: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as the editor reads it."""
        return {**vars(self), "choices": list(self.choices), "how": TAKES[self.takes]}


@dataclass(frozen=True)
class BlockWords:
    """A block: what stands after its name (an id, a term, a title or nothing), and in which blocks it may stand.

    A block that stands inside others is another block there: a hint inside a challenge has options of its own.
    """

    name: str
    help: str
    after: str
    options: tuple[OptionWords, ...] = ()
    inside: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as the editor reads it."""
        options = [option.to_json() for option in self.options]
        return {"name": self.name, "help": self.help, "after": self.after, "options": options, "inside": self.inside}


_SEED = OptionWords("seed", "whole", "All chance in the run comes from this number; the same seed, the same run.")
_SPEED = OptionWords("speed", "speed", "How fast the lab plays.")
_PANELS = OptionWords("panels", "panels", "What is shown of the lab; the first beside the controls, the rest in tabs.")
_BUTTONS = OptionWords("buttons", "buttons", "What the learner may do; all that the lab offers if it is left out.")
_SCRIPT = OptionWords("script", "script", "What happens by itself, and when.")
_START = OptionWords("start", "situation", "A staged start, with settings and faults of its own.")
_ALT = OptionWords("alt", "text", "What is seen, for those who cannot see it.", needed=True)
_ON_LAB = OptionWords("lab", "block", "The lab of this lesson that it hangs on.", needed=True)
_POINTS = OptionWords("points", "number", "What it is worth; 1 if it is left out.")
_TOLERANCE = OptionWords("tolerance", "number", "How far a number may be off.")
_SOLUTION = OptionWords("solution", "script", "What brings it about; never shown, and played before it is published.")

BLOCKS = (
    BlockWords(
        "lab",
        "A live lab. Its options are the lab's own settings as well.",
        "id",
        (
            OptionWords("lab", "lab", "Which lab.", needed=True),
            *(_SEED, _SPEED, _PANELS, _BUTTONS, _SCRIPT, _START, _ALT),
        ),
    ),
    BlockWords(
        "program",
        "A live lab of threads that run the code in its body.",
        "id",
        (
            OptionWords("goal", "goal", "What the learner may aim at, shown under the lab."),
            *(_SEED, _SPEED, _PANELS, _BUTTONS, _SCRIPT, _START, _ALT),
        ),
    ),
    BlockWords(
        "predict",
        "A question to commit to before the run, which the run then answers.",
        "id",
        (
            _ON_LAB,
            OptionWords("ask", "ask", "What the run is asked.", needed=True),
            OptionWords("until", "duration", "How long the run has to decide, where the question names no moment."),
            *(_TOLERANCE, _POINTS, _SOLUTION),
        ),
    ),
    BlockWords(
        "challenge",
        "A goal to reach in a lab.",
        "id",
        (
            _ON_LAB,
            OptionWords("goal", "goal", "What is to be brought about.", needed=True),
            OptionWords("within", "duration", "By when."),
            OptionWords("budget", "whole", "With how many faults at most."),
            OptionWords("seeds", "whole", "On how many seeds the learner's actions must hold."),
            *(_POINTS, _SOLUTION),
        ),
    ),
    BlockWords(
        "quiz",
        "A question with options, or one to answer by writing.",
        "id",
        (
            OptionWords("type", "choice", "How it is answered.", choices=QUIZ_TYPES),
            OptionWords("answer", "answers", "The right answers of a question that is answered by writing."),
            OptionWords("shuffle", "flag", "Whether each learner sees the options in another order."),
            *(_TOLERANCE, _POINTS),
        ),
    ),
    BlockWords(
        "fix",
        "A program to mend: variants to choose among, or lines that end in # move to put in order.",
        "id",
        (_POINTS,),
    ),
    BlockWords(
        "drill",
        "Histories to judge: is each linearizable? There is always another one.",
        "id",
        (OptionWords("streak", "whole", "How many right answers in a row solve it."), _POINTS),
    ),
    BlockWords(
        "narrate",
        "A caption that appears when something happens in a lab.",
        "id",
        (_ON_LAB, OptionWords("when", "goal", "What it waits for.", needed=True)),
    ),
    BlockWords(
        "plot",
        "A chart of what runs of a lab measure: over time, over a setting, or over seeds.",
        "id",
        (
            _ON_LAB,
            OptionWords("y", "measures", "What is measured.", needed=True),
            OptionWords("by", "sweep", "Runs that differ in a setting."),
            OptionWords("experiment", "whole", "How many seeds each run is played with."),
            OptionWords("window", "duration", "How long each run is."),
            OptionWords("until", "expression", "When a run ends earlier."),
            _ALT,
        ),
    ),
    BlockWords(
        "callout",
        "Text apart: a note, a tip, a warning, an aside or a source.",
        "",
        (OptionWords("kind", "choice", "What it is.", choices=CALLOUTS), OptionWords("title", "text", "Its title.")),
    ),
    BlockWords("definition", "A term and what it means. The glossary is made of these.", "term"),
    BlockWords("hint", "Text that the reader opens.", "title"),
    BlockWords("figure", "A picture, a table or code, with a caption.", ""),
    BlockWords(
        "hint",
        "A hint that opens after some tries.",
        "",
        (OptionWords("after", "whole", "After how many tries."),),
        inside=("challenge", "fix"),
    ),
    BlockWords("variant", "One of the programs to choose among.", "title", inside=("fix",)),
)


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, Any]:
    """Return all that an author may write, as the editor reads it."""
    return {
        "blocks": [block.to_json() for block in BLOCKS],
        "labs": {lab.name: _lab(lab) for lab in all_labs()},
        "fields": [
            {"name": name, "how": NOUNS[field.kind], "needed": field.needed, "choices": list(field.choices)}
            for name, field in FIELDS.items()
        ],
    }


def _lab(lab: Lab) -> dict[str, Any]:
    told = lab.to_json()
    kept = {name: told[name] for name in ("name", "title", "summary", "buttons", "panels", "goals", "situations")}
    settings = [
        setting.to_json() | {"allowed": setting.allowed(), "default": setting.default_words} for setting in lab.settings
    ]
    breaches = [{"name": one.breach, "title": f"1 once broken: {one.title}"} for one in lab.invariants]
    breaches += [{"name": one.stalled, "title": f"1 while it stands still: {one.title}"} for one in lab.liveness]
    return kept | {"settings": settings, "measures": [_measure(one) for one in lab.measures], "breaches": breaches}


def _measure(measure: Measure) -> dict[str, Any]:
    told = measure.to_json()
    return {name: told[name] for name in ("name", "title", "unit", "help", "kind")} | {"phrases": measure.phrases()}
