"""Pushed authorization requests: said to us directly, named once, and soon over."""

import asyncio
import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from httpx import BasicAuth, Response

from auth import clients
from auth.client_spec import GrantType
from db.session import Database
from tests.auth.conftest import SETTINGS
from tests.auth.proving import Prover
from tests.auth.visitor import (
    CALLBACK,
    CHALLENGE,
    ISSUER,
    Browser,
    Place,
    answered,
    asking,
    open_place,
    push,
)

PAR = "/oauth/par"
URN = "urn:ietf:params:oauth:request_uri:"


@pytest_asyncio.fixture
async def place(database: Database, operator: Any) -> AsyncIterator[Place]:
    async with open_place(SETTINGS, database, operator) as place:
        yield place


def assert_error(response: Response, error: str, status: int = 400) -> None:
    assert (response.status_code, response.json()["error"]) == (status, error), response.text
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["dpop-nonce"]
    assert all(" " <= c <= "~" for c in response.json().get("error_description", ""))


async def begin(browser: Browser, client: clients.NewClient, request_uri: str) -> Response:
    parameters = {"client_id": client.key, "request_uri": request_uri}
    return await browser.get("/oauth/authorize", params=parameters)


async def kept(place: Place) -> list[Any]:
    return await place.rows("select 1 from ticket where kind = 'PUSHED_REQUEST'")


async def test_pushing_and_beginning(place: Place) -> None:
    browser, client = place.browser(), await place.system()
    pushed = await push(browser, client, prompt="login", dpop_jkt=CHALLENGE)
    assert pushed.status_code == 201
    assert pushed.headers["cache-control"] == "no-store" and pushed.headers["dpop-nonce"]
    body = pushed.json()
    assert body.keys() == {"request_uri", "expires_in"} and body["expires_in"] == 90
    assert body["request_uri"].startswith(URN) and len(body["request_uri"]) > len(URN) + 42
    response = await begin(browser, client, body["request_uri"])
    assert response.headers["location"].startswith("/oauth/consent?request=")


async def test_a_public_client_may_push_too(place: Place) -> None:
    client = await place.client()
    assert (await place.browser().post(PAR, data=asking(client))).status_code == 201


async def test_what_was_pushed_counts_and_nothing_else(place: Place) -> None:
    browser, client = place.browser(), await place.system()
    await place.sign_in(browser, await place.person())
    pushed = await push(browser, client, scope="mou:read", state="pushed")
    parameters = asking(client, scope="handoff:read", state="other", redirect_uri="https://evil/x")
    parameters["request_uri"] = pushed.json()["request_uri"]
    sent = await browser.get("/oauth/authorize", params=parameters)
    page = await browser.get(sent.headers["location"])
    assert "mou:read" in page.text and "handoff:read" not in page.text
    assert answered(await browser.fill(page, "allow"))["state"] == "pushed"


async def test_once(place: Place) -> None:
    browser, client = place.browser(), await place.system()
    request_uri = (await push(browser, client)).json()["request_uri"]
    assert (await begin(browser, client, request_uri)).status_code == 303
    again = await begin(browser, client, request_uri)
    assert again.status_code == 400 and "location" not in again.headers
    named = asking(client, request_uri=request_uri)  # where to say so is known, so it is said there
    response = await browser.get("/oauth/authorize", params=named)
    assert answered(response)["error"] == "invalid_request_uri"


async def test_once_when_two_come_together(place: Place) -> None:
    browser, client = place.browser(), await place.system()
    request_uri = (await push(browser, client)).json()["request_uri"]
    both = await asyncio.gather(*(begin(browser, client, request_uri) for _ in range(2)))
    assert sorted(response.status_code for response in both) == [303, 400]


async def test_by_its_own_client(place: Place) -> None:
    browser, client, other = place.browser(), await place.system(), await place.system()
    request_uri = (await push(browser, client)).json()["request_uri"]
    assert (await begin(browser, other, request_uri)).status_code == 400
    assert (await begin(browser, client, request_uri)).status_code == 303  # it was not used up


async def test_soon(place: Place) -> None:
    browser, client = place.browser(), await place.system()
    request_uri = (await push(browser, client)).json()["request_uri"]
    await place.rows("update ticket set expires_at = now() where client_id = :id returning 1",
                     id=client.id)  # fmt: skip
    assert (await begin(browser, client, request_uri)).status_code == 400


@pytest.mark.parametrize(
    "request_uri",
    [URN, URN + "x", URN + "\0", "x" * 9000, "https://evil.example/r", "urn:x", "é"],
)
async def test_a_name_of_nothing(place: Place, request_uri: str) -> None:
    response = await begin(place.browser(), await place.system(), request_uri)
    assert response.status_code == 400 and "location" not in response.headers


async def test_a_ticket_of_another_kind_is_no_request(place: Place) -> None:
    browser, client = place.browser(), await place.system()
    request_uri = (await push(browser, client)).json()["request_uri"]
    location = (await begin(browser, client, request_uri)).headers["location"]
    ticket = location.partition("=")[2]
    assert (await begin(browser, client, URN + ticket)).status_code == 400
    secret = (await push(browser, client)).json()["request_uri"].removeprefix(URN)
    assert (await browser.get(f"/oauth/consent?request={secret}")).status_code == 400


