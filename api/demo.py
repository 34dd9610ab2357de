"""What the explorer of a demo may do besides asking: name the demo's clients and act as one."""

from collections.abc import Iterable, Mapping
from typing import Any

from api.explorer import Demo, DemoClient, DemoToken
from api.settings import Settings
from auth import authentication, grants
from auth.caller import Caller
from auth.grants import GrantKind
from auth.keys import SigningKeys
from auth.tokens import Tokens
from db.session import Database


def explorer_demo(
    settings: Settings, database: Database, listed: Iterable[Mapping[str, Any]]
) -> Demo:
    """Tokens without a secret, for the clients that were seeded and for no other."""
    clients = [DemoClient(client["client_id"], client["organisation"]) for client in listed]
    tokens = Tokens(SigningKeys(database, settings.auth), settings.auth)

    async def named() -> list[DemoClient]:
        return clients

    async def issue(client_key: str) -> DemoToken:
        async with database.authority() as tx:
            client = await authentication.find(tx, client_key)
            if client is None:
                raise LookupError("a client of the demo is gone")
            scopes = client.scopes
            grant_id = await grants.begin(
                tx,
                GrantKind.DEMO,
                client_id=client.id,
                scopes=scopes,
                seconds=settings.token_seconds,
            )
        caller = Caller(client.organisation_id, client.id, client_key, scopes, grant_id=grant_id)
        issued = await tokens.issue(caller)
        return DemoToken(issued.token, issued.expires_in)

    return Demo(named, issue)
