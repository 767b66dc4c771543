"""A schedule, such as an exploration finds, as a recording that the lab `program` plays."""

from collections.abc import Sequence

from cluster_engine.labs import get_lab
from cluster_engine.machine.actions import StepThread
from cluster_engine.recording import Recording

STEP_MS = 10.0


def recording_of(program: str, schedule: Sequence[str]) -> Recording:
    """Return the run in which the threads step in this order, by hand, one step every `STEP_MS`.

    Raises:
        SettingError: The text is no program.
    """
    settings = get_lab("program").check_settings({"program": program, "scheduler": "hand"})
    actions = tuple(((number + 1) * STEP_MS, StepThread(node=thread)) for number, thread in enumerate(schedule))
    return Recording("program", settings, 1, actions)
