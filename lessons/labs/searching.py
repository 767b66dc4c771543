"""A run that reaches a goal or breaks an invariant: searched for from the present moment of a lab, told in words."""

import json
from typing import Any

from cluster_engine.actions import Refused
from cluster_engine.expressions import ExpressionError
from cluster_engine.labs.declaration import Goal
from cluster_engine.recording import Recording
from cluster_engine.searching.search import ACTIONS
from cluster_engine.searching.trial import NotSearched, target
from cluster_engine.timeline import LIMIT_MS
from cluster_engine.wording import duration_text
from lessons.labs.lines import Lines
from lessons.labs.sharing import NotShared, share_url
from lessons.labs.works import Work
from lessons.work.workshop import Job, Tell, Workshop

AHEAD_MS = 8_000.0  # how far past the present moment a run is looked at
RUNS, SECONDS = 20_000, 60.0
SEEDS = 5  # where nothing has happened yet, for then the past is no loss

LATE = f"Not found in {SECONDS:g} s. That proves nothing: other moments and longer ways were not tried."


def searching(workshop: Workshop, lines: Lines, at: float, wanted: str, whose: str) -> Work:
    """Return the work that searches from a moment of the shown branch for what a goal of the lab or of its lesson, an
    invariant or an expression stands for; raise Refused.
    """
    recording = lines.timeline.recording
    if not 0 <= at <= LIMIT_MS - AHEAD_MS:
        raise Refused(f"A search begins within the first {(LIMIT_MS - AHEAD_MS) / 1_000:g} s of a run. Step back.")
    asked = next((goal for goal in lines.goals if goal.name == wanted), None)
    text = asked.expression if asked else wanted
    try:
        goal = asked or target(recording.declaration, text)
    except (ExpressionError, NotSearched) as error:
        raise Refused(str(error)) from error
    job = _job(recording.prefix(at), at, text, lines.own_actions())

    async def work(tell: Tell) -> dict[str, Any]:
        (result,) = await workshop.do(job, tell, whose)
        return _told(result, goal, recording)

    return work


def _job(recording: Recording, at: float, text: str, keep: int) -> Job:
    seeds = ("--seeds", f"{recording.seed}..{recording.seed + SEEDS - 1}") if not (at or recording.actions) else ()
    words = (
        "search", "--recording", "-", f"--for={text}", "--within", f"{at + AHEAD_MS:.3f}ms", "--runs", str(RUNS),
        "--keep", str(keep), "--budget", f"{SECONDS:g}", "--json", "--progress", *seeds,
    )  # fmt: skip
    begins = ("--from", f"{at:.3f}ms") if at else ()
    return Job((*words, *begins), json.dumps(recording.to_json()), SECONDS * 1.25, LATE)


def _told(result: dict[str, Any], goal: Goal, asked: Recording) -> dict[str, Any]:
    found = result["found"]
    if found is None:
        return {"text": f"{_not_found(result, goal.title)}{_elsewhere(goal, asked)}", "page": ""}
    recording = Recording.from_text(found["recording"])
    try:
        page, more = share_url(recording, found["at"])["url"], ""
    except NotShared as error:
        page, more = "", f" {error}"
    return {"text": f"{_found(result, recording, goal.title)}{more}", "page": page}


def _found(result: dict[str, Any], recording: Recording, title: str) -> str:
    found, known = result["found"], result["known"]
    added = found["actions"]
    words = "; ".join(found["script"].splitlines()[len(recording.actions) - added :])
    when = f"at {duration_text(found['at'])}"
    if known is not None and added >= known:
        return f"No shorter way than yours was found in {result['runs']:,} runs: {_count(added)}, {when}."
    if known is not None:
        return f"You did it with {_count(known)}; {added} will do, {when}: {words}."
    if not added:
        return f"It happens by itself, {when}: {title}."
    return f"{title}: {when} with {_count(added)}: {words}."


def _not_found(result: dict[str, Any], title: str) -> str:
    tried = f"{result['runs']:,} runs with at most {_count(ACTIONS)} from here on"
    every = "; every single action was tried, at a few moments" if result["complete"] >= 1 else ""
    orders = f"; {result['reordered']:,} times a message was overtaken by another" if result["reordered"] else ""
    return f"Not found: {title}. {tried}{every}{orders}. That proves nothing of other moments, and of longer ways."


def _elsewhere(goal: Goal, asked: Recording) -> str:
    """Say with which other settings the lab's own way leads there."""
    own = {name: asked.declaration.setting(name).parse(value) for name, value in goal.reference_settings.items()}
    other = [f"{name} {value}" for name, value in own.items() if asked.settings[name] != value]
    return f" The lab's own way there has other settings: {', '.join(other)}." if other else ""


def _count(actions: int) -> str:
    return "no action" if not actions else "1 action" if actions == 1 else f"{actions} actions"
