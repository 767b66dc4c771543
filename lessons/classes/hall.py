"""A hall: one class as this process shows it to the pages that are open.

Nothing that matters lives here. The hall reads the class when it is told of a change, and every second anyway, and
tells each page which of its parts are out of date; what all see alike, counts and cells, it sends as pieces of the
page, rendered once, at most once a second.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from lessons.classes.announcing import TOPIC
from lessons.classes.looking import Look, Pulse, Sitter, Swaps, Version, cell_swaps, look, seen
from lessons.classes.matrix import Row
from lessons.database import with_database
from lessons.labs.frames import dumps
from lessons.labs.notes import Note, Notes

logger = logging.getLogger(__name__)

LOOK_S = 1.0  # the class is read this often, told or not
BREATH_S = 0.2  # and at most this often, however much changes
FRAME_S = 1.0  # counts and cells are sent at most this often
SIGN_S = 30.0  # members who are here are noted this often

Say = Callable[[str], None]


class Page:
    """An open page: who sits there, how to speak to it, and what it was last told."""

    def __init__(self, sitter: Sitter, say: Say, leave: Callable[[], None]) -> None:
        self.sitter, self.say, self.leave = sitter, say, leave
        self.stamps: dict[str, str] = {}
        self.chart: Swaps = {}


class Hall:
    """The open pages of a class, and what was read of it last."""

    def __init__(self, pk: int) -> None:
        self.pk = pk
        self.pages: set[Page] = set()
        self._told = asyncio.Event()
        self._rows: dict[int, Row] = {}
        self._pulse: Pulse = None
        self._version: Version = None
        self._framed_at = self._signed_at = float("-inf")
        self._looking: asyncio.Task[None] | None = None

    def enter(self, page: Page) -> None:
        """Take a page in, and look at once."""
        self.pages.add(page)
        self.nudge()
        if self._looking is None:
            self._looking = asyncio.create_task(self._listen_and_look())

    def leave(self, page: Page) -> None:
        """Let a page go; the last one ends the looking."""
        self.pages.discard(page)
        if not self.pages and self._looking is not None:
            self._looking.cancel()
            self._looking = None

    def nudge(self) -> None:
        """Hear that the class changed."""
        self._told.set()

    async def _listen_and_look(self) -> None:
        try:
            await NOTES.join(str(self.pk))
            await self._look_on()
        finally:
            if self.pk not in HALLS:  # else it was opened again meanwhile
                await NOTES.leave(str(self.pk))

    async def _look_on(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), LOOK_S)
            self._told.clear()
            try:
                await self._look()
            except Exception:
                logger.exception("class %s could not be read", self.pk)
            await asyncio.sleep(BREATH_S)

    async def _look(self) -> None:
        clock = asyncio.get_running_loop().time()
        sitters = {page.sitter for page in self.pages}
        leads = any(one.member_pk is None for one in sitters)
        # Rows must be known before a page asks for the matrix, or what changes after that could not be told.
        is_due = clock - self._framed_at >= FRAME_S or (leads and not self._rows)
        version = self._version if is_due and all(page.stamps for page in self.pages) else None
        found = await with_database(look)(self.pk, sitters, is_due and leads, self._pulse, version)
        self._tell_stamps(found)
        if found is not None and is_due:
            self._framed_at, self._version = clock, found.version
            await self._frame(found)
        if clock - self._signed_at >= SIGN_S:
            self._signed_at = clock
            await with_database(seen)(self.pk, sitters)

    def _tell_stamps(self, found: Look | None) -> None:
        for page in list(self.pages):
            fresh = found.stamps.get(page.sitter) if found else None
            if found is None or (fresh is None and page.sitter in found.asked):
                page.leave()
            elif fresh is not None and fresh != page.stamps:
                page.stamps = fresh
                page.say(dumps({"type": "stamps", "stamps": fresh}))

    async def _frame(self, found: Look) -> None:
        """Send what is new of counts and cells."""
        cells: Swaps = {}
        if found.rows is not None:
            cells = await with_database(cell_swaps)(self.pk, found.rows, self._rows)
            self._rows, self._pulse = {row.member.pk: row for row in found.rows}, found.pulse
        for page in self.pages:
            runs = page.sitter.member_pk is None
            swaps = dict(cells) if runs else {}
            if found.chart is not None and page.chart != found.chart and (runs or found.chart_is_shown):
                page.chart = found.chart
                swaps |= found.chart
            if swaps:
                page.say(dumps({"type": "swap", "pieces": swaps}))


HALLS: dict[int, Hall] = {}


def enter(pk: int, page: Page) -> Hall:
    """Bring a page into the hall of a class, which is opened for the first one."""
    hall = HALLS.setdefault(pk, Hall(pk))
    hall.enter(page)
    return hall


def leave(hall: Hall, page: Page) -> None:
    """Let a page go, and close the hall behind the last one."""
    hall.leave(page)
    if not hall.pages and HALLS.get(hall.pk) is hall:
        del HALLS[hall.pk]


async def _hear(name: str, note: Note) -> None:
    """Take a note that something in a class has changed."""
    if hall := HALLS.get(int(name)):
        hall.nudge()


NOTES = Notes(TOPIC, _hear)
