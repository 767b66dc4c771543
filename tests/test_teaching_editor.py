"""What the editor asks while someone types: the page, saving, examples, actions played by hand, answers tried."""

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from cluster_engine.actions import action_to_json, parse_script, script_to_text
from cluster_engine.labs import get_lab
from cluster_engine.recording import Recording
from cluster_engine.timeline import Timeline
from lessons.content.files import Bundle
from lessons.content.lesson import parse
from lessons.content.rewrite import Edit
from lessons.labs.goals import goals_of
from lessons.labs.models import Run
from lessons.labs.opening import DRAFTS_KEPT
from lessons.learning.models import Result
from lessons.teaching.models import Course, Document, Revision
from lessons.teaching.shelf import AUTOSAVE, take_in
from lessons.teaching.templates import new_course

PATH = "first-module/first-lesson.md"
FRONT = "---\nformat: 1\nid: first-lesson\ntitle: A\nsummary: A\nminutes: 1\n---\n"
LAB = ":::{lab} cluster\n:lab: raft\n:seed: 7\n:alt: Five servers.\n\nTry it.\n:::\n"
CHALLENGE = ":::{challenge} lose\n:lab: cluster\n:goal: leader-lost\n\nLose the leader.\n:::\n"
QUIZ = ":::{quiz} which\nWhich?\n\n- [x] a\n  > yes\n- [ ] b\n  > no\n:::\n"
TEXT = f"{FRONT}\nBefore.\n\n{LAB}\nAfter.\n\n{CHALLENGE}\n{QUIZ}"


class Author:
    """An author at the editor of one lesson."""

    def __init__(self, name: str) -> None:
        self.user = User.objects.create_user(name)
        self.user.groups.add(Group.objects.get(name="Instructors"))
        self.client = Client()
        self.client.force_login(self.user)

    def ask(self, what: str, status: int = 200, path: str = PATH, **said: Any) -> dict[str, Any]:
        url = reverse(f"teach-{what}", args=["mine", path])
        response = self.client.post(url, {"text": TEXT, **said}, content_type="application/json")
        assert response.status_code == status, response.content
        return response.json()

    def attempt(self, block: str, text: str = TEXT, **fields: Any) -> str:
        url = reverse("teach-try", args=["mine", PATH])
        response = self.client.post(url, {"text": text, "block": block, **fields})
        return response.content.decode()

    def play(self, script: str, text: str = TEXT) -> str:
        """Open the lab of the page that is shown, act in it, and return the run."""
        opens = opened_by(part(self, "cluster", text))
        opened = self.client.post("/labs/open/", opens, content_type="application/json").json()
        assert "run" in opened, opened
        done = parse_script(script, get_lab("raft"))
        for seq, (at, action) in enumerate(done, 1):
            payload = {"branch": 0, "at": at, "action": action_to_json(action)}
            Run.objects.get(pk=opened["run"]).entries.create(seq=seq, kind="act", payload=payload)
        return str(opened["run"])


@pytest.fixture
def ada(db: None) -> Author:
    author = Author("ada")
    take_in(new_course("mine", "Mine"), author.user)
    return author


def opened_by(told: dict[str, Any]) -> dict[str, Any]:
    """What a part's lab asks the server for."""
    opens: dict[str, Any] = json.loads(unescape(re.search(r'data-open="([^"]*)"', told["html"])[1]))
    return opens


def leader_at(recording: Recording, at: float) -> str:
    timeline = Timeline(recording)
    timeline.advance(at)
    return next(name for name, node in timeline.view(at)["nodes"].items() if node.get("role") == "leader")


def parts(author: Author, text: str = TEXT) -> list[dict[str, Any]]:
    return author.ask("preview", text=text)["page"]["parts"]


def part(author: Author, block: str, text: str = TEXT) -> dict[str, Any]:
    return next(one for one in parts(author, text) if f'id="{block}"' in one["html"] or one["lab"] == block)


