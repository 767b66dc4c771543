"""Every schedule of a learner's program, or one that fails, explored in a process of its own and told in words."""

from collections.abc import Callable
from typing import Any, Literal

from django.urls import reverse

from cluster_engine.actions import Refused
from cluster_engine.recording import Recording
from cluster_engine.schedules import STEP_MS, recording_of
from lessons.labs.works import Work
from lessons.work.workshop import PAGES, Job, Tell, Workshop

Question = Literal["find", "prove"]

FIND_S, PROVE_S = 30.0, 60.0
GRADE_S = 10.0  # somebody waits for a page


def exploring(workshop: Workshop, recording: Recording, question: Question, whose: str) -> Work:
    """Return the work that answers a question about a run's program; raise Refused where there is none."""
    if recording.lab != "program":
        raise Refused("Only the schedules of a program can be explored.")
    program = recording.settings["program"]
    job = _JOBS[question](program)

    async def work(tell: Tell) -> dict[str, Any]:
        (found,) = await workshop.do(job, tell, whose)
        return told(found, program)

    return work


def finding(program: str) -> Job:
    """Return the search for one schedule that fails."""
    late = f"None found in {FIND_S:g} s, and not every schedule was tried."
    return _job(program, FIND_S, late, "--first")


def proving(program: str, seconds: float = PROVE_S) -> Job:
    """Return the exploration of every schedule."""
    late = f"Not decided: after {seconds:g} s there were still schedules left. Fewer threads or shorter loops help."
    return _job(program, seconds, late)


def explored(program: str) -> dict[str, Any]:
    """Return what an exploration of all schedules found, in words; raise NotDone."""
    (found,) = PAGES.do_now(proving(program, GRADE_S))
    return told(found, program)


def told(found: dict[str, Any], program: str) -> dict[str, Any]:
    """Return an exploration in words, with the page of the shortest failing schedule."""
    failures = found["failures"]
    text, page = _verdict(found), ""
    if failures:
        first = failures[0]
        text += f" {_sentence(first['text'])} {_way(first)}"
        recording = recording_of(program, first["schedule"]).to_text()
        page = f"{reverse('lab-shared', args=[recording])}?at={(first['steps'] + 1) * STEP_MS:g}"
    return {"fails": bool(failures), "complete": found["complete"], "text": text, "page": page}


_JOBS: dict[Question, Callable[[str], Job]] = {"find": finding, "prove": proving}


def _job(program: str, seconds: float, late: str, *more: str) -> Job:
    words = ("explore", "-", "--json", "--progress", "--budget", f"{seconds:g}", *more)
    return Job(words, program, seconds, late)


def _verdict(found: dict[str, Any]) -> str:
    failures, ran = found["failures"], _ran(found)
    if failures and found["method"] == "preemptions":
        return f"It can fail ({ran} were looked at, by fewest preemptions)."
    if failures:
        return f"It can fail, in {_count(len(failures), 'way', 'ways')} ({ran})."
    ends = _count(len(found["outcomes"]), "outcome") if found["schedules"] else "no run comes to an end"
    races = f" {_count(len(found['races']), 'data race')} in it all the same." if found["races"] else ""
    if not found["complete"]:
        return f"No failure found, and not every schedule was tried ({ran}). {found['stopped']}"
    if found["method"] == "preemptions":
        return f"There is none: under no schedule does it fail ({found['states']:,} states, all there are).{races}"
    return f"Proved: under no schedule does it fail ({ran}; {ends}).{races}"


def _ran(found: dict[str, Any]) -> str:
    """Return how much was looked at; where no run came to an end, there are states alone."""
    schedules = f"{_count(found['schedules'], 'schedule')}, " if found["schedules"] else ""
    return f"{schedules}{_count(found['states'], 'state')}"


def _way(failure: dict[str, Any]) -> str:
    length = f"{_count(failure['steps'], 'step')}, {_count(failure['preemptions'], 'preemption')}"
    return (
        f"The shortest way there: {length}."
        if failure["shortest"]
        else f"A way there, perhaps not the shortest: {length}."
    )


def _sentence(words: str) -> str:
    plain = words.replace("`", "")
    return f"{plain[:1].upper()}{plain[1:].rstrip('.')}."


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
