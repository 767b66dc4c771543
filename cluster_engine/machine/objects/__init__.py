"""The objects that threads meet at."""

from cluster_engine.machine.objects.base import Operation, Paused, SyncObject
from cluster_engine.machine.objects.channels import Atomic, Queue
from cluster_engine.machine.objects.locks import Lock, RLock, Semaphore
from cluster_engine.machine.objects.rwlock import RWLock
from cluster_engine.machine.objects.signals import Barrier, Condition, Event

__all__ = [
    "Atomic", "Barrier", "Condition", "Event", "Lock", "Operation", "Paused", "Queue", "RLock", "RWLock", "Semaphore",
    "SyncObject",
]  # fmt: skip