def applied(text: str, answer: dict[str, Any]) -> str:
    edit = answer["edit"]
    return Edit(edit["line"], edit["count"], tuple(edit["lines"])).apply(text)


def findings(text: str) -> list[str]:
    return [str(one) for one in parse(text.encode(), PATH, Bundle({})).findings.all]


# --- the page ----------------------------------------------------------------------------------


def test_the_preview_has_the_parts_of_the_page_and_its_findings(ada: Author) -> None:
    told = ada.ask("preview", text=TEXT.replace(":alt: Five servers.\n", ""))
    assert [(one["code"], one["line"], one["level"]) for one in told["findings"]] == [("missing-option", 11, "error")]
    assert [one["line"] for one in told["page"]["parts"]] == [8, 11, 17, 20, 27]
    assert told["page"]["minutes"] >= 1
    assert told["page"]["words"] > 5
    assert "<h1>A</h1>" in told["page"]["head"]
    assert "The first module" in told["page"]["head"]


def test_a_part_keeps_its_key_while_other_text_changes_and_moves(ada: Author) -> None:
    before = [one["key"] for one in parts(ada)]
    moved = [one["key"] for one in parts(ada, TEXT.replace("Before.", "Long\n\nbefore."))]
    assert moved[1:] == before[1:]
    assert moved[0] != before[0]


def test_a_lab_keeps_its_key_while_what_hangs_on_it_changes_and_not_when_it_changes_itself(ada: Author) -> None:
    before = part(ada, "cluster")
    challenged = part(ada, "cluster", TEXT.replace("leader-lost", "two-leaders"))
    assert challenged["key"] == before["key"]
    assert challenged["html"] != before["html"]
    assert before["challenges"] == ["lose"]
    for change in (":seed: 7", ":seed: 8"), (":alt: Five", ":script: 1s crash n1\n:alt: Five"), ("Try it", "Look"):
        assert part(ada, "cluster", TEXT.replace(*change))["key"] != before["key"], change


def test_a_text_that_is_no_lesson_has_findings_and_no_page(ada: Author) -> None:
    told = ada.ask("preview", text="Nothing but text.")
    assert told["page"] is None
    assert [one["code"] for one in told["findings"]] == ["front-matter-missing"]


def test_what_only_the_course_tells_is_found_as_well(ada: Author) -> None:
    files = {"first-module/other.md": FRONT.replace("id: first-lesson", "id: other\nteaches: [quorum]").encode()}
    for path, content in files.items():
        Course.objects.get().documents.create(path=path, draft=content)
    told = ada.ask("preview", text=FRONT.replace("minutes: 1", "minutes: 1\nrequires: [quorum, quarum]"))
    assert [(one["code"], one["line"]) for one in told["findings"]] == [("unknown-lesson", 7)]
    assert told["known"] == ["other", "quorum"]
    told = ada.ask("preview", text=FRONT.replace("first-lesson", "other"))
    assert [one["code"] for one in told["findings"]] == ["duplicate-id"]


def test_the_courses_own_file_is_checked_while_it_is_written(ada: Author) -> None:
    text = new_course("mine", "Mine")["course.yaml"].decode().replace("first-lesson", "frist-lesson")
    told = ada.ask("preview", path="course.yaml", text=text)
    assert [(one["code"], one["help"]) for one in told["findings"]] == [
        ("unknown-lesson", "did you mean `first-lesson`?")
    ]


def test_the_page_may_be_framed_by_the_editor_alone(ada: Author) -> None:
    response = ada.client.get(reverse("teach-frame", args=["mine", PATH]))
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in ada.client.get("/")["Content-Security-Policy"]


def test_scripts_in_a_draft_do_not_reach_the_page(ada: Author) -> None:
    text = TEXT.replace("Before.", "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>")
    html = "".join(one["html"] for one in parts(ada, text))
    assert "<script" not in html
    assert 'href="javascript:' not in html
    assert "<img" not in html


