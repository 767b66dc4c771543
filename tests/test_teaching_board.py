"""The board of a course: what its buttons do, with htmx and without, and what it says when they cannot."""

from collections.abc import Callable

import pytest
from asgiref.sync import async_to_sync
from channels.db import database_sync_to_async
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lessons.content.files import MEDIA, media_type
from lessons.content.library import find_lesson, library
from lessons.teaching import publishing
from lessons.teaching.arranging import outline_of
from lessons.teaching.models import Course, Document, Publication
from lessons.teaching.publishing import run
from lessons.teaching.shelf import files_of, take_in
from tests.courses import FILES, PNG, published

A, B = "one/a.md", "one/b.md"
HOSTILE = '<script>alert("x")</script>'

Post = Callable[..., HttpResponse]


@pytest.fixture
def course(ada: User, monkeypatch: pytest.MonkeyPatch) -> Course:
    monkeypatch.setattr(publishing, "_start", lambda publication: None)
    monkeypatch.setattr(publishing, "apart", database_sync_to_async)
    return published(take_in(FILES, ada))


@pytest.fixture
def browser(ada: User, course: Course) -> Client:
    client = Client()
    client.force_login(ada)
    return client


@pytest.fixture
def post(browser: Client) -> Post:
    """Press a button of the board without JavaScript, and follow where it leads."""
    return lambda where, **data: browser.post(f"/teach/courses/mine/{where}/", data, follow=True)


def shown(response: HttpResponse) -> str:
    return response.content.decode()


def lessons() -> list[tuple[str, ...]]:
    return [part.lessons for part in outline_of(Course.objects.get(slug="mine")).parts]


def test_the_board_tells_the_state_of_each_lesson(browser: Client, post: Post) -> None:
    post("retire", lesson=B)
    Document.objects.filter(path=A).update(draft=FILES[A] + b"more\n")
    page = shown(browser.get("/teach/courses/mine/"))
    for words in ("published, changed since", "retired", "Publish<span", 'href="/lessons/mine/a-lesson/"', "ring.png"):
        assert words in page, words
    post("unpublish", lesson=A)
    assert "draft" in shown(browser.get("/teach/courses/mine/"))


def test_arrows_move_and_say_where_to_even_past_the_ends(post: Post) -> None:
    assert "a is lesson 2 of 2 in “One” now." in shown(post("map/lesson", lesson=A, to="1"))
    assert lessons() == [("b", "a")]
    for to in ("7", "99999"):
        post("map/lesson", lesson=A, to=to)
        assert lessons() == [("b", "a")]
    post("map/lesson", lesson=A, to="-1")
    assert lessons() == [("a", "b")]


def test_htmx_gets_the_board_alone_and_refusals_in_it(browser: Client) -> None:
    headers = {"hx-request": "true"}
    done = browser.post("/teach/courses/mine/map/lesson/", {"lesson": A, "to": "1"}, headers=headers)
    assert ("<html" in shown(done), "lesson 2 of 2" in shown(done)) == (False, True)
    refused = browser.post("/teach/courses/mine/map/lesson/", {"lesson": "one/x.md", "to": "1"}, headers=headers)
    assert (refused.status_code, 'role="alert"' in shown(refused)) == (200, True)
    assert browser.post("/teach/courses/mine/map/lesson/", {"lesson": "one/x.md", "to": "1"}).status_code == 409


def test_modules_come_move_and_go(post: Post) -> None:
    assert "Later on" in shown(post("map/add-module", title="Later on"))
    assert "is module 1 of 2 now" in shown(post("map/module", module="later-on", to="0"))
    post("map/add-module", title="Later on")
    assert [part.id for part in outline_of(Course.objects.get()).parts] == ["later-on", "one", "later-on-2"]
    assert "move or delete them first" in shown(post("map/delete-module", module="one"))
    post("map/delete-module", module="later-on")
    post("map/delete-module", module="later-on-2")
    assert [part.id for part in outline_of(Course.objects.get()).parts] == ["one"]


def test_a_lesson_goes_into_another_module_at_a_place(post: Post) -> None:
    post("map/add-module", title="Two")
    post("map/lesson", lesson=A, module="two")
    assert "b is lesson 1 of 2 in “Two” now." in shown(post("map/lesson", lesson=B, module="two", to="0"))
    assert lessons() == [(), ("b", "a")]
    served = library("mine")
    assert [lesson.id for lesson in served.lessons()] == ["a-lesson", "b-lesson"], "learners do not see the place yet"
    assert [module.title for module in served.course.modules if module.lessons] == ["Two"]


