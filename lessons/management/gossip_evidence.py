"""Evidence for gossip: rounds until all know, and whom nodes leave out that tire of telling."""

from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from statistics import mean
from typing import Any

from cluster_engine.cluster.requests import Write
from cluster_engine.labs import get_lab
from cluster_engine.systems.gossip import gossip_cluster
from cluster_engine.telemetry.gossip import Epidemic
from lessons.pages.tolerance import Tolerance

# The plain model, in which every node calls one other in each round and news goes one step: mean rounds until all
# know, of 200 runs. Pittel 1987 has log2 n + ln n for push, Karp and others 2000 log3 n and a little for push-pull.
ROUNDS = {
    64: {"push": 11.27, "pull": 9.08, "push-pull": 6.01},
    256: {"push": 14.89, "pull": 11.34, "push-pull": 7.63},
    1024: {"push": 18.13, "pull": 13.72, "push-pull": 9.25},
}
# Demers and others 1987, table 1: calls in vain before a node tires -> share left out, messages a node; 1000 nodes.
RUMOURS = {1: (0.18, 1.7), 2: (0.037, 3.3), 3: (0.011, 4.5)}
OF_ROUNDS, OF_SHARE, OF_MESSAGES = Tolerance(share=0.05), Tolerance(share=0.1, distance=0.001), Tolerance(share=0.05)


def epidemic(nodes: int, mode: str, seed: int, interest: int = 0) -> tuple[int | None, float, float]:
    """Let n1 be told something, until all know or nobody tells it; return the rounds until all knew (None: never), the
    share that was left out, and the messages a node, answers not counted.
    """
    lab = get_lab("gossip")
    settings = lab.check_settings({"mode": mode, "clients": 1, "interest": interest}) | {"nodes": nodes}
    world, meter, told = gossip_cluster(settings, seed), Epidemic(), 0
    world.schedule(200, Write(node="n1"))
    while meter.rounds is None if not interest else not (meter.informed and meter.quiet):
        world.step()
        for record in world.notable:
            if type(record) in meter.kinds:
                meter.see(record)
        told += sum(type(record).__name__ == "Sent" and record.type == "Tell" for record in world.records)
        world.records.clear()
        world.notable.clear()
    return meter.rounds, 1 - meter.informed / nodes, told / nodes


def epidemics(nodes: int, mode: str, runs: int, jobs: int, interest: int = 0) -> list[tuple[int | None, float, float]]:
    """Return what came of so many epidemics."""
    seeds = range(1, runs + 1)
    if jobs == 1:
        return [epidemic(nodes, mode, seed, interest) for seed in seeds]
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(epidemic, repeat(nodes), repeat(mode), seeds, repeat(interest)))


def rounds(runs: int, jobs: int) -> dict[str, Any]:
    """Return the evidence on rounds."""
    rows, within = [], []
    for nodes, published in ROUNDS.items():
        row: list[Any] = [nodes]
        holds = True
        for mode, there in published.items():
            here = mean(found or 0 for found, _, _ in epidemics(nodes, mode, runs, jobs))
            row += [there, round(here, 2)]
            holds &= OF_ROUNDS.holds(there, here)
        rows.append(row)
        within.append(holds)
    return {
        "id": "gossip-rounds",
        "title": "After how many rounds all know",
        "source": "the plain model that Demers and others (1987) and Karp and others (2000) analyse, run 200 times: in "
        "each round every node calls one other",
        "tolerance": "within 5 %; on the screen the lab has 64 nodes at most, so the larger numbers come from the same "
        "nodes and network without one",
        "command": "python -m cluster_engine experiment gossip --measure rounds --set nodes=64 --set mode=push "
        f'--do "200ms write x 1 node=n1" --seeds 1..{runs}\n'
        f"python manage.py evidence --only gossip-rounds --runs {10 * runs}",
        "columns": ["Nodes", "Push", "Here", "Pull", "Here", "Push-pull", "Here"],
        "rows": rows,
        "within": within,
    }


def rumours(runs: int, jobs: int, nodes: int = 1000) -> dict[str, Any]:
    """Return the evidence on nodes that tire."""
    rows, within = [], []
    for interest, (left_out, messages) in RUMOURS.items():
        found = epidemics(nodes, "push", runs, jobs, interest)
        share, told = mean(one for _, one, _ in found), mean(one for _, _, one in found)
        rows.append([interest, f"{100 * left_out:.1f} %", f"{100 * share:.1f} %", messages, round(told, 2)])
        within.append(OF_SHARE.holds(left_out, share) and OF_MESSAGES.holds(messages, told))
    return {
        "id": "gossip-rumours",
        "title": "Whom nodes leave out that tire of telling",
        "source": f"Demers and others 1987, table 1: {nodes:,} nodes that push, with feedback and a counter",
        "tolerance": "shares within a tenth of the published ones, which have two places; messages within 5 %",
        "command": f"python manage.py evidence --only gossip-rumours --runs {10 * runs}",
        "columns": ["Calls in vain", "Left out", "Here", "Messages a node", "Here"],
        "rows": rows,
        "within": within,
    }
