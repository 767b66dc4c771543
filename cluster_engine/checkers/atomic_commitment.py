"""The atomic commitment problem, AC1 to AC4 (Bernstein, Hadzilacos and Goodman 1987, section 7.3).

AC5, that all decide once failures are repaired, is a matter of time, and is tested.
"""

from typing import Any

from cluster_engine.monitors import Violation
from cluster_engine.records import Dropped, Fault, Noted


class Decisions:
    """Follows votes and decisions of each transaction; subclasses judge one."""

    kinds: frozenset[Any] = frozenset({Noted})

    def __init__(self) -> None:
        self.votes: dict[str, dict[str, bool]] = {}
        self.decided: dict[str, dict[str, tuple[bool, int]]] = {}  # by node: commit, and the record that says so

    def see(self, record: Any) -> Violation | None:
        """Take a vote or a decision."""
        facts = getattr(record, "facts", {})
        if getattr(record, "event", "") == "votes":
            self.votes.setdefault(facts["transaction"], {})[record.node] = facts["yes"]
        elif getattr(record, "event", "") == "decides":
            violation = self.judge(facts["transaction"], record.node, facts["commit"])
            self.decided.setdefault(facts["transaction"], {})[record.node] = facts["commit"], record.seq
            return violation
        return None

    def judge(self, transaction: str, node: str, commit: bool) -> Violation | None:
        """Judge a decision before it is added to the others."""
        raise NotImplementedError


class OneDecision(Decisions):
    """AC1: all that decide decide the same. AC2: nobody takes a decision back."""

    def judge(self, transaction: str, node: str, commit: bool) -> Violation | None:
        for other, (decision, seq) in self.decided.get(transaction, {}).items():
            if decision != commit:
                words = {True: "committed", False: "aborted"}
                text = f"{node} has {words[commit]} {transaction}, which {other} has {words[decision]}."
                return Violation(text, (node, other), (seq,))
        return None


class CommitByAll(Decisions):
    """AC3: nobody commits unless every participant has voted yes."""

    def __init__(self, participants: int = 2) -> None:
        super().__init__()
        self._participants = participants

    def judge(self, transaction: str, node: str, commit: bool) -> Violation | None:
        yes = [voter for voter, vote in self.votes.get(transaction, {}).items() if vote]
        if not commit or len(yes) >= self._participants:
            return None
        text = f"{node} has committed {transaction} with {len(yes)} of {self._participants} votes."
        return Violation(text, (node,))


class CommitWhenCalm(Decisions):
    """AC4: where all vote yes and nothing fails, the decision is commit."""

    kinds = frozenset({Noted, Fault, Dropped})

    def __init__(self) -> None:
        super().__init__()
        self._is_calm = True

    def see(self, record: Any) -> Violation | None:
        """Note whether anything has ever failed."""
        if not isinstance(record, Noted):
            self._is_calm &= isinstance(record, Fault) and record.action["kind"] in ("transact", "read")
        return super().see(record)

    def judge(self, transaction: str, node: str, commit: bool) -> Violation | None:
        if commit or not self._is_calm or not all(self.votes.get(transaction, {}).values()):
            return None
        return Violation(f"{node} has aborted {transaction}, though nobody voted no and nothing failed.", (node,))
