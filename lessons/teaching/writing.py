"""What the editor writes for its author: an example of a block, and the actions that were played in a lab by hand."""

from dataclasses import replace
from typing import Any

from cluster_engine.actions import Script, script_to_text
from cluster_engine.labs.declaration import Measure
from cluster_engine.recording import Recording
from cluster_engine.timeline import Timeline
from cluster_engine.wording import duration_text
from lessons.content.blocks import Challenge, LabBlock
from lessons.content.examples import EXAMPLES, asked_first, example, prediction
from lessons.content.lesson import Lesson
from lessons.content.makers.exercises import LONGEST_MS
from lessons.content.play import AFTER_MS, NOT_ANSWERS, play_block
from lessons.content.rewrite import Edit, NotChanged, inserted, with_option
from lessons.content.roles import by_role
from lessons.labs.models import Run
from lessons.learning.learners import learner_of
from lessons.teaching.asked import Asked, NotDone, answers_json

NO_RUN = "Play the lab first: there is no run of yours to take the actions from yet."
NO_SUCH = "The text has no {} `{}` any more. Wait for the page to follow, then try again."
OTHER = "The lab has been changed in the text since this run began. Reset it, and do it again."
NOTHING_DONE = "Nothing was done in this branch of the run. Play the lab and act in it first."
REWRITTEN = (
    "This run acted before the lab's own script had ended, and left the rest of it out. Reset the lab, let the script "
    "run to its end, then act."
)


@answers_json
def insert(asked: Asked) -> dict[str, Any]:
    """Return the change that puts an example of a block after the place where the cursor is."""
    name, line = str(asked.said.get("block")), asked.number("line")
    if name not in EXAMPLES:
        raise NotDone(f"There is no block “{name[:40]}”.")
    lesson = asked.lesson
    labs = lesson.labs() if lesson else []
    before = [lab for lab in labs if lab.line <= line]
    near = before[-1] if before else next(iter(labs), None)
    return _told(inserted(asked.text, line, example(name, near, _ids(lesson))))


@answers_json
def record_script(asked: Asked) -> dict[str, Any]:
    """Return the change that makes what was done in a run the script of its lab."""
    lab, recording = _played(asked, _lesson(asked))
    if recording.actions == lab.script:
        raise NotDone(NOTHING_DONE)
    tidy = _tidy(recording.actions)
    plays = not play_block(replace(lab, script=tidy), "").all
    return _changed(asked.text, lab.id, "script", tidy if plays else recording.actions)


@answers_json
def record_solution(asked: Asked) -> dict[str, Any]:
    """Return the change that makes what was done in a run a challenge's solution, once the engine agrees that it is."""
    lesson = _lesson(asked)
    lab, recording = _played(asked, lesson)
    challenge = lesson.block(str(asked.said.get("challenge")))
    if not isinstance(challenge, Challenge) or challenge.lab is not lab:
        raise NotDone(NO_SUCH.format("challenge", str(asked.said.get("challenge"))[:60]))
    exact, roles = _solution(challenge, recording)
    problems = []
    for script in (_tidy(exact), exact, _tidy(roles), roles):
        problems = play_block(replace(challenge, solution=script), "").all
        if not problems:
            return _changed(asked.text, challenge.id, "solution", script)
    raise NotDone(" ".join(finding.message for finding in problems))


@answers_json
def record_prediction(asked: Asked) -> dict[str, Any]:
    """Return the change that asks for the moment to which a run was played, and say what that run answers."""
    lesson = _lesson(asked)
    lab, recording = _played(asked, lesson)
    at = float(asked.number("at"))
    if not 0 < at <= LONGEST_MS:
        raise NotDone(f"Play the lab to the moment that is to be asked for, within its first {LONGEST_MS / 1000:g} s.")
    done = _tidy(_besides(lab, recording, at))
    timeline = Timeline(lab.recording(script=done))
    timeline.advance(at)
    measure, answer = _told_by(lab, timeline, at)
    text = prediction(lab, _ids(lesson), measure, duration_text(at), done)
    return _told(inserted(asked.text, lab.line - 1, text)) | {"said": f"It is asked before the lab. {answer}"}


def _told_by(lab: LabBlock, timeline: Timeline, at: float) -> tuple[Measure, str]:
    """Return the first measure that has a value at a moment, and the value in a sentence."""
    measures = asked_first(lab)
    values = timeline.view(at)["measures"]
    measure = next((one for one in measures if values[one.name] not in NOT_ANSWERS), measures[0])
    value = values[measure.name]
    if value in NOT_ANSWERS:
        return measure, "This run answers nothing by then: ask for something else, or later."
    return measure, f"This run answers: {value:g}." if isinstance(value, float) else f"This run answers: {value}."


def _besides(lab: LabBlock, recording: Recording, at: float) -> Script:
    """Return what was done by a moment besides the lab's own script."""
    own, done = lab.recording().prefix(at).actions, recording.prefix(at).actions
    if done[: len(own)] != own:
        raise NotDone(REWRITTEN)
    return done[len(own) :]


def _ids(lesson: Lesson | None) -> set[str]:
    return {block.id for block in lesson.blocks if getattr(block, "id", "")} if lesson else set()


def _solution(challenge: Challenge, recording: Recording) -> tuple[Script, Script]:
    """Return what was done besides the lab's own script until the goal was reached: as it was done, and by role."""
    own, done = challenge.lab.script, recording.actions
    if done[: len(own)] != own:
        raise NotDone(REWRITTEN)
    if done == own:
        raise NotDone(NOTHING_DONE)
    timeline = Timeline(recording, (challenge.goal,))
    end = done[-1][0] + AFTER_MS
    timeline.advance(end)
    reached = timeline.view(end)["goals"][challenge.goal.name]["reached"]
    if reached is None:
        raise NotDone(
            f"This run does not reach the goal of `{challenge.id}`, nor in the {AFTER_MS / 1000:g} s after it."
        )
    needed = recording.prefix(reached)
    return needed.actions[len(own) :], by_role(needed, len(own))


def _tidy(script: Script) -> Script:
    """Return a script with its times in whole milliseconds, as one writes them."""
    return tuple((float(round(at)), action) for at, action in script)


def _lesson(asked: Asked) -> Lesson:
    lesson = asked.lesson
    if lesson is None:
        raise NotDone("Mend the front matter first: until then this text is no lesson.")
    return lesson


def _played(asked: Asked, lesson: Lesson) -> tuple[LabBlock, Recording]:
    """Return a lab of the text and the run of it that was played; raise NotDone where they do not belong together."""
    lab, branch = lesson.block(str(asked.said.get("lab"))), asked.number("branch")
    if not isinstance(lab, LabBlock):
        raise NotDone(NO_SUCH.format("lab", str(asked.said.get("lab"))[:60]))
    run = Run.objects.filter(pk=str(asked.said.get("run")), learner=learner_of(asked.request)).first()
    if run is None or branch >= len(run.shared().branches):
        raise NotDone(NO_RUN)
    recording, written = run.recording(branch), lab.recording()
    if replace(recording, actions=()) != replace(written, actions=()):
        raise NotDone(OTHER)
    return lab, recording


def _changed(text: str, block: str, option: str, script: Script) -> dict[str, Any]:
    try:
        return _told(with_option(text, block, option, script_to_text(script)))
    except NotChanged as error:
        raise NotDone(str(error)) from error


def _told(edit: Edit) -> dict[str, Any]:
    return {"edit": edit.to_json()}
