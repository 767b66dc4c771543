"""The shared state of a run is a fold of its log."""

from lessons.labs.log import fold

CRASH, HEAL = {"kind": "crash", "node": "n1"}, {"kind": "heal"}


def act(branch: int, at: float, action: dict[str, str]) -> tuple[str, dict]:
    return "act", {"branch": branch, "at": at, "action": action}


def test_an_empty_log_is_the_script_it_begins_with() -> None:
    shared = fold([[500.0, CRASH]], [])
    assert shared.current.actions == [(500.0, CRASH)]
    assert (shared.branch, shared.seq, len(shared.branches)) == (0, 0, 1)


def test_actions_are_added_in_order() -> None:
    shared = fold([], [act(0, 10.0, CRASH), act(0, 20.0, HEAL)])
    assert shared.current.actions == [(10.0, CRASH), (20.0, HEAL)]
    assert shared.current.last_action_at() == 20.0


def test_a_fork_keeps_what_was_done_by_then_and_leaves_the_parent_whole() -> None:
    fork = ("fork", {"parent": 0, "branch": 1, "at": 15.0})
    shared = fold([], [act(0, 10.0, CRASH), act(0, 20.0, HEAL), fork, act(1, 15.0, HEAL)])
    assert shared.branch == 1
    assert shared.branches[1].actions == [(10.0, CRASH), (15.0, HEAL)]
    assert shared.branches[0].actions == [(10.0, CRASH), (20.0, HEAL)]
    assert shared.branches[1].to_json() == {"number": 1, "parent": 0, "at": 15.0, "actions": 2}


def test_a_switch_shows_another_branch_and_changes_none() -> None:
    fork = ("fork", {"parent": 0, "branch": 1, "at": 5.0})
    shared = fold([], [act(0, 10.0, CRASH), fork, ("switch", {"branch": 0})])
    assert (shared.branch, shared.seq) == (0, 3)
    assert [len(branch.actions) for branch in shared.branches] == [1, 0]
