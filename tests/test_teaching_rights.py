"""Every address of those who write courses, asked by every role: the list is that of the site, so none is forgotten."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core import serializers
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, reverse

from lessons.teaching import publishing
from lessons.teaching.archive import packed
from lessons.teaching.models import Course, Document, Membership, Publication, Revision
from lessons.teaching.serving import serve
from lessons.teaching.shelf import files_of, take_in
from lessons.teaching.templates import TEMPLATES, new_course
from lessons.teaching.urls import urlpatterns

LESSON, IMAGE = "first-module/first-lesson.md", "first-module/ring.png"
PNG = b"\x89PNG\r\n\x1a\n and so on"
TEXT = TEMPLATES["whole"].text("x", "Taken over").decode()
ARGUMENTS: dict[str, Any] = {"slug": "mine", "path": LESSON, "pk": 1}  # what stands in an address
DATA = {  # what makes each of them do something, if it is done at all
    "title": "Taken over", "summary": "x", "slug": "fresh", "text": TEXT, "block": "majority", "answer": "0",
    "version": "1", "confirm": "mine",
    "name": "cora", "role": "instructor", "what": "unpublish", "lesson": LESSON, "module": "first-module", "to": "0",
    "begin": "new:lab", "copy-source": "built-in", "copy-title": "Copied", "copy-slug": "copied",
}  # fmt: skip
DIRECTED = {"teach-delete", "teach-invite", "teach-withdraw"}  # what a co-author may not
OWN = {"teach", "teach-create", "teach-import", "teach-copy", "teach-vocabulary"}  # of no course in particular
MODELS = (Course, Membership, Document, Revision, Publication)

by_name = pytest.mark.parametrize("pattern", urlpatterns, ids=lambda pattern: pattern.name)
SignIn = Callable[[str], Client]


@pytest.fixture
def sign_in(db: None, monkeypatch: pytest.MonkeyPatch) -> SignIn:
    """Return a browser of: ada and cora, instructor and co-author; bob, who writes another course; eve; a guest."""
    monkeypatch.setattr(publishing, "_start", lambda publication: None)
    for name in ("ada", "bob", "cora"):
        User.objects.create_user(name).groups.add(Group.objects.get(name="Instructors"))
    User.objects.create_user("eve")
    course = take_in(new_course("mine", "Mine") | {IMAGE: PNG}, User.objects.get(username="ada"))
    take_in(new_course("bobs", "Bob's"), User.objects.get(username="bob"))
    Membership.objects.create(course=course, user=User.objects.get(username="cora"), role="co-author")
    serve(course, files_of(course))

    def signed_in(name: str) -> Client:
        client = Client()
        if name != "guest":
            client.force_login(User.objects.get(username=name))
        return client

    return signed_in


def address(pattern: URLPattern) -> str:
    """Return an address of a pattern; a parameter that ARGUMENTS lacks fails here, and is to be put in."""
    wanted = {name: ARGUMENTS[name] for name in pattern.pattern.converters}
    if pattern.name == "teach-image":
        wanted["path"] = IMAGE
    if pattern.name == "teach-restore":
        wanted["pk"] = Revision.objects.filter(document__path=LESSON, document__course__slug="mine").get().pk
    return reverse(str(pattern.name), kwargs=wanted)


def state() -> list[str]:
    """Return every row of the database that these addresses could change."""
    return [serializers.serialize("json", model.objects.order_by("pk")) for model in MODELS]


def ask(client: Client, method: str, pattern: URLPattern, **more: Any) -> int:
    if method == "get":
        return client.get(address(pattern), DATA).status_code
    if pattern.name == "teach-publish":
        more.setdefault("what", "all")
    file = SimpleUploadedFile(
        "ring.png", packed({"course.yaml": b"id: taken"}) if "import" in str(pattern.name) else PNG
    )
    return client.post(address(pattern), DATA | {"file": file} | more).status_code


@by_name
def test_who_does_not_write_the_course_does_none_of_it(sign_in: SignIn, pattern: URLPattern) -> None:
    before = state()
    for method in ("get", "post"):
        for who in ("guest", "eve"):
            assert ask(sign_in(who), method, pattern) in (403, 405), (who, method)
        if pattern.name not in OWN:
            assert ask(sign_in("bob"), method, pattern) in (404, 405), method
    User.objects.get(username="ada").groups.clear()  # whoever lost the right to write courses is as an outsider
    for method in ("get", "post"):
        assert ask(sign_in("ada"), method, pattern) in (403, 405), method
    assert state() == before


@by_name
def test_a_co_author_writes_and_does_not_direct(sign_in: SignIn, pattern: URLPattern) -> None:
    before = state()
    for method in ("get", "post"):
        status = ask(sign_in("cora"), method, pattern, name="ada")
        if pattern.name in DIRECTED or pattern.name == "teach-leave":
            assert status in (403, 405)
            assert state() == before
        else:
            assert status not in (403, 404, 500), method


@by_name
def test_the_instructor_is_refused_nothing_without_a_reason(sign_in: SignIn, pattern: URLPattern) -> None:
    for method in ("get", "post"):
        assert ask(sign_in("ada"), method, pattern) in (200, 201, 302, 400, 405, 409), method


@pytest.mark.parametrize("name", ["teach-rename", "teach-delete-file", "teach-add", "teach-publish", "teach-leave"])
def test_the_requests_that_are_refused_above_do_something_for_who_may(sign_in: SignIn, name: str) -> None:
    """Without this, the tests above could pass because their requests are nonsense."""
    pattern = next(one for one in urlpatterns if one.name == name)
    before = state()
    ask(sign_in("ada"), "post", pattern, file=IMAGE if name == "teach-delete-file" else "", what="all")
    assert state() != before


def test_the_last_instructor_stays(sign_in: SignIn) -> None:
    ada = sign_in("ada")
    for data, url in (({"name": "ada"}, "leave"), ({"name": "ada", "role": "co-author"}, "invite")):
        response = ada.post(f"/teach/courses/mine/authors/{url}/", data)
        assert (response.status_code, "at least one instructor" in response.content.decode()) == (409, True)
    ada.post("/teach/courses/mine/authors/invite/", {"name": "cora", "role": "instructor"})
    assert ada.post("/teach/courses/mine/authors/leave/", {"name": "ada"}).url == "/teach/"
    assert list(Membership.objects.filter(course__slug="mine").values_list("user__username", "role")) == [
        ("cora", "instructor")
    ]


@pytest.mark.parametrize("name", ["nobody", "eve", "", "<script>alert(1)</script>", "x" * 500, "nobody\0"])
def test_who_cannot_write_courses_is_not_invited(sign_in: SignIn, name: str) -> None:
    response = sign_in("ada").post("/teach/courses/mine/authors/invite/", {"name": name, "role": "co-author"})
    shown = response.content.decode()
    assert (response.status_code, "cannot write courses" in shown, "<script>alert" in shown) == (409, True, False)
    assert Membership.objects.filter(course__slug="mine").count() == 2


def test_a_co_author_may_leave(sign_in: SignIn) -> None:
    assert sign_in("cora").post("/teach/courses/mine/authors/leave/", {"name": "cora"}).url == "/teach/"
    assert sign_in("cora").get("/teach/courses/mine/").status_code == 404
