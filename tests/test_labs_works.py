"""Long work of a lab: told of while it goes on, cancelled, limited in number and time, and never left running."""

from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.test import Client

from cluster_engine.exploration.explore import explore
from cluster_engine.labs.program import PROGRAMS
from cluster_engine.machine import compile_program
from cluster_engine.recording import Recording
from lessons.labs import exploring
from lessons.work import workshop as workshop_module
from lessons.work.workshop import CROWDED, STOPPING, TWICE, Job, NotDone, Workshop
from tests.machine_runs import ENDLESS
from tests.tabs import Process, Tab, eventually, log_of, new_run, new_session

pytestmark = pytest.mark.django_db(transaction=True)


def processes() -> set[int]:
    """The processes that this one has begun and that still run."""
    tasks = Path("/proc/self/task").iterdir()
    return {int(pid) for task in tasks for pid in (task / "children").read_text().split()}


async def none_left(before: set[int]) -> None:
    """Wait until no process is left that was not there before."""
    await eventually(lambda: not processes() - before)


@asynccontextmanager
async def program(process: Process, text: str, session: str | None = None):
    """Open a tab on a program's run."""
    session = session or await new_session()
    run = await new_run(session, "program", settings={"program": text})
    async with process.tab(run.pk, session) as tab:
        await tab.hear(type="frame")
        yield tab


async def ask(tab: Tab, question: str, ref: str = "r") -> None:
    await tab.say("explore", question=question, ref=ref)


async def end(tab: Tab, ref: str = "r") -> dict[str, Any]:
    """The end of a long work, past its progress."""
    while (message := await tab.hear(ref=ref))["type"] == "working":
        pass
    return message


async def opens(page: str) -> bool:
    return (await database_sync_to_async(Client().get)(page)).status_code == 302


async def test_finding_and_proving_are_two_questions() -> None:
    async with Process() as process, program(process, PROGRAMS["setters-2"]) as tab:
        await ask(tab, "find")
        found = await end(tab)
        assert (found["type"], found["fails"], found["complete"]) == ("worked", True, False)
        assert found["text"].startswith("It can fail (")
        assert "The shortest way there: 3 steps, 1 preemption." in found["text"]
        await ask(tab, "prove")
        proved = await end(tab)
        assert (proved["fails"], proved["complete"]) == (True, True)
        assert proved["text"].startswith("It can fail, in ")
        assert await opens(found["page"])
        assert await opens(proved["page"])


async def test_what_is_right_is_proved_and_a_search_finds_nothing() -> None:
    async with Process() as process, program(process, PROGRAMS["philosophers-3-right"]) as tab:
        await ask(tab, "prove")
        assert (await end(tab))["text"].startswith("Proved: under no schedule does it fail (")
        await ask(tab, "find")
        found = await end(tab)
        assert found["text"].startswith("There is none: ")
        assert (found["fails"], found["complete"], found["page"]) == (False, True, "")


async def test_progress_is_told_and_the_lab_goes_on_until_it_is_cancelled() -> None:
    before = processes()
    async with Process() as process, program(process, ENDLESS) as tab:
        await ask(tab, "prove")
        first = await tab.hear(type="working")
        assert (first["ref"], first["schedules"] > 0, first["states"] > 0) == ("r", True, True)
        assert (await tab.act(0, "step", node="A"))["type"] == "acted"
        later = await tab.hear(type="working")
        assert later["schedules"] > first["schedules"]
        assert later["seconds"] > first["seconds"]
        await tab.say("cancel", work="r", ref="c")
        assert (await end(tab))["reason"] == "Cancelled."
        await none_left(before)
        await tab.say("cancel", work="r")
        await ask(tab, "find", "again")
        assert (await tab.hear(type="working"))["ref"] == "again"


