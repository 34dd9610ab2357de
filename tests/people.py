"""People in tests: made by the operator, as if they had joined, with tokens that act for them."""

import itertools
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func

from auth import grants
from auth.caller import Caller
from auth.grants import GrantKind
from auth.scopes import Scope
from db.client import Client
from db.ids import encode, new_id
from db.user import Session, User
from tests.world import EVERY_SCOPE, KPAI_ID, PARTNER, Api, Org, World

_count = itertools.count(1)


@dataclass(frozen=True)
class Somebody:
    """A person as tests speak of them."""

    id: UUID
    org: Org
    email: str

    @property
    def gid(self) -> str:
        return encode("user", self.id)


async def somebody(world: World, org: Org, *roles: str, joined: bool = True) -> Somebody:
    """A person of an organisation; an administrator when no role is named."""
    email = f"orang{next(_count)}@contoh.example"
    user = User(
        id=new_id(), organisation_id=org.id, email=email, name=f"Orang {email.partition('@')[0]}",
        roles=list(roles) or ["ADMINISTRATOR"],
    )  # fmt: skip
    async with world.operator() as tx:
        tx.add(user)
    if joined:
        await world.sql("update user_account set joined_at = now() where id = :id", id=user.id)
    return Somebody(user.id, org, email)


async def session_of(world: World, person: Somebody) -> str:
    """A browser in which somebody is signed in; its id."""
    id = new_id()
    async with world.operator() as tx:
        tx.add(Session(id=id, user_id=person.id, hash=id.bytes, methods=["pwd", "otp"],
                       expires_at=func.now() + timedelta(hours=1),
                       address="192.0.2.7", user_agent="Peramban"))  # fmt: skip
        await tx.flush()
    return encode("session", id)


async def acting(
    world: World,
    person: Somebody,
    *scopes: Scope,
    session: str | None = None,
    client_id: UUID | None = None,
    jkt: str | None = None,
    language: str = "en",
) -> Api:
    """The API as a program of their organisation uses it for a person."""
    wanted = frozenset(scopes or EVERY_SCOPE)
    allowed = EVERY_SCOPE if person.org.id == KPAI_ID else PARTNER
    session_id = UUID(session.rpartition("_")[2]) if session else None
    async with world.operator() as tx:
        if client_id is None:
            client_id = new_id()
            tx.add(Client(id=client_id, key=f"portal-{next(_count)}", name="portal",
                          organisation_id=person.org.id, scopes=sorted(allowed)))  # fmt: skip
            await tx.flush()
        grant_id = await grants.begin(
            tx, GrantKind.AUTHORIZATION_CODE, client_id=client_id, scopes=wanted, seconds=300,
            user_id=person.id, session_id=session_id, jkt=jkt,
        )  # fmt: skip
    caller = Caller(person.org.id, client_id, "portal", wanted, user_id=person.id,
                    grant_id=grant_id, jkt=jkt)  # fmt: skip
    issued = await world.tokens.issue(caller)
    return Api(world.http, person.org, issued.token, language)


async def held_by(world: World, org: Org) -> dict[str, str]:
    """A person of an organisation, where they are signed in, and what programs hold for them."""
    person = await somebody(world, org, "CASE_WORKER")
    await acting(world, person)
    await world.as_(org)
    [(granted, client)] = await world.sql(
        "select id, client_id from oauth_grant where user_id = :id", id=person.id
    )
    [(grant,)] = await world.sql(
        "select g.id from oauth_grant g join client c on c.id = g.client_id"
        " where user_id is null and organisation_id = :id order by g.id desc limit 1", id=org.id
    )  # fmt: skip
    [(provider,)] = await world.sql(
        "insert into identity_provider (id, organisation_id, name, issuer, client_id)"
        " values (:id, :org, 'x', 'https://sso.example', 'x')"
        " on conflict (organisation_id) do update set name = 'x' returning id",
        id=new_id(), org=org.id,
    )  # fmt: skip
    return {
        "user": person.gid, "session": await session_of(world, person),
        "granted": encode("grant", granted), "client": encode("client", client),
        "grant": encode("grant", grant), "provider": encode("provider", provider),
    }  # fmt: skip
