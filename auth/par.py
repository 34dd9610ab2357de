"""Pushed authorization requests (RFC 9126): what is asked goes from the client to us directly.

Nothing of it passes through the person's browser but a name for it, which is good once and soon.
Authlib has no such endpoint.
"""

from authlib.oauth2.rfc6749 import InvalidRequestError  # type: ignore[import-untyped]
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from auth import endpoint, tickets
from auth.authentication import KnownClient
from auth.authority import Authority
from auth.authorization import Asked, checked, thumbprint_of
from auth.program import program_route
from auth.tickets import TicketKind

PAR_PATH = "/oauth/par"
PAR_SECONDS = 90
URN = "urn:ietf:params:oauth:request_uri:"


def routes(authority: Authority) -> list[Route]:
    """The endpoint that metadata calls ``pushed_authorization_request_endpoint``."""
    settings = authority.settings

    async def push(request: Request) -> JSONResponse:
        form = await endpoint.form(request)
        client = await authority.authenticator.client(request, form)
        if "request_uri" in form:  # section 2.1
            raise InvalidRequestError("request_uri is what the answer to this request will name.")
        jkt = await possessed(authority, request, form)
        asked = checked(form | jkt, client, audience=settings.audience, pushed=True)
        async with authority.database.authority() as tx:
            ticket = await tickets.issue(
                tx,
                TicketKind.PUSHED_REQUEST,
                seconds=PAR_SECONDS,
                client_id=client.id,
                **asked.kept(),
            )
        return JSONResponse({"request_uri": URN + ticket, "expires_in": PAR_SECONDS}, 201)

    return [program_route(authority, PAR_PATH, push)]


async def possessed(authority: Authority, request: Request, form: dict[str, str]) -> dict[str, str]:
    """The key that a proof shows, as ``dpop_jkt``; that parameter must agree if it is there too
    (RFC 9449 section 10.1)."""
    proofs = request.headers.getlist("dpop")
    if not proofs:
        return {}
    url = authority.settings.issuer + request.url.path
    jkt = await authority.proofs.check(proofs, request.method, url)
    if thumbprint_of(form) not in (None, jkt):
        raise InvalidRequestError("dpop_jkt names another key than the proof.")
    return {"dpop_jkt": jkt}


async def taken(tx: AsyncSession, request_uri: str, client: KnownClient) -> Asked | None:
    """What this client had pushed, once; None for everything else.

    Whoever presents the request of another client does not use it up.
    """
    secret = request_uri.removeprefix(URN)
    pushed = await tickets.look(tx, TicketKind.PUSHED_REQUEST, secret)
    if secret == request_uri or pushed is None or pushed.client_id != client.id:
        return None
    redeemed = await tickets.redeem(tx, TicketKind.PUSHED_REQUEST, secret)
    return Asked.of(redeemed.data) if redeemed else None
