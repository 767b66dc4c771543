"""Who may do what in a class: every address with every role, from the lists of addresses themselves."""

from typing import Any

import pytest
from django.core import serializers
from django.db import transaction
from django.urls import reverse

from lessons.classes import urls
from lessons.classes.front import show_block
from lessons.classes.models import Classroom, Member, Poll, Vote
from lessons.classes.polls import open_poll
from lessons.labs.models import Run
from lessons.labs.opening import open_block
from lessons.learning.models import Learner, Result
from tests.classes import KEY, ROLES, World, new_world

RUN_IT = {"instructor", "co-author"}
ALLOWED = {
    "OPEN": set(ROLES),
    "MEMBERS": {"learner of the class"},
    "LEADERS": RUN_IT,
    "MANAGERS": {"instructor"},
}
POSTED: dict[str, dict[str, Any]] = {
    "class-create": {"name": "New", "course": "built-in"},
    "class-explore": {},
    "class-come-back": {},
    "class-vote": {"answer": "0"},
    "class-name": {"name": "Ada B."},
    "class-leave": {},
    "class-show": {"lesson": KEY, "block": "which"},
    "class-hand": {},
    "class-ask": {"lesson": KEY, "block": "several"},
    "class-ask-close": {},
    "class-ask-reveal": {"shown": "no"},
    "class-ask-run": {},
    "class-ask-end": {},
    "class-copy": {},
    "class-change": {"change": "close"},
    "class-remove": {},
    "class-grade-again": {"lesson": KEY, "block": "which"},
}
UNSEEN = {"class-create", "class-copy", "class-ask-run", "class-grade-again"}  # change nothing that open pages show
PATTERNS = [(group, pattern.name) for group in ALLOWED for pattern in getattr(urls, group)]


@pytest.fixture
def world(db: None) -> World:
    """A class with a lab in front and a question asked."""
    world = new_world()
    leader = Learner.objects.create(user=world.classroom.instructor)
    show_block(world.classroom, KEY, "cluster", leader)
    open_poll(world.classroom, KEY, "which", True, leader)
    open_block(world.member().learner, KEY, "cluster")
    world.classroom.refresh_from_db()
    return world


def address(world: World, name: str) -> str:
    more: list[object] = {
        "class-follow-part": ["front"],
        "class-lead-part": ["drive"],
        "class-member": [world.member().pk],
        "class-cell": [world.member().pk],
        "class-attempts": [world.member().pk],
        "class-remove": [world.member().pk],
        "class-watch": [world.member().learner.runs.get().pk],
        "class-copy": [world.member().learner.runs.get().pk],
    }.get(name, [])
    if name in ("join-code", "classes", "class-create"):
        return reverse(name)
    return reverse(name, args=[world.classroom.code]) if name == "join" else world.at(name, *more)


def everything() -> str:
    kinds = (Classroom, Member, Poll, Vote, Run, Result)
    return str(serializers.serialize("json", [one for kind in kinds for one in kind.objects.order_by("pk")]))


@pytest.mark.parametrize("pk", [0, 10**30])
def test_a_class_that_is_none_is_not_found(world: World, pk: int) -> None:
    for role in ("instructor", "learner of the class", "anonymous"):
        for page in ("", "lead/", "matrix/", "manage/"):
            response = world.browsers[role].get(f"/classes/{pk}/{page}")
            assert response.status_code == 404
            assert "join it first" in response.content.decode()
    for code in ("x" * 5_000, "%00", "<b>", "AB23CD"):
        response = world.browsers["anonymous"].get(f"/join/{code}/")
        assert response.status_code == 404
        assert "<b>" not in response.content.decode()


def test_every_address_is_in_one_of_the_lists() -> None:
    assert [pattern.name for pattern in urls.urlpatterns] == [name for _, name in PATTERNS]


@pytest.mark.parametrize("role", ROLES)
def test_each_address_is_open_to_its_roles_alone(world: World, role: str) -> None:
    for group, name in PATTERNS:
        with transaction.atomic():  # each finds the class as it was
            check(world, group, name, role)
            transaction.set_rollback(True)


def check(world: World, group: str, name: str, role: str) -> None:
    """Read and write at an address as somebody."""
    url, browser, before = address(world, name), world.browsers[role], everything()
    query = {"lesson": KEY, "block": "which"} if name in ("class-cell", "class-attempts") else {}
    read = browser.get(url, query).status_code
    assert everything() == before, "reading changes nothing"
    written = browser.post(url, POSTED.get(name, {}) | {"poll": str(Poll.objects.get().pk)}).status_code
    if role in allowed(group, name):
        assert read == 405 if name in POSTED else read in (200, 302), name
        assert written == 302 if name in POSTED else written in (400, 302, 405), name
        assert (world.now().version > world.classroom.version) == (name in POSTED and name not in UNSEEN), name
    else:
        assert read == (405 if name in POSTED else 404), name
        assert written == (403 if name == "class-create" else 404 if name in POSTED else 405), name
        assert everything() == before, f"{name}: whoever may not, changes nothing"


def allowed(group: str, name: str) -> set[str]:
    """Return the roles to which an address is open."""
    return RUN_IT | {"instructor of others"} if name == "class-create" else ALLOWED[group]
