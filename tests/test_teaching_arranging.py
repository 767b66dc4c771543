"""Lessons moved, deleted and copied: their links and images go with them, and what learners read stays readable."""

import pytest
from django.contrib.auth.models import User

from lessons.content.files import Folder
from lessons.content.library import BUILT_IN, find_lesson, library, read_library
from lessons.content.links import moved_links
from lessons.teaching.archive import Refused
from lessons.teaching.arranging import add_lesson, arrange, delete_lesson, move_lesson, outline_of
from lessons.teaching.copying import copy_course, copy_lesson, free_name
from lessons.teaching.files import Drafts, Published
from lessons.teaching.models import Course
from lessons.teaching.names import named
from lessons.teaching.shelf import files_of, remove, take_in
from lessons.teaching.templates import new_lesson
from tests.courses import COURSE, FIRST, FRONT, PNG, SECOND, published

TWO = COURSE + "  - id: two\n    title: Two\n    lessons: [c]\n"
THIRD = FRONT.replace("a-lesson", "c-lesson") + '[the first](../one/a.md), [the second](../one/b.md#there "title")\n'
FILES = {
    "course.yaml": TWO.encode(),
    "one/a.md": FIRST.encode(),
    "one/b.md": SECOND.encode(),
    "two/c.md": THIRD.encode(),
    "one/pictures/ring.png": PNG,
}


@pytest.fixture
def course(ada: User) -> Course:
    return published(take_in(FILES, ada))


def errors(course: Course) -> list[str]:
    return [str(finding) for finding in read_library(Drafts(course)).findings]


def order(slug: str = "mine") -> list[list[str]]:
    return [[lesson.id for lesson in module.lessons] for module in library(slug).course.modules]


def test_a_new_order_is_seen_once_it_is_published(course: Course, ada: User) -> None:
    arrange(course, lambda outline: outline.with_lesson_at("one", "b", 0), ada)
    arrange(course, lambda outline: outline.with_module_at("two", 0), ada)
    assert order() == [["a-lesson", "b-lesson"], ["c-lesson"]]
    assert course.documents.get(path="course.yaml").revisions.first().what == "arranged"
    published(course)
    assert order() == [["c-lesson"], ["b-lesson", "a-lesson"]]


def test_a_move_takes_a_lesson_for_learners_too_and_no_other_change_of_the_map(course: Course, ada: User) -> None:
    arrange(course, lambda outline: outline.with_module("three", "Three: new"), ada)
    arrange(course, lambda outline: outline.with_titles("Ours", ""), ada)
    move_lesson(Course.objects.get(), "one/b.md", "three", ada)
    assert order() == [["a-lesson"], ["c-lesson"], ["b-lesson"]]
    assert [module.title for module in library("mine").course.modules] == ["One", "Two", "Three: new"]
    assert library("mine").course.title == "My course"
    assert errors(course) == []


def test_a_lesson_moves_with_its_image_and_every_link_leads_on(course: Course, ada: User, client) -> None:
    assert move_lesson(course, "one/a.md", "two", ada) == "two/a.md"
    assert errors(course) == []
    assert order() == [["b-lesson"], ["c-lesson", "a-lesson"]]
    texts = {path: content.decode() for path, content in files_of(course).items() if path.endswith(".md")}
    assert "[the next one](../one/b.md#there)" in texts["two/a.md"]
    assert '[the first](a.md), [the second](../one/b.md#there "title")' in texts["two/c.md"]
    assert texts["one/b.md"] == SECOND
    assert client.get("/lessons/mine/a-lesson/images/pictures/ring.png").content == PNG
    assert list(Drafts(course).paths()) == ["course.yaml", "one/b.md", "two/a.md", "two/c.md", "two/pictures/ring.png"]
    move_lesson(Course.objects.get(), "two/a.md", "one", ada)
    again = FILES | {"one/a.md": FIRST.replace("(b.md", "(../one/b.md").encode()}  # it leads there as well
    assert files_of(course) | {"course.yaml": b""} == again | {"course.yaml": b""}


def test_an_image_that_others_show_is_copied(course: Course, ada: User) -> None:
    add_lesson(
        course, "one", "d", (FRONT.replace("a-lesson", "d") + "![A](pictures/ring.png)\n").encode(), ada, "saved"
    )
    move_lesson(course, "one/a.md", "two", ada)
    assert {path for path in Drafts(course).paths() if path.endswith(".png")} == {
        "one/pictures/ring.png",
        "two/pictures/ring.png",
    }
    assert errors(course) == []


