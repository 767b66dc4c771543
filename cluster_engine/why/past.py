"""What led to what: the records up to a moment, indexed for looking back.

Happens-before is Lamport's ("Time, clocks, and the ordering of events", 1978): a record comes after its cause, a
delivery after its sending, and whatever a process does after what it did before. No protocol is known here.
"""

from collections.abc import Iterable, Sequence

from cluster_engine.records import (
    Armed,
    Blocked,
    Changed,
    Delivered,
    Dropped,
    Fault,
    Fired,
    Invoked,
    Moved,
    Noted,
    Record,
    Returned,
    Sent,
    Stepped,
)

TOLD = (Noted, Invoked, Returned)  # what an event brought about, in words


class Past:
    """Records in order, and where to find them."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.records = list(records)
        self.by_seq = {record.seq: record for record in self.records}
        self.told: dict[int, list[Record]] = {}  # event -> what came of it in words
        self.clients: dict[str, None] = {}
        self._invoked: dict[tuple[str, int], Invoked] = {}
        self.faults: list[tuple[Changed, Fault]] = []  # what each fault changed
        self.drops: list[Dropped] = []
        self.moved: dict[int, list[Moved]] = {}  # message -> its new arrivals
        self._sent: dict[int, list[Sent]] = {}  # event -> what was sent because of it
        self._armed: dict[tuple[str, str], list[Armed]] = {}
        self._touched: dict[tuple[str, str], Stepped] = {}  # the latest step of a thread at a place
        for record in self.records:
            self._take(record)

    def _take(self, record: Record) -> None:
        if isinstance(record, TOLD):
            self.told.setdefault(record.cause, []).append(record)
        if isinstance(record, Invoked):
            self.clients[record.client] = None
            self._invoked[record.client, record.op] = record
        elif isinstance(record, Changed):
            fault = self.by_seq.get(record.cause)
            if isinstance(fault, Fault):
                self.faults.append((record, fault))
        elif isinstance(record, Dropped):
            self.drops.append(record)
        elif isinstance(record, Armed) and record.until is not None:
            self._armed.setdefault((record.node, record.timer), []).append(record)
        elif isinstance(record, Sent):
            self._sent.setdefault(record.cause, []).append(record)
        elif isinstance(record, Moved):
            self.moved.setdefault(record.msg, []).append(record)
        elif isinstance(record, Stepped):
            self._touched[record.node, record.location] = record

    def spine(self, seq: int) -> list[Record]:
        """Return a record and its causes, latest first, without sendings: their deliveries stand for them."""
        found: list[Record] = []
        record = self.by_seq.get(seq)
        while record is not None:
            if not isinstance(record, Sent):
                found.append(record)
            record = self.by_seq.get(record.cause)
        return found

    def cause(self, record: Record) -> Record | None:
        """Return the record that caused this one, if it is known."""
        return self.by_seq.get(record.cause)

    def beginnings(self, seqs: Iterable[int]) -> list[Record]:
        """Return where the operations began that ended with these records, and how others took what these wait for."""
        found: list[Record | None] = []
        for seq in seqs:
            record = self.by_seq.get(seq)
            if isinstance(record, Returned):
                found.append(self._invoked.get((record.client, record.op)))
            elif isinstance(record, Blocked):
                found += [self._touched.get((owner, record.on)) for owner in record.owners]
        return [record for record in found if record is not None]

    def armed(self, fired: Fired) -> Armed | None:
        """Return the setting of a timer that led to its running out."""
        settings = self._armed.get((fired.node, fired.timer), ())
        return next((one for one in reversed(settings) if one.seq < fired.seq), None)

    def asked(self, armed: Armed) -> list[str]:
        """Return to whom requests went out when a timer was set."""
        return [sent.to for sent in self._sent.get(armed.cause, ()) if sent.node == armed.node and not sent.reply]


def place(record: Record) -> str:
    """Return the process at which a record happened; "" for the network, or the run as a whole."""
    if isinstance(record, Invoked | Returned):
        return record.client
    node: str = getattr(record, "node", "")
    return node


def places(spine: Sequence[Record]) -> dict[str, int]:
    """Return the processes of a spine, each with the number of its latest record there."""
    found: dict[str, int] = {}
    for record in spine:
        if place(record):
            found.setdefault(place(record), record.seq)
    return found


def received_from(record: Record | None) -> str:
    """Return who sent the message that a delivery is of; "" for any other record."""
    return record.sender if isinstance(record, Delivered) else ""
