"""One authorization server a test, over the shared database; signing keys start from none."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from httpx import USE_CLIENT_DEFAULT, ASGITransport, AsyncClient, BasicAuth
from sqlalchemy import text
from starlette.applications import Starlette

from auth import clients
from auth.authentication import Authenticator
from auth.authority import Authority
from auth.clients import NewClient
from auth.keys import SigningKeys
from auth.scopes import Scope
from auth.server import routes
from auth.settings import AuthSettings
from auth.tokens import Tokens
from db.session import Database

KPAI = UUID("019abc00-0000-7000-8000-000000000001")
SETTINGS = AuthSettings(
    issuer="https://api.test",
    audience="https://api.test/graphql",
    key_encryption_key=bytes(range(32)),
    token_requests_per_minute=0,  # how often one may try is tested in test_brake.py
    failures_per_minute=0,
)


@dataclass
class Server:
    """What a process holds, and an HTTP client that talks to it."""

    authority: Authority
    app: Starlette
    http: AsyncClient

    @property
    def keys(self) -> SigningKeys:
        return self.authority.keys

    @property
    def tokens(self) -> Tokens:
        return self.authority.tokens

    @property
    def authenticator(self) -> Authenticator:
        return self.authority.authenticator

    async def ask(self, client: NewClient | None = None, **form: str) -> Any:
        """A token request by client_secret_basic, answered by an httpx response."""
        auth = BasicAuth(client.key, client.secret) if client else USE_CLIENT_DEFAULT
        form = {"grant_type": "client_credentials"} | form
        return await self.http.post("/oauth/token", data=form, auth=auth)


@pytest.fixture
def settings() -> AuthSettings:
    return SETTINGS


@pytest_asyncio.fixture(autouse=True)
async def no_signing_keys(operator: Any) -> None:
    """The owner of a table may empty it, though row-level security shows it no row."""
    async with operator() as tx:
        await tx.execute(text("truncate signing_key"))


@pytest_asyncio.fixture
async def server(database: Database, settings: AuthSettings) -> AsyncIterator[Server]:
    authority = Authority.make(settings, database)
    app = Starlette(routes=routes(authority))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://inside") as http:
        yield Server(authority, app, http)


@pytest_asyncio.fixture
async def client(operator: Any) -> NewClient:
    async with operator() as tx:
        return await clients.create(
            tx,
            name="KPAI Portal",
            organisation_id=KPAI,
            scopes=[Scope.MOU_READ, Scope.MOU_WRITE, Scope.HANDOFF_READ],
        )
