"""Null characters in addresses, queries and forms: PostgreSQL refuses them with an exception, so none reaches it."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lessons.learning.models import Result
from lessons.teaching.models import Course
from lessons.teaching.shelf import take_in
from lessons.teaching.templates import new_course
from tests.classes import KEY, new_world


@pytest.mark.parametrize("address", ["/labs/run/a%00b/", "/labs/r/%00/", "/join/%00/", "/lessons/%00/", "/%00"])
def test_an_address_with_one_leads_nowhere_and_asks_no_database(client: Client, db: None, address: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 404
    assert list(queries) == []


def test_answers_and_names_are_kept_without_them(db: None) -> None:
    world = new_world()
    world.browsers["learner of the class"].post(reverse("answer", args=[KEY, "word"]), {"answer": "quo\0rum"})
    result = Result.objects.get(block="word")
    assert (result.answer, result.correct) == (["quorum"], True)
    world.browsers["instructor"].post(world.at("class-change"), {"change": "rename", "name": "Tues\0day"})
    assert world.now().name == "Tuesday"
    assert world.browsers["instructor"].get("/search/?q=zeb\0ra").status_code == 200


@pytest.mark.parametrize("where", ["lab-open", "teach-save"])
def test_a_form_where_json_belongs_is_told_so(ada: object, client: Client, where: str) -> None:
    take_in(new_course("mine", "Mine"), ada)
    client.force_login(ada)
    document = Course.objects.get().documents.get(path__endswith=".md")
    address = reverse(where, args=["mine", document.path] if where == "teach-save" else [])
    response = client.post(address, {"text": "x"})
    assert response.status_code == 400
    assert "Reload the page." in json.dumps(response.json())
