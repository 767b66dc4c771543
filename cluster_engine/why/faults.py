"""Which fault of the learner is behind something: a lost message, a timer that ran out, a process that forgot."""

from collections.abc import Iterator

from cluster_engine.records import Changed, Dropped, Fault, Fired, Record, Sent
from cluster_engine.why.past import Past, received_from

MOST_TRIES = 50  # how often a timer that sets itself anew is followed back


def behind_drop(past: Past, drop: Dropped) -> Fault | None:
    """Return the fault that lost a message: it cut the link, stopped the receiver, or lets messages be lost."""
    cause = past.by_seq.get(drop.cause)
    if isinstance(cause, Fault):
        return cause
    link, cut, found = (drop.node, drop.to), False, None
    for changed, fault in past.faults:
        if changed.seq > drop.seq:
            break
        if changed.node == drop.to and changed.changes.get("status") == "down":
            found = fault if drop.to in drop.why else found
        elif changed.node == "" and "cuts" in changed.changes:
            loses = "random" in drop.why and changed.changes.get("lose_percent")
            was_cut, cut = cut, link in changed.changes["cuts"]
            found = fault if loses or (cut and not was_cut) else found
    return found


def behind_wait(past: Past, sent: Sent) -> Fault | None:
    """Return the fault that keeps a message under way: it was held or delayed, or its link is held or slow."""
    link, hindered, found = (sent.node, sent.to), False, None
    for changed, fault in past.faults:
        if changed.node == "" and changed.seq < sent.seq:
            was_hindered, hindered = hindered, _hinders(changed, link)
            found = fault if hindered and not was_hindered else found if hindered else None
    moved = [past.by_seq.get(one.cause) for one in past.moved.get(sent.msg, ())]
    return next((one for one in reversed(moved) if isinstance(one, Fault)), found)


def _hinders(changed: Changed, link: tuple[str, str]) -> bool:
    named = [*changed.changes.get("held", ()), *changed.changes.get("slow", ())]
    return any(tuple(one[:2]) == link for one in named)


def at_process(past: Past, name: str, first: int, last: int) -> Iterator[Fault]:
    """Yield the faults of one machine between two records, and those in force at the first.

    It crashed, paused, ran slow or had a wrong clock.
    """
    lasting: dict[str, Fault] = {}
    for changed, fault in past.faults:
        if changed.node != name or changed.seq > last:
            continue
        if changed.seq > first:
            if changed.changes.keys() & {"status", "faults"}:
                yield fault
            continue
        if "status" in changed.changes:
            ends = fault.at + (fault.action.get("for_ms") or float("inf"))  # such a pause ends by itself
            paused = changed.changes["status"] == "paused" and ends > past.by_seq[first].at
            _note(lasting, "status", paused, fault)
        if "faults" in changed.changes:
            _note(lasting, "faults", any(value not in (0, 1) for value in changed.changes["faults"].values()), fault)
    yield from lasting.values()


def _note(lasting: dict[str, Fault], what: str, is_wrong: bool, fault: Fault) -> None:
    if is_wrong:
        lasting.setdefault(what, fault)
    else:
        lasting.pop(what, None)


def behind_timer(past: Past, fired: Fired) -> list[Record]:
    """Return why a timer ran out: what lost the message that would have kept it from that, and the message.

    A timer that another process's messages used to set anew tells of its silence; one that was set with a request
    tells of the answer.
    """
    armed, cause = past.armed(fired), None
    for _ in range(MOST_TRIES):
        cause = past.cause(armed) if armed else None
        if not isinstance(cause, Fired):
            break
        armed = past.armed(cause)
    if armed is None:
        return []
    senders = [received_from(cause)] if received_from(cause) else past.asked(armed)
    for changed, fault in past.faults:
        if changed.node in senders and armed.seq < changed.seq < fired.seq and "status" in changed.changes:
            return [fault]
    for drop in past.drops:
        if drop.node in senders and drop.to == fired.node and armed.seq < drop.seq < fired.seq:
            behind = behind_drop(past, drop)
            return [drop, behind] if behind else [drop]
    return []
