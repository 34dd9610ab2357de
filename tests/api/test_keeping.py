"""A memory that many share: it stays within its bounds, and nobody crowds others out."""

from api.keeping import Kept


def test_what_was_longest_unused_makes_room() -> None:
    kept = Kept[str, int](3)
    for key in "abc":
        kept.keep(key, 1, owner=None, cost=1)
    assert kept.get("a")
    kept.keep("d", 1, owner=None, cost=1)
    assert [key for key in "abcd" if kept.get(key)] == ["a", "c", "d"]


def test_who_floods_pushes_out_only_its_own() -> None:
    kept = Kept[object, int](1_000)
    for number in range(20):
        kept.keep(("good", number), 1, owner="good", cost=10)
    for number in range(100_000):
        kept.keep(("bad", number), 1, owner="bad", cost=7)
        assert kept.cost <= 1_000
    assert all(kept.get(("good", number)) for number in range(20))
    assert len(kept) == 20 + 800 // 7


def test_each_can_count_on_an_equal_part() -> None:
    kept = Kept[object, int](1_000)
    for owner in "abcd":
        for number in range(1_000):
            kept.keep((owner, number), 1, owner=owner, cost=1)
    parts = [
        sum(kept.get((owner, number)) is not None for number in range(1_000)) for owner in "abcd"
    ]
    assert parts == [250] * 4


def test_what_a_flood_took_along_belongs_to_the_next_who_uses_it() -> None:
    kept = Kept[object, int](100)
    kept.keep("shared", 1, owner="bad", cost=1)
    for number in range(200):
        kept.keep(number, 1, owner="bad", cost=1)
    assert kept.get("shared") is None
    kept.keep("shared", 1, owner="good", cost=1)
    for number in range(200):
        kept.keep(number, 1, owner="bad", cost=1)
    assert kept.get("shared")


def test_what_is_used_by_others_stays_though_it_was_brought_by_who_floods() -> None:
    kept = Kept[object, int](100)
    kept.keep("shared", 1, owner="bad", cost=1)
    for number in range(1_000):
        kept.keep(number, 1, owner="bad", cost=1)
        assert kept.get("shared")


def test_what_does_not_fit_is_not_kept() -> None:
    kept = Kept[str, int](10)
    kept.keep("a", 1, owner=None, cost=10)
    kept.keep("b", 1, owner=None, cost=11)
    assert kept.get("a")
    assert kept.get("b") is None


def test_one_key_is_kept_once_and_charged_to_who_brought_it_last() -> None:
    kept = Kept[str, int](10)
    kept.keep("a", 1, owner="one", cost=4)
    kept.keep("a", 2, owner="two", cost=5)
    assert (kept.get("a"), kept.cost, len(kept)) == (2, 5, 1)
    kept.forget("a")
    kept.forget("a")
    assert (kept.cost, len(kept), kept._charged, kept._by_owner) == (0, 0, {}, {})
