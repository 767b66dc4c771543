"""A player: a run and the actions that its recording still has in store."""

import pickle
import zlib
from collections.abc import Iterable

from cluster_engine.actions import Script
from cluster_engine.labs.declaration import Goal
from cluster_engine.recording import Recording
from cluster_engine.run import Run

_PACKED = b"\x78"  # how zlib begins; a pickle begins with 0x80


class Player:
    """Advances a run and applies each action after all events up to its time. `done` counts the
    actions applied.
    """

    def __init__(self, run: Run, script: Script, done: int = 0) -> None:
        self.run, self.script, self.done = run, script, done

    @classmethod
    def begin(cls, recording: Recording, goals: Iterable[Goal] = ()) -> "Player":
        """Return a player at the beginning of a recording."""
        return cls(Run(recording, goals), recording.script())

    @classmethod
    def restore(cls, state: bytes, script: Script, done: int) -> "Player":
        """Return a player that goes on from a saved state."""
        return cls(pickle.loads(_unpacked(state)), script, done)

    def save(self) -> bytes:
        """Return the run's present state."""
        return pickle.dumps(self.run, protocol=5)

    def advance(self, to_ms: float, actions: int | None = None) -> None:
        """Go on to `to_ms`; with `actions`, apply no more than that many of the script in all."""
        last = len(self.script) if actions is None else actions
        while self.done < last and self.script[self.done][0] <= to_ms:
            at, action = self.script[self.done]
            self.run.advance(at)
            self.run.replay(action)
            self.done += 1
        self.run.advance(to_ms)

    def next_at(self) -> float:
        """Return when something happens next; infinity: never."""
        coming = self.script[self.done][0] if self.done < len(self.script) else float("inf")
        return min(coming, float(self.run.world.next_at()))


def packed(state: bytes) -> bytes:
    """Return a saved state in less memory, for a state that is rarely wanted."""
    return state if state.startswith(_PACKED) else zlib.compress(state, 1)


def _unpacked(state: bytes) -> bytes:
    return zlib.decompress(state) if state.startswith(_PACKED) else state
