"""The author's guide is made of the declarations: what is declared is in it, and what is in it is right and plays."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from cluster_engine.labs import all_labs
from lessons.content.findings import CODES
from lessons.content.frontmatter import FIELDS
from lessons.content.library import courses, library
from lessons.content.play import play
from lessons.content.vocabulary import BLOCKS
from lessons.guide.course import GUIDE, guide
from lessons.guide.markdown import table
from lessons.guide.panels import PANELS
from lessons.teaching.rights import INSTRUCTORS


def text(path):
    """Return a file of the guide."""
    return guide().files[path].decode()


@pytest.mark.django_db
def test_the_guide_is_a_course_without_a_finding_that_only_its_link_lists():
    found = library(GUIDE)
    assert [str(finding) for finding in found.findings] == []
    assert len(list(found.lessons())) == len(guide().files) - 1
    assert GUIDE not in {course.slug for course in courses()}


@pytest.mark.django_db
@pytest.mark.parametrize("module", ["begin", "blocks"])
def test_what_the_guide_shows_at_work_plays(module):
    lessons = next(one for one in library(GUIDE).course.modules if one.id == module).lessons
    assert [str(finding) for lesson in lessons for finding in play(lesson).all] == []


def test_every_block_and_option_is_explained_with_an_example():
    for block in BLOCKS:
        for path in [f"blocks/block-{name}.md" for name in block.inside or (block.name,)]:
            assert block.help in text(path)
            for option in block.options:
                assert f"| `:{option.name}:` |" in text(path), (path, option.name)
            assert text(path).count("{" + block.name + "}") >= 2, "as text, and at work"


@pytest.mark.parametrize("lab", all_labs(), ids=lambda lab: lab.name)
def test_everything_that_a_lab_declares_is_listed(lab):
    written = text(f"labs/lab-{lab.name}.md")
    for setting in lab.settings:
        assert f"`:{setting.name}: " in written or setting.kind == "code" or setting.name == "situation", setting.name
    for name in (*(button.name for button in lab.buttons), *(measure.name for measure in lab.measures)):
        assert f"| `{name}` |" in written, name
    for goal in lab.goals:
        assert f":::{{challenge}} {goal.name}\n" in written
    for situation in lab.situations:
        assert f"`:start: {situation.name}`" in written
    for name in (*(one.breach for one in lab.invariants), *(one.stalled for one in lab.liveness)):
        assert f"| `{name}` |" in written
    for panel in lab.panels:
        assert f"## {panel}\n" in text("lists/panels.md")


def test_no_panel_is_told_of_that_no_lab_has():
    assert set(PANELS) == {panel for lab in all_labs() for panel in lab.panels}


def test_every_field_and_every_finding_is_listed():
    assert all(f"| `{name}` |" in text("lists/front-matter.md") for name in FIELDS)
    assert all(f"| `{name}` |" in text("lists/findings.md") for name in CODES)


def test_a_bar_in_a_cell_does_not_end_it():
    assert table(("a",), [("1 | 2",)]).endswith("| 1 \\| 2 |")


@pytest.mark.django_db
def test_instructors_find_the_guide(client, django_user_model):
    user = django_user_model.objects.create_user("ines")
    user.groups.add(Group.objects.get(name=INSTRUCTORS))
    client.force_login(user)
    assert reverse("course", args=[GUIDE]) in client.get(reverse("teach")).content.decode()
    page = client.get(reverse("lesson", args=[f"{GUIDE}/twenty-minutes"])).content.decode()
    assert "A lesson in twenty minutes" in page