@pytest.mark.parametrize(
    "body", [b"", b"no json", b"[]", b"{}", b'{"text": 3}', b"[" * 9000, b'{"text": "' + b"x" * 500_000 + b'"}']
)
def test_what_is_no_question_is_answered_with_a_sentence(ada: Author, body: bytes) -> None:
    for what in ("preview", "save", "insert", "script", "solution", "prediction"):
        url = reverse(f"teach-{what}", args=["mine", PATH])
        response = ada.client.post(url, body, content_type="application/json")
        assert response.status_code == 400
        assert response.json()["problem"].endswith(".") or "more" in response.json()["problem"]


def test_a_text_is_played_as_publishing_will(ada: Author) -> None:
    text = TEXT.replace(":goal: leader-lost", ":goal: leaders >= 5\n:solution: 1s crash n1")
    assert [one["code"] for one in ada.ask("play", text=text)["findings"]] == ["play-unreached"]
    assert ada.ask("play")["findings"] == []


# --- saving ------------------------------------------------------------------------------------


def test_what_saves_itself_makes_one_revision_for_a_while(ada: Author) -> None:
    version = 1
    for number in range(5):
        version = ada.ask("save", text=f"{FRONT}{number}", version=version)["version"]
    assert version == 6
    document = Document.objects.get(path=PATH)
    assert bytes(document.draft).decode() == f"{FRONT}4"
    assert [(one.what, bytes(one.content).decode()[-1]) for one in document.revisions.all()][:1] == [("autosaved", "4")]
    assert document.revisions.count() == 2
    ada.ask("save", text=f"{FRONT}5", version=6, by_hand=True)
    ada.ask("save", text=f"{FRONT}6", version=7)
    newest = document.revisions.first()
    Revision.objects.filter(pk=newest.pk).update(when=newest.when - AUTOSAVE)
    ada.ask("save", text=f"{FRONT}7", version=8)
    assert [bytes(one.content).decode()[-1] for one in document.revisions.all()][:4] == ["7", "6", "5", "4"]


def test_saving_by_hand_what_is_saved_already_keeps_that_revision_and_makes_no_other(ada: Author) -> None:
    ada.ask("save", text=f"{FRONT}1", version=1)
    for _ in range(3):
        assert ada.ask("save", text=f"{FRONT}1", version=2, by_hand=True) == {"version": 2}
    ada.ask("save", text=f"{FRONT}2", version=2)
    assert [one.what for one in Document.objects.get(path=PATH).revisions.all()] == ["autosaved", "saved", "imported"]


def test_of_two_who_write_one_text_the_later_is_told_what_the_other_wrote(ada: Author) -> None:
    cora = Author("cora")
    Course.objects.get().memberships.create(user=cora.user, role="co-author")
    cora.ask("save", text="Theirs.", version=1)
    told = ada.ask("save", status=409, text="Mine.", version=1)
    assert (told["theirs"], told["version"], told["who"]) == ("Theirs.", 2, "cora")
    assert [(row["kind"], row["text"]) for row in told["rows"]] == [("removed", "Theirs."), ("added", "Mine.")]
    ada.ask("save", text="Mine and theirs.", version=2)
    revisions = [bytes(one.content).decode() for one in Document.objects.get(path=PATH).revisions.all()]
    assert revisions[:2] == ["Mine and theirs.", "Theirs."]


def test_going_back_to_the_editor_shows_the_draft_as_it_is_now(ada: Author) -> None:
    assert "no-store" in ada.client.get(reverse("teach-document", args=["mine", PATH]))["Cache-Control"]


def test_line_ends_of_a_draft_stay_as_they_are(ada: Author) -> None:
    document = Document.objects.get(path=PATH)
    Document.objects.filter(pk=document.pk).update(draft=b"a\r\nb\r\n")
    ada.ask("save", text="a\nb\nc\n", version=1)
    document.refresh_from_db()
    assert bytes(document.draft) == b"a\r\nb\r\nc\r\n"


