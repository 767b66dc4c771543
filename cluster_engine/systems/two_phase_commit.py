"""A coordinator, its participants and their clients; and what can be asked of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cluster_engine.actions import Action, entry
from cluster_engine.cluster.client import Client, ClientConfig
from cluster_engine.cluster.cluster import Cluster
from cluster_engine.cluster.naming import unknown_node
from cluster_engine.cluster.node import Blueprint
from cluster_engine.cluster.process import Ordered
from cluster_engine.cluster.requests import ClientRequest
from cluster_engine.protocols.commit_messages import CommitConfig
from cluster_engine.protocols.multi_paxos_messages import MultiPaxosConfig, MultiPaxosDurable
from cluster_engine.protocols.replicated_coordinator import CoordinatorGroupConfig, ReplicatedCoordinator
from cluster_engine.protocols.two_phase_commit import (
    Coordinator,
    CoordinatorDisk,
    Participant,
    ParticipantDisk,
)


def coordinator_names(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Return tc1, tc2 and so on."""
    return tuple(f"tc{number}" for number in range(1, settings["coordinators"] + 1))


def transaction_system(settings: Mapping[str, Any]) -> list[Blueprint]:
    """Return the coordinator or the group of them, participants and clients."""
    names = tuple(f"p{number}" for number in range(1, settings["participants"] + 1))
    coordinators = coordinator_names(settings)
    config = CommitConfig(
        coordinators=coordinators,
        participants=names,
        cooperative=settings["termination"] == "cooperative",
        vote_ms=settings["vote_ms"],
        ask_ms=settings["ask_ms"],
        bug=settings["bug"],
    )
    patience, every = settings["client_timeout_ms"], settings["client_every_ms"]
    return [
        *coordinating(coordinators, config),
        *(Blueprint(name, "server", config, Participant, ParticipantDisk) for name in names),
        *(
            Blueprint(
                f"c{number}",
                "client",
                ClientConfig(number, coordinators, len(coordinators) == 1, patience, every_ms=every),
                Client,
            )
            for number in range(1, settings["clients"] + 1)
        ),
    ]


def coordinating(names: tuple[str, ...], config: CommitConfig) -> list[Blueprint]:
    """Return one coordinator with a disk of its own, or a group that agrees on its log."""
    if len(names) == 1:
        return [Blueprint(names[0], "server", config, Coordinator, CoordinatorDisk)]
    majority = len(names) // 2 + 1
    group = MultiPaxosConfig(names, majority, majority, round_ms=200.0, backoff_ms=0.0)
    told = CoordinatorGroupConfig(group, config)
    return [Blueprint(name, "server", told, ReplicatedCoordinator, MultiPaxosDurable) for name in names]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transact(ClientRequest):
    """Write at all participants or at none."""

    kind: ClassVar[str] = "transact"
    label: ClassVar[str] = "Transaction"
    operation: ClassVar[str] = "write"
    help: ClassVar[str] = "A client asks for a value to be written at all participants, or at none."

    key: str = entry("text", "Key", default="x")
    value: str = entry("text", "Value", default="1")
    client: str = entry("client", "Client", default="")

    def words(self) -> str:
        return f"a client asks for {self.key} = {self.value} at all participants"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteNo(Action):
    """Make a participant vote no."""

    kind: ClassVar[str] = "vote_no"
    label: ClassVar[str] = "Vote no next"
    group: ClassVar[str] = "Votes"
    target: ClassVar[str | None] = "node"
    help: ClassVar[str] = "The participant will refuse the next transaction, as for want of money."

    node: str = entry("node", "Participant")

    def refusal(self, world: Cluster) -> str | None:
        if reason := unknown_node(world, self.node):
            return reason
        if not isinstance(world.node(self.node).process, Participant):
            return f"{self.node} is no participant"
        return None if world.node(self.node).status == "up" else f"{self.node} is not running"

    def apply(self, world: Cluster) -> None:
        world.ask(world.node(self.node), Ordered("vote no", self.node))

    def words(self) -> str:
        return f"{self.node} will vote no on the next transaction"
