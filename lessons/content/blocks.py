"""A lesson's blocks, typed: what each says once it has been checked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.utils.safestring import SafeString

from cluster_engine.actions import Script
from cluster_engine.labs.declaration import Ask, Goal, Measure
from cluster_engine.recording import Recording
from lessons.content.fixes import Listing, NoSuchFix, Variant
from lessons.content.plots import Sweep


@dataclass
class Prose:
    """A stretch of text."""

    template: ClassVar[str] = "lessons/blocks/prose.html"

    html: SafeString
    line: int


@dataclass
class LabBlock:
    """A live lab. `goals` are the challenges and captions that hang on it."""

    template: ClassVar[str] = "lessons/blocks/lab.html"

    id: str
    line: int
    lab: str
    settings: dict[str, Any]
    seed: int
    speed: float
    panels: tuple[str, ...]
    buttons: tuple[str, ...]
    script: Script
    alt: str
    caption: SafeString
    goals: list[Goal] = field(default_factory=list)

    def recording(self, seed: int | None = None, script: Script = ()) -> Recording:
        """Return what it plays by itself, with more actions where they are given."""
        return Recording(self.lab, self.settings, self.seed if seed is None else seed, (*self.script, *script))


@dataclass
class Choice:
    """An option of a quiz, with the feedback that its reader gets. `text` is what one would write for it."""

    html: str
    right: bool
    feedback: str
    text: str


@dataclass
class Quiz:
    """A question. `choices` in the author's order, for `order` the right one; of a question that is
    answered by writing, they are the answers that the author expects.
    """

    template: ClassVar[str] = "lessons/blocks/quiz.html"

    id: str
    line: int
    type: str
    question: SafeString
    choices: tuple[Choice, ...]
    tolerance: float
    feedback: SafeString
    shuffle: bool
    points: float


@dataclass
class Predict:
    """A question that a run of `lab` answers, at its time or as soon as `until` holds."""

    template: ClassVar[str] = "lessons/blocks/predict.html"

    id: str
    line: int
    lab: LabBlock
    ask: Ask
    ask_text: str
    until_ms: float
    question: SafeString
    choices: tuple[str, ...]
    tolerance: float
    points: float
    solution: Script


@dataclass
class Hint:
    """A hint that unlocks after some tries."""

    html: SafeString
    after: int


@dataclass
class Challenge:
    """A goal to reach in `lab`; `solution` reaches it and is never shown."""

    template: ClassVar[str] = "lessons/blocks/challenge.html"

    id: str
    line: int
    lab: LabBlock
    goal: Goal
    text: SafeString
    seeds: int
    points: float
    hints: tuple[Hint, ...]
    solution: Script


@dataclass
class Fix:
    """A program to mend: by choosing one of `variants`, or by putting the marked lines of `listing` in order."""

    template: ClassVar[str] = "lessons/blocks/fix.html"

    id: str
    line: int
    text: SafeString
    variants: tuple[Variant, ...]
    listing: Listing | None
    points: float
    hints: tuple[Hint, ...]

    def program(self, answer: Sequence[int]) -> str:
        """Return the program that an answer stands for; raise NoSuchFix where it stands for none."""
        if self.listing:
            return self.listing.program(answer)
        if len(answer) != 1 or not 0 <= answer[0] < len(self.variants):
            raise NoSuchFix("Choose one of the programs first.")
        return self.variants[answer[0]].program

    def programs(self) -> Iterator[str]:
        """Yield every program that can be answered; of a listing, the given order first."""
        return self.listing.programs() if self.listing else (variant.program for variant in self.variants)


@dataclass
class Drill:
    """Histories to judge, endless by seed: so many right answers in a row solve it."""

    template: ClassVar[str] = "lessons/blocks/drill.html"

    id: str
    line: int
    text: SafeString
    streak: int
    points: float


@dataclass
class Plot:
    """A chart of what runs of `lab` measure.

    A run ends after `window_ms`, or when the expression `until` holds. With a sweep, the measures at the end of a run
    for each of its values (over `seeds`: the median, and the middle four fifths); with more than one seed and no sweep,
    how they are distributed; else over the time of one run.
    """

    template: ClassVar[str] = "lessons/blocks/plot.html"

    id: str
    line: int
    lab: LabBlock
    measures: tuple[Measure, ...]
    sweep: Sweep | None
    seeds: int
    window_ms: float
    until: str | None
    alt: str
    caption: SafeString

    def recordings(self) -> list[Recording]:
        """Return the runs: for each value of the sweep, one for each seed."""
        lab, first = self.lab, self.lab.seed
        settings = [self.sweep.settings(lab.settings, value) for value in self.sweep.values] if self.sweep else []
        return [
            Recording(lab.lab, one, seed, lab.script)
            for one in settings or [lab.settings]
            for seed in range(first, first + self.seeds)
        ]


@dataclass
class Narrate:
    """A caption that appears when something happens in its lab."""

    template: ClassVar[str] = "lessons/blocks/narrate.html"

    id: str
    line: int
    lab: LabBlock
    html: SafeString


@dataclass
class Aside:
    """Text apart: a callout, a hint, a definition, or a figure with its caption."""

    template: ClassVar[str] = "lessons/blocks/aside.html"

    kind: str
    id: str
    line: int
    title: str
    html: SafeString
    caption: SafeString | str = ""


Block = Prose | LabBlock | Quiz | Predict | Challenge | Fix | Drill | Plot | Narrate | Aside
EXERCISES = (Quiz, Predict, Challenge, Fix, Drill)
