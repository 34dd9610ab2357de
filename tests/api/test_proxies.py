"""Where a request comes from: only the proxies that were named may say it."""

import pytest
from httpx import ASGITransport, AsyncClient
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from api.server import _config
from api.settings import Settings
from auth.endpoint import address_of

PROXY, CLIENT, LIAR = "10.0.0.5", "198.51.100.7", "203.0.113.9"


async def tell(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(str(address_of(Request(scope))))(scope, receive, send)


async def seen(trusted: str, sender: str, *forwarded: str) -> str:
    """Which address the server takes a request for, that `sender` brought to it."""
    config = _config(tell, trusted_proxies=trusted)
    config.load()
    transport = ASGITransport(config.loaded_app, client=(sender, 1234))
    headers = [("x-forwarded-for", value) for value in forwarded]
    async with AsyncClient(transport=transport, base_url="http://inside") as http:
        return (await http.get("/", headers=headers)).text


@pytest.mark.parametrize(
    ("trusted", "sender", "forwarded", "expected"),
    [
        ("", CLIENT, (), CLIENT),
        ("", CLIENT, (LIAR,), CLIENT),
        ("", "127.0.0.1", (LIAR,), "127.0.0.1"),
        (PROXY, CLIENT, (LIAR,), CLIENT),
        (PROXY, PROXY, (CLIENT,), CLIENT),
        (PROXY, PROXY, (f"{LIAR}, {CLIENT}",), CLIENT),
        (PROXY, PROXY, (LIAR, CLIENT), CLIENT),
        ("10.0.0.0/24,192.0.2.1", PROXY, (f"{CLIENT}, 192.0.2.1",), CLIENT),
        (PROXY, PROXY, (), PROXY),
    ],
)
async def test_who_is_believed(
    trusted: str, sender: str, forwarded: tuple[str, ...], expected: str
) -> None:
    assert await seen(trusted, sender, *forwarded) == expected


def test_everybody_cannot_be_trusted_by_mistake() -> None:
    assert Settings(_env_file=None).trusted_proxies == ""  # type: ignore[call-arg]
    given = Settings(_env_file=None, trusted_proxies="10.0.0.5, 2001:db8::/32")  # type: ignore
    assert given.trusted_proxies == "10.0.0.5,2001:db8::/32"
    for wrong in ("*", "proxy.internal", "10.0.0.5/8", "10.0.0.300"):
        with pytest.raises(ValidationError):
            Settings(_env_file=None, trusted_proxies=wrong)  # type: ignore[call-arg]
