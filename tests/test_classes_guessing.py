"""Codes are not found by guessing; a room full of people who know theirs is not held up by that."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from lessons.classes import guessing
from lessons.classes.guessing import MOST_WRONG, MOST_WRONG_ACCOUNT, WINDOW
from lessons.classes.models import Classroom, WrongCode

ROOM, ELSEWHERE = "192.0.2.7", "198.51.100.4"


@pytest.fixture
def classroom(ada: User) -> Classroom:
    return Classroom.objects.create(name="Monday", course="built-in", instructor=ada, code="AB23CD")


def typed(code: str, address: str = ROOM, client: Client | None = None, **headers: str) -> tuple[int, str]:
    """Type a code into the form, in a fresh browser unless one is given; return the status and what is shown."""
    response = (client or Client()).post(reverse("join-code"), {"code": code}, REMOTE_ADDR=address, **headers)
    return response.status_code, response.content.decode()


def guesses(count: int, address: str = ROOM) -> None:
    for place in range(count):
        assert typed(f"{'23456789'[place % 8]}ZZZZZ", address)[0] == 400


def test_thirty_people_behind_one_address_join_within_seconds_though_some_mistype(classroom: Classroom) -> None:
    guesses(MOST_WRONG - 1)
    for number in range(30):
        client = Client()
        assert typed("ab2 3cd", client=client)[0] == 302
        joined = client.post(reverse("join", args=["AB23CD"]), {"name": f"Learner {number}"}, REMOTE_ADDR=ROOM)
        assert joined.status_code == 302
    assert classroom.members.count() == 30


def test_who_guesses_waits_and_learns_nothing_meanwhile_and_others_do_not(
    classroom: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guessing, "MOST_WRONG", 5)
    guesses(5)
    for code in ("AB23CD", "7ZZZZZ"):  # right or wrong, the answer is one
        status, shown = typed(code)
        assert (status, "Too many wrong codes have come from your network" in shown) == (429, True)
        assert Client().get(reverse("join", args=[code]), REMOTE_ADDR=ROOM).status_code == 429
    assert typed("AB23CD", ELSEWHERE)[0] == 302
    WrongCode.objects.update(made=now() - WINDOW - timedelta(seconds=1))
    assert typed("AB23CD")[0] == 302
    assert typed("7ZZZZZ")[0] == 400
    assert WrongCode.objects.count() == 1, "what counts no more is not kept"


def test_a_link_with_a_wrong_code_counts_and_what_can_be_no_code_does_not(
    classroom: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guessing, "MOST_WRONG", 2)
    for code in ("nonsense", "x" * 1_000, "<b>"):
        assert Client().get(reverse("join", args=[code]), REMOTE_ADDR=ROOM).status_code == 404
        assert typed(code)[0] == 400
    assert not WrongCode.objects.exists()
    for _ in range(2):
        assert Client().get(reverse("join", args=["7ZZZZZ"]), REMOTE_ADDR=ROOM).status_code == 404
    assert typed("AB23CD")[0] == 429


def test_an_account_is_counted_alone_and_an_ipv6_network_as_one(
    classroom: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    client.force_login(User.objects.create_user("eve"))
    for _ in range(MOST_WRONG_ACCOUNT):
        assert typed("7ZZZZZ", client=client)[0] == 400
    status, shown = typed("AB23CD", ELSEWHERE, client)
    assert (status, "come from this account" in shown) == (429, True)
    assert typed("AB23CD")[0] == 302
    monkeypatch.setattr(guessing, "MOST_WRONG", 4)
    for host in range(4):
        guesses(1, f"2001:db8:1:2::{host}")
    assert typed("AB23CD", "2001:db8:1:2:ffff::9")[0] == 429
    assert typed("AB23CD", "2001:db8:1:3::9")[0] == 302


def test_behind_a_proxy_the_address_that_it_adds_counts_and_none_that_a_guest_makes_up(
    classroom: Classroom, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    monkeypatch.setattr(guessing, "MOST_WRONG", 3)
    for number in range(3):
        typed("7ZZZZZ", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")
    assert typed("AB23CD", HTTP_X_FORWARDED_FOR="203.0.113.9")[0] == 429, "without a proxy the header says nothing"
    settings.BEHIND_TLS = True
    for number in range(3):
        typed("7ZZZZZ", "127.0.0.1", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}, {ELSEWHERE}")
    assert typed("AB23CD", "127.0.0.1", HTTP_X_FORWARDED_FOR=f"203.0.113.9, {ELSEWHERE}")[0] == 429
    assert typed("AB23CD", "127.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.77")[0] == 302


def test_nobodys_address_is_stored(classroom: Classroom) -> None:
    typed("7ZZZZZ")
    assert ROOM not in WrongCode.objects.get().by
