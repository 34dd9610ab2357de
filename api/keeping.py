"""A bounded memory that many callers share, in which none can push out what others use.

Whoever brings an item is charged for it, and when there is no room, whoever is charged most lets go
of what was longest unused. So a caller that brings thousands of items pushes out its own; each of n
callers can count on the n-th part. Whoever uses an item keeps it fresh. If something was brought by
a caller who floods and so goes, the next to use it brings it again, and is charged from then on.
"""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, NamedTuple, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Item(NamedTuple, Generic[V]):
    value: V
    owner: Hashable
    cost: int


class Kept(Generic[K, V]):
    """Items by key; together they cost at most `most`, in whatever unit their costs are."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.cost = 0
        """Of all items."""
        self._items: dict[K, _Item[V]] = {}
        self._by_owner: dict[Hashable, OrderedDict[K, None]] = {}
        self._charged: dict[Hashable, int] = {}

    def __len__(self) -> int:
        return len(self._items)

    def get(self, key: K) -> V | None:
        """The value that is kept, which is thereby used."""
        item = self._items.get(key)
        if item is None:
            return None
        self._by_owner[item.owner].move_to_end(key)
        return item.value

    def keep(self, key: K, value: V, *, owner: Hashable, cost: int) -> None:
        """Keep a value in place of what was kept by this key, if it fits at all."""
        self.forget(key)
        if cost > self.most:
            return
        self._items[key] = _Item(value, owner, cost)
        self._by_owner.setdefault(owner, OrderedDict())[key] = None
        self._charge(owner, cost)
        while self.cost > self.most:
            largest = max(self._charged, key=self._charged.__getitem__)
            self.forget(next(iter(self._by_owner[largest])))

    def forget(self, key: K) -> None:
        """Let go of an item, if it is kept."""
        item = self._items.pop(key, None)
        if item is None:
            return
        keys = self._by_owner[item.owner]
        del keys[key]
        self._charge(item.owner, -item.cost)
        if not keys:
            del self._by_owner[item.owner], self._charged[item.owner]

    def _charge(self, owner: Hashable, cost: int) -> None:
        self.cost += cost
        self._charged[owner] = self._charged.get(owner, 0) + cost
