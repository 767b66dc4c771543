"""A sample of the storms over the labs; `python -m tests.lab_storms --seeds 1..200` runs more of them."""

import pytest

from cluster_engine.records import Fault, Returned
from tests.lab_storms import PROMISES, Storm, main, verdict
from tests.watched import Broken

SEEDS = range(1, 6)


@pytest.mark.parametrize("name", PROMISES)
def test_what_is_promised_is_kept_and_everyone_comes_back(name: str) -> None:
    records = []
    for seed in SEEDS:
        try:
            records += Storm(PROMISES[name], seed).blow().run.world.records
        except Broken as broken:
            pytest.fail(f"{broken}; again with: python -m tests.lab_storms --seeds {seed} --only {name}")
    assert {"crash", "cut", "heal"} <= {record.action["kind"] for record in records if isinstance(record, Fault)}
    answered = [record.outcome for record in records if isinstance(record, Returned)].count("ok")
    assert answered >= (5 if name == "paxos" else 60), "where one value is chosen, few are told that it is theirs"


FOUND_ONCE = [  # each by the storm of this seed, and mended since
    ("payments-merged", 166), ("primary-backup", 1), ("primary-backup", 23), ("primary-backup", 27), ("cap", 5),
    ("cap", 12), ("reconcile-set", 9), ("reconcile-versions", 10), ("reconcile-escrow", 8),
]  # fmt: skip


@pytest.mark.parametrize(("name", "seed"), FOUND_ONCE)
def test_what_a_storm_found_once_it_does_not_find_again(name: str, seed: int) -> None:
    assert verdict(name, seed) is None


def test_the_command_sums_up_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seeds", "3..4", "--only", "payments"]) == 0
    assert capsys.readouterr().out == "2 storms over each of 1 promises, 0 with a violation\n"
    with pytest.raises(SystemExit):
        main(["--seeds", "many"])
