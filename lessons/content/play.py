"""Playing a course: every lab starts, every script ends, every prediction has an answer, every challenge a solution."""

from collections.abc import Iterable

from cluster_engine.actions import Script
from cluster_engine.labs.declaration import Goal
from cluster_engine.timeline import Timeline
from lessons.content.blocks import Challenge, LabBlock, Predict
from lessons.content.findings import Findings
from lessons.content.lesson import Lesson

SEEDS = 3  # the block's own and the two after it
AFTER_MS = 3_000.0  # how long a run goes on after the last action
IDLE_MS = 20_000.0  # how long doing nothing must not reach a goal
NOT_ANSWERS = (None, "none")


def play(lesson: Lesson, shown: str) -> Findings:
    """Play all that a lesson declares."""
    findings = Findings(shown)
    for block in lesson.blocks:
        if isinstance(block, LabBlock):
            _play_lab(block, findings)
        elif isinstance(block, Predict):
            _play_prediction(block, findings)
        elif isinstance(block, Challenge):
            _play_challenge(block, findings)
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


def _play_lab(block: LabBlock, findings: Findings) -> None:
    timeline = Timeline(block.recording())
    timeline.advance(_end(block.script))
    for record in timeline.records(-1, timeline.end):
        if getattr(record, "event", "") == "refused":
            findings.error(
                "play-failed", block.line, 1, f"At {record.at:g} ms the script of `{block.id}` stops. {record.text}"
            )  # type: ignore[attr-defined]


def _play_prediction(block: Predict, findings: Findings) -> None:
    script = (*block.lab.script, *block.solution)
    timeline = Timeline(block.lab.recording(script=block.solution))
    end = block.ask.at_ms if block.ask.at_ms is not None else min(block.until_ms, _end(script) + AFTER_MS)
    answer = answer_of(block, timeline, end)
    if answer is None or (answer in NOT_ANSWERS and block.ask.at_ms is None):
        message = f"The run of `{block.lab.id}` does not answer “{block.ask_text}” by {end / 1000:g} s."
        findings.error(
            "play-unanswered",
            block.line,
            1,
            message,
            "give `:until:`, or a `:solution:` script that brings the answer about",
        )


def _play_challenge(block: Challenge, findings: Findings) -> None:
    for_ms = max(_end((*block.lab.script, *block.solution)) + AFTER_MS, block.goal.within_ms or 0)
    for seed in _seeds(block.lab):
        if not block.solution or not reaches(block.lab, block.goal, block.solution, seed, for_ms):
            message = f"The solution of `{block.id}` does not reach its goal on seed {seed}."
            findings.error(
                "play-unreached",
                block.line,
                1,
                message,
                "a challenge has a `:solution:` script that works on every seed",
            )
            break
    for seed in _seeds(block.lab):
        if reaches(block.lab, block.goal, (), seed, max(for_ms, IDLE_MS)):
            findings.error(
                "play-free", block.line, 1, f"The goal of `{block.id}` is reached by doing nothing, on seed {seed}."
            )
            break


def _seeds(block: LabBlock) -> Iterable[int]:
    return range(block.seed, block.seed + SEEDS)


def _end(script: Script) -> float:
    return max((at for at, _ in script), default=0.0) + AFTER_MS
