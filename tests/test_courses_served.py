"""A course of the database is served exactly as a folder is: pages, labs, answers, images, links, search."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from lessons.content import library as libraries
from lessons.content.keys import key_of, parts_of
from lessons.content.library import UnknownCourse, courses, find_lesson, library
from lessons.labs.models import Run
from lessons.learning.models import Result, Visit
from lessons.teaching.models import Course, Document
from lessons.teaching.shelf import save, take_in
from tests.courses import COURSE, FILES, PNG, SECOND, published


@pytest.fixture
def course(ada: User) -> Course:
    return published(take_in(FILES, ada))


@pytest.mark.parametrize(("course", "lesson", "key"), [("built-in", "raft", "raft"), ("mine", "raft", "mine/raft")])
def test_a_key_tells_course_and_lesson(course: str, lesson: str, key: str) -> None:
    assert key_of(course, lesson) == key
    assert parts_of(key) == (course, lesson)
    for name, more in (("lesson", []), ("lesson-image", ["images/x.png"]), ("answer", ["quiz"])):
        assert key in reverse(name, args=[key, *more])


def test_what_is_not_published_is_served_nowhere(client, ada: User) -> None:
    take_in(FILES, ada)
    with pytest.raises(UnknownCourse, match="There is no course “mine”"):
        library("mine")
    assert find_lesson("mine/a-lesson") is None
    assert [one.slug for one in courses()] == ["built-in"]
    for address in ("/courses/mine/", "/lessons/mine/a-lesson/", "/search/?course=mine", "/glossary/?course=mine"):
        assert client.get(address).status_code == 404, address


def test_a_course_has_its_map_and_stands_on_the_list(client, course: Course) -> None:
    assert "My course" in client.get("/").content.decode()
    page = client.get("/courses/mine/").content.decode()
    for part in ("My course", "What breaks.", "A lesson", "Another lesson", "/lessons/mine/a-lesson/"):
        assert part in page
    assert client.get("/courses/built-in/").url == "/#course"


def test_a_lesson_has_its_lab_its_exercise_its_image_and_its_links(client, course: Course) -> None:
    page = client.get("/lessons/mine/a-lesson/").content.decode()
    for part in (
        'src="/lessons/mine/a-lesson/images/pictures/ring.png"',
        'href="/lessons/mine/b-lesson/#there"',
        'action="/learn/mine/a-lesson/which/"',
        "&quot;lesson&quot;: &quot;mine/a-lesson&quot;",
        'rel="next"',
    ):
        assert part in page, part
    image = client.get("/lessons/mine/a-lesson/images/pictures/ring.png")
    assert (image.content, image["Content-Type"]) == (PNG, "image/png")
    assert Visit.objects.get().lesson == "mine/a-lesson"


def test_answers_and_runs_hang_on_the_key(client, course: Course) -> None:
    client.post("/learn/mine/a-lesson/which/", {"answer": "0"})
    assert Result.objects.get().lesson == "mine/a-lesson"
    asked = {"lesson": "mine/a-lesson", "block": "cluster"}
    for _ in range(2):  # the second time it is the run that was left
        assert client.post(reverse("lab-open"), asked, content_type="application/json").status_code == 200
    assert Run.objects.get().lesson == "mine/a-lesson"
    assert "✓" in client.get("/lessons/mine/a-lesson/").content.decode()


def test_search_and_glossary_are_of_one_course(client, course: Course) -> None:
    assert "/lessons/mine/b-lesson/" in client.get("/search/?course=mine&q=zebras").content.decode()
    assert "/lessons/mine/" not in client.get("/search/?q=zebras").content.decode()
    assert "Quorum" in client.get("/glossary/?course=mine").content.decode()


def test_the_same_id_in_two_courses_is_two_lessons(client, course: Course, ada: User) -> None:
    published(take_in(FILES | {"course.yaml": COURSE.replace("mine", "yours").encode()}, ada))
    client.post("/learn/mine/a-lesson/which/", {"answer": "0"})
    assert "✓ right" in client.get("/lessons/mine/a-lesson/").content.decode()
    assert "✓ right" not in client.get("/lessons/yours/a-lesson/").content.decode()


def test_a_course_is_read_once_until_something_is_published(course: Course, ada: User) -> None:
    before = library("mine")
    assert library("mine") is before
    document = course.documents.get(path="one/b.md")
    save(document, SECOND.replace("zebras", "gnus").encode(), document.version, ada, "saved")
    assert library("mine") is before
    published(course)
    assert "gnus" in library("mine").lesson("b-lesson").text


def test_another_process_sees_at_once_what_was_published(course: Course, ada: User) -> None:
    """What a process keeps is compared with the row: nothing is told from one to the other."""
    library("mine")
    Document.objects.filter(course=course, path="one/b.md").update(published=SECOND.replace("zebras", "gnus").encode())
    Course.objects.filter(pk=course.pk).update(stamp=course.stamp + 100)
    assert "gnus" in library("mine").lesson("b-lesson").text


def test_a_course_made_anew_under_an_old_name_is_not_the_old_one(course: Course, ada: User) -> None:
    library("mine")
    stamp = Course.objects.get().stamp
    course.delete()
    published(take_in(FILES | {"one/b.md": SECOND.replace("zebras", "gnus").encode()}, ada))
    Course.objects.update(stamp=stamp)
    assert "gnus" in library("mine").lesson("b-lesson").text


def test_a_lesson_that_broke_is_served_as_it_last_was(course: Course) -> None:
    library("mine")
    course.documents.filter(path="one/b.md").update(published=b"broken")
    Course.objects.update(stamp=100)
    assert "zebras" in find_lesson("mine/b-lesson").text


def test_a_retired_course_is_off_the_list_and_still_read(client, course: Course) -> None:
    Course.objects.update(retired=True)
    assert "My course" not in client.get("/").content.decode()
    assert client.get("/lessons/mine/a-lesson/").status_code == 200


def test_no_more_courses_are_kept_than_the_bound(course: Course, monkeypatch) -> None:
    monkeypatch.setattr(libraries, "MOST_KEPT", 1)
    library("mine")
    library()
    assert list(libraries._kept) == ["built-in"]
    assert library("mine").lesson("a-lesson") is not None


@pytest.mark.parametrize("name", ["../b.md", "b.md", "%2e%2e/course.yaml", "nothing.png", "pictures/../../x.png"])
def test_only_images_are_served_beside_a_lesson(client, course: Course, name: str) -> None:
    assert client.get(f"/lessons/mine/a-lesson/images/{name}").status_code == 404


@pytest.mark.parametrize("key", ["", "/", "mine/", "/a-lesson", "mine//a-lesson", "mine/a/b", "mine/\0", "x" * 5_000])
def test_a_key_that_is_none_finds_nothing(course: Course, key: str) -> None:
    assert find_lesson(key) is None
