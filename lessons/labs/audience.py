"""Who watches a run, and how far each of them has been shown it."""

from collections.abc import Callable, Iterable
from typing import Any

from cluster_engine.timeline import Timeline
from lessons.labs.frames import dumps, frame
from lessons.labs.viewer import Viewer


class Audience:
    """The viewers of one room. Each frame is serialised once and handed to however many sockets as one string."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.viewers: set[Viewer] = set()
        self._clock = clock
        self._frames = 0

    def tell(self, message: dict[str, Any]) -> None:
        """Say something to everyone."""
        text = dumps(message)
        for viewer in self.viewers:
            viewer.say(text)

    def show(self, timeline: Timeline, branch: int, back: float) -> None:
        """Show what was simulated since each viewer's last frame; `back` is where a whole view would begin."""
        to = timeline.end
        behind = [viewer for viewer in self.viewers if viewer.shown_to is None or viewer.shown_to > to]
        self.show_anew(timeline, branch, back, behind)
        ready: dict[float, list[Viewer]] = {}
        for viewer in self.viewers:
            if viewer.shown_to is None or viewer.shown_to >= to:
                continue
            if viewer.keeps_up():
                ready.setdefault(viewer.shown_to, []).append(viewer)
            else:
                viewer.skip()
        for start, viewers in ready.items():
            text = frame(timeline, branch, self._next(), start, to, keyed=False)
            for viewer in viewers:
                viewer.show(text, self._frames, to, self._clock())

    def show_anew(self, timeline: Timeline, branch: int, back: float, viewers: Iterable[Viewer] | None = None) -> None:
        """Show viewers (all by default) a whole view at `back` and everything since; who lags gets it later."""
        chosen = list(self.viewers if viewers is None else viewers)
        ready = [viewer for viewer in chosen if viewer.keeps_up()]
        for viewer in chosen:
            viewer.skip()
        if not ready:
            return
        text = frame(timeline, branch, self._next(), back, timeline.end, keyed=True)
        for viewer in ready:
            viewer.show(text, self._frames, timeline.end, self._clock(), base=back)

    def check(self) -> None:
        """Hang up on viewers that have not listened for long."""
        for viewer in list(self.viewers):
            viewer.check(self._clock())

    def _next(self) -> int:
        self._frames += 1
        return self._frames
