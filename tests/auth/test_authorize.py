"""The authorization endpoint over HTTP: where it sends a browser, and where it does not."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import pytest_asyncio
from httpx import Response

from auth import clients
from auth.client_spec import AuthMethod
from db.session import Database
from tests.auth.conftest import SETTINGS
from tests.auth.visitor import CALLBACK, CHALLENGE, Place, answered, asking, open_place

AUTHORIZE = "/oauth/authorize"


@pytest_asyncio.fixture
async def place(database: Database, operator: Any) -> AsyncIterator[Place]:
    async with open_place(SETTINGS, database, operator) as place:
        yield place


def assert_page(response: Response, status: int = 400) -> None:
    """An error for the person alone: no redirect, no frame, nothing of what was sent."""
    assert response.status_code == status, response.text
    assert "location" not in response.headers
    assert "evil" not in response.text
    assert response.headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["referrer-policy"] == "no-referrer"


async def test_on_to_the_page_of_the_decision(place: Place) -> None:
    browser, client = place.browser(), await place.client()
    response = await browser.get(AUTHORIZE, params=asking(client))
    assert response.status_code == 303
    assert response.headers["location"].startswith("/oauth/consent?request=")
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["referrer-policy"] == "no-referrer"
    nobody = await browser.get(response.headers["location"])
    ticket = response.headers["location"].partition("=")[2]
    here = quote(f"/oauth/consent?request={ticket}", safe="/")
    assert nobody.headers["location"] == f"/sign-in?next={here}"
    await place.sign_in(browser, await place.person())
    assert (await browser.get(response.headers["location"])).status_code == 200


async def test_by_post_as_well(place: Place) -> None:
    browser, client = place.browser(), await place.client()
    again = await browser.post(AUTHORIZE, data=asking(client))
    assert again.status_code == 303 and not again.headers.get_list("set-cookie")
    response = await browser.get(again.headers["location"])
    assert response.headers["location"].startswith("/oauth/consent?request=")


async def test_what_is_kept_is_kept_for_one_browser(place: Place) -> None:
    browser, other = place.browser(), place.browser()
    response = await browser.get(AUTHORIZE, params=asking(await place.client()))
    await place.sign_in(other, await place.person())
    assert_page(await other.get(response.headers["location"]))
    await other.get(AUTHORIZE, params=asking(await place.client()))  # a visit of its own
    assert_page(await other.get(response.headers["location"]))


@pytest.mark.parametrize("client_id", ["", "nobody-00000000", "x" * 5000, "a\0b", "é", "rks_a_b"])
async def test_a_client_nobody_knows(place: Place, client_id: str) -> None:
    parameters = asking(await place.client(), client_id=client_id)
    assert_page(await place.browser().get(AUTHORIZE, params=parameters))


async def test_a_client_disabled_or_of_a_dissolved_organisation(place: Place) -> None:
    disabled, organisation = await place.client(), await place.organisation()
    orphan = await place.client(organisation)
    async with place.operator() as tx:
        await clients.disable(tx, disabled.key)
    await place.rows("update organisation set dissolved_at = now() where id = :id returning id",
                     id=organisation)  # fmt: skip
    for client in (disabled, orphan):
        assert_page(await place.browser().get(AUTHORIZE, params=asking(client)))


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example/callback",
        "https://portal.example.go.id@evil.example/callback",
        "https://portal.example.go.id.evil.example/callback",
        CALLBACK + "/../../evil",
        CALLBACK + "#evil",
        CALLBACK + "?next=https://evil.example",
        CALLBACK + "%2e%2e%2fevil",
        "https://portal.example.go.id%252Fevil",
        "https://PORTAL.example.go.id/callback",
        "//evil.example",
        "javascript:evil()",
    ],
)
async def test_a_redirect_uri_that_is_not_registered(place: Place, uri: str) -> None:
    parameters = asking(await place.client(), redirect_uri=uri)
    assert_page(await place.browser().get(AUTHORIZE, params=parameters))


async def test_errors_go_to_the_client(place: Place) -> None:
    client = await place.client()
    for error, changed in {
        "unsupported_response_type": {"response_type": "token"},
        "invalid_scope": {"scope": "mou:admin"},
        "invalid_target": {"resource": "https://evil.example"},
        "request_not_supported": {"request": "e30.e30."},
        "invalid_request_uri": {"request_uri": "https://evil.example/request"},
        "invalid_request": {"code_challenge_method": "plain"},
    }.items():
        got = answered(await place.browser().get(AUTHORIZE, params=asking(client, **changed)))
        assert (got.pop("error"), got.pop("state")) == (error, "xyz")
        assert all(" " <= c <= "~" for c in got.pop("error_description"))
        assert not got


async def test_a_state_that_would_split_the_response(place: Place) -> None:
    client = await place.client()
    parameters = asking(client, state="a\r\nSet-Cookie: evil=1\r\n\r\n<script>")
    response = await place.browser().get(AUTHORIZE, params=parameters)
    assert answered(response).keys() == {"error", "error_description"}
    assert "evil" not in str(response.headers)


async def test_a_repeated_parameter(place: Place) -> None:
    client = await place.client()
    once = urlencode(asking(client))
    got = answered(await place.browser().get(f"{AUTHORIZE}?{once}&scope=mou:read"))
    assert (got["error"], got["state"]) == ("invalid_request", "xyz")
    got = answered(await place.browser().get(f"{AUTHORIZE}?{once}&state=xyz"))
    assert got["error"] == "invalid_request" and "state" not in got  # of two, neither is the one
    assert_page(await place.browser().get(f"{AUTHORIZE}?{once}&redirect_uri={quote(CALLBACK)}"))
    assert_page(await place.browser().get(f"{AUTHORIZE}?{once}&client_id={client.key}"))
    body = f"{once}&scope=mou:read"
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert_page(await place.browser().post(AUTHORIZE, content=body, headers=form))


async def test_bytes_that_are_no_utf8(place: Place) -> None:
    once = urlencode(asking(await place.client()))
    got = answered(await place.browser().get(f"{AUTHORIZE}?{once}&nonce=%FF%FE"))
    assert (got["error"], got["state"]) == ("invalid_request", "xyz")
    assert_page(await place.browser().get(f"{AUTHORIZE}?client_id=%FF%FE"))
    form = {"content-type": "application/x-www-form-urlencoded"}
    for body in (b"client_id=\xff\xfe", b"client_id=%FF", b"\0" * 100):
        assert_page(await place.browser().post(AUTHORIZE, content=body, headers=form))


async def test_ten_megabytes(place: Place) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    body = b"state=" + b"x" * 10_000_000
    assert_page(await place.browser().post(AUTHORIZE, content=body, headers=form), 413)


async def test_nobody_is_let_in_without_a_page(place: Place) -> None:
    browser, client = place.browser(), await place.client()
    parameters = asking(client, prompt="none")
    got = answered(await browser.get(AUTHORIZE, params=parameters))
    assert (got["error"], got["state"]) == ("login_required", "xyz")
    await place.sign_in(browser, await place.person())
    got = answered(await browser.get(AUTHORIZE, params=parameters))
    assert (got["error"], got["state"]) == ("consent_required", "xyz")


async def test_signing_in_anew_when_the_client_asks_for_it(place: Place) -> None:
    browser, client, user = place.browser(), await place.client(), await place.person()
    await place.sign_in(browser, user)
    sent = await browser.get(AUTHORIZE, params=asking(client, prompt="login"))
    page = await browser.get(sent.headers["location"])
    assert page.headers["location"].startswith("/sign-in?next=/oauth/consent")
    await place.sign_in(browser, user)
    assert (await browser.get(sent.headers["location"])).status_code == 200


@pytest.mark.parametrize("given", [{"par_required": True}, {"dpop_bound": True}])
async def test_who_must_push_cannot_do_without(place: Place, given: dict[str, bool]) -> None:
    keys = {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": CHALLENGE, "kid": "a"}]}
    method = AuthMethod.PRIVATE_KEY_JWT
    client = await place.client(auth_method=method, jwks=keys, **({"par_required": False} | given))
    got = answered(await place.browser().get(AUTHORIZE, params=asking(client)))
    assert (got["error"], got["state"]) == ("invalid_request", "xyz")


async def test_not_as_often_as_one_likes(database: Database, operator: Any) -> None:
    settings = replace(SETTINGS, failures_per_minute=10)
    async with open_place(settings, database, operator) as place:
        browser = place.browser(address="203.0.113.77")
        asked = 0  # while they are asked, the allowance fills again a little
        while (slow := await browser.get(AUTHORIZE)).status_code == 400 and asked < 400:
            asked += 1
        assert asked >= 120
        assert_page(slow, 429)
        assert int(slow.headers["retry-after"]) >= 1
        assert (await place.browser(address="203.0.113.78").get(AUTHORIZE)).status_code == 400