def test_titles_change_where_they_stand(browser: Client, post: Post) -> None:
    post("map/rename", title="Ours: all", summary="It breaks.")
    post("map/rename", title="Uno", summary="", module="one")
    assert "called “Another: title” now" in shown(post("map/rename", title="Another:  title", lesson=A))
    assert (outline_of(Course.objects.get()).title, outline_of(Course.objects.get()).parts[0].title) == (
        "Ours: all",
        "Uno",
    )
    assert b'title: "Another: title"' in files_of(Course.objects.get())[A]
    told = (library("mine").course.title, library("mine").course.modules[0].title, find_lesson("mine/a-lesson").title)
    assert told == ("My course", "One", "A lesson"), "learners see it when it is published"
    assert "Publish the changed map" in shown(browser.get("/teach/courses/mine/"))
    assert "It needs a title." in shown(post("map/rename", title=" ", lesson=A))


def test_lessons_are_added_of_a_template_or_as_a_copy(post: Post, browser: Client) -> None:
    new = browser.post(
        "/teach/courses/mine/lessons/add/", {"title": "What now?", "module": "one", "begin": "new:whole"}
    )
    assert new.url == "/teach/courses/mine/draft/one/what-now.md"
    built_in = "copy:built-in/consensus/choosing-a-leader.md"
    assert post("lessons/add", title="Leaders", module="one", begin=built_in).status_code == 200
    own = post("lessons/add", title="Again", module="one", begin=f"copy:mine/{A}")
    assert own.status_code == 200
    assert lessons() == [("a", "b", "what-now", "leaders", "again")]
    for wrong in ("", "new:nothing", "copy:", "copy:nowhere/one/a.md", "copy:built-in/../../settings.py"):
        refused = browser.post("/teach/courses/mine/lessons/add/", {"title": "X", "module": "one", "begin": wrong})
        assert refused.status_code == 409, wrong
    refused = browser.post("/teach/courses/mine/lessons/add/", {"title": "X", "module": "no", "begin": "new:lab"})
    assert "There is no module “no”" in shown(refused)


def test_a_course_that_is_someone_elses_draft_is_not_copied(browser: Client) -> None:
    take_in({**FILES, "course.yaml": FILES["course.yaml"].replace(b"mine", b"secret")}, User.objects.create_user("bob"))
    asked = {"title": "X", "module": "one", "begin": f"copy:secret/{A}"}
    assert "There is no course “secret”" in shown(browser.post("/teach/courses/mine/lessons/add/", asked))
    assert "secret" not in shown(browser.get("/teach/"))
    asked = {"copy-source": "secret", "copy-title": "X", "copy-slug": "x"}
    assert browser.post("/teach/copy/", asked).status_code == 400
    assert not Course.objects.filter(slug="x").exists()


def test_the_built_in_course_is_copied_by_button(browser: Client) -> None:
    asked = {"copy-source": "built-in", "copy-title": "Ours", "copy-slug": "ours"}
    assert browser.post("/teach/copy/", asked).url == "/teach/courses/ours/"
    assert Course.objects.get(slug="ours").documents.count() > 15
    assert "“ours” is taken" in shown(browser.post("/teach/copy/", asked))


def test_what_is_deleted_is_gone_and_what_is_needed_is_not(post: Post) -> None:
    assert "keep learners from one/a.md" in shown(post("files/delete", file=B))
    assert "keep learners from one/a.md" in shown(post("files/delete", file="one/pictures/ring.png"))
    assert "cannot be deleted" in shown(post("files/delete", file="course.yaml"))
    post("unpublish", lesson=A)
    assert "one/b.md is deleted" in shown(post("files/delete", file=B))
    assert lessons() == [("a",)]


def test_a_lesson_off_the_map_is_shown_put_back_and_taken_off(post: Post) -> None:
    assert "Not on the map" in shown(post("map/take", lesson=B))
    assert find_lesson("mine/b-lesson") is not None, "the map that learners have names it still"
    assert "Not on the map" not in shown(post("map/put", lesson=B))
    assert lessons() == [("a", "b")]


def test_images_come_by_button_and_are_known_by_their_bytes(post: Post) -> None:
    assert "![what it shows](ring-2.png)" in shown(
        post("files/image", module="one", file=SimpleUploadedFile("Ring 2.png", PNG + b"2"))
    )
    assert "This is no image" in shown(post("files/image", module="one", file=SimpleUploadedFile("a.png", b"<svg/>")))
    assert "Choose an image first" in shown(post("files/image", module="one"))
    assert set(MEDIA.values()) == {media_type(f"A{ending.upper()}") for ending in MEDIA}


