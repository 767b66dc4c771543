"""A lesson a lab: all that it declares, each goal at work, and what its author writes for it."""

from collections.abc import Iterable

from cluster_engine.actions import parse_script, script_to_text
from cluster_engine.labs import all_labs
from cluster_engine.labs.declaration import Goal, Lab, Setting
from cluster_engine.player import Player
from cluster_engine.recording import Recording
from cluster_engine.searching.choices import Do, Vocabulary
from lessons.content.rewrite import option_lines
from lessons.guide.markdown import Sheet, code, table

BY_HAND = "on a message that is under way, by hand"


def lab_lessons() -> list[Sheet]:
    """Return the lessons of all labs."""
    return [_lesson(lab) for lab in all_labs()]


def _lesson(lab: Lab) -> Sheet:
    sheet = Sheet(f"lab-{lab.name}", f"{lab.name}: {lab.title}", lab.summary, minutes=10)
    sheet.show(_block("live", lab, lab.panels, {}), "With everything that it can show:")
    sheet.add("## Settings", "Each is an option of the block.", _settings(lab))
    sheet.add("## Buttons", "Named in `:buttons:`, and done by themselves where a script names them.", _buttons(lab))
    if lab.situations:
        rows = [(code(f":start: {one.name}"), f"{one.title}. {one.help}") for one in lab.situations]
        sheet.add("## Situations", table(("Markdown", "What has happened then"), rows))
    sheet.add("## Goals", "For `:goal:` of a challenge and `:when:` of a caption.")
    for goal in lab.goals:
        _goal(sheet, lab, goal)
    _measures(sheet, lab)
    _promises(sheet, lab)
    return sheet


def _block(name: str, lab: Lab, panels: Iterable[str], settings: dict[str, object]) -> str:
    lines = [f":::{{lab}} {name}", f":lab: {lab.name}", *_given(lab, settings), f":panels: {', '.join(panels)}"]
    return "\n".join([*lines, f":alt: {lab.title}, as it begins.", ":::"])


def _given(lab: Lab, settings: dict[str, object]) -> Iterable[str]:
    for name, value in settings.items():
        if name == "situation":
            yield f":start: {value}"
        else:
            yield f":{name}: {_written(lab.setting(name).with_default(lab.setting(name).parse(value)))}"


def _written(setting: Setting) -> str:
    """Return a setting's default as an author writes it."""
    return setting.default_words.replace(" ", "")


def _settings(lab: Lab) -> str:
    rows = [(_example(one), _meaning(one), one.allowed()) for one in lab.settings if one.name != "situation"]
    return table(("Markdown", "What it does", "You may"), rows)


def _example(setting: Setting) -> str:
    return "the body of a `program` block" if setting.kind == "code" else code(f":{setting.name}: {_written(setting)}")


def _meaning(setting: Setting) -> str:
    meanings = "; ".join(f"`{name}`: {words}" for name, words in setting.meanings.items())
    return f"{setting.help} {meanings}".strip()


def _buttons(lab: Lab) -> str:
    first = {step.action.kind: step.action for step in reversed(_steps(lab))}
    rows = []
    for button in lab.buttons:
        told, action = button.to_json(), first.get(button.name)
        line = code(script_to_text([(1000.0, action)])) if action else BY_HAND
        rows.append((code(button.name), f"{told['group']}: {told['label']}", told["help"], line))
    return table(("Name", "Button", "What it does", "In a script"), rows)


def _steps(lab: Lab) -> list[Do]:
    """Return what can be done in the lab as it begins, each button's first choice first."""
    nodes = Player.begin(Recording(lab.name)).run.view()["nodes"]
    return [step for step in Vocabulary(lab, nodes).plain if isinstance(step, Do)]


def _goal(sheet: Sheet, lab: Lab, goal: Goal) -> None:
    sheet.add(f"### {goal.name}", f"{goal.title}. {goal.help} Reached when `{goal.expression}`.")
    name = f"for-{goal.name}"
    block = _block(name, lab, lab.panels[:2], dict(goal.reference_settings))
    script = script_to_text(parse_script(goal.reference, lab))
    solution = "\n".join(option_lines("solution", script))
    challenge = f":::{{challenge}} {goal.name}\n:lab: {name}\n:goal: {goal.name}\n{solution}\n\n{goal.title}.\n:::"
    sheet.show(f"{block}\n\n{challenge}")


def _measures(sheet: Sheet, lab: Lab) -> None:
    rows = [(code(one.name), f"{one.title}. {one.help}", one.unit or one.kind) for one in lab.measures]
    sheet.add("## Measures", "For expressions, predictions and charts.", table(("Name", "What it is", "Unit"), rows))
    asked = [one for one in lab.measures if one.ask]
    if asked:
        rows = [(code(one.name), ", ".join(f"“{phrase}”" for phrase in one.phrases()[1:])) for one in asked]
        sheet.add("A prediction asks for these in words, with “at 3s” behind them or as soon as they are known:")
        sheet.add(table(("Name", "Words for `:ask:`"), rows))
    number = next(one for one in lab.measures if one.kind == "number")
    sheet.show(
        f":::{{plot}} over-time\n:lab: live\n:y: {number.name}\n:window: 3s\n"
        f":alt: {number.title} over the first three seconds of a run.\n:::",
        "A chart of one of them:",
    )


def _promises(sheet: Sheet, lab: Lab) -> None:
    rows = [(code(one.breach), one.title, one.source) for one in lab.invariants]
    rows += [(code(one.stalled), one.title, one.source) for one in lab.liveness]
    if rows:
        sheet.add("## What is watched", "Each name is 1 in an expression once it was broken, or while it stands still.")
        sheet.add(table(("Name in expressions", "What holds", "Source"), rows))
