"""Every address and every command of the site is in a list that says who may use it, so that none is forgotten."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from django.contrib.auth.models import Group, User
from django.core import serializers
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from lessons.classes import urls as classes
from lessons.labs import messages
from lessons.labs.models import Entry, Run
from lessons.labs.opening import open_lab
from lessons.learning.models import Learner, Result
from lessons.routing import websocket_urlpatterns
from lessons.teaching import urls as teaching
from tests import test_classes_sockets as sockets

LESSON = "choosing-a-leader"
OPEN: dict[str, list[Any]] = {  # to everyone; what each visitor does there is their own
    "home": [], "playground": [], "glossary": [], "search": [], "reference": [], "models": [], "health": [],
    "sign-up": [], "sign-in": [], "sign-out": [], "robots": [], "favicon": [],
    "course": ["built-in"], "lesson": [LESSON], "lesson-plot": [LESSON, "x"], "lesson-image": [LESSON, "x.png"],
    "reference-lab": ["raft"], "present": [LESSON],
    "print-lesson": [LESSON], "print-module": ["built-in", "x"],
    "answer": [LESSON, "four-servers"],
    "lab-open": [], "lab": ["raft"], "lab-run": ["x"], "lab-shared": ["x"],
}  # fmt: skip
INSTRUCTORS: dict[str, list[Any]] = {  # to whoever may write courses
    "present-notes": [LESSON], "print-lesson-answers": [LESSON],
    "print-module-answers": ["built-in", "consensus"],
}  # fmt: skip
TESTED_APART = [pattern.name for urls in (classes, teaching) for pattern in urls.urlpatterns]  # in test_*_rights.py
TO_ALL = {"ask", "share", "order", "why", "ack", "cancel"}  # commands that change nothing that others see


def addresses(resolver: URLResolver) -> Iterator[str]:
    """Yield the names of all addresses, those of Django's own admin left out."""
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            yield str(one.name)
        elif one.namespace != "admin":
            yield from addresses(one)


def test_every_address_is_in_one_list() -> None:
    assert sorted(addresses(get_resolver())) == sorted([*OPEN, *INSTRUCTORS, *TESTED_APART])


def test_every_socket_and_every_command_is_in_one_list() -> None:
    assert [str(one.pattern) for one in websocket_urlpatterns] == [
        "ws/labs/<str:run_id>/",
        *(f"ws/classes/<int:pk>/{page}/" for page in sockets.ALLOWED),
        "",
    ]
    commands = [kind.__struct_config__.tag for kind in get_args(messages.Message)]
    assert sorted(commands) == sorted([*TO_ALL, *sockets.COMMANDS])


@pytest.mark.parametrize("name", OPEN)
def test_what_is_open_to_all_changes_nothing_of_others(db: None, ada: User, name: str) -> None:
    learner = Learner.objects.create(user=ada)
    open_lab(learner, "raft", {})
    Result.objects.create(learner=learner, lesson=LESSON, block="four-servers", answer=["0"])
    theirs, client = rows_of(learner), Client()
    for method in (client.get, client.post):
        status = method(reverse(name, args=OPEN[name]), {"answer": "0", "learner": learner.pk}).status_code
        assert status in (200, 302, 400, 404, 405), (name, status)
    assert rows_of(learner) == theirs


@pytest.mark.parametrize("name", INSTRUCTORS)
def test_what_is_for_instructors_is_for_them_alone(db: None, name: str) -> None:
    guest, learner, instructor = Client(), Client(), Client()
    learner.force_login(User.objects.create_user("eve"))
    instructor.force_login(User.objects.create_user("bob"))
    User.objects.get(username="bob").groups.add(Group.objects.get(name="Instructors"))
    url = reverse(name, args=INSTRUCTORS[name])
    assert [one.get(url).status_code for one in (guest, learner, instructor)] == [403, 403, 200]
    assert [one.post(url).status_code for one in (guest, learner, instructor)] == [405, 405, 405]


def test_the_admin_is_for_staff_alone(db: None, ada: User) -> None:
    guest, instructor, staff = Client(), Client(), Client()
    instructor.force_login(User.objects.create_user("bob"))
    staff.force_login(ada)
    assert [one.get("/admin/").status_code for one in (guest, instructor, staff)] == [302, 302, 200]


def rows_of(learner: Learner) -> str:
    kinds = (Run, Result)
    rows = [one for kind in kinds for one in kind.objects.filter(learner=learner)]
    return str(serializers.serialize("json", [*rows, *Entry.objects.filter(run__learner=learner)]))
