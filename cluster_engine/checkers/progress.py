"""Whether things go on: liveness, judged by what clients wait for and by who can talk with whom.

A safety property is broken at one moment and for good. Progress can fail for a while only, so what is found here
begins and ends (Alpern & Schneider, "Defining liveness", 1985): for so long nothing has been answered, and this is why.
"""

from collections.abc import Sequence
from typing import Any

from cluster_engine.checkers.reachability import FIELDS, Reachability, listed
from cluster_engine.monitors import Stall
from cluster_engine.records import Changed, Invoked, Returned

PATIENCE_MS = 1_000.0
MEMBERS = "config"  # the observed field with which replicas name their members, where they change


class Progress:
    """Stalls when no client has had a good answer, no group could give one, or nobody led, for `patience_ms`.

    `needs` of the `servers` (0: a majority) must be able to talk with one of them; `leads` is the role that this one
    must have ("": any server will do). It must also be able to talk with every one of `others`.
    """

    kinds = frozenset({Changed, Invoked, Returned})
    fields = FIELDS | {"role", MEMBERS}

    def __init__(
        self,
        servers: Sequence[str],
        needs: int = 0,
        leads: str = "",
        others: Sequence[str] = (),
        patience_ms: float = PATIENCE_MS,
    ) -> None:
        self._members = tuple(servers)
        self._needs, self._leads, self._others, self._patience = needs, leads, tuple(others), patience_ms
        self._reach = Reachability()
        self._roles: dict[str, str] = {}
        self._asked: dict[int, Invoked] = {}  # what is open
        self._waiting: float | None = None  # since when a client has been waiting that had no good answer
        self._apart: float | None = None  # since when no group is large enough
        self._changed_at = 0.0  # when machines or links last changed
        self._headless: float | None = 0.0 if leads else None  # since when none leads such a group

    def see(self, record: Any) -> None:
        """Read a record."""
        if isinstance(record, Changed):
            self._change(record)
        elif isinstance(record, Invoked):
            self._asked[record.op] = record
            self._waiting = record.at if self._waiting is None else self._waiting
        else:
            self._asked.pop(record.op, None)
            if record.outcome == "ok":
                first = min((one.at for one in self._asked.values()), default=None)
                self._waiting = None if first is None else record.at

    def stall(self, now: float) -> Stall | None:
        """Return what stands still at a moment, since when and why; None: nothing does."""
        if not self._asked and self._apart is None and self._headless is None:
            self._waiting = None  # nobody asks, and whoever would might be answered
        began = [at for at in (self._apart, self._headless, self._waiting) if at is not None]
        late = [at for at in began if now - at >= self._patience]
        return Stall(min(late), self._why(now), tuple(self._members)) if late else None

    def _change(self, record: Changed) -> None:
        changes = record.changes
        if "role" in changes:
            self._roles[record.node] = changes["role"]
        if changes.get(MEMBERS):
            self._members = tuple(changes[MEMBERS])
        if not FIELDS.isdisjoint(changes):
            self._reach.see(record)
            self._changed_at = record.at
        able = self._able()
        self._apart = _since(self._apart, not able, record.at)
        led = not self._leads or any(self._roles.get(name) == self._leads for name in able)
        self._headless = _since(self._headless, not led, record.at)

    def _quorum(self) -> int:
        return self._needs or len(self._members) // 2 + 1

    def _wide(self) -> list[str]:
        """Return who can talk with enough of the members."""
        needs = self._quorum()
        return [name for name in self._members if len(self._reach.circle(name, self._members)) >= needs]

    def _able(self) -> list[str]:
        """Return who can talk with enough of the members, and with all others that matter."""
        return [name for name in self._wide() if len(self._reach.circle(name, self._others)) == len(self._others)]

    # --- in words -----------------------------------------------------------------------------

    def _why(self, now: float) -> str:
        if self._apart is not None:
            return f"{self._apart_words()}."
        able = listed(self._reach.widest(self._members))
        if now - self._changed_at < self._patience:
            return f"{able} can talk now{self._also()}; it takes a moment to go on."
        if self._headless is not None:
            none = "and yet none of them leads" if " and " in able else "but does not lead"
            return f"{able} can talk, {none}{self._also()}."
        if self._asked and not any(map(self._is_heard, self._asked.values())):
            clients = listed(sorted({one.client for one in self._asked.values()}))
            return f"{able} can talk, but {clients} can reach none of them{self._also()}."
        return f"{able} can talk, and yet no client gets a good answer{self._also()}."

    def _apart_words(self) -> str:
        count, needs = len(self._members), self._quorum()
        share = f"all {count}" if needs == count else f"{needs} of {count} servers"
        running = [name for name in self._members if self._reach.runs(name)]
        silent = self._reach.silent(self._members)
        if self._wide():
            return f"{listed(self._others)} are all needed, and {self._missing()}"
        if count == 1:
            return silent
        if len(running) < needs:
            return f"{share if self._needs else f'a majority, {share},'} must run, and {silent}"
        islands = " | ".join(", ".join(island) for island in self._reach.islands(self._members))
        return f"no one can talk with {share if self._needs else 'a majority'}: {islands}" + (
            f"; {silent}" if silent else ""
        )

    def _missing(self) -> str:
        """Return which of the others cannot be reached, in words."""
        wide = self._wide()
        silent = self._reach.silent(self._others)
        cut = [one for one in self._others if self._reach.runs(one) and not self._reach.circle(one, wide)]
        return (
            " and ".join(filter(None, [silent, f"{listed(cut)} cannot be reached" if cut else ""]))
            or "no one reaches all"
        )

    def _is_heard(self, asked: Invoked) -> bool:
        """Whether a request can reach the largest group: at any of its members, or by the address that was asked."""
        able = self._reach.widest(self._members)
        if asked.node in self._members:
            return bool(self._reach.circle(asked.client, able))
        return self._reach.talk(asked.client, asked.node) and bool(self._reach.circle(asked.node, able))

    def _also(self) -> str:
        lost = self._reach.lose_percent
        causes = [self._reach.silent(self._members), f"{lost:g} % of all messages are lost" if lost else ""]
        return f" ({', '.join(filter(None, causes))})" if any(causes) else ""


