"""A history as a still picture: lanes, bars from call to return, and the order where there is one."""

from dataclasses import dataclass

from cluster_engine.consistency.history import NEVER, Operation, shown

LEFT, STEP, LANE, BAR = 34, 30, 40, 26  # px


@dataclass(frozen=True)
class Bar:
    """An operation: where its bar stands, what is written in it, and what it is in the answer."""

    x: int
    y: int
    width: int
    text: str
    words: str
    is_open: bool
    place: int | None  # in the order that makes the history linearizable
    point: int  # where its moment is drawn
    is_fault: bool


@dataclass(frozen=True)
class Picture:
    """The bars of a history, the names of its lanes with their places, and the size."""

    bars: tuple[Bar, ...]
    lanes: tuple[tuple[str, int], ...]
    width: int
    height: int

    @property
    def line(self) -> str:
        """The way through the moments of the order, as the points of a line."""
        ordered = sorted((bar for bar in self.bars if bar.place is not None), key=lambda bar: bar.place or 0)
        return " ".join(f"{bar.point},{bar.y + BAR // 2}" for bar in ordered)


def picture_of(history: list[Operation], order: tuple[Operation, ...] = (), fault: Operation | None = None) -> Picture:
    """Return the picture; `order` and `fault` are drawn once the learner has answered."""
    clients = sorted({one.process for one in history})
    last = max(one.called if one.returned == NEVER else one.returned for one in history) + 1
    points = _points(order, last)
    bars = []
    for one in history:
        ends = last if one.returned == NEVER else one.returned
        x, y = LEFT + round(STEP * one.called), 8 + LANE * clients.index(one.process)
        value = shown(one.value if one.f == "write" else one.result)
        text = f"{'w' if one.f == 'write' else 'r'} {value}"
        place = next((place for place, other in enumerate(order, 1) if other.index == one.index), None)
        point = LEFT + round(STEP * points.get(one.index, one.called))
        bars.append(
            Bar(x, y, round(STEP * (ends - one.called)), text, one.words(), one.returned == NEVER, place, point,
                fault is not None and fault.index == one.index)
        )  # fmt: skip
    lanes = tuple((name, 8 + LANE * place + BAR // 2 + 5) for place, name in enumerate(clients))
    return Picture(tuple(bars), lanes, LEFT + round(STEP * last) + 10, 8 + LANE * len(clients))


def _points(order: tuple[Operation, ...], last: float) -> dict[int, float]:
    """Return a moment for each operation of an order: within its own time, and each after the one before."""
    moments: dict[int, float] = {}
    now = 0.0
    for one in order:
        now = max(now + 0.25, one.called + 0.2)
        ends = last if one.returned == NEVER else one.returned
        moments[one.index] = now = min(now, max(ends - 0.05, one.called))
    return moments
