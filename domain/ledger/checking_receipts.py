"""Checking receipts: what a party holds of the ledger, without the rest of it.

Each receipt proves by itself that its entry is in the signed tree. Together they must tell one
story: the heads, and the running numbers of whoever holds them, in which a gap is a receipt that
was kept back.
"""

from array import array
from itertools import pairwise
from typing import Any

from domain.ledger import entry, merkle
from domain.ledger.checking import earliest_after, leaf_of, well_formed
from domain.ledger.entry import Document, written
from domain.ledger.finding import Findings, Wrong
from domain.ledger.heads import BadHead, Head, Reader


class ReceiptCheck:
    """Takes receipts in any order; says what is wrong with them."""

    def __init__(self, reader: Reader, kept: Head | None = None) -> None:
        self.findings = Findings()
        self.entries = 0
        self._reader = reader
        self._heads: dict[int, Head] = {}
        self._numbers: dict[str, tuple[array[int], array[int]]] = {}
        self._links: list[tuple[int, int, list[bytes], int | None]] = []
        if kept is not None:
            self._heads[kept.size] = kept
        self._kept = kept

    @property
    def heads(self) -> int:
        return len(self._heads)

    def receipt(self, receipt: Any, line: int | None = None) -> None:
        """One receipt."""
        header: Any = receipt.get("entry") if isinstance(receipt, dict) else None
        if not well_formed(header):
            self.findings.add(Wrong.UNREADABLE, "this is no receipt of a ledger", line=line)
            return
        self.entries += 1
        index, id = header["index"], header["id"]
        head = self._head(receipt.get("head"), index, id, line)
        before = receipt.get("before")
        former = self._head(before, index, id, line) if before is not None else None
        if head is not None:
            self._check_place(header, receipt.get("proof"), head, line)
            self._check_time(header, former, head, line)
        self._check_parts(receipt, header, line)

    def link(self, link: Any, line: int | None = None) -> None:
        """A proof that one head continues another (`ledgerConsistency`)."""
        try:
            proof = [bytes.fromhex(step) for step in link["proof"]]
            self._links.append((int(link["from"]), int(link["to"]), proof, line))
        except (KeyError, TypeError, ValueError):
            self.findings.add(Wrong.UNREADABLE, "this is no proof of consistency", line=line)

    def end(self) -> Findings:
        """What can be said only of all of them together."""
        self._check_numbers()
        self._check_heads()
        return self.findings

    def _head(self, token: Any, index: int, id: str, line: int | None) -> Head | None:
        try:
            head = self._reader.read(token)
        except BadHead as error:
            self.findings.add(Wrong.UNSIGNED, f"its signed tree head: {error}", index, id, line)
            return None
        known = self._heads.setdefault(head.size, head)
        if (known.root, known.log) != (head.root, head.log):
            what = f"two signed heads of {head.size} entries differ"
            self.findings.add(Wrong.FORKED, what, index, id, line)
        return head

    def _check_place(self, header: Document, proof: Any, head: Head, line: int | None) -> None:
        index = header["index"]
        leaf = entry.leaf(header)
        steps = [leaf_of(step) or b"" for step in proof] if isinstance(proof, list) else []
        if merkle.includes(leaf, index, head.size, steps, head.root):
            return
        mark = head.mark(index)
        genuine = mark is not None and leaf.hex().startswith(mark)
        wrong, what = (
            (Wrong.UNREADABLE, "it is what was signed, but its proof is not")
            if genuine
            else (Wrong.CHANGED, "it is not what was signed")
        )
        self.findings.add(wrong, what, index, header["id"], line)

    def _check_time(
        self, header: Document, before: Head | None, head: Head, line: int | None
    ) -> None:
        at, index = header["at"], header["index"]
        if (before.size if before else 0) != head.begins:
            what = "the heads it comes with are not those it was sealed between"
            self.findings.add(Wrong.UNREADABLE, what, index, header["id"], line)
            return
        if not earliest_after(before, head) <= at <= written(head.at):
            since = f" after {written(before.at)}" if before else ""
            what = f"it says {at}, and was sealed{since} by {written(head.at)}"
            self.findings.add(Wrong.BACKDATED, what, index, header["id"], line)

    def _check_parts(self, receipt: Document, header: Document, line: int | None) -> None:
        parts = receipt.get("parts")
        index, id = header["index"], header["id"]
        known = set(header["parts"])
        for part in parts if isinstance(parts, list) else []:
            named = isinstance(part, dict) and part.get("entry") == id
            if not named or entry.part_hash(part).hex() not in known:
                what = "what it says was read is not what was signed"
                self.findings.add(Wrong.CHANGED, what, index, id, line)
            if not named or part.get("owner") != receipt.get("for"):
                continue
            if type(part.get("number")) is int:
                numbers, places = self._numbers.setdefault(part["owner"], (array("q"), array("q")))
                numbers.append(part["number"])
                places.append(index)

    def _check_numbers(self) -> None:
        for owner, (numbers, places) in self._numbers.items():
            last, place = 0, -1
            for number, index in sorted(zip(numbers, places, strict=True)):
                if number == last:
                    what = f"receipt number {number} of {owner} is there twice"
                    self.findings.add(Wrong.REPEATED, what, index)
                elif last and number > last + 1:
                    gone = f"number {last + 1}" + (f" to {number - 1}" if number > last + 2 else "")
                    what = f"receipt {gone} of {owner} is not there"
                    self.findings.add(Wrong.REMOVED, what, place + 1)
                elif index <= place:
                    what = f"receipt number {number} of {owner} stands before number {last}"
                    self.findings.add(Wrong.REORDERED, what, index)
                last, place = number, index

    def _check_heads(self) -> None:
        heads = [self._heads[size] for size in sorted(self._heads)]
        for before, head in pairwise(heads):
            if head.at < before.at:
                what = f"the head of {head.size} entries is older than that of {before.size}"
                self.findings.add(Wrong.FORKED, what)
        for old, new, proof, line in self._links:
            one, other = self._heads.get(old), self._heads.get(new)
            if one is None or other is None:
                what = f"a proof speaks of heads of {old} and {new} entries that are not here"
                self.findings.add(Wrong.UNREADABLE, what, line=line)
            elif not merkle.extends(old, new, proof, one.root, other.root):
                what = f"the ledger of {new} entries does not continue that of {old}"
                self.findings.add(Wrong.FORKED, what, line=line)
