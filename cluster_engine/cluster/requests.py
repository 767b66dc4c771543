"""What a person can ask the clients of a cluster to do."""

from dataclasses import dataclass
from typing import Any, ClassVar

from cluster_engine.actions import Action, entry
from cluster_engine.cluster.client import MAX_WAITING, Client
from cluster_engine.cluster.cluster import Cluster
from cluster_engine.cluster.naming import unknown_node
from cluster_engine.cluster.node import Node
from cluster_engine.cluster.process import Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRequest(Action):
    """An operation that a client performs."""

    group: ClassVar[str] = "Clients"
    is_fault: ClassVar[bool] = False
    operation: ClassVar[str] = ""

    def refusal(self, world: Cluster) -> str | None:
        if (node := self._asked("node")) and (reason := unknown_node(world, node)):
            return reason
        client = self._client(world)
        if client is None:
            asked = self._asked("client")
            return f"there is no client {asked!r}" if asked else "this cluster has no client"
        process = client.process
        assert isinstance(process, Client), f"{client.name} is no client"
        return f"{client.name} has {MAX_WAITING} operations waiting" if len(process.waiting) >= MAX_WAITING else None

    def apply(self, world: Cluster) -> None:
        client = self._client(world)
        assert client is not None, "a refused request was applied"
        asked = Asked(self.operation, self._asked("key"), getattr(self, "value", None), self._asked("node"))
        world.ask(client, asked)

    def _asked(self, field: str) -> Any:
        return getattr(self, field, "")

    def _client(self, world: Cluster) -> Node | None:
        asked = self._asked("client")
        clients = [node for node in world.nodes.values() if node.kind == "client" and asked in ("", node.name)]
        return clients[0] if clients else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Write(ClientRequest):
    """Write a value."""

    kind: ClassVar[str] = "write"
    label: ClassVar[str] = "Write"
    operation: ClassVar[str] = "write"
    help: ClassVar[str] = "A client writes a value and waits for the answer; it finds the leader by itself."

    key: str = entry("text", "Key", default="x")
    value: str = entry("text", "Value", default="1")
    client: str = entry("client", "Client", default="")
    node: str = entry("node", "Server to ask first", default="")

    def words(self) -> str:
        return f"a client writes {self.key} = {self.value}" + (f" at {self.node}" if self.node else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(ClientRequest):
    """Read a value."""

    kind: ClassVar[str] = "read"
    label: ClassVar[str] = "Read"
    operation: ClassVar[str] = "read"
    help: ClassVar[str] = "A client reads a value; how far that can be trusted depends on the setting “reads”."

    key: str = entry("text", "Key", default="x")
    client: str = entry("client", "Client", default="")
    node: str = entry("node", "Server to ask first", default="")

    def words(self) -> str:
        return f"a client reads {self.key}" + (f" at {self.node}" if self.node else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Add(ClientRequest):
    """Add to a number."""

    kind: ClassVar[str] = "add"
    label: ClassVar[str] = "Add"
    operation: ClassVar[str] = "add"
    help: ClassVar[str] = (
        "A client adds to a number: an operation that must not be applied twice, however often it is retried."
    )

    key: str = entry("text", "Key", default="balance")
    value: float = entry("number", "Amount", default=20.0, low=-1e9, high=1e9)
    client: str = entry("client", "Client", default="")
    node: str = entry("node", "Server to ask first", default="")

    def words(self) -> str:
        return f"a client adds {self.value:g} to {self.key}"


CLIENT_REQUESTS: tuple[type[Action], ...] = (Write, Read, Add)
