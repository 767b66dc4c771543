"""Every documented finding can be provoked, and stands where the author must look."""

import re
from pathlib import Path

import pytest

from lessons import content
from lessons.content.files import Folder
from lessons.content.findings import CODES
from lessons.content.lesson import parse
from lessons.content.library import read_library
from lessons.content.play import play as play_lesson
from tests.courses import FRONT, LAB, make_course

CONTENT = Path(content.__file__).parent


def findings(text: str, front: str = FRONT) -> list[tuple[int, int, str]]:
    parsed = parse((front + text).encode(), "m/a-lesson.md")
    return [(found.line, found.column, found.code) for found in parsed.findings.all]


def codes(text: str, front: str = FRONT) -> set[str]:
    return {code for _, _, code in findings(text, front)}


# One text for each code that a single file can show.
PROVOKED = {
    "unclosed-block": ":::{callout}\nnever closed\n",
    "stray-fence": "text\n\n:::\n",
    "unknown-block": ":::{labb} x\n:::\n",
    "misplaced-block": "::::{callout}\ntext\n\n:::{hint}\nnot in a challenge\n:::\n::::\n",
    "missing-id": ":::{quiz}\n- [x] a\n  > yes\n- [ ] b\n  > no\n:::\n",
    "bad-id": ":::{quiz} No Good\n- [x] a\n  > yes\n- [ ] b\n  > no\n:::\n",
    "duplicate-id": LAB + LAB,
    "unknown-option": ":::{callout}\n:colour: red\n\ntext\n:::\n",
    "missing-option": ":::{lab} cluster\n:lab: raft\n:::\n",
    "bad-option": ":::{callout}\n:kind: shout\n\ntext\n:::\n",
    "unknown-lab": ":::{lab} cluster\n:lab: rafft\n:alt: x\n:::\n",
    "unknown-setting": ":::{lab} cluster\n:lab: raft\n:nodes: 99\n:alt: x\n:::\n",
    "bad-program": ":::{program} p\n:alt: x\n\n```python\nx = 1\nimport os\n```\n:::\n",
    "unknown-panel": ":::{lab} cluster\n:lab: raft\n:panels: cluster, clutser\n:alt: x\n:::\n",
    "unknown-button": ":::{lab} cluster\n:lab: raft\n:buttons: crsh\n:alt: x\n:::\n",
    "bad-script": ":::{lab} cluster\n:lab: raft\n:script: 1s crush n1\n:alt: x\n:::\n",
    "bad-expression": LAB + ":::{challenge} c\n:lab: cluster\n:goal: leeders >= 2\n\ntext\n:::\n",
    "bad-ask": LAB + ":::{predict} p\n:lab: cluster\n:ask: what is the weather at 3s\n\ntext\n:::\n",
    "quiz-options": ":::{quiz} q\nWhich?\n- [ ] a\n  > no\n- [ ] b\n  > no\n:::\n",
    "missing-feedback": ":::{quiz} q\nWhich?\n- [x] a\n- [ ] b\n  > no\n:::\n",
    "empty-block": ":::{callout}\n:::\n",
    "unclosed-code": "```python\nnever = 'closed'\n",
    "broken-link": "[another](../m/nowhere.md)\n",
    "missing-image": "![A picture](nowhere.png)\n",
    "missing-alt": "![](nowhere.png)\n",
}
PROVOKED_FRONT = {
    "front-matter-missing": "A lesson without any.\n",
    "front-matter-yaml": "---\ntitle: [unclosed\n---\n",
    "front-matter-alias": "---\ntitle: &a text\nsummary: *a\n---\n",
    "front-matter-unknown": FRONT.replace("minutes", "minuets"),
    "front-matter-value": FRONT.replace("minutes: 5", "minutes: soon"),
    "format-unknown": FRONT.replace("format: 1", "format: 9"),
}
FIX = ":::{{fix}} f\n\n```python\nc = 0\ndef run():\n    {}\nThread(run)\n```\n:::\n"
PLAYED = {
    "play-failed": LAB.replace(":alt:", ":script: 1s restart n1\n:alt:"),
    "play-unanswered": LAB
    + ":::{predict} p\n:lab: cluster\n:ask: side that commits after the cut\n:until: 3s\n\nWhich?\n:::\n",
    "play-unreached": LAB
    + ":::{challenge} c\n:lab: cluster\n:goal: two-leaders\n:solution: 1s crash n1\n\ntext\n:::\n",
    "play-unmeasured": LAB + ":::{plot} p\n:lab: cluster\n:y: election_ms\n:window: 1ms\n:alt: x\n:::\n",
    "fix-unsolved": FIX.format("c = 1  # move\n    c = 2  # move\n    assert c == 3"),
    "fix-free": FIX.format("c = 1  # move\n    c = 2  # move\n    assert c > 0"),
    "play-free": LAB + ":::{challenge} c\n:lab: cluster\n:goal: leaders >= 1\n:solution: 1s crash n1\n\ntext\n:::\n",
}


