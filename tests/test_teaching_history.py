"""Revisions: what a diff shows, and going back to one."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from lessons.teaching.diff import MOST_LINES, Row, compare
from lessons.teaching.models import Document
from lessons.teaching.shelf import save, take_in
from lessons.teaching.templates import new_course

PATH = "first-module/first-lesson.md"


@pytest.fixture
def document(ada: User) -> Document:
    return take_in(new_course("mine", "Mine"), ada).documents.get(path=PATH)


@pytest.fixture
def browser(ada: User) -> Client:
    client = Client()
    client.force_login(ada)
    return client


def test_a_diff_names_lines_by_their_numbers_in_both_texts() -> None:
    assert compare("a\nb\nc\n", "a\nB\nc\nd\n") == [
        Row("kept", "a", 1, 1),
        Row("removed", "b", before=2),
        Row("added", "B", after=2),
        Row("kept", "c", 3, 3),
        Row("added", "d", after=4),
    ]


def test_a_diff_leaves_out_what_is_far_from_any_change() -> None:
    lines = [str(number) for number in range(1, 101)]
    rows = compare("\n".join(lines), "\n".join(["new", *lines, "last"]))
    assert [row.kind for row in rows] == ["added", "kept", "kept", "kept", "gap", "kept", "kept", "kept", "added"]
    assert (rows[5].before, rows[5].after) == (98, 99)


def test_the_same_lines_have_no_diff_and_endless_ones_are_not_compared() -> None:
    assert compare("a\n", "a") == []
    with pytest.raises(ValueError, match="not compared"):
        compare("", "\n" * (MOST_LINES + 1))


def test_old_and_new_lines_can_be_told_back_from_a_diff() -> None:
    old, new = list("abcdefgh"), list("abxdegyh")
    rows = compare("\n".join(old), "\n".join(new))
    assert [row.text for row in rows if row.kind != "added"] == old
    assert [row.text for row in rows if row.kind != "removed"] == new


def test_the_page_shows_what_the_newest_revision_changed_as_text(
    browser: Client, document: Document, ada: User
) -> None:
    save(document, bytes(document.draft) + b"<script>alert(1)</script>\n", 1, ada, "saved")
    page = browser.get(reverse("teach-history", args=["mine", PATH])).content.decode()
    assert page.count('class="is-added"') == 1
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_what_was_published_is_compared_with_what_was_published_before(
    browser: Client, document: Document, ada: User
) -> None:
    for version, (line, what) in enumerate([("a", "published"), ("b", "saved"), ("c", "saved"), ("c", "published")], 1):
        save(document, f"first\n{line}\n".encode(), version, ada, what)
    page = browser.get(reverse("teach-history", args=["mine", PATH])).content.decode()
    assert re.findall(r'<tr class="is-(\w+)">.*?<code>(.*?)</code>', page) == [
        ("kept", "first"),
        ("removed", "a"),
        ("added", "c"),
    ]
    assert ", published by ada." in page


def test_restoring_brings_the_first_text_back_and_keeps_the_later_one(
    browser: Client, document: Document, ada: User
) -> None:
    first, before = document.revisions.get(), bytes(document.draft)
    save(document, b"worse", 1, ada, "saved")
    response = browser.post(reverse("teach-restore", args=["mine", first.pk]), {"version": "2"})
    assert response.status_code == 302
    document.refresh_from_db()
    assert bytes(document.draft) == before
    assert [one.what for one in document.revisions.all()] == ["restored", "saved", "imported"]


def test_a_restore_of_a_page_that_is_too_old_restores_nothing(browser: Client, document: Document, ada: User) -> None:
    first = document.revisions.get()
    save(document, b"saved meanwhile", 1, ada, "saved")
    response = browser.post(reverse("teach-restore", args=["mine", first.pk]), {"version": "1"})
    assert response.status_code == 409
    assert "Nothing was restored" in response.content.decode()
    document.refresh_from_db()
    assert bytes(document.draft) == b"saved meanwhile"


def test_a_revision_of_another_course_is_neither_shown_nor_restored(browser: Client, document: Document) -> None:
    bob = User.objects.create_user("bob", is_staff=True)
    other = take_in(new_course("other", "Other"), bob).documents.get(path=PATH).revisions.get()
    history = reverse("teach-history", args=["mine", PATH])
    assert browser.get(history, {"revision": other.pk}).status_code == 404
    assert browser.post(reverse("teach-restore", args=["mine", other.pk]), {"version": "1"}).status_code == 404


@pytest.mark.parametrize("asked", ["0", "x", "9" * 30, "-1"])
def test_a_revision_that_is_none_shows_the_newest_or_nothing(browser: Client, document: Document, asked: str) -> None:
    response = browser.get(reverse("teach-history", args=["mine", PATH]), {"revision": asked})
    assert response.status_code == (404 if asked == "0" else 200)