async def test_nothing_is_left_of_a_socket_that_has_closed_or_vanished() -> None:
    before = processes()
    async with Process() as process:
        async with program(process, ENDLESS) as tab:
            await ask(tab, "prove")
            await tab.hear(type="working")
            assert processes() - before
        await none_left(before)
        async with program(process, ENDLESS) as tab:
            await ask(tab, "find")
            await tab.hear(type="working")
            await tab.vanish()
            await none_left(before)


async def test_a_server_that_stops_leaves_nothing_running() -> None:
    before = processes()
    async with Process() as process, program(process, ENDLESS) as tab:
        await ask(tab, "prove")
        await tab.hear(type="working")
        await process.workshop.stop()
        assert processes() == before
        assert (await end(tab))["type"] == "refused"
        await ask(tab, "prove", "late")
        assert (await end(tab, "late"))["reason"] == STOPPING


async def test_what_takes_too_long_says_how_far_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exploring, "FIND_S", 0.3)
    monkeypatch.setattr(workshop_module, "GRACE_S", 60.0)  # on a busy machine it takes long to begin
    async with Process() as process, program(process, ENDLESS) as tab:
        await ask(tab, "find")
        text = (await end(tab))["text"]
        assert text.startswith("No failure found, and not every schedule was tried (")
        assert text.endswith("because its time was over.")


async def test_one_after_the_other_where_places_are_few() -> None:
    async with (
        Process(Workshop(places=1, most_waiting=2)) as process, program(process, ENDLESS) as first,
        program(process, ENDLESS) as second, program(process, ENDLESS) as third, program(process, ENDLESS) as fourth,
    ):  # fmt: skip
        await ask(first, "prove")
        await first.hear(type="working")
        await ask(second, "prove")
        assert (await second.hear(type="working"))["ahead"] == 0
        await ask(third, "prove")
        assert (await third.hear(type="working"))["ahead"] == 1
        await ask(fourth, "prove")
        assert (await end(fourth))["reason"] == CROWDED
        await second.say("cancel", work="r")
        assert (await end(second))["reason"] == "Cancelled."
        assert (await third.hear(type="working"))["ahead"] == 0
        await first.say("cancel", work="r")
        assert "schedules" in await third.hear(type="working")


async def test_one_person_has_one_at_a_time_also_in_two_tabs() -> None:
    session = await new_session()
    async with (
        Process() as process, program(process, ENDLESS, session) as tab, program(process, ENDLESS, session) as other,
    ):  # fmt: skip
        await ask(tab, "prove")
        await tab.hear(type="working")
        for where, ref in ((tab, "more"), (tab, "r"), (other, "r")):
            await ask(where, "find", ref)
            assert (await where.hear(type="refused"))["reason"] == TWICE
        await tab.say("cancel", work="r")
        assert (await end(tab))["reason"] == "Cancelled."
        await ask(other, "find", "free")
        assert (await other.hear(type="working"))["ref"] == "free"


async def test_only_whose_lab_it_is_asks_and_only_for_a_program() -> None:
    session, stranger = await new_session(), await new_session()
    run = await new_run(session, "raft")
    async with Process() as process:
        async with process.tab(run.pk, stranger) as tab:
            assert "belongs to someone else" in (await tab.ask("explore", question="find"))["reason"]
            assert "belongs to someone else" in (await tab.ask("search", at=0, wanted="two-leaders"))["reason"]
        async with process.tab(run.pk, session) as tab:
            assert "Only the schedules of a program" in (await tab.ask("explore", question="find"))["reason"]
    assert await log_of(run) == []


async def test_a_goal_is_found_from_the_present_moment_of_the_shown_branch() -> None:
    session = await new_session()
    run = await new_run(session, "payments", seed=5)
    async with Process() as process, process.tab(run.pk, session) as tab:
        await tab.hear(type="frame")
        await tab.act(0, "crash", node="r2")
        await tab.say("search", at=500, wanted="nodes_down >= 2", ref="r")
        found = await end(tab)
        assert found["text"] == "nodes_down >= 2: at 500ms with 1 action: 500ms crash r1."
        recording = Recording.from_text(found["page"].split("/")[3])
        assert (recording.seed, [action.kind for _, action in recording.actions]) == (5, ["crash", "crash"])
        assert found["page"].endswith("/?at=500")
        assert await opens(found["page"])
        await tab.say("search", at=500, wanted="nodes_down >= 1", ref="again")
        assert (await end(tab, "again"))["text"].startswith("No shorter way than yours was found in ")
        assert [kind for kind, _ in await log_of(run)] == ["act"]


