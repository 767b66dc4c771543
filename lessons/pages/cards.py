"""What is said of each model: Markdown beside this module, one file a system, and the evidence that belongs to it."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lessons.content.render import render_plain
from lessons.pages.evidence import Evidence, all_evidence

FOLDER = Path(__file__).parent / "models"
# Each stands on those before it.
ORDER = (
    "cluster",
    "raft",
    "one-system",
    "payments",
    "primary-backup",
    "quorum",
    "cap",
    "paxos",
    "reconcile",
    "gossip",
    "two-phase-commit",
    "program",
)


@dataclass(frozen=True)
class Card:
    """A model's page in brief. `evidence` is all whose id begins with the model's name."""

    name: str
    title: str
    html: str
    evidence: tuple[Evidence, ...]


@cache
def model_cards() -> tuple[Card, ...]:
    """Return what is said of each model, those that others stand on first."""
    return tuple(_card(name) for name in ORDER)


def _card(name: str) -> Card:
    heading, _, text = (FOLDER / f"{name}.md").read_text().partition("\n")
    evidence = tuple(item for item in all_evidence() if item.id.startswith(f"{name}-"))
    return Card(name, heading.removeprefix("# "), render_plain(text.replace("\n## ", "\n### ")), evidence)
