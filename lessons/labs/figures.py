"""What the template of a lab figure needs, wherever the figure stands."""

import json
from dataclasses import dataclass
from typing import Any

from cluster_engine.labs.declaration import Lab
from cluster_engine.recording import Recording
from lessons.labs.firstview import Still, still_of


@dataclass(frozen=True)
class Figure:
    """A lab figure before JavaScript takes it over; `opens` is what it asks the server for, as JSON."""

    id: str
    lab: Lab
    title: str
    still: Still
    opens: str
    alt: str
    panels: str = ""
    buttons: str = ""
    speed: float = 0.1
    size: str = "wide"
    caption: str = ""
    hands: str = ""  # in a class: who sees it may "drive" it for all, or only "follow"


def figure_of(recording: Recording, opens: dict[str, Any], **options: Any) -> Figure:
    """Return the figure of a recording's first moment."""
    lab = recording.declaration
    still = still_of(recording)
    defaults = {"id": lab.name, "title": lab.title, "alt": still.words(), "speed": lab.speed}
    return Figure(lab=lab, still=still, opens=json.dumps(opens), **(defaults | options))