async def test_a_shorter_way_leaves_what_the_lesson_does_as_it_is() -> None:
    session = await new_session()
    run = await new_run(session, "payments")
    run.script, run.lesson = [[100.0, {"kind": "crash", "node": "r1"}]], "some-lesson"
    await database_sync_to_async(run.save)()
    async with Process() as process, process.tab(run.pk, session) as tab:
        await tab.hear(type="frame")
        for at, kind, node in ((200, "restart", "r1"), (300, "crash", "r2"), (400, "crash", "r1")):
            await tab.say("seek", to=at)
            await tab.hear(type="playback", at=at)
            await tab.act(at, kind, node=node)
        await tab.say("search", at=500, wanted="nodes_down >= 2", ref="r")
        found = await end(tab)
        assert found["text"].startswith("You did it with 3 actions; 1 will do, at 100ms: 100ms crash r2.")
        actions = Recording.from_text(found["page"].split("/")[3]).actions
        assert [(at, action.kind) for at, action in actions] == [(100, "crash"), (100, "crash")]


async def test_a_search_that_makes_no_sense_is_refused_with_a_sentence() -> None:
    session = await new_session()
    run, listing = await new_run(session, "raft"), await new_run(session, "program")
    async with Process() as process:
        async with process.tab(run.pk, session) as tab:
            for wanted, at, says in (
                ("two-leader", 0, "two-leaders?"), ("leaders >", 0, "."), ("leaders >= 2", -1, "Step back"),
                ("leaders >= 2", 599_000, "Step back"), ("--help", 0, "."),
            ):  # fmt: skip
                answer = await tab.ask("search", at=at, wanted=wanted)
                assert (answer["type"], says in answer["reason"]) == ("refused", True), answer
        async with process.tab(listing.pk, session) as tab:
            assert "explored" in (await tab.ask("search", at=0, wanted="freeze"))["reason"]


async def test_an_error_is_one_sentence_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async with Process() as process, program(process, ENDLESS) as tab:
        process.workshop.do = lambda *job: 1 / 0
        await ask(tab, "find")
        assert (await end(tab))["reason"].startswith("Something went wrong")
        assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(
    ("words", "text", "seconds", "says"),
    [
        (("explore", "-", "--json"), "x = = 1", 30.0, "-:1:"),
        (("explore", "-", "--json"), ENDLESS, 0.5, "too late"),
        (("explore", "-"), PROGRAMS["lost-update"], 30.0, "without an answer"),
        (("labs", "nosuch"), "", 30.0, "nosuch"),
    ],
)
async def test_a_process_that_gives_no_answer_is_told_in_a_sentence(
    words: tuple[str, ...], text: str, seconds: float, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workshop_module, "GRACE_S", 0.5)
    before = processes()
    with pytest.raises(NotDone, match=says):
        await Workshop().do(Job(words, text, seconds, "It is too late."))
    assert processes() == before


def test_where_no_run_comes_to_an_end_no_schedules_are_counted() -> None:
    fails = exploring.told(
        explore(compile_program(PROGRAMS["lost-wakeup-ticking"]), first=True).to_json(), PROGRAMS["lost-wakeup-ticking"]
    )
    assert fails["text"].startswith("It can fail (22 states were looked at, by fewest preemptions).")
    ticks = 'def tick():\n    while True:\n        print("tick")\nThread(tick)\n'
    right = exploring.told(explore(compile_program(ticks)).to_json(), ticks)
    assert right["text"] == "Proved: under no schedule does it fail (1 state; no run comes to an end)."
