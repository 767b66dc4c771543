"""The steps a search may take, and the moments at which it may take them."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, replace
from itertools import product
from random import Random
from typing import Any

from cluster_engine.actions import Action
from cluster_engine.cluster.message_faults import Delay
from cluster_engine.labs.declaration import Lab
from cluster_engine.player import Player
from cluster_engine.recording import Recording
from cluster_engine.records import Noted
from cluster_engine.searching.values import targets, variations

GRID_MS = 1_000.0
GRIDS = 4  # a shorter time is divided into so many parts
AFTER_MS = 1.0  # so long after an event worth a mark does an action follow
MAX_MOMENTS = 16
MESSAGES = 8  # of those in flight, so many can be acted on: the first ones sent
VARIED = 0.5  # how often a field that has a default is drawn anew
REQUESTS = 0.5  # of the steps that are drawn, so many ask for something, for a fault shows where somebody asks
ASKED = 0.75  # how often a request names who is asked, or who asks
WHO = ("node", "process", "client")  # the kinds of such fields
ANY = (*WHO, "groups", "number", "percent", "integer", "text", "choice")


@dataclass(frozen=True, slots=True)
class Do:
    """An action that can be named beforehand."""

    action: Action

    def on(self, world: Any) -> Action | None:
        """Return the action in a world."""
        return self.action


@dataclass(frozen=True, slots=True)
class OnMessage:
    """An action on one of the messages in flight, by its place in the order of sending: which message that is shows
    when its moment has come.
    """

    action: Action
    place: int

    def on(self, world: Any) -> Action | None:
        """Return the action in a world; None where so many messages are not in flight."""
        flying = sorted(world.in_flight)
        return _with(self.action, {"message": flying[self.place]}) if self.place < len(flying) else None


Step = Do | OnMessage


class Vocabulary:
    """What a lab offers to a search, on `nodes` as a view shows them.

    `plain` are its actions with each choice of targets, other fields left at their defaults. `wide` are those with one
    other field varied, and what can be done to single messages: one that is delivered now or late changes the order.
    """

    def __init__(self, lab: Lab, nodes: Mapping[str, Any]) -> None:
        self._nodes = nodes
        offered = [button.action for button in lab.buttons]
        self.reorders = Delay in offered  # whether single messages can be overtaken
        by_kind: list[list[Step]] = [
            _on_messages(kind) if _is_on_message(kind) else [Do(one) for one in _filled(kind, nodes)]
            for kind in offered
        ]
        self.plain = [step for steps in by_kind for step in steps if isinstance(step, Do)]
        self.wide = [other for steps in by_kind for step in steps for other in self._wider(step)]
        self._of_kind = {steps[0].action.kind: steps for steps in by_kind if steps}
        plain = [steps for steps in by_kind if steps and isinstance(steps[0], Do)]
        self._requests = [steps for steps in plain if not steps[0].action.is_fault]
        self._faults = _by_group([steps for steps in plain if steps[0].action.is_fault])
        self._others = _by_group([steps for steps in by_kind if steps and steps not in self._requests])

    def draw_plain(self, chance: Random) -> Step:
        """Return a step by chance that chooses nothing but targets, and of a request who is asked. Its group is drawn
        first and then its kind, so that what has many targets, or many relatives, is not drawn more often.
        """
        step = self._draw(self._faults, chance)
        return step if step.action.is_fault else _changed(step, self._drawn(step.action, chance, WHO, ASKED))

    def draw(self, chance: Random) -> Step:
        """Return a step by chance, one on a message as well, with some of its other fields varied."""
        step = self._draw(self._others, chance)
        return _changed(step, self._drawn(step.action, chance, ANY, VARIED))

    def draw_like(self, step: Step, chance: Random) -> Step:
        """Return a step of the same kind by chance, with some of its other fields varied."""
        other = chance.choice(self._of_kind[step.action.kind])
        return _changed(other, self._drawn(other.action, chance, ANY, VARIED))

    def _draw(self, others: list[list[list[Step]]], chance: Random) -> Step:
        if self._requests and (not others or chance.random() < REQUESTS):
            return chance.choice(chance.choice(self._requests))
        return chance.choice(chance.choice(chance.choice(others)))

    def _drawn(self, action: Action, chance: Random, kinds: Container[str], often: float) -> dict[str, Any]:
        """Return other values of some of the action's fields that have a default and are of these kinds."""
        drawn = {}
        for part in fields(action):
            values = variations(part, self._nodes) if part.metadata["kind"] in kinds else []
            if values and chance.random() < often:
                drawn[part.name] = chance.choice(values)
        return drawn

    def _wider(self, step: Step) -> Iterator[Step]:
        """Yield the step where it is on a message, and the step with one of its fields varied."""
        if isinstance(step, OnMessage):
            yield step
        for part in fields(step.action):
            for value in variations(part, self._nodes):
                yield _changed(step, {part.name: value})


def moments(recording: Recording, from_ms: float, to_ms: float) -> list[float]:
    """Return moments from `from_ms` to `to_ms` (virtual ms), in order: a coarse grid, and just after
    the first events of each kind that the lab marks.
    """
    apart = min(GRID_MS, (to_ms - from_ms) / GRIDS)
    grid = [
        round(from_ms + number * apart, 3) for number in range(1, MAX_MOMENTS + 1) if from_ms + number * apart <= to_ms
    ]
    player, seen = Player.begin(recording), dict[str, float]()
    player.advance(to_ms)
    for record in player.run.take_records():
        if isinstance(record, Noted) and record.event in recording.declaration.landmarks and record.at > from_ms:
            seen.setdefault(record.event, record.at + AFTER_MS)
    return sorted({*grid, *list(seen.values())[:MAX_MOMENTS]})


def _is_on_message(action: type[Action]) -> bool:
    return any(part.metadata["kind"] == "message" for part in fields(action))


def _on_messages(action: type[Action]) -> list[Step]:
    usual = action(**{part.name: 0 for part in fields(action) if part.metadata["kind"] == "message"})
    return [OnMessage(usual, place) for place in range(MESSAGES)]


def _by_group(kinds: list[list[Step]]) -> list[list[list[Step]]]:
    groups: dict[str, list[list[Step]]] = {}
    for steps in kinds:
        groups.setdefault(steps[0].action.group, []).append(steps)
    return list(groups.values())


def _filled(action: type[Action], nodes: Mapping[str, Any]) -> Iterator[Action]:
    parts = [part for part in fields(action) if part.default is MISSING]
    for values in product(*(targets(part, nodes) for part in parts)):
        if len({str(value) for value in values}) == len(values):  # no link from a node to itself
            yield action(**{part.name: value for part, value in zip(parts, values, strict=True)})


def _with(action: Action, values: Mapping[str, Any]) -> Action:
    return replace(action, **values)


def _changed(step: Step, values: Mapping[str, Any]) -> Step:
    return replace(step, action=_with(step.action, values))
