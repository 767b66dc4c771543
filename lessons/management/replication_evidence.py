"""Evidence for a primary and its backups: how long a failover takes, and what it loses."""

from statistics import mean
from typing import Any

from cluster_engine.actions import parse_script
from cluster_engine.experiments import measure_many
from cluster_engine.labs import get_lab
from cluster_engine.player import Player
from cluster_engine.recording import Recording
from cluster_engine.records import Noted, Returned
from lessons.pages.tolerance import Tolerance

# --- how long it takes -----------------------------------------------------------------------------------------------

HEARTBEATS = ((100, 500, 5), (50, 200, 5), (100, 1000, 20))  # heartbeat, timeout, latency in ms
OFFSETS = 40


def detection_ms(heartbeat: float, timeout: float, latency: float, jobs: int = 1) -> list[float]:
    """Return the times to take over for crashes at moments spread evenly over one heartbeat."""
    settings = {
        "heartbeat_ms": heartbeat, "timeout_ms": timeout, "latency_low_ms": latency, "latency_high_ms": latency,
        "disk_ms": 0,
    }  # fmt: skip
    found: list[float] = []
    for step in range(OFFSETS):
        at = 1_000 + heartbeat * step / OFFSETS
        script = tuple(parse_script(f"{at:g}ms crash r1", get_lab("primary-backup")))
        found += measure_many("primary-backup", settings, [1], "detected_after_ms", script=script, jobs=jobs)
    return found


def detection(jobs: int) -> dict[str, Any]:
    """Return the evidence on the time to take over."""
    rows, within = [], []
    for heartbeat, timeout, latency in HEARTBEATS:
        here = detection_ms(heartbeat, timeout, latency, jobs)
        low, high = timeout - heartbeat + latency, timeout + latency
        ranges = f"{low}–{high}", f"{min(here):.0f}–{max(here):.0f}"
        rows.append([heartbeat, timeout, latency, *ranges, (low + high) / 2, round(mean(here), 1)])
        step = Tolerance(distance=heartbeat / OFFSETS)
        measured = (min(here), max(here), mean(here))
        within.append(all(step.holds(*pair) for pair in zip((low, high, (low + high) / 2), measured, strict=True)))
    return {
        "id": "primary-backup-detection",
        "title": "How long a crash goes unnoticed",
        "source": "worked out: between τ − h + d and τ + d, on average τ − h/2 + d",
        "tolerance": "within one step of the crash's moment, a fortieth of a heartbeat",
        "command": "python -m cluster_engine experiment primary-backup --measure detected_after_ms --seeds 1..1 "
        '--set latency_low_ms=5 --set latency_high_ms=5 --set disk_ms=0 --do "1025ms crash r1"',
        "columns": ["Heartbeat (ms)", "Timeout", "Latency", "Range", "Here", "Mean", "Here"],
        "rows": rows,
        "within": within,
    }


# --- what it loses ---------------------------------------------------------------------------------------------------

PAY_EVERY_MS, CUT_MS, HEAL_MS, UNTIL_MS = 50.0, 1_500.0, 4_500.0, 5_500.0
LOSING = (
    ("at once", {"replication": "asynchronous"}, True),
    ("one backup has it, or after 500 ms", {"replication": "semi-synchronous"}, True),
    ("one backup has it", {"replication": "semi-synchronous", "patience_ms": 60_000}, False),
    ("a majority has it", {"replication": "synchronous", "quorum": True}, False),
)


def losses_of(settings: dict[str, Any], seed: int = 1) -> tuple[int, int, int]:
    """Return how many payments were acknowledged, how many of them by the primary that was cut off, and how many of all
    are missing after the heal. Each of two clients pays every 50 ms, one on each side.
    """
    moments = [500 + PAY_EVERY_MS * turn for turn in range(int((UNTIL_MS - 500) / PAY_EVERY_MS))]
    lines = [f"{at:g}ms deposit 1 node=r1 client=c1\n{at + 25:g}ms deposit 1 client=c2" for at in moments]
    script = "\n".join([f"{CUT_MS:g}ms cut r1,c1 | r2,c2,w1", f"{HEAL_MS:g}ms heal", *lines])
    actions = tuple(parse_script(script, get_lab("primary-backup")))
    player = Player.begin(Recording("primary-backup", settings, seed, actions))
    player.advance(UNTIL_MS + 6_000)
    records, nodes = player.run.world.records, player.run.world.nodes
    told = [one for one in records if isinstance(one, Returned) and one.outcome == "ok"]
    gave_way = next(one.at for one in records if isinstance(one, Noted) and one.event == "steps-down")
    cut_off = [one for one in told if one.client == "c1" and CUT_MS < one.at < gave_way]
    primary = next(name for name in player.run.world.servers() if nodes[name].process.role == "leader")
    kept = {(one.session, one.number) for one in nodes[primary].process.payments}
    missing = [one for one in told if (one.client, one.op // 100) not in kept]
    return len(told), len(cut_off), len(missing)


def losses() -> dict[str, Any]:
    """Return the evidence on failovers."""
    rows, within = [], []
    for title, settings, loses in LOSING:
        acknowledged, cut_off, missing = losses_of(settings)
        rows.append([title, acknowledged, cut_off, missing, f"{100 * missing / acknowledged:.0f} %"])
        within.append(missing == cut_off and (missing > 0) == loses)
    return {
        "id": "primary-backup-losses",
        "title": "What a failover loses",
        "source": "Kingsbury 2013, Call me maybe: Redis: of 2,000 writes 1,998 were acknowledged, and 1,126 of them "
        "(56 %) were gone after the heal, all that the demoted primary had acknowledged",
        "tolerance": "the shape: what is lost is what the primary acknowledged between the cut and the moment it gave "
        "way, all of it and nothing else; it depends on how long the cut lasts, three seconds of five here. Two "
        "clients, one on each side, pay every 50 ms",
        "command": "python manage.py evidence --only primary-backup-losses",
        "columns": ["The primary answers when", "Acknowledged", "of these by the primary cut off", "Lost", "Share"],
        "rows": rows,
        "within": within,
    }
