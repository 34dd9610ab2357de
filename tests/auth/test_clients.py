"""Clients and their secrets: made and ended by the operator, compared by the API."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from auth import clients
from auth.clients import ClientRefused, NewClient
from auth.scopes import Scope
from db.ids import new_id
from db.session import Database
from tests.auth.conftest import KPAI

WELL_FORMED = "rks_00000000_" + "A" * 43


async def test_the_secret_is_random_and_stored_only_as_argon2id(
    operator: Any, client: NewClient
) -> None:
    async with operator() as tx:
        query = text("select hash from client_secret where client_id = :id")
        stored = (await tx.execute(query, {"id": client.id})).scalar_one()
        another = await clients.create(
            tx, name="KPAI Portal", organisation_id=KPAI, scopes=[Scope.MOU_READ]
        )
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in stored
    assert client.secret[13:] not in stored
    assert len(client.secret) == len(WELL_FORMED)
    assert another.key != client.key
    assert another.secret != client.secret
    assert client.secret not in repr(client)


async def test_the_api_cannot_read_hashes_nor_make_clients(database: Database) -> None:
    for statement in (
        "select hash from client_secret",
        "insert into client (id, key, organisation_id, name, scopes)"
        f" values ('{new_id()}', 'x', '{KPAI}', 'x', '{{}}')",
    ):
        with pytest.raises(DBAPIError, match=r"permission denied|row-level security"):
            async with database.anonymous() as tx:
                await tx.execute(text(statement))


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\0b"])
async def test_bad_names(operator: Any, name: str) -> None:
    with pytest.raises(ClientRefused):
        async with operator() as tx:
            await clients.create(tx, name=name, organisation_id=KPAI, scopes=[Scope.MOU_READ])


async def test_no_scope_and_no_organisation(operator: Any) -> None:
    with pytest.raises(ClientRefused, match="scope"):
        async with operator() as tx:
            await clients.create(tx, name="x", organisation_id=KPAI, scopes=[])
    with pytest.raises(ClientRefused, match="organisation"):
        async with operator() as tx:
            await clients.create(tx, name="x", organisation_id=new_id(), scopes=[Scope.MOU_READ])


async def test_a_name_without_latin_letters_still_gives_a_key(operator: Any) -> None:
    async with operator() as tx:
        made = await clients.create(tx, name="ᮠᮤ ᮜ", organisation_id=KPAI, scopes=[Scope.MOU_READ])
    assert made.key.startswith("client-")


async def test_a_second_rotation_does_not_prolong_an_ending_secret(
    operator: Any, client: NewClient
) -> None:
    query = text(
        "select expires_at from client_secret where client_id = :id order by created_at limit 1"
    )
    async with operator() as tx:
        await clients.add_secret(tx, client.key, overlap=timedelta(hours=1))
        ends = (await tx.execute(query, {"id": client.id})).scalar_one()
    async with operator() as tx:
        await clients.add_secret(tx, client.key, overlap=timedelta(days=9))
        assert (await tx.execute(query, {"id": client.id})).scalar_one() == ends


@pytest.mark.parametrize("key", ["nobody-00000000", "a\0b", ""])
async def test_acts_on_an_unknown_client(operator: Any, key: str) -> None:
    for act in (clients.disable, clients.add_secret):
        with pytest.raises(ClientRefused):
            async with operator() as tx:
                await act(tx, key)
