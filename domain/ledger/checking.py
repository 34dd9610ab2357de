"""Checking a whole ledger, entry by entry as it streams by, with nothing but the public keys.

The tree is grown again from what the entries say, and held against each signed head. Beside each
entry stands the hash it had, and in each head a mark of every entry sealed under it, so that what
was tampered with is named and the rest can still be checked.
"""

import re
from datetime import datetime, timedelta
from typing import Any

from domain.ledger import entry, merkle
from domain.ledger.entry import Document, written
from domain.ledger.finding import Findings, Wrong
from domain.ledger.heads import MARK, BadHead, Head, Reader
from domain.ledger.merkle import Frontier, Place

ALLOWANCE = timedelta(minutes=5)
"""How long an entry may have been under way when a head was signed without it."""

_NAMES = {"at", "client", "id", "index", "parts", "reader", "request", "user"}
_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_EARLIEST = "0001-01-01T00:00:00.000000Z"


class LogCheck:
    """Takes entries and heads in their order; says what is wrong with them."""

    def __init__(self, reader: Reader, kept: Head | None = None) -> None:
        self.findings = Findings()
        self.entries = self.heads = 0
        self.next = 0
        """The index that must come next."""
        self.last: Head | None = None
        """The last head whose signature held."""
        self._reader, self._kept = reader, kept
        self._tree = Frontier()
        self._whole = True  # whether the tree can still be followed
        self._followed = True  # whether the head before this one is known
        # By index: the line where it should be, and the mark it has in a head, if one was met.
        self._missing: dict[int, tuple[int | None, str | None]] = {}
        self._early: set[int] = set()
        self._marks: list[str] = []
        self._since: list[tuple[str, int, str, int | None]] = []

    def entry(
        self,
        header: Any,
        leaf: bytes | None,
        line: int | None = None,
        following: int | None = None,
    ) -> list[tuple[Place, bytes]]:
        """One entry with the hash that stands beside it; ``following`` is the next one's index.

        Answers the subtrees it completes.
        """
        if not well_formed(header):
            self.findings.add(Wrong.UNREADABLE, "this is no entry of a ledger", line=line)
            self._whole = False
            return []
        self.entries += 1
        index, id, at = header["index"], header["id"], header["at"]
        made = entry.leaf(header)
        if leaf is not None and leaf != made:
            self.findings.add(
                Wrong.CHANGED, "it says something else than was hashed", index, id, line
            )
        hash = leaf or made
        if not self._in_place(index, id, line, following, hash.hex()[:MARK]):
            return []
        self._since.append((at, index, id, line))
        return self._grow(hash)

    def missing(self, leaf: bytes) -> list[tuple[Place, bytes]]:
        """An entry that is gone, while the hash it had is still there."""
        self.findings.add(Wrong.REMOVED, "its hash is there and it is not", self.next)
        self.next += 1
        return self._grow(leaf)

    def head(self, token: Any, line: int | None = None) -> Head | None:
        """A signed head, in its place after the last entry it counts; None when it is none."""
        try:
            head = self._reader.read(token)
        except BadHead as error:
            self.findings.add(Wrong.UNSIGNED, f"a signed tree head: {error}", line=line)
            self._followed = False
            return None
        self.heads += 1
        if head.size > self.next:
            self._name_missing(head, line)
        elif head.size < self.next:
            what = f"a signed head of {head.size} entries stands after {self.next}"
            self.findings.add(Wrong.REORDERED, what, line=line)
            return head
        elif self._whole and self._tree.root() != head.root:
            self._name_changed(head, line)
        self._check_order(head, line)
        self._check_times(head)
        self.last = head
        self._marks.clear()
        return head

    def end(self) -> Findings:
        """What can be said only after the last line."""
        for index, (line, _) in sorted(self._missing.items()):
            self.findings.add(Wrong.REMOVED, "it is not there", index, line=line)
        kept = self._kept
        if kept is not None and kept.size > self.next:
            what = f"the head that was kept counts {kept.size} entries, and there are {self.next}"
            self.findings.add(Wrong.TRUNCATED, what, self.next)
        return self.findings

    @property
    def unsealed(self) -> int:
        """Entries after the last head: nobody has signed for them."""
        return self.next - (self.last.size if self.last else 0)

    def _in_place(
        self, index: int, id: str, line: int | None, following: int | None, mark: str
    ) -> bool:
        """Whether the entry is the one that must come next; what is wrong with its place if not."""
        while self.next in self._early and index != self.next:
            self._early.remove(self.next)
            self.next += 1
        if index == self.next:
            self.next += 1
            return True
        self._whole = False
        if index < self.next or index in self._early:
            gone = self._missing.pop(index, None)
            if gone is None:
                self.findings.add(Wrong.REPEATED, "it is there twice", index, id, line)
            elif gone[1] in (None, mark):
                what = f"it stands after entry {self.next - 1}"
                self.findings.add(Wrong.REORDERED, what, index, id, line)
            else:  # another one goes by its number
                self.findings.add(Wrong.REMOVED, "it is not there", index, line=gone[0])
        elif following in (self.next, self.next + 1) and following != index + 1:
            # It came too early: what follows goes on from where it should.
            what = f"it stands where entry {self.next} should"
            self.findings.add(Wrong.REORDERED, what, index, id, line)
            self._early.add(index)
            if following == self.next + 1:
                self._missing[self.next] = (line, None)
                self.next += 1
        else:
            for absent in range(self.next, min(index, self.next + 1_000)):
                self._missing[absent] = (line, None)
            self.next = index + 1
        return False

    def _grow(self, leaf: bytes) -> list[tuple[Place, bytes]]:
        self._marks.append(leaf.hex()[:MARK])
        completed = self._tree.add(leaf)
        kept = self._kept
        here = kept is not None and self._whole and self._tree.size == kept.size
        if kept is not None and here and self._tree.root() != kept.root:
            what = f"the head that was kept for {kept.size} entries has another root"
            self.findings.add(Wrong.FORKED, what, kept.size - 1)
        return completed

    def _name_missing(self, head: Head, line: int | None) -> None:
        """The head counts more than stand here: whose mark is missing was removed."""
        gone = range(self.next, head.size)
        if len(gone) == 1:
            begins = self.next - len(self._marks)
            differ = (
                begins + place
                for place, mark in enumerate(self._marks)
                if head.mark(begins + place) not in (None, mark)
            )
            first = next(differ, self.next) if self._whole else self.next
            self._missing[first] = (line, head.mark(first))
        else:
            what = f"a signed head counts {head.size} entries, and {len(gone)} are not there"
            self.findings.add(Wrong.TRUNCATED, what, gone[0], line=line)
        self.next, self._whole = head.size, False

    def _name_changed(self, head: Head, line: int | None) -> None:
        """The root is another: whose mark is another is what changed."""
        begins = self.next - len(self._marks)
        found = [
            begins + place
            for place, mark in enumerate(self._marks)
            if head.mark(begins + place) not in (None, mark)
        ]
        ids = {index: (id, at_line) for _, index, id, at_line in self._since}
        said = {finding.index for finding in self.findings}
        for index in found:
            if index not in said:
                id, at_line = ids.get(index, (None, line))
                what = "it is not what was signed"
                self.findings.add(Wrong.CHANGED, what, index, id, at_line)
        if not found:
            what = f"up to here the ledger is not what was signed as {head.size} entries"
            self.findings.add(Wrong.CHANGED, what, line=line)
        self._whole = False

    def _check_order(self, head: Head, line: int | None) -> None:
        before, kept = self.last, self._kept
        if self._followed and head.begins != (before.size if before else 0):
            what = f"the signed head of {head.begins} entries is not there"
            self.findings.add(Wrong.REMOVED, what, head.begins - 1, line=line)
        self._followed = True
        if before is not None and (head.at < before.at or head.log != before.log):
            what = f"the head of {head.size} entries is older than the one before it, or another's"
            self.findings.add(Wrong.FORKED, what, line=line)
        if kept is not None and kept.size == head.size and kept.root != head.root:
            what = f"two signed heads of {head.size} entries differ"
            self.findings.add(Wrong.FORKED, what, line=line)

    def _check_times(self, head: Head) -> None:
        """Entries lie between the heads around them, but for what was under way."""
        latest = written(head.at)
        earliest = earliest_after(self.last, head)
        for at, index, id, line in self._since:
            if not earliest <= at <= latest:
                what = f"it says {at}, and was sealed {_between(self.last, head)}"
                self.findings.add(Wrong.BACKDATED, what, index, id, line)
        self._since.clear()


def earliest_after(before: Head | None, head: Head) -> str:
    """The earliest that an entry may say which this head counts, and the one before does not."""
    if before is None:
        return _EARLIEST
    behind = timedelta(seconds=max(before.behind, head.behind))
    earliest: datetime = before.at - ALLOWANCE - behind
    return written(earliest)


def _between(before: Head | None, head: Head) -> str:
    if before is None:
        return f"by {written(head.at)}"
    return f"between {written(before.at)} and {written(head.at)}"


def well_formed(header: Any) -> bool:
    """Whether it is of the form of an entry, whatever it says."""
    if not isinstance(header, dict) or set(header) != _NAMES:
        return False
    known: Document = header
    return (
        isinstance(known["at"], str)
        and _AT.fullmatch(known["at"]) is not None
        and type(known["index"]) is int
        and known["index"] >= 0
        and isinstance(known["id"], str)
        and isinstance(known["parts"], list)
    )


def leaf_of(text: Any) -> bytes | None:
    """A hash as it is written beside an entry."""
    try:
        found = bytes.fromhex(text) if isinstance(text, str) else None
    except ValueError:
        return merkle.EMPTY  # no entry has it, so that it is said to be changed
    return found
