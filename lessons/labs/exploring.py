"""Every schedule of a learner's program, explored in a process of its own: the rooms of this one go on undisturbed."""

import json
import subprocess
import sys
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.urls import reverse

from cluster_engine.schedules import STEP_MS, recording_of

SECONDS = 10.0
_places = BoundedSemaphore(2)  # explorations at once


class NotExplored(RuntimeError):
    """There is no answer; the message says why and what to do."""


def explored(program: str) -> dict[str, Any]:
    """Return what an exploration of all schedules found, in words, with the page of the shortest failing one.

    Raises:
        NotExplored: Too many are exploring, or the time was not enough.
    """
    if not _places.acquire(blocking=False):
        raise NotExplored("Others are exploring their programs at this moment. Try again in a few seconds.")
    try:
        return _told(_explore(program), program)
    finally:
        _places.release()


def _explore(program: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "cluster_engine", "explore", "-", "--json"]
    try:
        done = subprocess.run(
            command, input=program, capture_output=True, text=True, timeout=SECONDS, cwd=settings.BASE_DIR, check=False
        )
    except subprocess.TimeoutExpired:
        text = f"Not decided: after {SECONDS:g} s there were still schedules left. Fewer threads or shorter loops help."
        raise NotExplored(text) from None
    if done.returncode not in (0, 1):
        raise NotExplored(done.stderr.strip() or "The exploration ended without an answer. Try again.")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _told(found: dict[str, Any], program: str) -> dict[str, Any]:
    failures = found["failures"]
    text, page = _verdict(found), ""
    if failures:
        first = failures[0]
        text += f" {_sentence(first['text'])} {_shortest(first['steps'], first['preemptions'])}"
        recording = recording_of(program, first["schedule"]).to_text()
        page = f"{reverse('lab-shared', args=[recording])}?at={(first['steps'] + 1) * STEP_MS:g}"
    return {"fails": bool(failures), "complete": found["complete"], "text": text, "page": page}


def _verdict(found: dict[str, Any]) -> str:
    ways = _count(len(found["failures"]), "way", "ways")
    ran = f"{_count(found['schedules'], 'schedule')}, {_count(found['states'], 'state')}"
    if found["failures"]:
        return f"It can fail, in {ways} ({ran})."
    ends = _count(len(found["outcomes"]), "outcome")
    races = f" {_count(len(found['races']), 'data race')} in it all the same." if found["races"] else ""
    if not found["complete"]:
        return f"No failure found, and not every schedule was tried ({ran}). {found['stopped']}"
    return f"Proved: under no schedule does it fail ({ran} stand for all of them; {ends}).{races}"


def _shortest(steps: int, preemptions: int) -> str:
    return f"The shortest way there: {_count(steps, 'step')}, {_count(preemptions, 'preemption')}."


def _sentence(words: str) -> str:
    plain = words.replace("`", "")
    return f"{plain[:1].upper()}{plain[1:].rstrip('.')}."


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