# --- what is written for the author ------------------------------------------------------------


def test_an_example_hangs_on_the_lab_nearest_above_the_cursor(ada: Author) -> None:
    changed = applied(TEXT, ada.ask("insert", block="narrate", line=19))
    assert ":::{narrate} as-it-happens\n:lab: cluster\n" in changed
    assert changed.index("After.") < changed.index("{narrate}") < changed.index("{challenge}")
    assert findings(changed) == []
    assert "There is no block" in ada.ask("insert", status=400, block="table", line=1)["problem"]


def test_what_was_played_becomes_the_script_of_the_block(ada: Author) -> None:
    run = ada.play("1000.4ms crash leader\n2s write x 1")
    changed = applied(TEXT, ada.ask("script", lab="cluster", run=run, branch=0))
    assert ":script: 1s crash leader\n  2s write x 1\n" in changed
    block = parse(changed.encode(), PATH, Bundle({})).lesson.block("cluster")
    assert script_to_text(block.script) == "1s crash leader\n2s write x 1"
    assert findings(changed) == []


def test_a_run_that_reaches_the_goal_becomes_its_solution_up_to_that_moment(ada: Author) -> None:
    run = ada.play("1s crash leader\n9s heal")
    changed = applied(TEXT, ada.ask("solution", lab="cluster", challenge="lose", run=run, branch=0))
    assert ":goal: leader-lost\n:solution: 1s crash leader\n\nLose" in changed
    assert findings(changed) == []


@pytest.mark.parametrize("named", ["crash {}", "isolate {}", "cut {} | others"])
def test_a_solution_names_the_leader_where_its_name_would_work_on_this_seed_only(ada: Author, named: str) -> None:
    text = TEXT.replace("leader-lost", "elections >= 2")
    leader = leader_at(Recording("raft", seed=7), 1_000)
    run = ada.play(f"1s {named.format(leader)}", text)
    changed = applied(text, ada.ask("solution", text=text, lab="cluster", challenge="lose", run=run, branch=0))
    assert f":solution: 1s {named.format('leader')}\n\n" in changed


def test_a_solution_holds_what_was_done_besides_the_labs_own_script(ada: Author) -> None:
    text = TEXT.replace(":alt: Five", ":script: 500ms write x 1\n:alt: Five")
    run = ada.play("1s crash leader", text)
    changed = applied(text, ada.ask("solution", text=text, lab="cluster", challenge="lose", run=run, branch=0))
    assert ":solution: 1s crash leader\n\n" in changed


@pytest.mark.parametrize(
    ("script", "change", "said"),
    [
        ("", ("", ""), "Nothing was done in this branch"),
        ("1s write x 1", ("", ""), "does not reach the goal"),
        ("1s crash leader", ("leader-lost", "term >= 0"), "reached by doing nothing"),
        ("1s crash leader", ("seed: 7", "seed: 8"), "has been changed in the text since this run began"),
        ("1s crash leader", ("lab: cluster\n", "lab: closter\n"), "no challenge `lose` any more"),
        ("1s crash leader", ("{lab} cluster", "{lab} another"), "no lab `cluster` any more"),
        ("1s crash leader", ("format: 1", "format: x: 1"), "Mend the front matter first"),
    ],
)
def test_what_is_no_solution_is_not_written(ada: Author, script: str, change: tuple[str, str], said: str) -> None:
    run = ada.play(script) if script else ada.play("")
    text = TEXT.replace(*change) if change[0] else TEXT
    told = ada.ask("solution", status=400, text=text, lab="cluster", challenge="lose", run=run, branch=0)
    assert said in told["problem"]


