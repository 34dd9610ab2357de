"""Codes of authenticator apps, and the codes for when there is none."""

import asyncio
from typing import Any
from uuid import UUID

import pyotp
import pytest

from auth import recovery, totp
from auth.settings import AuthSettings
from db.ids import new_id
from db.session import Database
from db.user import User
from tests.auth.visitor import KPAI

NOW = 1_800_000_000


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auth.totp.time.time", lambda: float(NOW))


async def person(operator: Any) -> UUID:
    id = new_id()
    async with operator() as tx:
        tx.add(User(id=id, organisation_id=KPAI, email=f"{id.hex}@example.go.id", name="Sari",
                    roles=["CASE_WORKER"]))  # fmt: skip
    return id


@pytest.mark.parametrize("steps", [-2, -1, 0, 1, 2])
def test_one_step_to_either_side(settings: AuthSettings, still: None, steps: int) -> None:
    id = new_id()
    sealed = totp.new_secret(settings, id)
    shown = totp.shown(settings, id, sealed, "sari@example.go.id")
    assert shown and shown.picture.startswith("data:image/svg+xml")
    code = pyotp.TOTP(shown.text.replace(" ", "")).at(NOW + 30 * steps)
    expected = NOW // 30 + steps if abs(steps) <= 1 else None
    assert totp.step_of(settings, id, sealed, code) == expected
    assert totp.step_of(settings, id, sealed, f" {code[:3]} {code[3:]} ") == expected


def test_a_secret_opens_for_its_owner_alone(settings: AuthSettings) -> None:
    id = new_id()
    sealed = totp.new_secret(settings, id)
    assert totp.shown(settings, new_id(), sealed, "x") is None
    assert totp.step_of(settings, new_id(), sealed, "123456") is None
    assert totp.step_of(settings, id, "no jwe", "123456") is None


async def test_of_two_at_the_same_time_one_is_let_in(
    database: Database, operator: Any, settings: AuthSettings
) -> None:
    id = await person(operator)
    sealed = totp.new_secret(settings, id)
    shown = totp.shown(settings, id, sealed, "x")
    assert shown
    code = pyotp.TOTP(shown.text.replace(" ", "")).now()
    async with database.authority() as tx:
        await totp.put(tx, id, sealed, 0)

    async def attempt() -> bool:
        async with database.authority() as tx:
            return await totp.use(tx, settings, id, code)

    assert sorted(await asyncio.gather(*(attempt() for _ in range(4)))) == [False] * 3 + [True]


async def test_recovery_codes(database: Database, operator: Any, settings: AuthSettings) -> None:
    id, other = await person(operator), await person(operator)
    async with database.authority() as tx:
        codes = await recovery.renew(tx, settings, id)
    assert len({*codes}) == 10 and all(len(code.replace("-", "")) == 16 for code in codes)

    async def attempt(user_id: UUID, code: str) -> bool:
        async with database.authority() as tx:
            return await recovery.use(tx, settings, user_id, code)

    assert not await attempt(other, codes[0])
    assert not await attempt(id, codes[0][:-1])
    tries = await asyncio.gather(*(attempt(id, codes[0].lower()) for _ in range(4)))
    assert sorted(tries) == [False] * 3 + [True]
    misread = codes[1].replace("O", "0").replace("I", "1").replace("B", "8")
    assert await attempt(id, misread)
    async with database.authority() as tx:
        assert await recovery.left(tx, id) == 8
        await recovery.renew(tx, settings, id)
    assert not await attempt(id, codes[2])
