"""One Raft server on the bench: events go in, effects come out, nothing else exists."""

from collections.abc import Iterable
from typing import Any

from cluster_engine.cluster.client import Command, Request
from cluster_engine.cluster.process import Effects, Ordered, Received, Started, TimerFired, WriteSynced
from cluster_engine.protocols.raft import Raft, RaftConfig
from cluster_engine.protocols.raft_log import Entry, RaftDurable, RaftStaged, RaftWrite
from cluster_engine.protocols.raft_messages import (
    AppendEntries,
    AppendEntriesReply,
    PreVoteReply,
    RequestVoteReply,
)


def entries(*terms: int, label: str = "x") -> tuple[Entry, ...]:
    """Entries of these terms, each a write of its own value."""
    return tuple(Entry(term, Command("write", label, f"{term}.{place}")) for place, term in enumerate(terms, 1))


class Bench:
    """A server `n1` of a cluster; `log` gives the terms of the entries on its disk."""

    def __init__(
        self, servers: int = 3, term: int = 0, log: Iterable[int] = (), voted_for: str = "", kind: type[Raft] = Raft,
        **settings: Any,
    ) -> None:  # fmt: skip
        names = tuple(f"n{number}" for number in range(1, servers + 1))
        self.disk = RaftDurable(RaftStaged(term, entries(*log), voted_for))
        self.config = RaftConfig(**({"servers": names, "pre_vote": False, "check_quorum": False} | settings))
        self.kind = kind
        self.out = Effects()
        self.now = 0.0
        self.raft = kind("n1", self.config, self.disk)
        self.step(Started())

    # --- events ---------------------------------------------------------------------------

    def step(self, event: Any) -> "Bench":
        """Take an event; what it brought about is in `out` until the next one."""
        self.out.clear()
        self.out.now = self.now
        self.raft.step(event, self.out)
        return self

    def after(self, ms: float) -> "Bench":
        """Let time pass; no timer fires by itself."""
        self.now += ms
        return self

    def hear(self, sender: str, message: Any) -> "Bench":
        return self.step(Received(sender, message))

    def fire(self, timer: str) -> "Bench":
        return self.step(TimerFired(timer))

    def order(self, what: str, node: str) -> "Bench":
        return self.step(Ordered(what, node))

    def ask(self, f: str, key: str = "x", value: Any = None, number: int = 1, client: str = "c1") -> "Bench":
        return self.hear(client, Request(client, number, Command(f, key, value)))

    def sync(self, count: int = 1) -> "Bench":
        """Let the disk finish the oldest writes that wait."""
        return self.step(WriteSynced(count))

    def append(self, term: int, previous: int, previous_term: int, *terms: int, commit: int = 0, round: int = 1) -> Any:
        """Hear AppendEntries from n2, the leader of a term; return the answer."""
        self.hear("n2", AppendEntries(term, previous, previous_term, entries(*terms), commit, round))
        return self.only("n2")

    def restart(self) -> "Bench":
        """Begin anew with what the writes so far have put on disk."""
        self.raft = self.kind("n1", self.config, self.disk)
        return self.step(Started())

    # --- roles ----------------------------------------------------------------------------

    def stand(self) -> "Bench":
        """Become a candidate whose own vote is on disk."""
        self.fire("election")
        if self.config.pre_vote:
            for peer in self.config.servers[1:]:
                self.hear(peer, PreVoteReply(self.raft.term + 1, True)) if self.raft.role == "pre-candidate" else None
        return self.keep().sync()

    def lead(self) -> "Bench":
        """Become the leader; its no-op is not on disk yet."""
        self.stand()
        for peer in self.config.servers[1:]:
            if self.raft.role != "leader":
                self.hear(peer, RequestVoteReply(self.raft.term, True))
        assert self.raft.role == "leader"
        return self

    def acknowledge(self, peer: str, index: int, round: int = 1) -> "Bench":
        return self.hear(peer, AppendEntriesReply(self.raft.term, True, index, 0, round))

    def reign(self) -> "Bench":
        """Lead, with the no-op committed and on every disk."""
        self.lead().keep().sync()
        for peer in self.config.servers[1:]:
            self.acknowledge(peer, self.raft.log.last_index)
        assert self.raft.commit == self.raft.log.last_index
        return self

    # --- effects --------------------------------------------------------------------------

    def keep(self) -> "Bench":
        """Put the last step's write on the disk."""
        if self.out.write is not None:
            self.disk.apply(self.out.write)
        return self

    @property
    def write(self) -> RaftWrite | None:
        return self.out.write

    def sent(self, to: str = "") -> list[Any]:
        """The messages of the last step, to one receiver or to all."""
        return [message for peer, message in (*self.out.early, *self.out.sends) if to in ("", peer)]

    def only(self, to: str = "") -> Any:
        """The one message of the last step."""
        (message,) = self.sent(to)
        return message

    def terms(self) -> list[int]:
        return [entry.term for entry in self.raft.log.entries]

    def notes(self) -> list[str]:
        return [name for name, _ in self.out.notes]

    def timers(self) -> dict[str, tuple[float | None, float]]:
        """The timers that the last step set (None: cancelled)."""
        return {timer: (after, latest) for timer, after, latest in self.out.timers}
