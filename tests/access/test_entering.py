"""Whatever a token rests on, its end is known to the very next transaction, and so is its return.

Which of them there are is in `doors.py`; here each changes under a caller who is at work.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from auth import grants
from auth.caller import Caller
from auth.grants import GrantKind
from auth.roles import Role
from auth.scopes import Scope
from db.client import Client
from db.ids import new_id
from db.session import CallerUnknown
from db.user import User
from tests.world import KPAI_ID, World

ALL = frozenset(Scope)


@dataclass(frozen=True)
class Portal:
    """A case worker of a unit at KPAI's portal."""

    caller: Caller
    values: dict[str, Any]


@pytest_asyncio.fixture
async def portal(world: World) -> AsyncIterator[Portal]:
    org = await world.org("POLICE_PPA")
    client, person = new_id(), new_id()
    async with world.operator() as tx:
        tx.add(Client(id=client, key=f"portal-{client}", organisation_id=KPAI_ID, name="Portal",
                      scopes=sorted(ALL), open_to_all=True))  # fmt: skip
        tx.add(User(id=person, organisation_id=org.id, email=f"{person}@contoh.id", name="Sari",
                    roles=[Role.CASE_WORKER.value]))  # fmt: skip
        await tx.flush()
        grant = await grants.begin(tx, GrantKind.AUTHORIZATION_CODE, client_id=client,
                                   user_id=person, scopes=ALL, seconds=600)  # fmt: skip
    values = {"org": org.id, "client": client, "person": person, "grant": grant, "kpai": KPAI_ID}
    yield Portal(Caller(org.id, client, "portal", ALL, person, grant), values)


async def scopes(world: World, caller: Caller) -> frozenset[str] | None:
    """What the database lets the caller do now; None when it is nobody."""
    try:
        async with world.database.transaction(caller) as tx:
            return frozenset(await tx.scalar(text("select access.scopes()")))
    except CallerUnknown:
        return None


# What changes, how it changes back, and what is lost meanwhile; None: all.
CHANGES: dict[str, tuple[str, str, set[Scope] | None]] = {
    "the client is disabled": (
        "update client set disabled_at = now() where id = :client",
        "", None),
    "the client loses scopes": (
        "update client set scopes = array_remove(scopes, 'handoff:read') where id = :client",
        "update client set scopes = scopes || '{handoff:read}' where id = :client",
        {Scope.HANDOFF_READ}),
    "the portal is no longer open to all": (
        "update client set open_to_all = false where id = :client",
        "update client set open_to_all = true where id = :client", None),
    "the person is disabled": (
        "update user_account set disabled_at = now() where id = :person",
        "", None),
    "the person has another role": (
        "update user_account set roles = '{AGREEMENT_OFFICER}' where id = :person",
        "update user_account set roles = '{CASE_WORKER}' where id = :person",
        {Scope.HANDOFF_READ, Scope.HANDOFF_WRITE, Scope.HANDOFF_IDENTITY, Scope.HANDOFF_EMERGENCY}),
    "the person belongs elsewhere": (
        "update user_account set organisation_id = :kpai where id = :person",
        "update user_account set organisation_id = :org where id = :person", None),
    "the role covers less": (
        "update staff_role set scopes = array_remove(scopes, 'mou:read')"
        " where code = 'CASE_WORKER'",
        "update staff_role set scopes = scopes || '{mou:read}' where code = 'CASE_WORKER'",
        {Scope.MOU_READ}),
    "the organisation is dissolved": (
        "update organisation set dissolved_at = now() where id = :org",
        "update organisation set dissolved_at = null where id = :org", None),
    "the portal's organisation is dissolved": (
        "update organisation set dissolved_at = now() where id = :kpai",
        "update organisation set dissolved_at = null where id = :kpai", None),
    "the organisation is granted less": (
        "update organisation set scopes = array_remove(scopes, 'activity:write') where id = :org",
        "update organisation set scopes = scopes || '{activity:write}' where id = :org",
        {Scope.ACTIVITY_WRITE}),
    "identities need a key": (
        "update organisation set dpop = 'IDENTITY' where id = :org",
        "update organisation set dpop = 'OPTIONAL' where id = :org",
        {Scope.HANDOFF_IDENTITY}),
    "everything needs a key": (
        "update organisation set dpop = 'REQUIRED' where id = :org",
        "update organisation set dpop = 'OPTIONAL' where id = :org", None),
    "the grant ends": (
        "update oauth_grant set ended_at = now(), end_reason = 'REVOKED' where id = :grant",
        "", None),
    "the grant is over": (
        "update oauth_grant set expires_at = now() where id = :grant",
        "update oauth_grant set expires_at = now() + interval '1 hour' where id = :grant", None),
    "the grant is gone": ("delete from oauth_grant where id = :grant", "", None),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
async def test_the_next_transaction_knows(world: World, portal: Portal, what: str) -> None:
    change, back, lost = CHANGES[what]

    async def do(statement: str) -> None:
        used = {name: v for name, v in portal.values.items() if f":{name}" in statement}
        await world.sql(statement, **used)

    before = await scopes(world, portal.caller)
    assert before and before == {scope.value for scope in Role.CASE_WORKER.scopes}
    try:
        await do(change)
        now = await scopes(world, portal.caller)
        assert now == (None if lost is None else before - lost | (now or frozenset()) - before)
        if "key" in what:
            assert await scopes(world, replace(portal.caller, jkt="x")) == before
    finally:
        if back:
            await do(back)
    if back:
        assert await scopes(world, portal.caller) == before


@pytest.mark.parametrize(
    ("table", "id"), [("client", "client"), ("user_account", "person")]
)  # fmt: skip
async def test_to_be_let_in_again_is_to_begin_anew(
    world: World, portal: Portal, table: str, id: str
) -> None:
    """Shutting out ends grants for good: nothing that was held before comes back with it."""
    for disabled in ("now()", "null"):
        change = f"update {table} set disabled_at = {disabled} where id = :id"
        await world.sql(change, id=portal.values[id])
        assert await scopes(world, portal.caller) is None
    [(reason,)] = await world.sql(
        "select end_reason from oauth_grant where id = :id", id=portal.values["grant"]
    )
    assert reason == "DISABLED"
