"""Partners with accounts of their own, our server, and browsers that go between."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.responses import JSONResponse

from auth import sessions, upstream
from auth.authority import Authority
from auth.client_keys import ClientKeys
from auth.pages import page_route
from auth.settings import AuthSettings
from db.ids import new_id
from db.session import Database
from db.user import IdentityProvider
from tests.auth.issuer import Issuer, Network
from tests.auth.people import organisation, person

NEXT = "/account/sessions"


@dataclass
class Partner:
    """An organisation with accounts of its own, and one person whom it knows."""

    id: UUID
    provider_id: UUID
    issuer: Issuer
    operator: Any
    email: str = ""
    user_id: UUID = field(default_factory=new_id)

    async def invite(self, *, joined: bool = False, **change: Any) -> UUID:
        at = change.pop("organisation_id", self.id)
        self.user_id = await person(self.operator, organisation_id=at, joined=joined)
        self.email = await self.sql("select email from user_account where id = :id")
        self.issuer.claims |= {"email": self.email, "sub": secrets.token_hex(8)}
        return self.user_id

    async def sql(self, statement: str, **values: Any) -> Any:
        async with self.operator() as tx:
            result = await tx.execute(text(statement), {"id": self.user_id} | values)
            return result.scalar() if result.returns_rows else None

    async def events(self) -> list[tuple[str, Any]]:
        query = text(
            "select kind, facts from security_event where organisation_id = :o order by id"
        )
        async with self.operator() as tx:
            return [(row.kind, row.facts) for row in await tx.execute(query, {"o": self.id})]


@dataclass
class Browser:
    http: AsyncClient

    async def begin(self, partner: Partner, next: str = NEXT) -> str:
        """The address at the issuer to which the browser is sent."""
        answer = await self.http.get(upstream.address_with(partner.provider_id, next))
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    async def back(self, partner: Partner, **query: str) -> Response:
        path = f"{upstream.CALLBACK_PATH}/{partner.id.hex}"
        return await self.http.get(path, params=query)

    async def sign_in(self, partner: Partner, **change: str) -> Response:
        answer = partner.issuer.authorize(await self.begin(partner), **change)
        return await self.back(partner, **answer)

    async def who(self) -> str | None:
        return (await self.http.get("/who")).json()["user"]  # type: ignore[no-any-return]


@dataclass
class Here:
    """Our server, and the issuers it can reach."""

    operator: Any
    authority: Authority
    network: Network
    app: Starlette

    async def partner(self, *, secret: str | None = "geheim +/:") -> Partner:
        issuer = Issuer(f"https://id-{secrets.token_hex(4)}.example", secret=secret)
        self.network.issuers[issuer.issuer] = issuer
        id, at = new_id(), await organisation(self.operator)
        seal = upstream.sealed(self.authority.settings)
        async with self.operator() as tx:
            tx.add(
                IdentityProvider(
                    id=id, organisation_id=at, name="Akun lembaga", issuer=issuer.issuer,
                    client_id=issuer.client_id,
                    secret_jwe=seal.seal(secret, str(id)) if secret else None,
                )
            )  # fmt: skip
        return Partner(at, id, issuer, self.operator)

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        async with AsyncClient(
            transport=ASGITransport(self.app),
            base_url="https://api.test",
            headers={"accept-language": "en"},
        ) as http:
            yield Browser(http)


def open_here(database: Database, operator: Any, settings: AuthSettings) -> Here:
    network = Network()
    made = Authority.make(replace(settings, failures_per_minute=0), database)
    authority = replace(made, fetcher=network, client_keys=ClientKeys(network))

    async def who(request: Any) -> JSONResponse:
        found = await sessions.signed_in(authority, request)
        return JSONResponse({"user": str(found.user_id) if found else None})

    app = Starlette(routes=[*upstream.routes(authority), page_route(authority, "/who", who)])
    return Here(operator, authority, network, app)


async def refused(browser: Browser, answer: Response, title: str = "did not work") -> None:
    assert answer.status_code in (400, 403)
    assert title in answer.text
    assert "set-cookie" not in answer.headers or "rangkul=" not in answer.headers["set-cookie"]
    for word in ("code-", "nonce", "eyJ", "sub-1", "polri.example"):  # nothing of what was said
        assert word not in answer.text
    assert await browser.who() is None
