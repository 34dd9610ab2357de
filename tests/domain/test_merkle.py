"""The Merkle tree, held against public vectors, and against the definition taken word for word."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ledger import merkle
from domain.ledger.merkle import Frontier, Place, leaf_hash

LEAVES = [
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]  # fmt: skip
"""The data of the reference tests of Certificate Transparency, and the roots of its trees."""
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): INCLUSION[0, 8],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
SIZES = st.integers(1, 90)


def grown(size: int) -> tuple[Frontier, dict[Place, bytes]]:
    """A tree of so many different leaves, and its complete subtrees."""
    tree, stored = Frontier(), {}
    for number in range(size):
        stored.update(tree.add(leaf_hash(bytes([number]))))
    return tree, stored


def defined(data: Sequence[bytes]) -> bytes:
    """MTH of RFC 9162 section 2.1.1, as it stands there."""
    if not data:
        return hashlib.sha256().digest()
    if len(data) == 1:
        return hashlib.sha256(b"\x00" + data[0]).digest()
    k = 1
    while k * 2 < len(data):
        k *= 2
    return hashlib.sha256(b"\x01" + defined(data[:k]) + defined(data[k:])).digest()


def path(m: int, data: Sequence[bytes]) -> list[bytes]:
    """PATH of section 2.1.3.1."""
    if len(data) == 1:
        return []
    k = 1
    while k * 2 < len(data):
        k *= 2
    if m < k:
        return [*path(m, data[:k]), defined(data[k:])]
    return [*path(m - k, data[k:]), defined(data[:k])]


def subproof(m: int, data: Sequence[bytes], b: bool) -> list[bytes]:
    """SUBPROOF of section 2.1.4.1."""
    if m == len(data):
        return [] if b else [defined(data)]
    k = 1
    while k * 2 < len(data):
        k *= 2
    if m <= k:
        return [*subproof(m, data[:k], b), defined(data[k:])]
    return [*subproof(m - k, data[k:], False), defined(data[:k])]


def of(size: int) -> list[bytes]:
    return [bytes([number]) for number in range(size)]


@pytest.fixture(scope="module")
def reference() -> dict[Place, bytes]:
    tree, stored = Frontier(), {}
    for size, data in enumerate(LEAVES):
        assert tree.root().hex() == ROOTS[size]
        stored.update(tree.add(leaf_hash(bytes.fromhex(data))))
    assert tree.root().hex() == ROOTS[8]
    return stored


@pytest.mark.parametrize("place", INCLUSION)
def test_the_published_inclusion_proofs(
    reference: dict[Place, bytes], place: tuple[int, int]
) -> None:
    index, size = place
    proof = merkle.proof(merkle.inclusion(index, size), reference)
    assert [step.hex() for step in proof] == INCLUSION[place]
    leaf = leaf_hash(bytes.fromhex(LEAVES[index]))
    assert merkle.includes(leaf, index, size, proof, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize("sizes", CONSISTENCY)
def test_the_published_consistency_proofs(
    reference: dict[Place, bytes], sizes: tuple[int, int]
) -> None:
    proof = merkle.proof(merkle.consistency(*sizes), reference)
    assert [step.hex() for step in proof] == CONSISTENCY[sizes]
    roots = [bytes.fromhex(ROOTS[size]) for size in sizes]
    assert merkle.extends(*sizes, proof, *roots)


@given(SIZES)
def test_a_growing_tree_is_the_tree_that_is_defined(size: int) -> None:
    tree, stored = grown(size)
    assert tree.root() == defined(of(size))
    for (level, number), hash in stored.items():
        start = number << level
        assert hash == defined(of(size)[start : start + (1 << level)])
    peaks = [stored[place] for place in merkle.cover((0, size))]
    again = Frontier(size, peaks)
    assert again.root() == tree.root()
    assert again.add(b"x") == tree.add(b"x")


@given(st.data(), SIZES)
def test_inclusion(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    tree, stored = grown(size)
    ranges = merkle.inclusion(index, size)
    assert merkle.places(ranges) <= set(stored)
    proof = merkle.proof(ranges, stored)
    assert proof == path(index, of(size))
    leaf, root = leaf_hash(bytes([index])), tree.root()
    assert merkle.includes(leaf, index, size, proof, root)

    for other in range(size):
        if other != index:
            assert not merkle.includes(leaf, other, size, proof, root)
            assert not merkle.includes(leaf_hash(bytes([other])), index, size, proof, root)
    assert not merkle.includes(leaf, index, size, [*proof, root], root)
    for step in range(len(proof)):
        assert not merkle.includes(leaf, index, size, proof[:step] + proof[step + 1 :], root)
        wrong = [*proof[:step], bytes(32), *proof[step + 1 :]]
        assert not merkle.includes(leaf, index, size, wrong, root)


@given(st.data(), SIZES)
def test_consistency(data: st.DataObject, new: int) -> None:
    old = data.draw(st.integers(1, new))
    tree, stored = grown(new)
    proof = merkle.proof(merkle.consistency(old, new), stored)
    assert proof == subproof(old, of(new), True)
    was, root = defined(of(old)), tree.root()
    assert merkle.extends(old, new, proof, was, root)

    assert not merkle.extends(old, new, proof, bytes(32), root)
    assert not merkle.extends(old, new, proof, was, bytes(32))
    assert not merkle.extends(old, new, [*proof, root], was, root)
    for step in range(len(proof)):
        assert not merkle.extends(old, new, proof[:step] + proof[step + 1 :], was, root)
        wrong = [*proof[:step], bytes(32), *proof[step + 1 :]]
        assert not merkle.extends(old, new, wrong, was, root)
    for other in range(1, new):
        if other != old:
            assert not merkle.extends(other, new, proof, defined(of(old)), root)


def test_what_there_can_be_no_proof_of() -> None:
    for index, size in ((0, 0), (1, 1), (-1, 3)):
        with pytest.raises(ValueError, match="no such leaf"):
            merkle.inclusion(index, size)
        assert not merkle.includes(b"", index, size, [], b"")
    for old, new in ((0, 3), (4, 3), (-1, 3)):
        with pytest.raises(ValueError, match="begins with"):
            merkle.consistency(old, new)
        assert not merkle.extends(old, new, [], b"", b"")
    with pytest.raises(ValueError, match="complete subtrees"):
        Frontier(3, [b""])
    assert Frontier().root() == merkle.EMPTY == defined([])
