"""What the editor offers is what the makers ask for and the labs declare; and every example that it inserts plays."""

from collections import defaultdict

import pytest

from cluster_engine.labs import all_labs
from lessons.content.blocks import LabBlock
from lessons.content.build import LABS, MAKERS, NESTED
from lessons.content.examples import CHALLENGE, EXAMPLES, FIX, example
from lessons.content.frontmatter import FIELDS
from lessons.content.lesson import parse
from lessons.content.makers.labs import LAB_OPTIONS
from lessons.content.options import Options
from lessons.content.play import play
from lessons.content.vocabulary import BLOCKS, vocabulary

FRONT = "---\nformat: 1\nid: a\ntitle: A\nsummary: A\nminutes: 1\n---\n"
TYPED = ":::{quiz} typed\n:type: numeric\n:answer: 3\n\nHow many?\n:::\n"
LISTING = "```python\nx = 0\nx = 1  # move\nx = 2  # move\n```"
INNER_HINTS = [text.split(":after: ")[1][3:].split(":::")[0] for text in (CHALLENGE, FIX)]
HUNG = [lab.name for lab in all_labs() if lab.name != "program"]


def read(text: str):
    parsed = parse((FRONT + text).encode(), "m/a.md")
    assert [str(one) for one in parsed.findings.all] == []
    return parsed.lesson


def asked(monkeypatch) -> dict[tuple[str, bool], set[str]]:
    """The options that the makers ask for, by block and whether it stood inside another."""
    found: dict[tuple[str, bool], set[str]] = defaultdict(set)
    close = Options.close

    def noted(self: Options) -> None:
        is_alone = self.raw.name != "variant" and self.raw.markdown() + "\n" not in INNER_HINTS
        found[self.raw.name, not is_alone] |= self.asked
        close(self)

    monkeypatch.setattr(Options, "close", noted)
    for name in EXAMPLES:
        read(example(name, None, set()))
    read(TYPED)
    return found


def test_every_option_that_a_maker_asks_for_is_offered_and_no_other(monkeypatch):
    found = asked(monkeypatch)
    settings = {setting.name for lab in all_labs() for setting in lab.settings}
    for block in BLOCKS:
        offered = {option.name for option in block.options}
        assert found[block.name, bool(block.inside)] - settings == offered, block.name
    lab = next(block for block in BLOCKS if block.name == "lab")
    assert {option.name for option in lab.options} == set(LAB_OPTIONS)


def test_every_block_is_offered_where_it_may_stand():
    assert {block.name for block in BLOCKS if not block.inside} == set(MAKERS) == set(EXAMPLES)
    assert {(outer, block.name) for block in BLOCKS for outer in block.inside} == set(NESTED)


def test_every_setting_button_panel_goal_and_measure_of_every_lab_is_offered():
    offered = vocabulary()["labs"]
    assert set(offered) == {lab.name for lab in all_labs()}
    for lab in all_labs():
        told = offered[lab.name]
        settings = {one["name"]: one for one in told["settings"]}
        assert set(settings) == {setting.name for setting in lab.settings}
        for setting in lab.settings:
            assert settings[setting.name]["help"] == setting.help
            assert settings[setting.name]["allowed"] == setting.allowed()
        assert [one["action"] for one in told["buttons"]] == [button.name for button in lab.buttons]
        assert [one["name"] for one in told["goals"]] == [goal.name for goal in lab.goals]
        assert [one["name"] for one in told["measures"]] == [measure.name for measure in lab.measures]
        assert [one["name"] for one in told["situations"]] == [situation.name for situation in lab.situations]
        assert told["panels"] == list(lab.panels)
    assert [field["name"] for field in vocabulary()["fields"]] == list(FIELDS)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_in_an_empty_lesson_is_valid_and_plays(name: str):
    lesson = read(example(name, None, set()))
    assert [str(one) for one in play(lesson).all] == []


@pytest.mark.parametrize("lab", HUNG)
def test_what_hangs_on_a_lab_is_made_for_it_and_plays(lab: str):
    text = f":::{{lab}} here\n:lab: {lab}\n:alt: A.\n:::\n"
    block = read(text).block("here")
    for name in EXAMPLES:
        text += "\n" + example(name, block, {"here", "term-quorum"} if name not in LABS else {"here", "x"})
    lesson = read(text)
    assert [str(one) for one in play(lesson).all] == []
    assert {one.lab.id for one in lesson.blocks if isinstance(getattr(one, "lab", None), LabBlock)} == {"here"}


def test_an_example_takes_an_id_that_is_free():
    block = read(example("lab", None, set())).block("a-cluster")
    assert ":::{lab} a-cluster-2\n" in example("lab", None, {"a-cluster"})
    assert ":::{plot} the-numbers-2\n:lab: a-cluster\n" in example("plot", block, {"a-cluster", "the-numbers"})
