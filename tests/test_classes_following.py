"""Followers who keep up lose no frame of a driven lab, however many come and whenever they come: told by counts."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from channels.db import database_sync_to_async
from django.test import Client

from lessons.classes.models import Classroom
from tests.classes import KEY, World, join_as, new_world
from tests.tabs import Process, Tab

pytestmark = pytest.mark.django_db(transaction=True)
FOLLOWERS = 8
LAST_MS = 1_200.0


@database_sync_to_async
def taught() -> tuple[World, Classroom, list[str]]:
    """Return a class with a lab in front, and the sessions of its followers."""
    world, sessions = new_world(), []
    for number in range(FOLLOWERS):
        browser = Client()
        join_as(browser, world.classroom, f"Learner {number}")
        sessions.append(browser.cookies["sessionid"].value)
    world.post("instructor", "class-show", lesson=KEY, block="cluster")
    return world, Classroom.objects.select_related("run").get(pk=world.classroom.pk), sessions


def frames_of(tab: Tab) -> list[tuple[int, bool]]:
    """Return number and whether it has a whole view, of the frames a tab was sent."""
    return [(message["n"], message["view"] is not None) for message in tab.heard if message["type"] == "frame"]


async def test_followers_who_keep_up_see_the_same_frames_and_a_late_joiner_the_present() -> None:
    world, classroom, sessions = await taught()
    run = classroom.run.pk
    async with Process() as process, AsyncExitStack() as stack:
        wheel = world.browsers["instructor"].cookies["sessionid"].value
        tabs = [await stack.enter_async_context(process.tab(run, session)) for session in (wheel, *sessions[1:])]
        for tab in tabs:
            await tab.hear(type="frame")
        driver, *early = tabs
        following = [asyncio.create_task(tab.reach(LAST_MS)) for tab in early]
        await driver.say("speed", value=0.5)
        await driver.say("play")
        for turn in range(5):
            answer = await driver.act(50.0 * (turn + 1), "crash" if turn % 2 == 0 else "restart", node="n2")
            assert answer["type"] == "acted"
        async with process.tab(run, sessions[0]) as late:
            await late.hear(type="frame")
            faults = [record["text"] for record in late.records if record["kind"] == "fault"]
            assert late.view["nodes"]["n2"]["status"] == "down" or faults, "the present state is there at once"
        await driver.reach(LAST_MS)
        await asyncio.gather(*following)
        # Tabs hold every frame to the rule that it begins where the last one ended. Nobody was sent a view apart:
        welcomed = max(frames_of(tab)[0][0] for tab in early)
        views = [[n for n, whole in frames_of(tab) if whole and n > welcomed] for tab in early]
        assert views[0]
        assert all(one == views[0] for one in views)
        assert all(tab.records == early[0].records for tab in early)
