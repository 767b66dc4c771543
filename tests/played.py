"""A lab played by a script, as the tests of its protocol ask for it."""

from typing import Any

from cluster_engine.actions import parse_script
from cluster_engine.labs import get_lab
from cluster_engine.player import Player
from cluster_engine.recording import Recording
from cluster_engine.run import Run


def played(lab: str, script: str, for_ms: float, seed: int = 1, **settings: Any) -> Run:
    """Return the run of a script after some time; what was refused of it stands in the run."""
    player = Player.begin(Recording(lab, settings, seed, tuple(parse_script(script, get_lab(lab)))), get_lab(lab).goals)
    player.advance(for_ms)
    return player.run


def broken(run: Run) -> set[str]:
    """Return the invariants that a run broke."""
    return {name for name, found in run.violated.items() if found}
