"""Playing a course: labs start, scripts end, predictions have answers, challenges and fixes have solutions."""

from collections.abc import Callable, Iterable
from typing import Any

from cluster_engine.actions import Script, parse_script
from cluster_engine.experiments import sample
from cluster_engine.exploration.explore import explore
from cluster_engine.labs import get_lab
from cluster_engine.labs.declaration import Goal
from cluster_engine.machine import ProgramError, compile_program
from cluster_engine.records import Noted
from cluster_engine.timeline import Timeline
from lessons.content.blocks import Block, Challenge, Fix, LabBlock, Plot, Predict
from lessons.content.findings import Findings
from lessons.content.lesson import Lesson

SEEDS = 3  # at least the block's own and the two after it
AFTER_MS = 6_000.0  # how long a run goes on after the last action
IDLE_MS = 20_000.0  # how long doing nothing must not reach a goal
NOT_ANSWERS = (None, "none")


def play(lesson: Lesson) -> Findings:
    """Play all that a lesson declares."""
    findings = Findings(lesson.path)
    for block in lesson.blocks:
        findings.all += play_block(block, lesson.path).all
    return findings


def play_block(block: Block, shown: str) -> Findings:
    """Play what one block declares; one that declares nothing to play has no findings."""
    findings = Findings(shown)
    player = _PLAYERS.get(type(block))
    try:
        if player is not None:
            player(block, findings)
    except (ValueError, RuntimeError, AssertionError) as error:  # a bound of the engine, or a broken invariant
        findings.error("play-failed", block.line, 1, f"The run of this block stops. {error}")
    return findings


def answer_of(block: Predict, timeline: Timeline, at: float) -> object:
    """Return what a run answers by the time `at`: None while it is undecided."""
    if block.ask.at_ms is not None:
        if at < block.ask.at_ms:
            return None
        timeline.advance(max(block.ask.at_ms, timeline.end))
        return timeline.answer(block.ask)
    timeline.advance(max(at, timeline.end))
    value = timeline.view(at)["measures"][block.ask.measure]
    return value if value not in NOT_ANSWERS or at >= block.until_ms else None


def reaches(block: LabBlock, goal: Goal, script: Script, seed: int, for_ms: float) -> bool:
    """Say whether a script reaches a goal of a lab block on a seed."""
    timeline = Timeline(block.recording(seed, script), (goal,))
    timeline.advance(for_ms)
    return timeline.view(for_ms)["goals"][goal.name]["reached"] is not None


def references(block: LabBlock, solution: Script, *firsts: str) -> Iterable[Script]:
    """Yield what may bring something about: the author's solution, or the lab's own references, `firsts` first."""
    if solution:
        yield solution
        return
    lab = get_lab(block.lab)
    known = dict.fromkeys([*firsts, *(goal.reference for goal in lab.goals)])
    for reference in filter(None, known):
        yield tuple(parse_script(reference, lab))


def answering_run(block: Predict) -> tuple[Script, object] | None:
    """Return the actions of a run that answers a prediction, and what it answers; None if there is no such run.

    The lab's run by itself comes first, then runs in which the learner acts.
    """
    scripts = [block.solution] if block.solution else [(), *references(block.lab, ())]
    return next((found for script in scripts if (found := _answered(block, script))), None)


def solving_script(block: Challenge) -> Script | None:
    """Return actions that reach a challenge's goal on every seed on which they must, or None."""
    scripts = references(block.lab, block.solution, block.goal.reference)
    return next((script for script in scripts if _fails_on(block, script, _seeds(block)) is None), None)


def is_proved(program: str) -> bool:
    """Say whether a program is right under every schedule."""
    try:
        found = explore(compile_program(program))
    except ProgramError:
        return False
    return found.complete and not found.failures


def _play_lab(block: LabBlock, findings: Findings) -> None:
    timeline = Timeline(block.recording())
    timeline.advance(_end(block.script))
    for record in timeline.records(-1, timeline.end):
        if isinstance(record, Noted) and record.event == "refused":
            message = f"At {record.at:g} ms the script of `{block.id}` stops. {record.text}"
            findings.error("play-failed", block.line, 1, message)


