"""Letting a program in, or not: what comes of each answer, and whose answers count."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from auth import clients
from auth.client_spec import GrantType
from auth.scopes import Scope
from auth.tickets import TicketKind, look
from db.session import Database
from tests.auth.conftest import SETTINGS
from tests.auth.visitor import (
    CALLBACK,
    CHALLENGE,
    VERIFIER,
    Place,
    answered,
    asking,
    open_place,
    push,
    ticked,
)

CONSENT = "/oauth/consent"
EVERYTHING = " ".join(("mou:read", "mou:sign", "handoff:read", "handoff:identity"))


@pytest_asyncio.fixture
async def place(database: Database, operator: Any) -> AsyncIterator[Place]:
    async with open_place(SETTINGS, database, operator) as place:
        yield place


async def grants(place: Place, user: Any) -> list[Any]:
    return await place.rows("select * from oauth_grant where user_id = :id", id=user.id)


async def events(place: Place, user: Any) -> list[Any]:
    query = "select * from security_event where user_id = :id order by id"
    return await place.rows(query, id=user.id)


async def test_letting_a_program_in(place: Place) -> None:
    user, client = await place.person(), await place.client()
    browser, page = await place.arrived(user, client=client, dpop_jkt=CHALLENGE, state="a b&c")
    got = answered(await browser.fill(page, "allow"))
    assert got.keys() == {"code", "state"} and got["state"] == "a b&c"
    (grant,) = await grants(place, user)
    assert (grant.kind, grant.client_id, grant.jkt) == ("AUTHORIZATION_CODE", client.id, CHALLENGE)
    assert grant.scopes == ["handoff:read", "mou:read"] and grant.session_id is not None
    left = (grant.expires_at - datetime.now(UTC)).total_seconds()
    assert SETTINGS.refresh_seconds - 30 < left <= SETTINGS.refresh_seconds
    async with place.authority.database.authority() as tx:
        kept = await look(tx, TicketKind.CODE, got["code"])
    assert kept is not None
    assert (kept.client_id, kept.user_id, kept.grant_id) == (client.id, user.id, grant.id)
    assert kept.data == {
        "redirect_uri": CALLBACK,
        "code_challenge": CHALLENGE,
        "scope": "handoff:read mou:read",
        "refresh": True,
        "dpop_jkt": CHALLENGE,
    }
    hashed = hashlib.sha256(got["code"].encode()).digest()
    query = "select expires_at - created_at as life from ticket where hash = :hash"
    ((life,),) = await place.rows(query, hash=hashed)
    assert life.total_seconds() == 60
    (event,) = await events(place, user)
    assert (event.kind, event.client_id, event.by_user_id) == ("CONSENT_GIVEN", client.id, user.id)
    assert event.organisation_id == user.organisation_id and event.address == "203.0.113.1"
    assert event.facts == {"scopes": ["handoff:read", "mou:read"], "grant": "AUTHORIZATION_CODE"}


async def test_the_code_becomes_a_token_for_the_person(place: Place) -> None:
    user, client = await place.person(), await place.client()
    browser, page = await place.arrived(user, client=client)
    code = answered(await browser.fill(page, "allow", **{"scope.mou:read": None}))["code"]
    form = {
        "grant_type": "authorization_code", "client_id": client.key, "code": code,
        "redirect_uri": CALLBACK, "code_verifier": VERIFIER,
    }  # fmt: skip
    body = (await place.browser().post("/oauth/token", data=form)).json()
    assert body["scope"] == "handoff:read" and "refresh_token" in body
    caller = await place.authority.tokens.verify(body["access_token"])
    assert (caller.user_id, caller.client_id) == (user.id, client.id)


async def test_a_program_that_cannot_renew_is_let_in_for_one_token(place: Place) -> None:
    user = await place.person()
    client = await place.client(grant_types=[GrantType.AUTHORIZATION_CODE])
    browser, page = await place.arrived(user, client=client)
    assert "6 minutes at most" in page.text
    answered(await browser.fill(page, "allow"))
    (grant,) = await grants(place, user)
    assert (grant.expires_at - grant.created_at).total_seconds() == 360


async def test_less_than_asked(place: Place) -> None:
    user = await place.person()
    browser, page = await place.arrived(user)
    answered(await browser.fill(page, "allow", **{"scope.handoff:read": None}))
    assert (await grants(place, user))[0].scopes == ["mou:read"]


async def test_never_more_than_was_possible(place: Place) -> None:
    user = await place.person()
    browser, page = await place.arrived(user)
    more = {"scope.mou:sign": "yes", "scope.handoff:identity": "yes", "scope.user:write": "yes"}
    answered(await browser.fill(page, "allow", **more))
    assert (await grants(place, user))[0].scopes == ["handoff:read", "mou:read"]


@pytest.mark.parametrize(
    ("button", "changed"),
    [
        ("refuse", {}),
        ("allow", {"scope.mou:read": None, "scope.handoff:read": None}),
        ("", {}),
        ("ALLOW", {}),
    ],
)
async def test_refusing(place: Place, button: str, changed: dict[str, None]) -> None:
    user = await place.person()
    browser, page = await place.arrived(user)
    got = answered(await browser.fill(page, button, **changed))
    assert (got["error"], got["state"]) == ("access_denied", "xyz")
    assert await grants(place, user) == []
    assert [event.kind for event in await events(place, user)] == ["CONSENT_REFUSED"]


async def test_people_of_others_are_told_why_not(place: Place) -> None:
    user = await place.person(await place.organisation())
    browser, page = await place.arrived(user)
    assert page.status_code == 200 and ticked(page) == set()
    assert "serves people of" in page.text and 'value="allow"' not in page.text
    got = answered(await browser.fill(page, "allow", **{"scope.mou:read": "yes"}))
    assert got["error"] == "access_denied"
    assert await grants(place, user) == []


async def test_a_portal_open_to_all_serves_each_for_their_own(place: Place) -> None:
    granted = [Scope.MOU_READ.value]
    user = await place.person(await place.organisation(scopes=granted))
    client = await place.client(open_to_all=True)
    browser, page = await place.arrived(user, client=client, scope=EVERYTHING)
    assert ticked(page) == {"mou:read"}
    assert "KPAI has not granted this to your organisation." in page.text
    answered(await browser.fill(page, "allow"))
    assert (await grants(place, user))[0].scopes == granted
    assert (await events(place, user))[0].organisation_id == user.organisation_id


async def test_nothing_to_give(place: Place) -> None:
    user = await place.person(roles=["ADMINISTRATOR"])
    browser, page = await place.arrived(user, scope="handoff:read")
    assert "Nothing of what" in page.text and 'value="allow"' not in page.text
    assert answered(await browser.fill(page, "allow"))["error"] == "access_denied"


async def test_roles_are_those_of_the_moment_of_deciding(place: Place) -> None:
    user = await place.person()
    browser, page = await place.arrived(user)
    set_roles = "update user_account set roles = '{AGREEMENT_OFFICER}' where id = :id returning id"
    await place.rows(set_roles, id=user.id)
    answered(await browser.fill(page, "allow"))
    assert (await grants(place, user))[0].scopes == ["mou:read"]


async def test_a_client_that_lost_its_address_or_its_life_meanwhile(place: Place) -> None:
    user, moved, ended = await place.person(), await place.client(), await place.client()
    pages = [await place.arrived(user, client=client) for client in (moved, ended)]
    async with place.operator() as tx:
        await clients.change(tx, moved.key, redirect_uris=["https://new.example.go.id/cb"])
        await clients.disable(tx, ended.key)
    for browser, page in pages:
        response = await browser.fill(page, "allow")
        assert response.status_code == 400 and "location" not in response.headers
    assert await grants(place, user) == []


async def test_one_answer_only(place: Place) -> None:
    user = await place.person()
    browser, page = await place.arrived(user)
    answered(await browser.fill(page, "allow"))
    for button in ("allow", "refuse"):
        again = await browser.fill(page, button)
        assert again.status_code == 400 and "location" not in again.headers
    assert (await browser.get(str(page.url))).status_code == 400
    assert len(await grants(place, user)) == 1


async def test_two_answers_at_once(place: Place) -> None:
    user = await place.person()
    browser, page = await place.arrived(user)
    both = await asyncio.gather(browser.fill(page, "allow"), browser.fill(page, "allow"))
    assert sorted(response.status_code for response in both) == [303, 400]
    assert len(await grants(place, user)) == 1


async def test_too_late(place: Place) -> None:
    browser, page = await place.arrived()
    await place.rows(
        "update ticket set expires_at = now() where kind = 'AUTHORIZATION' returning 1"
    )
    assert (await browser.fill(page, "allow")).status_code == 400
    assert (await browser.get(str(page.url))).status_code == 400


async def test_a_form_of_another_page_browser_or_site(place: Place) -> None:
    user = await place.person()
    browser, page = await place.arrived(user)
    other, others = await place.arrived(user)
    form = re.search(r'name="csrf" value="([^"]+)"', others.text)
    assert form
    for changed in ({"csrf": None}, {"csrf": ""}, {"csrf": "0" * 64}, {"csrf": form[1]}):
        refused = await browser.fill(page, "allow", **changed)
        assert refused.status_code == 403 and "location" not in refused.headers
    ticket = re.search(r'name="request" value="([^"]+)"', page.text)
    assert ticket
    swapped = await other.fill(others, "allow", request=ticket[1])
    assert swapped.status_code == 400  # their own form, but not begun in their browser
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        browser.headers.update(headers)
        assert (await browser.fill(page, "allow")).status_code == 403
        for name in headers:
            del browser.headers[name]
    assert await grants(place, user) == []
    answered(await browser.fill(page, "allow"))


async def test_the_session_that_saw_the_page_is_the_one_that_decides(place: Place) -> None:
    user, other = await place.person(), await place.person()
    browser, page = await place.arrived(user)
    await place.sign_in(browser, other)
    assert (await browser.fill(page, "allow")).status_code == 403
    assert await grants(place, other) == [] == await grants(place, user)
    anew = await browser.get(str(page.url))  # the page shows who decides now
    answered(await browser.fill(anew, "allow"))
    assert len(await grants(place, other)) == 1


@pytest.mark.parametrize("how", ["ended_at", "expires_at"])
async def test_a_session_that_is_over(place: Place, how: str) -> None:
    user = await place.person()
    browser, page = await place.arrived(user)
    update = f"update session set {how} = now() where user_id = :id returning id"
    await place.rows(update, id=user.id)
    response = await browser.fill(page, "allow")
    assert response.headers["location"].startswith("/sign-in?next=/oauth/consent")
    assert await grants(place, user) == []


async def test_ten_megabytes_and_bytes_that_are_no_utf8(place: Place) -> None:
    browser, page = await place.arrived()
    form = {"content-type": "application/x-www-form-urlencoded"}
    for body in (b"csrf=" + b"x" * 10_000_000, b"csrf=\xff", b"csrf=%FF", b"csrf=a&csrf=b", b"\0"):
        response = await browser.post(CONSENT, content=body, headers=form)
        assert response.status_code in (400, 403, 413)
        assert "location" not in response.headers
    for query in ("", "?request=", "?request=%FF", "?request=%00", "?request=" + "x" * 9000):
        assert (await browser.get(CONSENT + query)).status_code == 400
    answered(await browser.fill(page, "allow"))


async def test_a_reload_after_a_pushed_request(place: Place) -> None:
    """The name of what was pushed is good once; the page it leads to can be loaded again."""
    browser, client = place.browser(), await place.system()
    await place.sign_in(browser, await place.person())
    pushed = (await push(browser, client, state="kept")).json()["request_uri"]
    begin = {"client_id": client.key, "request_uri": pushed}
    sent = await browser.get("/oauth/authorize", params=begin)
    for _ in range(2):
        page = await browser.get(sent.headers["location"])
        assert page.status_code == 200
    assert answered(await browser.fill(page, "allow"))["state"] == "kept"


async def test_the_same_person_is_asked_again(place: Place) -> None:
    client, user = await place.client(), await place.person()
    browser, page = await place.arrived(user, client=client)
    answered(await browser.fill(page, "allow"))
    sent = await browser.get("/oauth/authorize", params=asking(client))
    assert (await browser.get(sent.headers["location"])).status_code == 200