def test_a_moment_of_a_run_becomes_a_prediction_and_its_answer_is_told(ada: Author) -> None:
    run = ada.play("")
    told = ada.ask("prediction", lab="cluster", run=run, branch=0, at=1200)
    leader = leader_at(Recording("raft", seed=7), 1200)
    assert told["said"] == f"It is asked before the lab. This run answers: {leader}."
    changed = applied(TEXT, told)
    assert ":::{predict} what-happens\n:lab: cluster\n:ask: which node leads at 1.2s\n\nWhich node" in changed
    assert changed.index("Before.") < changed.index("{predict}") < changed.index("{lab}")
    assert findings(changed) == []


def test_what_was_done_by_then_brings_the_prediction_about(ada: Author) -> None:
    text = TEXT.replace(":alt: Five", ":script: 500ms write x 1\n  9s heal\n:alt: Five")
    run = ada.play("", text)
    leader = leader_at(Recording("raft", seed=7), 1000)
    Run.objects.get(pk=run).entries.create(
        seq=1,
        kind="act",
        payload={
            "branch": 0,
            "at": 1000.2,
            "action": action_to_json(parse_script("1s crash leader", get_lab("raft"))[0][1]),
        },
    )
    told = ada.ask("prediction", text=text, lab="cluster", run=run, branch=0, at=3000)
    assert leader not in told["said"]
    changed = applied(text, told)
    assert ":ask: which node leads at 3s\n:solution: 1s crash leader\n\nWhich node leads at 3s? Say here" in changed
    assert findings(changed) == []


@pytest.mark.parametrize(("at", "said"), [(0, "Play the lab to the moment"), (120_001, "within its first 120 s")])
def test_a_moment_that_no_prediction_asks_for_is_told(ada: Author, at: int, said: str) -> None:
    run = ada.play("")
    told = ada.ask("prediction", status=400, lab="cluster", run=run, branch=0, at=at)
    assert said in told["problem"]


def test_a_run_of_someone_else_is_nobody_elses_script(ada: Author) -> None:
    run = ada.play("1s crash leader")
    Run.objects.update(learner=None)
    for asked in ({"run": run, "branch": 0}, {"run": "nothing", "branch": 0}, {"run": run, "branch": 5}):
        assert "Play the lab first" in ada.ask("script", status=400, lab="cluster", **asked)["problem"]
    assert "Reload the page" in ada.ask("script", status=400, lab="cluster", run=run, branch="0")["problem"]


# --- trying what is shown ----------------------------------------------------------------------


def test_a_run_of_a_draft_carries_its_goals(ada: Author) -> None:
    run = Run.objects.get(pk=ada.play("1s crash leader"))
    assert [goal.name for goal in goals_of(run)] == ["challenge:lose"]
    assert (run.lesson, run.block) == ("", "cluster")


def test_runs_of_drafts_that_nobody_has_seen_for_long_go(ada: Author) -> None:
    old, seen, of_a_lesson = (Run.objects.get(pk=ada.play("")) for _ in range(3))
    others = Run.objects.create(lab="raft", block="cluster", speed=1)
    long_ago = now() - DRAFTS_KEPT - timedelta(minutes=1)
    Run.objects.filter(pk__in=[old.pk, of_a_lesson.pk, others.pk]).update(last_seen=long_ago)
    Run.objects.filter(pk=of_a_lesson.pk).update(lesson="mine/first-lesson")
    new = ada.play("1s crash leader")
    assert set(Run.objects.values_list("pk", flat=True)) == {seen.pk, of_a_lesson.pk, others.pk, new}


