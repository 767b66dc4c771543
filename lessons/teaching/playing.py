"""Checking a text as publishing will: its findings, then its labs, predictions and challenges played."""

from typing import Any

from lessons.teaching.asked import Asked, NotDone, answers_json
from lessons.teaching.checking import check_of, checked_now
from lessons.teaching.preview import findings_of, told
from lessons.work import workshop


@answers_json
def play(asked: Asked) -> dict[str, Any]:
    """Return all findings of a text; whoever asks waits while it is played, in a process of its own."""
    path = asked.document.path
    try:
        played = checked_now(check_of(asked.files, [path]))
    except workshop.NotDone as error:
        raise NotDone(str(error), status=503) from error
    known = {(one.line, one.column, one.code): one for one in [*findings_of(asked), *played]}
    return {"findings": told(known.values())}
