"""A device without a browser: it shows a code, and a person who is signed in types it."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from httpx import BasicAuth, Response

from auth.client_spec import GrantType
from auth.device import LETTERS, shown, typed
from auth.scopes import Scope
from db.session import Database
from db.user import User
from tests.auth.conftest import SETTINGS
from tests.auth.proving import Prover
from tests.auth.visitor import ISSUER, Browser, Place, open_place

START = "/oauth/device_authorization"
DEVICE = "/device"


@pytest_asyncio.fixture
async def place(database: Database, operator: Any) -> AsyncIterator[Place]:
    async with open_place(SETTINGS, database, operator) as place:
        yield place


async def started(place: Place, **given: Any) -> dict[str, Any]:
    """What a device was told, of a public client unless something else is given."""
    client = given.pop("client", None) or await place.client()
    data = {"client_id": client.key, "scope": "mou:read handoff:read"} | given
    response = await place.browser().post(START, data=data)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


async def person_at(place: Place, user: User | None = None) -> tuple[Browser, Response]:
    """Somebody signed in, before the field for the code."""
    browser = place.browser()
    await place.sign_in(browser, user or await place.person())
    page = await browser.get(DEVICE)
    assert page.status_code == 200
    return browser, page


async def row(place: Place, device: dict[str, Any]) -> Any:
    query = "select * from device_request where hash = :hash"
    hashed = hashlib.sha256(device["device_code"].encode()).digest()
    return (await place.rows(query, hash=hashed))[0]


def assert_error(response: Response, error: str, status: int = 400) -> None:
    assert (response.status_code, response.json()["error"]) == (status, error), response.text
    assert response.headers["cache-control"] == "no-store"


async def test_what_a_device_is_told(place: Place) -> None:
    device = await started(place)
    assert device.keys() == {
        "device_code", "user_code", "verification_uri", "verification_uri_complete",
        "expires_in", "interval",
    }  # fmt: skip
    assert re.fullmatch(f"[{LETTERS}]{{4}}-[{LETTERS}]{{4}}", device["user_code"])
    assert device["verification_uri"] == ISSUER + DEVICE
    assert device["verification_uri_complete"].endswith(f"?user_code={device['user_code']}")
    assert (device["expires_in"], device["interval"]) == (600, 5)
    kept = await row(place, device)
    assert (kept.status, kept.scopes) == ("PENDING", ["handoff:read", "mou:read"])
    assert (kept.grant_id, kept.jkt, kept.interval_seconds) == (None, None, 5)
    assert (kept.expires_at - kept.created_at).total_seconds() == 600


async def test_a_client_with_a_secret_must_show_it(place: Place) -> None:
    client, browser = await place.system(), place.browser()
    data = {"client_id": client.key}
    assert_error(await browser.post(START, data=data), "invalid_client", 401)
    assert client.secret is not None
    auth = BasicAuth(client.key, client.secret)
    response = await browser.post(START, data={"scope": "mou:read"}, auth=auth)
    assert response.status_code == 200


async def test_what_a_device_may_not_ask(place: Place) -> None:
    client, browser = await place.client(), place.browser()
    portal = await place.client(grant_types=[GrantType.AUTHORIZATION_CODE])
    for error, data in {
        "invalid_scope": {"client_id": client.key, "scope": "mou:admin"},
        "invalid_target": {"client_id": client.key, "resource": "https://other.example"},
        "unauthorized_client": {"client_id": portal.key},
    }.items():
        assert_error(await browser.post(START, data=data), error)
    form = {"content-type": "application/x-www-form-urlencoded"}
    for body in (b"client_id=%FF", b"client_id=a&client_id=b", b"\xff"):
        assert_error(await browser.post(START, content=body, headers=form), "invalid_request")
    body = b"scope=" + b"x" * 10_000_000
    assert_error(await browser.post(START, content=body, headers=form), "invalid_request", 413)


async def test_a_device_that_shows_its_key(place: Place) -> None:
    client, prover = await place.client(), Prover()
    proof = prover.prove("POST", ISSUER + START, nonce=place.authority.proofs.nonce())
    data, headers = {"client_id": client.key}, {"dpop": proof}
    response = await place.browser().post(START, data=data, headers=headers)
    assert (await row(place, response.json())).jkt == prover.jkt
    again = await place.browser().post(START, data=data, headers=headers)
    assert_error(again, "invalid_dpop_proof")


def test_codes_are_taken_however_they_are_typed() -> None:
    for text in ("BCDF-GHJK", "bcdfghjk", " bcdf ghjk ", "BCDF–GHJK", "b.c.d.f.g.h.j.k"):
        assert typed(text) == "BCDFGHJK"
    for text in ("", "BCDF-GHJ", "BCDF-GHJKL", "AEIO-UAEI", "\0", "é" * 8):
        assert typed(text) == ""
    assert shown("BCDFGHJK") == "BCDF-GHJK"


async def test_letting_a_device_in(place: Place) -> None:
    user, client = await place.person(), await place.client()
    device = await started(place, client=client)
    browser, page = await person_at(place, user)
    asked = await browser.fill(page, code=device["user_code"].lower().replace("-", " "))
    assert asked.status_code == 200
    assert "Portal &lt;Mitra&gt;" in asked.text and device["user_code"] in asked.text
    assert "Continue only if you started this yourself" in asked.text
    assert "8 hours" in asked.text and "mou:read" in asked.text
    assert (await row(place, device)).status == "PENDING"
    done = await browser.fill(asked, "allow", **{"scope.handoff:read": None})
    assert done.status_code == 200 and "The device is let in" in done.text
    kept = await row(place, device)
    assert kept.status == "APPROVED"
    (grant,) = await place.rows("select * from oauth_grant where user_id = :id", id=user.id)
    assert (grant.id, grant.kind, grant.client_id) == (kept.grant_id, "DEVICE_CODE", client.id)
    assert grant.scopes == ["mou:read"]
    assert grant.session_id is None  # a device goes on when the browser is closed
    (event,) = await place.rows("select * from security_event where user_id = :id", id=user.id)
    assert (event.kind, event.client_id) == ("CONSENT_GIVEN", client.id)
    assert event.facts == {"scopes": ["mou:read"], "grant": "DEVICE_CODE"}


async def test_the_device_notices(place: Place) -> None:
    user, client = await place.person(), await place.client()
    allowed, refused = await started(place, client=client), await started(place, client=client)
    browser, page = await person_at(place, user)
    grant_type = GrantType.DEVICE_CODE.value
    for device, button, error in (
        (allowed, "", "authorization_pending"), (allowed, "allow", None),
        (refused, "refuse", "access_denied"),
    ):  # fmt: skip
        if button:
            asked = await browser.fill(page, code=device["user_code"])
            await browser.fill(asked, button)
        await place.rows("update device_request set polled_at = null returning 1")
        form = {"client_id": client.key, "device_code": device["device_code"]}
        form["grant_type"] = grant_type
        body = (await place.browser().post("/oauth/token", data=form)).json()
        assert body.get("error") == error
        if error is None:
            caller = await place.authority.tokens.verify(body["access_token"])
            assert caller.user_id == user.id


async def test_refusing_a_device(place: Place) -> None:
    user, device = await place.person(), await started(place)
    browser, page = await person_at(place, user)
    asked = await browser.fill(page, code=device["user_code"])
    done = await browser.fill(asked, "refuse")
    assert "The device is not let in" in done.text
    kept = await row(place, device)
    assert (kept.status, kept.grant_id) == ("DENIED", None)
    (event,) = await place.rows("select * from security_event where user_id = :id", id=user.id)
    assert event.kind == "CONSENT_REFUSED"


async def test_one_answer_only(place: Place) -> None:
    device = await started(place)
    browser, page = await person_at(place)
    asked = await browser.fill(page, code=device["user_code"])
    assert (await browser.fill(asked, "refuse")).status_code == 200
    for button in ("allow", "refuse"):
        assert (await browser.fill(asked, button)).status_code == 400
    assert (await browser.fill(page, code=device["user_code"])).status_code == 400
    assert (await row(place, device)).status == "DENIED"


async def test_two_answers_at_once(place: Place) -> None:
    user, device = await place.person(), await started(place)
    browser, page = await person_at(place, user)
    asked = await browser.fill(page, code=device["user_code"])
    both = await asyncio.gather(browser.fill(asked, "allow"), browser.fill(asked, "allow"))
    assert sorted(response.status_code for response in both) == [200, 400]
    assert len(await place.rows("select 1 from oauth_grant where user_id = :id", id=user.id)) == 1


async def test_the_link_with_the_code_shows_it_and_asks(place: Place) -> None:
    device = await started(place)
    link = device["verification_uri_complete"].removeprefix(ISSUER)
    browser = place.browser()
    away = await browser.get(link)
    assert away.headers["location"] == f"/sign-in?next=/device%3Fuser_code%3D{device['user_code']}"
    await place.sign_in(browser, await place.person())
    page = await browser.get(link)
    assert f'value="{device["user_code"]}"' in page.text
    assert "Continue only if you started this yourself" in page.text
    assert "Portal" not in page.text  # not a step further without the person
    assert 'value="allow"' in (await browser.fill(page)).text
    strange = await browser.get(DEVICE, params={"user_code": '"><script>' + "x" * 500})
    assert "<script" not in strange.text and strange.status_code == 200


@pytest.mark.parametrize("code", ["", "BCDF-GHJK", "x", "\0", "x" * 9000, "'--"])
async def test_a_code_of_nothing(place: Place, code: str) -> None:
    browser, page = await person_at(place)
    answer = await browser.fill(page, code=code)
    assert answer.status_code == 400 and 'value="allow"' not in answer.text


async def test_a_code_that_is_over(place: Place) -> None:
    device = await started(place)
    browser, page = await person_at(place)
    asked = await browser.fill(page, code=device["user_code"])
    over = "update device_request set expires_at = now() where user_code = :code returning 1"
    await place.rows(over, code=typed(device["user_code"]))
    assert (await browser.fill(page, code=device["user_code"])).status_code == 400
    assert (await browser.fill(asked, "allow")).status_code == 400
    assert (await row(place, device)).status == "PENDING"


async def test_people_of_others_and_scopes_of_others(place: Place) -> None:
    granted = [Scope.MOU_READ.value]
    elsewhere = await place.organisation(scopes=granted)
    own, shared = await started(place), await place.client(open_to_all=True)
    browser, page = await person_at(place, await place.person(elsewhere))
    asked = await browser.fill(page, code=own["user_code"])
    assert "serves people of" in asked.text and 'value="allow"' not in asked.text
    assert "not let in" in (await browser.fill(asked, "allow")).text
    assert (await row(place, own)).status == "DENIED"
    device = await started(place, client=shared)
    asked = await browser.fill(page, code=device["user_code"])
    assert "KPAI has not granted this to your organisation." in asked.text
    await browser.fill(asked, "allow", **{"scope.handoff:read": "yes"})
    kept = await row(place, device)
    (grant,) = await place.rows("select scopes from oauth_grant where id = :id", id=kept.grant_id)
    assert grant.scopes == granted


async def test_only_with_a_form_of_ours_and_this_session(place: Place) -> None:
    device = await started(place)
    browser, page = await person_at(place)
    asked = await browser.fill(page, code=device["user_code"])
    for token in (None, "", "0" * 64):
        assert (await browser.fill(page, code=device["user_code"], csrf=token)).status_code == 403
        assert (await browser.fill(asked, "allow", csrf=token)).status_code == 403
    await place.sign_in(browser, await place.person())
    assert (await browser.fill(asked, "allow")).status_code == 403
    assert (await row(place, device)).status == "PENDING"
    nobody = place.browser()
    assert (await nobody.get(DEVICE)).headers["location"] == "/sign-in?next=/device"
    assert (await nobody.post(DEVICE, data={"code": device["user_code"]})).status_code == 403


async def test_the_pages_are_never_framed(place: Place) -> None:
    device = await started(place)
    browser, page = await person_at(place)
    for shown_page in (page, await browser.fill(page, code=device["user_code"])):
        policy = shown_page.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy and "form-action 'self';" in policy
        assert shown_page.headers["x-frame-options"] == "DENY"
        assert "<script" not in shown_page.text


async def test_guessing_is_slow_for_one_person_and_nobody_else(
    database: Database, operator: Any
) -> None:
    settings = replace(SETTINGS, failures_per_minute=10)
    async with open_place(settings, database, operator) as place:
        device = await started(place)
        browser, page = await person_at(place)
        for _ in range(10):
            assert (await browser.fill(page, code="BCDF-GHJK")).status_code == 400
        slow = await browser.fill(page, code=device["user_code"])
        assert slow.status_code == 429 and int(slow.headers["retry-after"]) >= 1
        other, page = await person_at(place)
        assert (await other.fill(page, code=device["user_code"])).status_code == 200
