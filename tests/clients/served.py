"""A server as it is deployed, and the clients and people that others' programs act as.

It is a process of its own with the settings as they come, brake and second factor included. Clients
are put into the database by the operator; people join the way everybody does, by a link.
"""

import base64
import os
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from joserfc.jwk import ECKey, OKPKey, RSAKey
from sqlalchemy import text

from auth.hashing import make_hash
from auth.scopes import Scope
from db.client import Client, ClientSecret
from db.ids import new_id
from db.organisation import Organisation
from tests.api.process import PROJECT, Command
from tests.conftest import Databases, Operator
from tests.world import KPAI_ID

KEY_ENCRYPTION_KEY = base64.b64encode(bytes(range(32))).decode()
CALLBACK = "https://portal.example/callback"
CODE = ("authorization_code", "refresh_token")
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
SCOPES = (Scope.ORGANISATION_READ, Scope.MOU_READ, Scope.ACTIVITY_READ, Scope.HANDOFF_READ)


@dataclass(frozen=True)
class Registered:
    """A client as its programmer knows it."""

    key: str
    redirect_uri: str = CALLBACK
    secret: str | None = None
    private_jwk: dict[str, Any] | None = field(default=None, repr=False)

    def told(self) -> dict[str, Any]:
        """The same for a program in another language."""
        return {
            "clientId": self.key,
            "redirectUri": self.redirect_uri,
            "secret": self.secret,
            "privateJwk": self.private_jwk,
        }


@dataclass(frozen=True)
class Served:
    """A running server, and the operator's way into its database."""

    address: str
    operator: Operator
    command: Command
    screenshots: Path

    @property
    def graphql(self) -> str:
        return f"{self.address}/graphql"

    async def organisation(self, name: str, **values: Any) -> UUID:
        row = Organisation(id=new_id(), type="UPTD_PPA", name=name, **values)
        async with self.operator() as tx:
            tx.add(row)
        return row.id

    async def partner(self, *, algorithm: str = "ES256", **values: Any) -> Registered:
        """A partner's system, held to FAPI 2.0: key, pushed requests, bound tokens."""
        key = _key(algorithm)
        given: dict[str, Any] = {
            "auth_method": "private_key_jwt",
            "grant_types": ["client_credentials", *CODE, DEVICE],
            "jwks": {"keys": [key.as_dict(private=False)]},
            "dpop_bound": True,
            "par_required": True,
        }
        made = await self._client("partner", given | values)
        return Registered(
            made.key, made.redirect_uris[0], private_jwk=dict(key.as_dict(private=True))
        )

    async def portal(self, **values: Any) -> Registered:
        """A portal in a browser: no secret at all."""
        given = {"auth_method": "none", "grant_types": list(CODE)}
        made = await self._client("portal", given | values)
        return Registered(made.key, made.redirect_uris[0])

    async def program(self, **values: Any) -> Registered:
        """A confidential client with a shared secret, for a start."""
        given = {"grant_types": ["client_credentials", *CODE]}
        made = await self._client("program", given | values)
        secret = f"rks_0123abcd_{base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip('=')}"
        hashed = "0123abcd" + await make_hash(secret)
        async with self.operator() as tx:
            tx.add(ClientSecret(id=new_id(), client_id=made.id, hash=hashed))
        return Registered(made.key, made.redirect_uris[0], secret)

    async def sql(self, statement: str, **values: Any) -> Sequence[Any]:
        """Look, or change something, behind the server's back."""
        async with self.operator() as tx:
            result = await tx.execute(text(statement), values)
            return result.all() if result.returns_rows else []

    async def _client(self, name: str, values: dict[str, Any]) -> Client:
        id = new_id()
        given: dict[str, Any] = {
            "organisation_id": KPAI_ID,
            "name": name.title(),
            "scopes": [scope.value for scope in SCOPES],
            "redirect_uris": [CALLBACK],
        }
        row = Client(**({"id": id, "key": f"{name}-{id.hex[-8:]}"} | given | values))
        async with self.operator() as tx:
            tx.add(row)
        return row


@asynccontextmanager
async def serving(
    databases: Databases, operator: Operator, name: str, where: Path
) -> AsyncIterator[Served]:
    """`rangkul serve` at `localhost`: passkeys know no numbers for a host. As it comes, but with
    the explorer, and with OpenID providers on this machine let in."""
    port = free_port()
    address = f"http://localhost:{port}"
    settings = {
        "DATABASE_URL": databases.app_url(name),
        "RANGKUL_KEY_ENCRYPTION_KEY": KEY_ENCRYPTION_KEY,
        "RANGKUL_ISSUER": address,
        "RANGKUL_PRIVATE_ADDRESSES": "true",
        "RANGKUL_EXPLORER": "true",
        "RANGKUL_EXPLORER_CLIENT_ID": "explorer",
    }
    with Command(where, "serve", "--port", str(port), **settings) as command:
        command.address()
        served = Served(address, operator, command, PROJECT / "screenshots")
        await served.portal(key="explorer", name="Explorer", redirect_uris=[f"{address}/"])
        yield served


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _key(algorithm: str) -> ECKey | RSAKey | OKPKey:
    about: Any = {"kid": f"key-{algorithm}", "alg": algorithm, "use": "sig"}
    if algorithm == "ES256":
        return ECKey.generate_key("P-256", about)
    if algorithm == "PS256":
        return RSAKey.generate_key(2048, about)
    return OKPKey.generate_key("Ed25519", about)
