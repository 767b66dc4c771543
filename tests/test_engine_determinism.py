"""One recording gives one digest: in any process, under any hash seed and interpreter, and resumed half-way.

Interpreters that lack the engine's libraries (msgspec, tqdm) are skipped, by name.
"""

import json
import os
import pickle
import subprocess
import sys
from hashlib import blake2b
from pathlib import Path
from shutil import which

import msgspec
import pytest

from cluster_engine.actions import parse_script
from cluster_engine.labs import get_lab
from cluster_engine.player import Player
from cluster_engine.recording import Recording
from cluster_engine.records import Record

ROOT = Path(__file__).parent.parent
SCRIPT = """1s cut n1,n2 | n3,n4,n5; 1200ms write x 1; 2s heal; 2500ms crash leader; 3s lose 20
3500ms restart follower; 4s duplicate 10; 4s reorder 30; 4500ms pause n2 400ms; 5s lose_disk n4; 6s restart n4"""
RECORDING = Recording("raft", {"client_every_ms": 40}, 7, tuple(parse_script(SCRIPT, get_lab("raft"))))
FOR_MS = 8_000.0

RESUME = """
import pickle, sys
from tests.test_engine_determinism import RECORDING, FOR_MS, digest
player = pickle.load(sys.stdin.buffer)
player.advance(FOR_MS)
print(digest(player.run.take_records()))
"""


def digest(records: list[Record]) -> str:
    return blake2b(msgspec.json.Encoder().encode_lines(records), digest_size=16).hexdigest()


def straight() -> list[Record]:
    player = Player.begin(RECORDING)
    player.advance(FOR_MS)
    return player.run.take_records()


def environment(hash_seed: str) -> dict[str, str]:
    return os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}


def digest_in_a_process(interpreter: str, hash_seed: str) -> str:
    command = [interpreter, "-m", "cluster_engine", "run", "--recording", RECORDING.to_text(), "--for", "8s", "--quiet"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment(hash_seed), timeout=60
    )
    found: str = json.loads(done.stdout)["digest"]
    return found


def can_import(interpreter: str) -> bool:
    check = [interpreter, "-c", "import msgspec, tqdm"]
    return subprocess.run(check, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("hash_seed", ["0", "1", "4294967295"])
def test_the_hash_seed_changes_nothing(hash_seed: str) -> None:
    assert digest_in_a_process(sys.executable, hash_seed) == digest(straight())


@pytest.mark.parametrize("name", ["python3.11", "python3.12", "python3.13"])
def test_the_interpreter_changes_nothing(name: str) -> None:
    interpreter = which(name)
    if interpreter is None or not can_import(interpreter):
        pytest.skip(f"no {name} with msgspec and tqdm here")
    assert digest_in_a_process(interpreter, "5") == digest(straight())


@pytest.mark.parametrize("half_ms", [0.0, 1_100.0, 3_456.789])
def test_a_run_resumes_from_its_pickle_in_another_process(half_ms: float) -> None:
    player = Player.begin(RECORDING)
    player.advance(half_ms)
    before = player.run.take_records()
    state = pickle.dumps(player)
    done = subprocess.run(
        [sys.executable, "-c", RESUME],
        input=state,
        capture_output=True,
        check=True,
        cwd=ROOT,
        env=environment("99"),
        timeout=60,
    )
    assert done.stdout.decode().strip() == digest(straight()[len(before) :])
