"""A sample of the storms over the labs; `python -m tests.lab_storms --seeds 1..200` runs more of them."""

import pytest

from cluster_engine.records import Fault, Returned
from tests.lab_storms import PROMISES, Storm, main
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


def test_the_command_sums_up_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seeds", "3..4", "--only", "payments"]) == 0
    assert capsys.readouterr().out == "2 storms over each of 1 promises, 0 with a violation\n"
    with pytest.raises(SystemExit):
        main(["--seeds", "many"])