@pytest.mark.parametrize(
    "aims", [None, {}, [3], [{"name": "x"}], [{"name": "x", "title": "", "expression": "leeders"}]]
)
def test_goals_that_are_none_open_no_run(ada: Author, aims: Any) -> None:
    asked = opened_by(part(ada, "cluster"))
    response = ada.client.post("/labs/open/", asked | {"aims": aims}, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["error"].startswith("These are no goals of the lab raft.")


def test_answers_in_a_preview_are_graded_and_not_stored(ada: Author) -> None:
    wrong = ada.attempt("which", answer="1")
    assert "Not quite" in wrong
    kept = re.search(r'name="kept" value="([^"]+)"', wrong)[1]
    assert "Right." in ada.attempt("which", answer="0", kept=kept)
    assert "Choose or write an answer first" in ada.attempt("which", kept="forged")
    assert not Result.objects.exists()


def test_tries_are_counted_in_the_form(ada: Author) -> None:
    text = TEXT.replace("Lose the leader.\n:::", "Lose it.\n\n:::{hint}\n:after: 1\n\nCrash it.\n:::\n:::")
    text = text.replace(":::{challenge}", "::::{challenge}").replace("Crash it.\n:::\n:::", "Crash it.\n:::\n::::")
    run = ada.play("1s write x 1", text)
    once = ada.attempt("lose", text, run=run, branch="0", at="3000")
    assert "Not yet." in once
    assert "Crash it." in once
    run = ada.play("1s crash leader", text)
    kept = re.search(r'name="kept" value="([^"]+)"', once)[1]
    assert "Reached." in ada.attempt("lose", text, run=run, branch="0", at="3000", kept=kept)


def test_a_chart_of_a_draft_is_measured(ada: Author) -> None:
    text = f"{FRONT}{LAB}\n:::{{plot}} chart\n:lab: cluster\n:y: term\n:window: 500ms\n:alt: Terms.\n:::\n"
    assert 'data-kind="line"' in ada.attempt("chart", text)
    assert ada.attempt("gone") == ""


# --- images ------------------------------------------------------------------------------------

PNG = b"\x89PNG\r\n\x1a\n"


def bring(author: Author, name: str, content: bytes) -> dict[str, Any]:
    url = reverse("teach-upload", args=["mine", PATH])
    return author.client.post(url, {"file": SimpleUploadedFile(name, content)}).json()


def test_an_image_is_put_beside_the_lesson_and_shown_in_its_preview(ada: Author) -> None:
    assert bring(ada, "Ring of  fünf.PNG", PNG + b"1") == {"name": "ring-of-funf.png"}
    assert bring(ada, "Ring of  fünf.PNG", PNG + b"1") == {"name": "ring-of-funf.png"}
    assert bring(ada, "../Ring of  fünf.jpeg", PNG + b"2") == {"name": "ring-of-funf-2.png"}
    told = ada.ask("preview", text=f"{FRONT}![A ring](ring-of-funf.png)")
    assert told["findings"] == []
    address = re.search(r'src="([^"]+)"', told["page"]["parts"][0]["html"])[1]
    assert ada.client.get(address).content == PNG + b"1"


@pytest.mark.parametrize(
    "content", [b"", b"<svg onload=alert(1)>", b"GIF", b"MZ", b"\x89PNG\r\n\x1a\n" + b"0" * 5_000_000]
)
def test_what_is_no_image_is_refused_with_a_sentence(ada: Author, content: bytes) -> None:
    assert bring(ada, "a.png", content)["problem"].endswith((".", "more."))
    assert Document.objects.count() == 2


@pytest.mark.parametrize("name", ["a.png", ".png", "/etc/passwd", "<b>.png", "\x00.png", "x" * 300 + ".png"])
def test_an_images_name_is_made_safe(ada: Author, name: str) -> None:
    assert re.fullmatch(r"[a-z0-9_-]{1,60}\.png", bring(ada, name, PNG)["name"])


def test_notes_for_the_projector_are_no_part_of_the_page(ada: Author) -> None:
    text = f"{FRONT}\nBefore.\n\n:::{{callout}}\n:kind: notes\n\nAsk the room.\n:::\n\nAfter.\n"
    parts = ada.ask("preview", text=text)["page"]["parts"]
    assert [re.sub(r"<[^>]*>", "", one["html"]).strip() for one in parts] == ["Before.", "After."]