@pytest.mark.parametrize("code", PROVOKED)
def test_a_code_is_provoked_by_its_mistake(code):
    assert code in codes(PROVOKED[code])


@pytest.mark.parametrize("code", PROVOKED_FRONT)
def test_a_code_of_the_front_matter_is_provoked(code):
    assert code in codes("text\n", PROVOKED_FRONT[code])


@pytest.mark.parametrize("code", PLAYED)
def test_playing_finds_what_reading_cannot(code):
    parsed = parse((FRONT + PLAYED[code]).encode(), "m/a.md")
    assert parsed.findings.all == []
    played = play_lesson(parsed.lesson)
    assert code in {found.code for found in played.all}


def test_unreadable_files_are_findings():
    for source in (b"\xff\xfe", b"---\n\0", b"x" * 500_000):
        assert [f.code for f in parse(source, "a.md").findings.all] == ["file-unreadable"]


def test_a_lesson_that_requires_nothing_known_is_a_finding(tmp_path):
    folder = make_course(tmp_path, FRONT.replace("minutes: 5", "minutes: 5\nrequires: [nowhere]"))
    assert {found.code for found in read_library(Folder(folder)).findings} == {"unknown-lesson"}


def test_every_documented_code_is_provoked_and_every_used_code_is_documented():
    provoked = {*PROVOKED, *PROVOKED_FRONT, *PLAYED, "file-unreadable", "unknown-lesson"}
    assert provoked == set(CODES)
    sources = "".join(path.read_text() for path in CONTENT.rglob("*.py") if path.name != "findings.py")
    used = {word for word in re.findall(r'"([a-z]+(?:-[a-z]+)+)"', sources) if word in CODES}
    assert used == set(CODES)


def test_a_finding_points_at_the_value():
    text = ":::{lab} cluster\n:lab: raft\n:nodes: 99\n:alt: x\n:::\n"
    line = FRONT.count("\n") + 3
    assert findings(text) == [(line, 9, "unknown-setting")]


def test_all_mistakes_of_a_file_are_told():
    assert (
        len(findings(PROVOKED["bad-script"] + "\n" + PROVOKED["empty-block"] + "\n" + PROVOKED["unknown-block"])) == 3
    )


def test_an_id_that_stands_in_addresses_is_no_lessons():
    assert codes("text\n", FRONT.replace("id: a-lesson", "id: images")) == {"bad-id"}


def test_a_typing_slip_gets_a_guess():
    parsed = parse((FRONT + PROVOKED["unknown-lab"]).encode(), "m/a.md")
    assert "did you mean `raft`?" in str(parsed.findings.all[0])
    assert str(parsed.findings.all[0]).startswith("m/a-lesson.md".replace("a-lesson", "a") + ":9:7: error: ")


def test_two_lessons_cannot_share_an_id(tmp_path):
    folder = make_course(tmp_path, FRONT + "one", FRONT + "two")
    assert [found.code for found in read_library(Folder(folder)).findings] == ["duplicate-id"]


def test_a_broken_lesson_is_served_as_it_last_was_good(tmp_path):
    folder = make_course(tmp_path, FRONT + "The good text.")
    good = read_library(Folder(folder))
    (folder / "m" / "l0.md").write_text(FRONT + ":::{nonsense}\n:::\n")
    after = read_library(Folder(folder), good.by_id)
    assert after.lesson("a-lesson").text == "The good text."
    assert any(found.code == "unknown-block" for found in after.findings)


def test_a_lesson_that_was_never_good_is_on_the_map_and_cannot_be_opened(tmp_path):
    library = read_library(Folder(make_course(tmp_path, FRONT + ":::{nonsense}\n:::\n")))
    assert [shown.available for shown in library.course.lessons()] == [False]
    assert library.lesson("a-lesson") is None