def test_a_lesson_that_is_not_published_moves_too(course: Course, ada: User) -> None:
    add_lesson(course, "one", "d", new_lesson("d", "D"), ada, "saved")
    move_lesson(Course.objects.get(), "one/d.md", "two", ada)
    assert errors(course) == []
    assert list(Published(Course.objects.get()).paths()) == sorted(FILES)


def test_a_move_that_cannot_be_changes_nothing(course: Course, ada: User) -> None:
    add_lesson(course, "two", "a", new_lesson("other", "Other"), ada, "saved")
    before = files_of(course)
    for path, module in (("one/a.md", "two"), ("one/b.md", "nowhere"), ("one/x.md", "two")):
        with pytest.raises(Refused):
            move_lesson(Course.objects.get(), path, module, ada)
    assert files_of(course) == before


def test_what_a_lesson_that_is_read_needs_is_not_deleted(course: Course, ada: User) -> None:
    for path in ("one/b.md", "one/pictures/ring.png", "course.yaml", "one/x.md"):
        with pytest.raises(Refused):
            (delete_lesson if path == "one/b.md" else lambda *some: remove(*some[:2]))(Course.objects.get(), path, ada)
    assert files_of(course) == FILES
    delete_lesson(Course.objects.get(), "two/c.md", ada)
    assert order() == [["a-lesson", "b-lesson"]]
    assert outline_of(course).parts[1].lessons == ()
    assert find_lesson("mine/c-lesson") is None


def test_a_built_in_lesson_is_copied_without_findings(course: Course, ada: User) -> None:
    files = Folder(BUILT_IN)
    for path in ("consensus/choosing-a-leader.md", "coordination/quorum-dials.md"):
        copied = copy_lesson(files, path, course, "two", "My own: “leaders”", ada)
        assert b"status: draft" in bytes(copied.draft)
    assert outline_of(course).parts[1].lessons == ("c", "my-own-leaders", "my-own-leaders-2")
    assert errors(course) == []
    assert find_lesson("mine/my-own-leaders") is None


def test_a_copy_takes_its_images_and_its_links_lead_back(course: Course, ada: User) -> None:
    other = take_in({"course.yaml": COURSE.replace("mine", "other").replace("[a, b]", "[]").encode()}, ada)
    copied = copy_lesson(Published(Course.objects.get(slug="mine")), "one/a.md", other, "one", "Copied", ada)
    assert "[the next one](/lessons/mine/b-lesson/#there)" in bytes(copied.draft).decode()
    assert files_of(other)["one/pictures/ring.png"] == PNG
    assert errors(other) == []


def test_the_built_in_course_is_copied_whole_and_is_its_own(ada: User) -> None:
    copy = copy_course(Folder(BUILT_IN), "ours", "Ours: all of it", ada)
    assert errors(copy) == []
    files, own = files_of(copy), Folder(BUILT_IN)
    assert {path for path in own.paths() if own.read(path, 10**7) != files[path]} == {"course.yaml"}
    assert Drafts(copy).course == "ours"
    assert outline_of(copy).title == "Ours: all of it"


@pytest.mark.parametrize("path", ["one/none.md", "../secret.md", "course.yaml"])
def test_what_is_no_lesson_is_not_copied(course: Course, ada: User, path: str) -> None:
    with pytest.raises(Refused, match="no lesson that can be copied"):
        copy_lesson(Published(course), path, course, "one", "X", ada)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("When it splits!", "when-it-splits"),
        ("分布式", "lesson"),
        ("1st", "lesson-1st"),
        ("", "part"),
        ("x" * 99, "x" * 50),
    ],
)
def test_a_title_suggests_a_name(title: str, name: str) -> None:
    assert named(title) == name


def test_a_name_is_free_of_files_and_ids(course: Course) -> None:
    assert free_name(course, "one", "a") == "a-2"
    assert free_name(course, "two", "b-lesson") == "b-lesson-2"
    assert free_name(course, "two", "new") == "new"


def test_links_that_lead_to_the_same_place_keep_their_form() -> None:
    text = "[a](./b.md) [b](../one/b.md) [c](<../two/c.md>) [d](https://x.org/y.md) [e](/lessons/x.md)\n[f]: c%20d.md\n"
    assert moved_links(text, "one/a.md", "one/a.md", {}) == text
    assert moved_links(text, "one/a.md", "one/a.md", {"one/b.md": "two/b.md"}) == text.replace(
        "./b.md", "../two/b.md", 1
    ).replace("../one/b.md", "../two/b.md")
    assert "[f]: ../one/c%20d.md" in moved_links(text, "one/a.md", "two/a.md", {})
