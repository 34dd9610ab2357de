"""Keys of others: taken as registered, or fetched, kept for a while, and never too often."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from joserfc.jwk import ECKey, KeySet, OctKey, OKPKey, RSAKey

from auth.client_keys import (
    FRESH_SECONDS,
    MOST_KEYS,
    RETRY_SECONDS,
    STALE_SECONDS,
    ClientKeys,
    KeysUnavailable,
    usable,
)
from auth.fetching import Fetcher, FetchRefused, Reason

ADDRESS = "https://keys.example/jwks"


@dataclass
class Owner:
    jwks: dict[str, Any] | None = None
    jwks_uri: str | None = None


@dataclass
class Elsewhere(Fetcher):
    """Keys that are published, and how often they were asked for."""

    published: dict[str, Any] | Reason
    asked: int = 0
    slow: asyncio.Event | None = None

    async def get(self, address: str) -> dict[str, Any]:
        self.asked += 1
        if self.slow:
            await self.slow.wait()
        if isinstance(self.published, Reason):
            raise FetchRefused(self.published)
        return self.published


@dataclass
class Around:
    there: Elsewhere
    now: float = 1000.0
    owner: Owner = field(default_factory=lambda: Owner(jwks_uri=ADDRESS))

    def __post_init__(self) -> None:
        self.kept = ClientKeys(self.there, clock=lambda: self.now)

    async def kids(self, kid: str | None = None) -> set[str | None]:
        return {key.kid for key in await self.kept.keys(self.owner, kid)}


def jwk(kid: str, **more: Any) -> dict[str, Any]:
    return {**ECKey.generate_key("P-256").as_dict(private=False), "kid": kid, **more}


def jwks(*kids: str) -> dict[str, Any]:
    return {"keys": [jwk(kid) for kid in kids]}


@pytest.fixture
def around() -> Around:
    return Around(Elsewhere(jwks("one")))


async def test_inline_keys_are_taken_as_they_are(around: Around) -> None:
    around.owner = Owner(jwks=jwks("mine"))
    assert await around.kids("other") == {"mine"}
    assert around.there.asked == 0
    around.owner = Owner()
    with pytest.raises(KeysUnavailable):
        await around.kids()


async def test_a_set_is_kept_a_few_minutes(around: Around) -> None:
    for _ in range(3):
        assert await around.kids("one") == {"one"}
    assert around.there.asked == 1
    around.now += FRESH_SECONDS + 1
    around.there.published = jwks("two")
    assert await around.kids("two") == {"two"}
    assert around.there.asked == 2


async def test_an_unknown_key_makes_us_ask_again_but_not_often(around: Around) -> None:
    await around.kids("one")
    for _ in range(5):
        assert await around.kids("made-up") == {"one"}
    assert around.there.asked == 1  # it was only just fetched
    around.now += RETRY_SECONDS
    around.there.published = jwks("one", "two")
    for kid in ("two", "made-up", "made-up-too"):
        assert await around.kids(kid) == {"one", "two"}
    assert around.there.asked == 2


async def test_old_keys_bridge_a_failure_for_a_time(around: Around) -> None:
    await around.kids()
    around.there.published = Reason.TIMEOUT
    around.now += STALE_SECONDS - 1
    assert await around.kids() == {"one"}
    around.there.published = {"keys": []}  # as bad as no answer
    around.now += 1
    assert await around.kids() == {"one"}
    around.now += RETRY_SECONDS
    with pytest.raises(KeysUnavailable):
        await around.kids()
    around.now += RETRY_SECONDS
    around.there.published = jwks("two")
    assert await around.kids() == {"two"}


async def test_a_failure_is_not_repeated_at_once(around: Around) -> None:
    around.there.published = Reason.PRIVATE_ADDRESS
    for _ in range(5):
        with pytest.raises(KeysUnavailable):
            await around.kids("one")
    assert around.there.asked == 1


async def test_many_at_once_wait_for_one_fetch_and_may_leave(around: Around) -> None:
    around.there.slow = asyncio.Event()
    waiting = [asyncio.create_task(around.kids("one")) for _ in range(50)]
    await asyncio.sleep(0)
    waiting[0].cancel()  # who began it goes away
    await asyncio.sleep(0)
    around.there.slow.set()
    assert await asyncio.gather(*waiting[1:]) == [{"one"}] * 49
    assert around.there.asked == 1


@pytest.mark.filterwarnings("ignore:Key size")
async def test_what_can_check_no_signature_is_left_out() -> None:
    private = ECKey.generate_key("P-256").as_dict(private=True)
    octets = OctKey.generate_key(256).as_dict(private=True)
    weak = RSAKey.generate_key(1024).as_dict(private=False)
    strong = RSAKey.generate_key(2048).as_dict(private=False)
    edwards = OKPKey.generate_key("Ed25519").as_dict(private=False)
    elsewhere = ECKey.generate_key("secp256k1").as_dict(private=False)
    exchange = OKPKey.generate_key("X25519").as_dict(private=False)
    bad = jwk("off-curve", x="AAAA")
    others: list[Any] = [
        private, octets, weak, elsewhere, exchange, bad, jwk("enc", use="enc"),
        jwk("ops", key_ops=["sign"]), {**jwk("number"), "kid": 1}, {"kty": "AKP", "kid": "pq"},
        {"kty": []}, {"kty": "RSA", "n": "AQAB"}, {}, None, "key", [1],
    ]  # fmt: skip
    good = [jwk("a", use="sig"), jwk("b", key_ops=["verify"]), {**strong, "kid": "c"}]
    found = usable({"keys": [*others, *good, {**edwards, "kid": "d"}]})
    assert isinstance(found, KeySet)
    assert [key.kid for key in found] == ["a", "b", "c", "d"]
    with pytest.raises(KeysUnavailable):
        usable({"keys": others})


@pytest.mark.parametrize("bad", [{}, {"keys": {}}, {"keys": None}, {"keys": []}])
async def test_what_is_no_set(bad: dict[str, Any]) -> None:
    with pytest.raises(KeysUnavailable):
        usable(bad)


async def test_too_many_keys() -> None:
    assert usable({"keys": [jwk("x")] * MOST_KEYS})
    with pytest.raises(KeysUnavailable):
        usable({"keys": [jwk("x")] * (MOST_KEYS + 1)})


async def test_a_key_without_a_name_is_called_by_its_thumbprint() -> None:
    key = ECKey.generate_key("P-256")
    [found] = usable({"keys": [key.as_dict(private=False)]})
    assert found.kid == key.thumbprint()


async def test_not_every_address_is_kept_for_ever(around: Around) -> None:
    for n in range(1100):
        await around.kept.at(f"{ADDRESS}{n}", None)
    assert len(around.kept._kept) == 1000
