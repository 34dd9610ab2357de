"""People with browsers, and the programs that send them here; made straight in the database."""

import hashlib
import itertools
import re
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from httpx import ASGITransport, AsyncClient, BasicAuth, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.applications import Starlette

from auth import clients
from auth.authority import Authority
from auth.client_spec import AuthMethod, ClientSpec, GrantType
from auth.clients import NewClient
from auth.scopes import Scope
from auth.server import routes
from auth.settings import AuthSettings
from db.ids import new_id
from db.organisation import Organisation
from db.session import Database
from db.user import Session, User

KPAI = UUID("019abc00-0000-7000-8000-000000000001")
ISSUER = "https://api.test"
CALLBACK = "https://portal.example.go.id/callback"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
SCOPES = (Scope.MOU_READ, Scope.MOU_SIGN, Scope.HANDOFF_READ, Scope.HANDOFF_IDENTITY)
ALL_PEOPLE = (GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN, GrantType.DEVICE_CODE)
_count = itertools.count(1)

Operator = Callable[[], AbstractAsyncContextManager[AsyncSession]]


class Browser(AsyncClient):
    """A browser that runs no script and does not follow a redirect by itself."""

    async def fill(self, page: Response, button: str = "", **changed: str | None) -> Response:
        """Send the form of a page: as it stands, with fields changed, or left out by None."""
        found = re.search(r'<form method="post" action="([^"]*)">(.*?)</form>', page.text, re.S)
        assert found, page.text
        fields = fields_of(found[2])
        if button:
            fields["decision"] = button
        sent = {name: value for name, value in {**fields, **changed}.items() if value is not None}
        return await self.post(unescape(found[1]), data=sent)


@dataclass
class Place:
    """An authorization server, and whom it knows."""

    authority: Authority
    app: Starlette
    operator: Operator

    def browser(self, language: str = "en", address: str = "203.0.113.1") -> Browser:
        return Browser(
            transport=ASGITransport(self.app, client=(address, 1234)),
            base_url=ISSUER,
            headers={"accept-language": language},
        )

    async def organisation(self, **given: Any) -> UUID:
        row = Organisation(id=new_id(), type="POLICE", name=f"Unit {next(_count)}")
        for name, value in given.items():
            setattr(row, name, value)
        async with self.operator() as tx:
            tx.add(row)
        return row.id

    async def client(self, organisation_id: UUID = KPAI, **given: Any) -> NewClient:
        """A portal in a browser, unless something else is given."""
        usual: dict[str, Any] = {
            "name": "Portal <Mitra>",
            "scopes": SCOPES,
            "auth_method": AuthMethod.NONE,
            "grant_types": ALL_PEOPLE,
            "redirect_uris": [CALLBACK],
        }
        spec = ClientSpec(organisation_id, **(usual | given))
        async with self.operator() as tx:
            return await clients.register(tx, spec)

    async def system(self, organisation_id: UUID = KPAI, **given: Any) -> NewClient:
        """A program that keeps a secret."""
        method = AuthMethod.CLIENT_SECRET_BASIC
        return await self.client(organisation_id, auth_method=method, **given)

    async def person(self, organisation_id: UUID = KPAI, **given: Any) -> User:
        usual: dict[str, Any] = {
            "email": f"orang{next(_count)}@example.go.id",
            "name": "Sari & <Wulan>",
            "roles": ["CASE_WORKER"],
            "language": "en",
            "joined_at": datetime.now(UTC),
        }
        user = User(id=new_id(), organisation_id=organisation_id, **(usual | given))
        async with self.operator() as tx:
            tx.add(user)
        return user

    async def sign_in(self, browser: Browser, user: User) -> UUID:
        """As signing in does: a new session, and its cookie."""
        secret, id = secrets.token_urlsafe(32), new_id()
        ends = datetime.now(UTC) + timedelta(hours=12)
        hashed = hashlib.sha256(secret.encode()).digest()
        async with self.operator() as tx:
            tx.add(Session(id=id, user_id=user.id, hash=hashed, methods=["pwd"], expires_at=ends))
        browser.cookies.set("__Host-rangkul", secret, domain="api.test", path="/")
        return id

    async def arrived(self, user: User | None = None, **given: Any) -> tuple[Browser, Response]:
        """Somebody signed in, before the page on which they decide."""
        browser = self.browser()
        await self.sign_in(browser, user or await self.person())
        client = given.pop("client", None) or await self.client()
        sent = await browser.get("/oauth/authorize", params=asking(client, **given))
        assert sent.status_code == 303, sent.text
        return browser, await browser.get(sent.headers["location"])

    async def rows(self, query: str, **given: Any) -> list[Any]:
        async with self.operator() as tx:
            return list((await tx.execute(text(query), given)).all())


@asynccontextmanager
async def open_place(
    settings: AuthSettings, database: Database, operator: Operator
) -> AsyncIterator[Place]:
    authority = Authority.make(settings, database)
    yield Place(authority, Starlette(routes=routes(authority)), operator)


def asking(client: NewClient, **changed: str | None) -> dict[str, str]:
    """An authorization request in order, with parameters changed, or left out by None."""
    usual: dict[str, str | None] = {
        "response_type": "code",
        "client_id": client.key,
        "redirect_uri": CALLBACK,
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "state": "xyz",
        "scope": "mou:read handoff:read",
    }
    return {name: value for name, value in (usual | changed).items() if value is not None}


async def push(browser: Browser, client: NewClient, **changed: str | None) -> Response:
    """A pushed authorization request by a client with a secret."""
    assert client.secret is not None
    auth = BasicAuth(client.key, client.secret)
    return await browser.post("/oauth/par", data=asking(client, **changed), auth=auth)


def fields_of(form: str) -> dict[str, str]:
    """What a browser would send of a form as it stands."""
    fields = {}
    for tag in re.findall(r"<input [^>]*>", form):
        given = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if given.get("type") != "checkbox" or " checked" in tag:
            fields[unescape(given["name"])] = unescape(given.get("value", ""))
    return fields


def ticked(page: Response) -> set[str]:
    """The scopes that a person need only say yes to."""
    box = r'<input type="checkbox"[^>]* name="scope\.([^"]+)"[^>]* checked>'
    return set(re.findall(box, page.text))


def answered(response: Response, redirect_uri: str = CALLBACK) -> dict[str, str]:
    """What was brought back to the client, always saying who answers."""
    assert response.status_code == 303, response.text
    location = response.headers["location"]
    assert location.startswith(redirect_uri), location
    query = parse_qs(urlsplit(location).query, strict_parsing=True)
    assert query["iss"] == [ISSUER]
    return {name: value for name, (value,) in query.items() if name != "iss"}
