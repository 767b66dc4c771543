"""What is said of each model: Markdown beside this module, one file a system."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lessons.content.render import render_plain

FOLDER = Path(__file__).parent / "models"


@dataclass(frozen=True)
class Card:
    """A model's page in brief."""

    name: str
    html: str


@cache
def model_cards() -> tuple[Card, ...]:
    """Return what is said of each model, by name."""
    return tuple(Card(path.stem, render_plain(path.read_text())) for path in sorted(FOLDER.glob("*.md")))
