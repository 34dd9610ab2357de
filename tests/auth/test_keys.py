"""Signing keys: first, rotated, shared by replicas, and useless without the key-encryption key."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwk import ECKey
from sqlalchemy import text

import auth.keys
from auth.caller import Caller
from auth.keys import RELOAD_SECONDS, SigningKeys, WrongKeyEncryptionKey
from auth.settings import AuthSettings
from auth.tokens import InvalidToken, Reason, Tokens
from db.ids import new_id
from db.session import Database

SOMEBODY = Caller(new_id(), new_id(), "somebody-00000000", frozenset(), grant_id=new_id())


async def rows(database: Database) -> list[Any]:
    async with database.anonymous() as tx:
        query = "select *, verifies_until - now() as left from signing_key order by created_at"
        return list(await tx.execute(text(query)))


async def test_the_first_call_makes_a_key_and_the_next_ones_use_it(
    database: Database, settings: AuthSettings
) -> None:
    first = await SigningKeys(database, settings).current()
    second = await SigningKeys(database, settings).current()
    assert first.thumbprint() == second.thumbprint()
    assert first.curve_name == "P-256"


async def test_replicas_that_start_together_agree_on_one_key(
    database: Database, settings: AuthSettings
) -> None:
    replicas = [SigningKeys(database, settings) for _ in range(8)]
    keys = await asyncio.gather(*(replica.current() for replica in replicas))
    assert len({key.thumbprint() for key in keys}) == 1
    assert len(await rows(database)) == 1


async def test_the_private_half_is_stored_only_as_ciphertext(
    database: Database, settings: AuthSettings
) -> None:
    key = await SigningKeys(database, settings).current()
    secret = key.as_dict(private=True)["d"]
    [row] = await rows(database)
    assert str(secret) not in str(row)
    assert "d" not in row.public_jwk
    assert row.public_jwk["kid"] == row.kid == key.thumbprint()


async def test_another_key_encryption_key_stops_the_start(
    database: Database, settings: AuthSettings
) -> None:
    await SigningKeys(database, settings).check()
    other = SigningKeys(database, replace(settings, key_encryption_key=b"x" * 32))
    with pytest.raises(WrongKeyEncryptionKey, match="does not open signing key"):
        await other.check()
    assert len(await rows(database)) == 1  # and it made no key beside it


async def test_after_the_key_encryption_key_is_lost_a_rotation_begins_anew(
    database: Database, settings: AuthSettings
) -> None:
    await SigningKeys(database, settings).check()
    other = SigningKeys(database, replace(settings, key_encryption_key=b"x" * 32))
    kid = await other.rotate(leaked=True)
    await other.check()
    assert (await other.current()).thumbprint() == kid


async def test_rotation_publishes_first_and_signs_later(
    database: Database, settings: AuthSettings
) -> None:
    keys = SigningKeys(database, settings)
    old = (await keys.current()).thumbprint()
    new = await keys.rotate()
    assert (await keys.current()).thumbprint() == old
    assert {key["kid"] for key in (await keys.jwks())["keys"]} == {old, new}


async def test_rotation_keeps_old_tokens_valid_until_the_last_is_gone(
    database: Database, settings: AuthSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth.keys, "LEAD_SECONDS", 0)
    keys = SigningKeys(database, settings)
    before = await Tokens(keys, settings).issue(SOMEBODY)
    new = await keys.rotate()
    assert (await keys.current()).thumbprint() == new
    after = await Tokens(keys, settings).issue(SOMEBODY)

    replica = Tokens(SigningKeys(database, settings), settings)
    assert await replica.verify(before.token) == SOMEBODY
    assert await replica.verify(after.token) == SOMEBODY

    old_row, new_row = await rows(database)
    assert old_row.left.total_seconds() > settings.token_seconds + settings.leeway_seconds
    assert new_row.verifies_until is None

    async with database.anonymous() as tx:
        end = "update signing_key set verifies_until = now() where kid = :kid"
        await tx.execute(text(end), {"kid": old_row.kid})
    with pytest.raises(InvalidToken) as refusal:
        await Tokens(SigningKeys(database, settings), settings).verify(before.token)
    assert refusal.value.reason is Reason.UNKNOWN_KEY


async def test_a_second_rotation_does_not_prolong_a_key_that_is_ending(
    database: Database, settings: AuthSettings
) -> None:
    keys = SigningKeys(database, settings)
    await keys.current()
    await keys.rotate()
    ends = (await rows(database))[0].verifies_until
    await keys.rotate()
    assert (await rows(database))[0].verifies_until == ends


async def test_a_leak_ends_the_old_keys_at_once(database: Database, settings: AuthSettings) -> None:
    keys = SigningKeys(database, settings)
    tokens = Tokens(keys, settings)
    stolen = await tokens.issue(SOMEBODY)
    assert await tokens.verify(stolen.token) == SOMEBODY  # that it was good is remembered
    kid = await keys.rotate(leaked=True)
    assert [key["kid"] for key in (await keys.jwks())["keys"]] == [kid]
    with pytest.raises(InvalidToken) as refusal:
        await tokens.verify(stolen.token)
    assert refusal.value.reason is Reason.UNKNOWN_KEY
    assert await tokens.verify((await tokens.issue(SOMEBODY)).token) == SOMEBODY


async def test_the_first_rotation_of_an_empty_installation_signs_at_once(
    database: Database, settings: AuthSettings
) -> None:
    keys = SigningKeys(database, settings)
    kid = await keys.rotate()
    assert (await keys.current()).thumbprint() == kid


async def test_jwks_shows_public_members_only(database: Database, settings: AuthSettings) -> None:
    [key] = (await SigningKeys(database, settings).jwks())["keys"]
    assert key.keys() == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert (key["alg"], key["use"], key["crv"]) == ("ES256", "sig", "P-256")


async def test_a_row_that_was_not_sealed_by_us_is_not_trusted(
    database: Database, settings: AuthSettings
) -> None:
    """Someone who can write the table, but lacks the key-encryption key, gains no signature."""
    keys = SigningKeys(database, settings)
    good = (await keys.current()).thumbprint()
    theirs = ECKey.generate_key("P-256")
    [ours] = await rows(database)
    async with database.anonymous() as tx:
        insert = text(
            "insert into signing_key (kid, public_jwk, private_jwe, signs_from)"
            " values (:kid, cast(:jwk as jsonb), :jwe, now())"
        )
        jwk = json.dumps(theirs.as_dict(private=False))
        # once with rubbish, once with a good ciphertext of another row
        await tx.execute(insert, {"kid": theirs.thumbprint(), "jwk": jwk, "jwe": "a.b.c.d.e"})
        await tx.execute(insert, {"kid": "x" * 43, "jwk": jwk, "jwe": ours.private_jwe})
    replica = SigningKeys(database, settings)
    assert await replica.public(theirs.thumbprint()) is None
    assert await replica.public("x" * 43) is None
    assert (await replica.current()).thumbprint() == good


async def test_random_key_names_reach_the_database_only_now_and_then(
    database: Database, settings: AuthSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    keys = SigningKeys(database, settings, clock=lambda: now)
    known = (await keys.current()).thumbprint()
    reads = 0
    read = keys._read

    async def counted() -> Any:
        nonlocal reads
        reads += 1
        return await read()

    monkeypatch.setattr(keys, "_read", counted)
    for n in range(50):
        assert await keys.public(f"{n:043}") is None
    assert reads == 0
    now += RELOAD_SECONDS
    await asyncio.gather(*(keys.public(f"{n:043}") for n in range(50)))
    assert reads == 1
    assert await keys.public(known) is not None
    assert reads == 1
    now += 31
    assert await keys.public(known) is not None
    assert reads == 2


async def test_a_replica_meets_a_key_made_after_its_last_look(
    database: Database, settings: AuthSettings
) -> None:
    now = 1000.0
    replica = SigningKeys(database, settings, clock=lambda: now)
    await replica.current()
    kid = await SigningKeys(database, settings).rotate()
    now += RELOAD_SECONDS
    assert await replica.public(kid) is not None
