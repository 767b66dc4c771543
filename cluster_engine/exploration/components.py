"""Strongly connected components of a graph (Tarjan, 1972), without recursion."""

from collections.abc import Iterator, Mapping, Sequence


def components(follow: Mapping[int, Sequence[int]]) -> Iterator[frozenset[int]]:
    """Yield the strongly connected components of a graph, given what follows each node."""
    search = _Search(follow)
    for node in follow:
        if node not in search.found:
            yield from search.start(node)


class _Search:
    def __init__(self, follow: Mapping[int, Sequence[int]]) -> None:
        self._follow = follow
        self.found: dict[int, int] = {}  # node: when it was found
        self._low: dict[int, int] = {}  # node: the earliest node on the stack that it leads back to
        self._stack: dict[int, None] = {}  # in the order in which they were found

    def start(self, root: int) -> Iterator[frozenset[int]]:
        work = [(root, self._enter(root))]
        while work:
            node, rest = work[-1]
            following = next(rest, None)
            if following is None:
                work.pop()
                yield from self._leave(node, work[-1][0] if work else None)
            elif following not in self.found:
                work.append((following, self._enter(following)))
            elif following in self._stack:
                self._low[node] = min(self._low[node], self.found[following])

    def _enter(self, node: int) -> Iterator[int]:
        self.found[node] = self._low[node] = len(self.found)
        self._stack[node] = None
        return iter(self._follow[node])

    def _leave(self, node: int, parent: int | None) -> Iterator[frozenset[int]]:
        if parent is not None:
            self._low[parent] = min(self._low[parent], self._low[node])
        if self._low[node] == self.found[node]:
            yield frozenset(self._pop_until(node))

    def _pop_until(self, node: int) -> Iterator[int]:
        while True:
            last, _ = self._stack.popitem()
            yield last
            if last == node:
                return