class InDoubt:
    """Stalls while a server holds something (its observed `field` is not empty) for `patience_ms`; `sources` are those
    of whom it must hear one to let go.
    """

    kinds = frozenset({Changed})

    def __init__(self, field: str, sources: Sequence[str], patience_ms: float = PATIENCE_MS) -> None:
        self.fields = FIELDS | {field}
        self._field, self._sources, self._patience = field, tuple(sources), patience_ms
        self._reach = Reachability()
        self._held: dict[str, tuple[float, str]] = {}  # who: since when, and what

    def see(self, record: Any) -> None:
        """Read a record."""
        if not FIELDS.isdisjoint(record.changes):
            self._reach.see(record)
        if self._field not in record.changes:
            return
        held = record.changes[self._field]
        if held:
            self._held[record.node] = self._held.get(record.node, (record.at, ""))[0], str(held)
        else:
            self._held.pop(record.node, None)

    def stall(self, now: float) -> Stall | None:
        """Return what stands still at a moment, since when and why; None: nothing does."""
        late = {name: one for name, one in self._held.items() if now - one[0] >= self._patience}
        late = {name: one for name, one in late.items() if self._reach.runs(name)}
        if not late:
            return None
        who, many = listed(sorted(late)), len(late) > 1
        what = listed(list(dict.fromkeys(what for _, what in late.values())))
        text = f"{who} {'have' if many else 'has'} voted yes, may not decide alone, and {'hold' if many else 'holds'} "
        text += f"the lock of {what}: {self._silence(list(late))}."
        return Stall(min(since for since, _ in late.values()), text, tuple(late))

    def _silence(self, names: list[str]) -> str:
        silent = self._reach.silent(self._sources)
        deaf = [name for name in names if not self._reach.circle(name, self._sources)]
        if any(self._reach.runs(source) for source in self._sources) and deaf:
            return f"{listed(sorted(deaf))} can't reach {listed(self._sources)}" + (f" ({silent})" if silent else "")
        return silent or f"{listed(self._sources)} {'have' if len(self._sources) > 1 else 'has'} not told how it ended"


def _since(known: float | None, holds: bool, at: float) -> float | None:
    """Return since when something holds: from before, or from now on; None where it does not."""
    return (at if known is None else known) if holds else None
