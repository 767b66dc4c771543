"""What Raft servers say to each other (Raft extended version, figures 2 and 13; dissertation 3.10 and 9.6)."""

import msgspec

from cluster_engine.protocols.raft_log import Entry, Snapshot


class PreVote(msgspec.Struct, frozen=True):
    """Would you vote for me in this term? Nobody's term changes (dissertation 9.6)."""

    term: int
    last_log_index: int
    last_log_term: int


class PreVoteReply(msgspec.Struct, frozen=True):
    """The answer to PreVote; `term` is the one asked about when granted, else the voter's own."""

    term: int
    granted: bool


class RequestVote(msgspec.Struct, frozen=True):
    """Figure 2, RequestVote RPC; `transfer` lets it pass a voter that still hears the leader."""

    term: int
    last_log_index: int
    last_log_term: int
    transfer: bool = False


class RequestVoteReply(msgspec.Struct, frozen=True):
    """Figure 2, RequestVote results."""

    term: int
    granted: bool


class AppendEntries(msgspec.Struct, frozen=True):
    """Figure 2, AppendEntries RPC; `round` numbers the leader's broadcasts for reads and leases."""

    term: int
    prev_log_index: int
    prev_log_term: int
    entries: tuple[Entry, ...]
    leader_commit: int
    round: int


class AppendEntriesReply(msgspec.Struct, frozen=True):
    """Figure 2, AppendEntries results: how far the logs agree, or which `prev_log_index` was rejected."""

    term: int
    success: bool
    match_index: int  # on failure: where the follower thinks agreement may begin (section 5.3, end)
    rejected: int
    round: int


class InstallSnapshot(msgspec.Struct, frozen=True):
    """Figure 13, in one piece."""

    term: int
    snapshot: Snapshot
    round: int


class InstallSnapshotReply(msgspec.Struct, frozen=True):
    """How far the follower's log reaches now."""

    term: int
    match_index: int
    round: int


class TimeoutNow(msgspec.Struct, frozen=True):
    """Stand for election at once (dissertation 3.10)."""

    term: int