@pytest.mark.parametrize(
    ("error", "changed"),
    [
        ("invalid_request", {"redirect_uri": CALLBACK + "/more"}),
        ("invalid_request", {"redirect_uri": None}),
        ("invalid_request", {"request_uri": URN + "x"}),
        ("request_not_supported", {"request": "e30.e30."}),
        ("invalid_request", {"code_challenge": None}),
        ("invalid_request", {"code_challenge_method": "plain"}),
        ("invalid_request", {"state": "x" * 2001}),
        ("invalid_request", {"dpop_jkt": "x"}),
        ("unsupported_response_type", {"response_type": "token"}),
        ("invalid_scope", {"scope": "mou:admin"}),
        ("invalid_target", {"resource": "https://other.example"}),
    ],
)
async def test_what_is_refused(place: Place, error: str, changed: dict[str, str | None]) -> None:
    before = await kept(place)
    assert_error(await push(place.browser(), await place.system(), **changed), error)
    assert await kept(place) == before


async def test_a_client_that_asks_no_people(place: Place) -> None:
    client = await place.system(redirect_uris=[], grant_types=[GrantType.CLIENT_CREDENTIALS])
    assert_error(await push(place.browser(), client), "invalid_request")


async def test_who_is_not_the_client(place: Place) -> None:
    browser, client, other = place.browser(), await place.system(), await place.system()
    wrong = "rks_00000000_" + "A" * 43
    for auth in (None, BasicAuth(client.key, wrong), BasicAuth("nobody-00000000", wrong)):
        response = await browser.post(PAR, data=asking(client, client_id=None), auth=auth)
        assert_error(response, "invalid_client", 401)
    assert other.secret is not None
    auth = BasicAuth(other.key, other.secret)
    assert_error(await browser.post(PAR, data=asking(client), auth=auth), "invalid_request")
    assert_error(await browser.post(PAR, data=asking(client)), "invalid_client", 401)


async def test_a_form_that_is_none(place: Place) -> None:
    client = await place.system()
    token = base64.b64encode(f"{client.key}:{client.secret}".encode()).decode()
    headers = {
        "authorization": f"Basic {token}", "content-type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    bodies = [b"state=%FF", b"state=\xff", b"state=a&state=a", b"client_id=a&client_id=b", b"a=%00"]
    for body in bodies:
        response = await place.browser().post(PAR, content=body, headers=headers)
        assert_error(response, "invalid_request")
    large = await place.browser().post(PAR, content=b"a=" + b"x" * 10_000_000, headers=headers)
    assert_error(large, "invalid_request", 413)
    headers["content-type"] = "application/json"
    response = await place.browser().post(PAR, content=b"{}", headers=headers)
    assert_error(response, "invalid_request")
    assert (await place.browser().get(PAR)).status_code == 405


class TestPossession:
    """The key may be shown by a proof, or named, or both (RFC 9449 section 10)."""

    async def jkt(self, place: Place) -> str | None:
        query = "select data from ticket where kind = 'PUSHED_REQUEST' order by created_at desc"
        jkt: str | None = (await place.rows(query))[0].data["dpop_jkt"]
        return jkt

    async def push(self, place: Place, *proofs: str, **changed: str) -> Response:
        data = asking(await place.client(), **changed)
        return await place.browser().post(PAR, data=data, headers=[("DPoP", p) for p in proofs])

    async def test_named(self, place: Place) -> None:
        assert (await self.push(place, dpop_jkt=CHALLENGE)).status_code == 201
        assert await self.jkt(place) == CHALLENGE

    async def test_shown(self, place: Place) -> None:
        prover, nonce = Prover(), place.authority.proofs.nonce()
        proof = prover.prove("POST", ISSUER + PAR, nonce=nonce)
        assert (await self.push(place, proof)).status_code == 201
        assert await self.jkt(place) == prover.jkt

    async def test_both(self, place: Place) -> None:
        prover, nonce = Prover(), place.authority.proofs.nonce()
        proof = prover.prove("POST", ISSUER + PAR, nonce=nonce)
        assert (await self.push(place, proof, dpop_jkt=prover.jkt)).status_code == 201
        other = prover.prove("POST", ISSUER + PAR, nonce=nonce)
        assert_error(await self.push(place, other, dpop_jkt=CHALLENGE), "invalid_request")

    async def test_not(self, place: Place) -> None:
        prover, nonce = Prover(), place.authority.proofs.nonce()
        without = await self.push(place, prover.prove("POST", ISSUER + PAR))
        assert_error(without, "use_dpop_nonce")
        again = prover.prove("POST", ISSUER + PAR, nonce=without.headers["dpop-nonce"])
        assert (await self.push(place, again)).status_code == 201
        for proofs in (
            [again],
            ["x"],
            [prover.prove("POST", ISSUER + "/oauth/token", nonce=nonce)],
            [prover.prove("GET", ISSUER + PAR, nonce=nonce)],
            [prover.prove("POST", ISSUER + PAR, nonce=nonce) for _ in range(2)],
        ):
            assert_error(await self.push(place, *proofs), "invalid_dpop_proof")
