"""Which passwords will do, and how they are kept."""

import pytest
from argon2 import PasswordHasher

from auth.passwords import Passwords, Weakness, outdated
from auth.settings import AuthSettings

ABOUT = ("Siti Rahayu", "siti@kpai.go.id", "Komisi Perlindungan Anak Indonesia")


@pytest.fixture
def kept(settings: AuthSettings) -> Passwords:
    return Passwords(settings)


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("pendek-7!x", Weakness.SHORT),
        ("a" * 201, Weakness.LONG),
        ("siti.rahayu1985", Weakness.PERSONAL),
        ("Perlindungan2026", Weakness.PERSONAL),
        ("SITIrahayu@kpai!", Weakness.PERSONAL),
        ("Password1234", Weakness.COMMON),
        ("rahasia123456", Weakness.COMMON),
        ("bismillah123456", Weakness.COMMON),
        ("aaaaaaaaaaaaaaa", Weakness.PATTERN),
        ("abcdabcdabcdabcd", Weakness.PATTERN),
        ("kucing-terbang-42-payung", None),
        ("siti-menari-di-hujan-payung", None),
        ("ç" * 3 + "Qx7!mRt2#kLp", None),
    ],
)
async def test_strength(kept: Passwords, password: str, weakness: Weakness | None) -> None:
    assert await kept.weakness(password, ABOUT) == weakness


async def test_length_is_counted_as_it_is_read(kept: Passwords) -> None:
    """Six letters with an accent each are twelve characters only as some keyboards send them."""
    assert await kept.weakness("e\u0301" * 6, ()) == Weakness.SHORT


async def test_one_form_for_what_looks_the_same(kept: Passwords) -> None:
    hash = await kept.make_hash("caf\u00e9-terbang-42")
    assert hash.startswith("$argon2id$v=19$m=47104,t=2,p=1$")
    assert await kept.matches(hash, "cafe\u0301-terbang-42")
    assert not await kept.matches(hash, "cafe-terbang-42")
    assert not await kept.matches(None, "nobody has this password")
    assert not await kept.matches("no hash", "x")


async def test_a_hash_made_with_less_is_outdated(kept: Passwords) -> None:
    lighter = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash("x")
    assert outdated(lighter)
    assert not outdated(await kept.make_hash("x"))


async def test_nothing_of_a_password_beyond_the_longest_counts_as_one(kept: Passwords) -> None:
    hash = await kept.make_hash("x" * 200)
    assert not await kept.matches(hash, "x" * 10_000)
