"""The Merkle tree of RFC 9162 section 2.1: roots, and proofs that anyone can check.

Pure functions over hashes. A tree is known by its *complete* subtrees, of 2^level leaves each. They
never change again: they are what is stored, and any root or proof of any former size is made of a
handful of them. Libraries for this exist, but the fit ones are copyleft.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

Place = tuple[int, int]
"""A complete subtree: its level (0 for leaves), and its number on that level."""
Range = tuple[int, int]
"""Leaves from the first on, up to but without the second."""

EMPTY = hashlib.sha256().digest()
"""The root of a tree without leaves."""


def leaf_hash(data: bytes) -> bytes:
    """A leaf is hashed with another first byte than a node, so that neither passes as the other."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """A growing tree, kept as its largest complete subtrees from left to right: O(log n)."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        if len(peaks) != size.bit_count():
            raise ValueError("so many leaves have another number of complete subtrees")
        self.size = size
        self._peaks = list(peaks)

    def add(self, leaf: bytes) -> list[tuple[Place, bytes]]:
        """One more leaf hash; answers the subtrees it completes, itself first."""
        made = [((0, self.size), leaf)]
        level, number = 0, self.size
        while number & 1:  # the left neighbour was waiting for this one
            leaf = node_hash(self._peaks.pop(), leaf)
            level, number = level + 1, number >> 1
            made.append(((level, number), leaf))
        self._peaks.append(leaf)
        self.size += 1
        return made

    def root(self) -> bytes:
        return folded(self._peaks)


def folded(subtrees: Sequence[bytes]) -> bytes:
    """The hash of a range from those of its complete subtrees, the largest first."""
    if not subtrees:
        return EMPTY
    found = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        found = node_hash(left, found)
    return found


def cover(leaves: Range) -> list[Place]:
    """The complete subtrees a range is made of, from left to right."""
    start, end = leaves
    places = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        places.append((level, start >> level))
        start += 1 << level
    return places


def inclusion(index: int, size: int) -> list[Range]:
    """The ranges whose hashes prove that a leaf is in a tree (RFC 9162 section 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError("there is no such leaf")
    start, end = 0, size
    path = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return path[::-1]


def consistency(old: int, new: int) -> list[Range]:
    """The ranges that prove one tree to be the beginning of another (RFC 9162 section 2.1.4.1)."""
    if not 0 < old <= new:
        raise ValueError("a tree begins with a smaller one that is not empty")
    start, end = 0, new
    path = []
    whole = True  # whether the old tree is a subtree of its own, whose root the verifier has
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start, whole = middle, False
    if not whole:
        path.append((start, end))
    return path[::-1]


def places(ranges: Iterable[Range]) -> set[Place]:
    """The stored hashes a proof is made of."""
    return {place for leaves in ranges for place in cover(leaves)}


def proof(ranges: Iterable[Range], stored: Mapping[Place, bytes]) -> list[bytes]:
    """The hashes of the ranges."""
    return [folded([stored[place] for place in cover(leaves)]) for leaves in ranges]


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows the leaf in the tree (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    number, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if number & 1 or number == last:
            found = node_hash(step, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node_hash(found, step)
        number, last = number >> 1, last >> 1
    return last == 0 and found == root


def extends(old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the proof shows the new tree to begin with the old one (RFC 9162 section 2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    steps = list(path)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    number, last = old - 1, new - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    of_old = of_new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            of_old, of_new = node_hash(step, of_old), node_hash(step, of_new)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            of_new = node_hash(of_new, step)
        number, last = number >> 1, last >> 1
    return last == 0 and of_old == old_root and of_new == new_root


def _split(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1
