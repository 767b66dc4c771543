"""Saving a draft while it is being written: by itself, and by hand."""

from dataclasses import asdict
from typing import Any

from lessons.teaching.archive import Refused
from lessons.teaching.asked import Asked, NotDone, answers_json
from lessons.teaching.diff import compare
from lessons.teaching.models import Document, Revision
from lessons.teaching.shelf import Conflict, save
from lessons.teaching.views import with_line_ends_of

What = Revision.What


@answers_json
def save_draft(asked: Asked) -> dict[str, Any]:
    """Save the text; what the editor saves by itself makes a revision every few minutes, not every few seconds.

    Where someone else saved meanwhile, the answer has status 409 and their text, and nothing is changed.
    """
    what = What.SAVED if asked.said.get("by_hand") is True else What.AUTOSAVED
    content = with_line_ends_of(asked.document, asked.text).encode("utf-8", "replace")
    version = asked.number("version")
    if (version, content) == (asked.document.version, bytes(asked.document.draft)):
        _settle(asked.document, what)
        return {"version": version}
    try:
        version = save(asked.document, content, version, asked.user, what)
    except Refused as error:
        raise NotDone(str(error)) from error
    except Conflict as conflict:
        raise NotDone(str(conflict), status=409, **_theirs(conflict.document, asked.text)) from conflict
    return {"version": version}


def _settle(document: Document, what: Revision.What) -> None:
    """Nothing is new; but what the editor saved by itself, an author may want to keep as it is."""
    newest = document.revisions.first()
    if newest is not None and newest.what == What.AUTOSAVED and what == What.SAVED:
        newest.what = what
        newest.save(update_fields=["what"])


def _theirs(document: Document, mine: str) -> dict[str, Any]:
    """Return the text that someone else saved, and by lines how the other one differs from it."""
    newest = document.revisions.select_related("author").first()
    who = newest.author.get_username() if newest and newest.author else "Someone"
    text = bytes(document.draft).decode().replace("\r\n", "\n")
    try:
        rows = [asdict(row) for row in compare(text, mine)]
    except ValueError:  # more lines than are compared
        rows = []
    return {"theirs": text, "version": document.version, "who": who, "rows": rows}
