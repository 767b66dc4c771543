"""A hash tree over a store: two stores are compared branch by branch, and only where they differ (Merkle 1987).

As Dynamo compares replicas (DeCandia and others 2007, section 4.7): each leaf stands for the keys that fall to it.
"""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any
from zlib import crc32

Levels = tuple[tuple[str, ...], ...]


def leaf_of(key: str, depth: int) -> int:
    """Return the leaf to which a key falls, of 2 ** depth."""
    place: int = crc32(key.encode()) % 2**depth
    return place


def levels(versions: Mapping[str, Any], depth: int) -> Levels:
    """Return the hashes of each level, the root's first; level `depth` has the leaves."""
    leaves: list[list[str]] = [[] for _ in range(2**depth)]
    for key in sorted(versions):
        leaves[leaf_of(key, depth)].append(f"{key}={versions[key]}")
    found = [tuple(_hash(*leaf) for leaf in leaves)]
    while len(found[0]) > 1:
        below = found[0]
        found.insert(0, tuple(_hash(*below[place : place + 2]) for place in range(0, len(below), 2)))
    return tuple(found)


def _hash(*parts: str) -> str:
    return blake2b("\n".join(parts).encode(), digest_size=8).hexdigest()
