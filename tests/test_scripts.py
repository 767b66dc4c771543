"""Scripts: commands, dashes, and in plain words what happened.

`REWRITE=1 pytest tests/test_scripts.py` writes the transcripts anew; read the difference before you commit it.

A block is commands, a line of dashes and the transcript that follows, up to an empty line. Commands:

    cluster nodes=5 seed=3         a new cluster (the first command); any setting of the lab, and `seed`
    1s isolate leader              run up to that time, then act
    run 3s                         run up to that time
    show                           one line for each server
    show x                         what each server's store holds for a key
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster_engine.actions import parse_script
from cluster_engine.labs.raft import LAB
from cluster_engine.records import Fault, Noted, Record, Returned
from cluster_engine.wording import duration_ms
from tests.watched import Watched

SCRIPTS = sorted(Path(__file__).with_name("scripts").glob("*.txt"))
DASHES = "----"


class Transcript:
    """A cluster that scripts drive, and the plain words for what it did."""

    def __init__(self) -> None:
        self.watched = Watched()
        self.told = 0

    def perform(self, command: str) -> Iterator[str]:
        """Do what a command says; yield the lines of its transcript."""
        name, _, rest = command.partition(" ")
        if name == "cluster":
            settings = dict(part.split("=") for part in rest.split())
            self.watched = Watched(seed=int(settings.pop("seed", "1")), **settings)
            self.watched.forgives = True
        elif name == "show":
            yield from self.show(rest)
        elif name == "run":
            yield from self.run_to(duration_ms(rest) or 0.0)
        else:
            for at, action in parse_script(command, LAB):
                yield from self.run_to(at)
                self.watched.world.apply(action)
                yield from self.tell()

    def run_to(self, at: float) -> Iterator[str]:
        self.watched.run_to(at)
        yield from self.tell()

    def tell(self) -> Iterator[str]:
        """Yield what has been noted since the last time."""
        self.watched.run(0)
        news = self.watched.history[self.told :]
        self.told = len(self.watched.history)
        yield from (f"{record.at:8.1f}  {text}" for record in news if (text := self.words(record)))
        yield from (f"{at:8.1f}  ! {broken}" for at, broken in self.watched.broken)
        self.watched.broken.clear()

    def words(self, record: Record) -> str:
        if isinstance(record, Noted):
            return LAB.narrate(record)
        if isinstance(record, Fault):
            return f"> {record.text}"
        if isinstance(record, Returned):
            answer = f"{record.value}" if record.outcome == "ok" else record.why
            return f"{record.client}: {record.outcome}, {answer}"
        return ""

    def show(self, key: str) -> Iterator[str]:
        for raft in self.watched.rafts():
            if key:
                yield f"{raft.me}: {key} = {raft.store.read(key)}"
                continue
            log = " ".join(str(entry.term) for entry in raft.log.entries)
            start = f"…{raft.log.snapshot.index} " if raft.log.snapshot.index else ""
            status = self.watched.world.nodes[raft.me].status
            role = raft.role.value if status != "down" else "down"
            yield f"{raft.me}: {role}, term {raft.term}, log {start}{log or '-'}, committed {raft.commit}"


def replay(script: str) -> str:
    """Return the script with the transcript that its commands have now."""
    transcript, lines, skipping = Transcript(), [], False
    commands: list[str] = []
    for line in script.splitlines():
        if line == DASHES:
            lines += [DASHES, *(told for command in commands for told in transcript.perform(command))]
            commands, skipping = [], True
        elif not line:
            skipping = False
            lines.append(line)
        elif not skipping:
            lines.append(line)
            commands += [] if line.startswith("#") else [line]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_has_its_transcript(path: Path) -> None:
    expected = path.read_text()
    found = replay(expected)
    if os.environ.get("REWRITE"):
        path.write_text(found)
    assert found == expected or os.environ.get("REWRITE")
