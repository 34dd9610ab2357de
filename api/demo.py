"""What the explorer of a demo may do besides asking: name the demo's clients and act as one."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import text

from api.explorer import Demo, DemoClient, DemoToken
from api.settings import Settings
from auth import grants
from auth.caller import Caller
from auth.grants import GrantKind
from auth.keys import SigningKeys
from auth.scopes import Scope
from auth.tokens import Tokens
from db.session import Database

_CLIENT = text(
    "select client_id, organisation_id, scopes from access.secrets_of(:client_key) limit 1"
)


def explorer_demo(
    settings: Settings, database: Database, listed: Iterable[Mapping[str, Any]]
) -> Demo:
    """Tokens without a secret, for the clients that were seeded and for no other."""
    clients = [DemoClient(client["client_id"], client["organisation"]) for client in listed]
    tokens = Tokens(SigningKeys(database, settings.auth), settings.auth)

    async def named() -> list[DemoClient]:
        return clients

    async def issue(client_key: str) -> DemoToken:
        async with database.anonymous() as tx:
            found = (await tx.execute(_CLIENT, {"client_key": client_key})).one()
        scopes = frozenset(scope for scope in Scope if scope in found.scopes)
        async with database.authority() as tx:
            grant_id = await grants.begin(
                tx,
                GrantKind.DEMO,
                client_id=found.client_id,
                scopes=scopes,
                seconds=settings.token_seconds,
            )
        caller = Caller(
            found.organisation_id, found.client_id, client_key, scopes, grant_id=grant_id
        )
        issued = await tokens.issue(caller)
        return DemoToken(issued.token, issued.expires_in)

    return Demo(named, issue)