def _play_prediction(block: Predict, findings: Findings) -> None:
    if answering_run(block) is None:
        message = f"No run of `{block.lab.id}` answers “{block.ask_text}”."
        help_ = "give a later `:until:`, or a `:solution:` script that brings the answer about"
        findings.error("play-unanswered", block.line, 1, message, help_)


def _answered(block: Predict, script: Script) -> tuple[Script, object] | None:
    end = block.ask.at_ms if block.ask.at_ms is not None else min(block.until_ms, _end((*block.lab.script, *script)))
    answer = answer_of(block, Timeline(block.lab.recording(script=script)), end)
    decided = answer is not None and (answer not in NOT_ANSWERS or block.ask.at_ms is not None)
    return (script, answer) if decided else None


def _play_challenge(block: Challenge, findings: Findings) -> None:
    lab, goal, seeds = block.lab, block.goal, _seeds(block)
    if solving_script(block) is None:
        first = next(iter(references(lab, block.solution, goal.reference)), None)
        seed = lab.seed if first is None else _fails_on(block, first, seeds)
        message = f"The goal of `{block.id}` is not reached by its solution on seed {seed}."
        help_ = "a challenge has a `:solution:` script that works on every seed, within its budget and time"
        findings.error("play-unreached", block.line, 1, message, help_)
    for seed in seeds:
        if reaches(lab, goal, (), seed, max(_end(lab.script), IDLE_MS)):
            message = f"The goal of `{block.id}` is reached by doing nothing, on seed {seed}."
            findings.error("play-free", block.line, 1, message)
            break


def _seeds(block: Challenge) -> range:
    return range(block.lab.seed, block.lab.seed + max(SEEDS, block.seeds))


def _fails_on(block: Challenge, script: Script, seeds: Iterable[int]) -> int | None:
    """Return the first seed on which a script does not reach the goal."""
    for_ms = max(_end((*block.lab.script, *script)), block.goal.within_ms or 0)
    return next((seed for seed in seeds if not reaches(block.lab, block.goal, script, seed, for_ms)), None)


def _play_fix(block: Fix, findings: Findings) -> None:
    """One answer is proved; and it takes choosing: not every variant is right, nor the order as it is given."""
    programs = block.programs()
    free = is_proved(next(programs)) if block.listing else all(map(is_proved, block.programs()))
    if free:
        what = "the order in which the lines stand" if block.listing else "every variant"
        message = f"`{block.id}` needs no mending: {what} is right under every schedule."
        findings.error("fix-free", block.line, 1, message)
    elif not any(map(is_proved, programs if block.listing else block.programs())):
        what = "order of the marked lines" if block.listing else "variant"
        message = f"No {what} of `{block.id}` is right under every schedule."
        help_ = "`python -m cluster_engine explore FILE` tells how a program fails"
        findings.error("fix-unsolved", block.line, 1, message, help_)


def _play_plot(block: Plot, findings: Findings) -> None:
    """Its first and its last run measure something."""
    runs = block.recordings()
    for recording in {0: runs[0], len(runs) - 1: runs[-1]}.values():
        row = sample(
            recording, [measure.name for measure in block.measures], for_ms=block.window_ms, until=block.until
        )[-1]
        for measure in block.measures:
            if row[measure.name] is None:
                message = f"“{measure.title}” has no value yet after {block.window_ms / 1000:g} s of a run."
                findings.error("play-unmeasured", block.line, 1, message, "give a longer `:window:`")
                return


def _end(script: Script) -> float:
    return max((at for at, _ in script), default=0.0) + AFTER_MS


_PLAYERS: dict[type, Callable[[Any, Findings], None]] = {
    LabBlock: _play_lab,
    Predict: _play_prediction,
    Challenge: _play_challenge,
    Fix: _play_fix,
    Plot: _play_plot,
}
