"""What gossip must keep: nobody goes back to an older version, a version says one thing, what was deleted stays so."""

from typing import Any

from cluster_engine.monitors import Violation
from cluster_engine.records import Changed, Noted
from cluster_engine.telemetry.gossip import Resurrected

Version = tuple[int, str]


class NewerOnly:
    """Looks whether a node ever replaces an item with an older version of it; a key may be forgotten altogether."""

    kinds = frozenset({Changed})
    fields = frozenset({"stored"})

    def __init__(self) -> None:
        self._held: dict[str, dict[str, Version]] = {}

    def see(self, record: Any) -> Violation | None:
        """Compare what a node holds with what it held."""
        before = self._held.get(record.node, {})
        now = {key: version for key, version, _ in record.changes["stored"]}
        self._held[record.node] = now
        for key, version in now.items():
            if version < before.get(key, version):
                older, newer = _words(version), _words(before[key])
                return Violation(f"{record.node} had {key} {newer}, and goes back to {older}.", (record.node,))
        return None


class OneStamp:
    """Looks whether two nodes hold different values of one key under the same version: they would never agree."""

    kinds = frozenset({Changed})
    fields = frozenset({"stored"})

    def __init__(self) -> None:
        self._values: dict[tuple[str, Version], tuple[Any, str]] = {}

    def see(self, record: Any) -> Violation | None:
        """Compare each version's value with the one it had elsewhere."""
        for key, version, value in record.changes["stored"]:
            told, node = self._values.setdefault((key, version), (value, record.node))
            if told != value:
                text = f"{key} {_words(version)} is {told} on {node} and {value} on {record.node}: neither gives way."
                return Violation(text, (node, record.node))
        return None


class StaysDeleted:
    """Looks whether a node that deleted a key hears of the old value again, and takes it for news."""

    kinds = frozenset({Noted})

    def __init__(self) -> None:
        self._returns = Resurrected()

    def see(self, record: Any) -> Violation | None:
        """Read a note."""
        if not self._returns.see(record):
            return None
        key, value = record.facts["key"], record.facts["value"]
        return Violation(f"{record.node} deleted {key}, and hears of {key} = {value} again, as news.", (record.node,))


def _words(version: Version) -> str:
    counter, name = version
    return f"in version {counter}" + (f" of {name}" if name else "")