def test_progress_is_told_until_it_ends_and_can_be_cancelled(browser: Client, post: Post, course: Course) -> None:
    post("publish", what=A)
    Publication.objects.update(doing=A)
    running = browser.get("/teach/courses/mine/publish/progress/", headers={"hx-request": "true"})
    assert (f"Checking and playing</strong>: {A}" in shown(running), "HX-Retarget" in running) == (True, False)
    assert "Somebody is publishing" in shown(post("publish", what="all"))
    assert "Cancelled" in shown(post("publish/cancel"))
    async_to_sync(run)(Publication.objects.get())  # the check hears of it
    assert Publication.objects.get().outcome == "cancelled"
    ended = browser.get("/teach/courses/mine/publish/progress/", headers={"hx-request": "true"})
    assert (ended["HX-Retarget"], "data-board" in shown(ended)) == ("#board", True)
    assert "ended already" in shown(post("publish/cancel"))


def test_findings_lead_to_their_lines(browser: Client, course: Course, ada: User) -> None:
    finding = {"path": A, "line": 7, "column": 1, "level": "error", "message": HOSTILE, "code": "x", "help": "mend it"}
    course.publications.create(
        author=ada, paths=[A], outcome="refused", said="An error hinders it.", findings=[finding]
    )
    page = shown(browser.get("/teach/courses/mine/"))
    assert 'href="/teach/courses/mine/draft/one/a.md#L7"' in page
    assert HOSTILE not in page


def test_what_is_published_of_all_is_what_the_map_names(post: Post) -> None:
    post("retire", lesson=B)
    post("publish", what="all")
    assert Publication.objects.get().paths == ["course.yaml", A]
    assert Publication.objects.get().lessons == [A]


def test_a_course_is_withdrawn_and_deleted_by_its_instructor(post: Post, browser: Client) -> None:
    post("withdraw", what="retire")
    assert "off the list" in shown(browser.get("/teach/courses/mine/"))
    post("withdraw", what="list")
    post("withdraw", what="unpublish")
    assert "Publish the course again" in shown(browser.get("/teach/courses/mine/"))
    assert "is not published" in shown(post("withdraw", what="unpublish"))
    assert "write its id: mine" in shown(post("delete", confirm="yours"))
    post("delete", confirm="mine")
    assert not Course.objects.exists()


def test_a_map_that_cannot_be_read_is_told_and_can_be_mended(browser: Client, post: Post) -> None:
    Document.objects.filter(path="course.yaml").update(draft=b"modules: [\n")
    page = shown(browser.get("/teach/courses/mine/"))
    assert ("Mend it first" in page, A in page) == (True, True)
    for where in ("map/lesson", "map/add-module", "map/put", "files/image", "lessons/add", "publish"):
        assert post(where, lesson=A, to="1", title="X", what="all", begin="new:lab", module="one").status_code == 409
    assert find_lesson("mine/a-lesson") is not None


def test_names_that_carry_scripts_are_text_everywhere(browser: Client, post: Post) -> None:
    post("map/rename", title=HOSTILE, summary=HOSTILE)
    post("map/rename", title=HOSTILE, summary=HOSTILE, module="one")
    post("map/rename", title=HOSTILE, lesson=A)
    post("map/add-module", title=HOSTILE)
    published(Course.objects.get())
    assert library("mine").course.title == HOSTILE
    for page in (
        "/",
        "/teach/",
        "/courses/mine/",
        "/teach/courses/mine/",
        "/lessons/mine/a-lesson/",
        "/search/?course=mine&q=a",
    ):
        text = shown(browser.get(page))
        assert HOSTILE not in text, page
        assert "<script>alert" not in text, page


@pytest.mark.parametrize("name", ["lesson", "module", "file", "title", "begin", "to", "what", "name"])
def test_null_characters_reach_no_query(browser: Client, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL refuses them with an exception."""
    data = {"lesson": A, "module": "one", "file": A, "title": "X", "begin": f"copy:mine/{A}", "to": "0", "what": A}
    for where in ("map/lesson", "map/rename", "files/delete", "lessons/add", "publish", "retire", "authors/invite"):
        with CaptureQueriesContext(connection) as queries:
            browser.post(f"/teach/courses/mine/{where}/", data | {name: "\0one\0/a\0"})
        assert not any("\0" in query["sql"] for query in queries), where
    for address in ("/teach/courses/mine/draft/one/%00.md", "/lessons/mine/a-lesson/images/%00.png"):
        assert browser.get(address).status_code == 404
    with CaptureQueriesContext(connection) as queries:
        browser.get("/teach/courses/mine/draft/one/%00.md")
    assert not any("\0" in query["sql"] for query in queries)
