"""Publishing: what hinders it, what learners see of it, and the way back."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from channels.db import database_sync_to_async
from django.contrib.auth.models import User

from lessons.content.files import Bundle
from lessons.content.findings import ERROR, Finding
from lessons.content.library import UnknownCourse, find_lesson, library
from lessons.teaching import checking, publishing
from lessons.teaching.archive import Refused
from lessons.teaching.models import Course, Document, Publication
from lessons.teaching.publishing import DIED, begin, run, running, with_status
from lessons.teaching.shelf import save, take_in
from lessons.teaching.withdrawing import retire, retire_course, unpublish, unpublish_course
from lessons.work import workshop
from lessons.work.workshop import NotDone
from tests.courses import FILES, LAB, PNG, SECOND

A, B = "one/a.md", "one/b.md"
FREE = LAB + ":::{challenge} c\n:lab: cluster\n:goal: leaders >= 1\n:solution: 1s crash n1\n\ntext\n:::\n"

Publish = Callable[..., Publication]


@pytest.fixture
def course(ada: User) -> Course:
    return take_in(FILES | {B: SECOND.replace("minutes: 5", "status: draft\nminutes: 5").encode()}, ada)


@pytest.fixture
def publish(course: Course, ada: User, monkeypatch: pytest.MonkeyPatch) -> Publish:
    """Publish at once, in this thread, with what the check is to find."""
    monkeypatch.setattr(publishing, "_start", lambda publication: None)
    monkeypatch.setattr(publishing, "apart", database_sync_to_async)  # the test's own connection

    def published(*paths: str, found: tuple[Finding, ...] = ()) -> Publication:
        monkeypatch.setattr(publishing, "checked", finding(*found))
        publication = begin(course, paths, ada)
        ended(publication)
        publication.refresh_from_db()
        return publication

    return published


def finding(*found: Finding) -> Callable[..., Coroutine[Any, Any, list[Finding]]]:
    """Return a check that finds this."""

    async def checked(*args: object) -> list[Finding]:
        return list(found)

    return checked


def ended(publication: Publication) -> None:
    """Run a publication to its end."""
    async_to_sync(run)(publication)


def document(path: str) -> Document:
    return Document.objects.get(path=path)


def draft(path: str, text: str) -> None:
    here = document(path)
    save(here, text.encode(), here.version, None, "saved")


def error(path: str) -> Finding:
    return Finding(path, 1, 1, ERROR, "This is wrong.", "bad-option")


def test_the_first_lesson_brings_the_course_its_images_and_nothing_else(publish: Publish) -> None:
    assert publish(A).outcome == "published"
    assert list(library("mine").by_id) == ["a-lesson"]
    assert bytes(document("one/pictures/ring.png").published) == PNG
    assert document(A).revisions.first().what == "published"
    assert find_lesson("mine/b-lesson") is None


def test_publishing_says_so_in_the_draft_and_touches_nothing_else(publish: Publish) -> None:
    before = bytes(document(B).draft)
    publish(B)
    here = document(B)
    assert bytes(here.draft) == bytes(here.published) == before.replace(b"status: draft", b"status: published")
    assert (here.version, find_lesson("mine/b-lesson").title) == (2, "Another lesson")


def test_an_error_hinders_and_the_last_good_version_stays(publish: Publish) -> None:
    publish(B)
    draft(B, SECOND.replace("zebras", "gnus"))
    refused = publish(B, found=(error(B),))
    assert (refused.outcome, refused.findings[0]["message"]) == ("refused", "This is wrong.")
    assert "Learners see what they saw before" in refused.said
    assert "zebras" in find_lesson("mine/b-lesson").text
    draft(B, SECOND.replace("zebras", "okapis"))
    assert publish(B).outcome == "published"
    assert "okapis" in find_lesson("mine/b-lesson").text


def test_of_several_lessons_the_good_ones_are_published(publish: Publish) -> None:
    done = publish(A, B, found=(error(A),))
    assert done.outcome == "partly published"
    assert "1 of 2 lessons. Errors hindered 1" in done.said
    assert list(library("mine").by_id) == ["b-lesson"]


def test_errors_of_the_map_hinder_what_needs_the_map(publish: Publish) -> None:
    assert publish(A, found=(error("course.yaml"),)).outcome == "refused"
    with pytest.raises(UnknownCourse):
        library("mine")


def test_a_lesson_that_the_map_does_not_name_is_refused_with_a_way_out(publish: Publish) -> None:
    draft("course.yaml", FILES["course.yaml"].decode().replace("[a, b]", "[a]"))
    refused = publish(B)
    assert (refused.outcome, refused.said.partition(".md.")[0]) == ("refused", "course.yaml names no lesson one/b")


def test_the_map_alone_is_published_when_no_lesson_is_named(publish: Publish) -> None:
    publish(A, B)
    draft("course.yaml", FILES["course.yaml"].decode().replace("[a, b]", "[b, a]").replace("My course", "Ours"))
    assert library("mine").course.title == "My course"
    assert publish().outcome == "published"
    assert [lesson.id for lesson in library("mine").lessons()] == ["b-lesson", "a-lesson"]
    assert library("mine").course.title == "Ours"


def test_the_map_goes_with_lessons_where_it_is_named(publish: Publish) -> None:
    publish(A, B)
    draft("course.yaml", FILES["course.yaml"].decode().replace("[a, b]", "[b, a]"))
    publish(A)
    assert [lesson.id for lesson in library("mine").lessons()] == ["a-lesson", "b-lesson"]
    publish(A, "course.yaml")
    assert [lesson.id for lesson in library("mine").lessons()] == ["b-lesson", "a-lesson"]


def test_what_was_saved_while_it_was_checked_is_not_published(
    publish: Publish, course: Course, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def meanwhile(*args: object) -> list[Finding]:
        await database_sync_to_async(draft)(A, "unchecked")
        return []

    publication = begin(course, [A], ada)
    monkeypatch.setattr(publishing, "checked", meanwhile)
    ended(publication)
    assert (publication.outcome, "was saved by someone else" in publication.said) == ("refused", True)
    assert document(A).published is None
    assert bytes(document(A).draft) == b"unchecked"


def test_what_learners_see_is_not_changed_under_a_publication(
    publish: Publish, course: Course, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def meanwhile(*args: object) -> list[Finding]:
        await database_sync_to_async(lambda: unpublish(document(B), ada))()
        return []

    publish(B)
    publication = begin(course, [A], ada)
    monkeypatch.setattr(publishing, "checked", meanwhile)
    ended(publication)
    assert (publication.outcome, "Somebody has changed meanwhile" in publication.said) == ("refused", True)


def test_the_id_of_a_published_lesson_stays(publish: Publish) -> None:
    publish(B)
    draft(B, SECOND.replace("b-lesson", "c-lesson"))
    assert "answers hang on it" in publish(B).said
    assert find_lesson("mine/b-lesson") is not None


def test_one_publication_at_a_time_and_a_dead_one_holds_up_nobody(
    publish: Publish, course: Course, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = begin(course, [A], ada)
    with pytest.raises(Refused, match="Somebody is publishing"):
        begin(course, [B], ada)
    monkeypatch.setattr(publishing, "SILENT_S", -1)
    assert running(course) is None
    first.refresh_from_db()
    assert (first.outcome, first.said) == ("failed", DIED)
    assert begin(course, [B], ada).outcome == "running"


def test_a_bug_ends_a_publication_with_a_sentence(
    publish: Publish, course: Course, ada: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*args: object) -> list[Finding]:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(publishing, "checked", broken)
    publication = begin(course, [A], ada)
    ended(publication)
    assert (publication.outcome, "Traceback" in publication.said) == ("failed", False)
    assert "division by zero" in caplog.text


def test_unpublished_lessons_are_gone_and_come_back(publish: Publish, ada: User) -> None:
    publish(A, B)
    unpublish(document(B), ada)
    assert find_lesson("mine/b-lesson") is None
    assert find_lesson("mine/a-lesson") is not None, "its link leads to a lesson that is not published now"
    assert b"status: draft" in bytes(document(B).draft)
    publish(B)
    assert find_lesson("mine/b-lesson") is not None


def test_retired_lessons_are_off_the_map_and_still_read(publish: Publish, ada: User) -> None:
    publish(A, B)
    draft(B, SECOND + "an unfinished thought")
    retire(document(B), ada)
    assert [lesson.id for lesson in library("mine").lessons()] == ["a-lesson"]
    assert "unfinished" not in find_lesson("mine/b-lesson").text
    assert b"status: retired" in bytes(document(B).draft)
    publish(B)
    assert len(list(library("mine").lessons())) == 2


def test_a_course_is_unpublished_whole_and_comes_back_as_it_was(publish: Publish, course: Course, ada: User) -> None:
    publish(A, B)
    unpublish_course(Course.objects.get(), ada)
    assert find_lesson("mine/a-lesson") is None
    publish()
    assert find_lesson("mine/a-lesson") is not None
    retire_course(course, True)
    assert library("mine").lesson("a-lesson") is not None
    with pytest.raises(Refused, match="is not published"):
        unpublish(Document(path="one/x.md", course=course), ada)


@pytest.mark.parametrize(
    "text", [b"", b"no front matter", b"---\nstatus: [\n---\n", b"\xef\xbb\xbf---\r\nid: a\r\n---\r\n"]
)
def test_a_status_is_set_where_it_can_be(text: bytes) -> None:
    after = with_status(text, "draft")
    assert after == text or after == text.replace(b"id: a\r\n", b"id: a\r\nstatus: draft\r\n")


async def test_the_check_runs_in_a_process_of_its_own_and_finds_what_playing_finds() -> None:
    heard: list[str] = []
    files = Bundle(FILES | {B: (SECOND + FREE).encode()})
    found = await checking.checked(checking.check_of(files, [B]), heard.append, always)
    assert [(one.path, one.code) for one in found] == [(B, "play-free")]
    assert heard == [B]


async def test_a_check_ends_when_it_is_not_wanted_or_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never() -> bool:
        return False

    job = checking.check_of(Bundle(FILES), [A])
    with pytest.raises(checking.Cancelled):
        await checking.checked(job, str, never)
    monkeypatch.setattr(workshop, "GRACE_S", 0.0)
    with pytest.raises(NotDone, match="took more than 120 s"):
        await checking.checked(replace(job, seconds=0.0), str, always)


async def always() -> bool:
    return True


def test_the_whole_way_with_a_real_check(
    publish: Publish, course: Course, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication = begin(course, [A], ada)
    monkeypatch.setattr(publishing, "checked", checking.checked)
    ended(publication)
    assert (publication.outcome, publication.findings) == ("published", [])
    assert find_lesson("mine/a-lesson") is not None
