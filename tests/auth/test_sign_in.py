"""Signing in over HTTP: who gets in, and what everybody else is told."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from auth.settings import AuthSettings
from db.ids import new_id
from db.session import Database
from db.user import IdentityProvider
from tests.auth.residents import (
    PASSWORD,
    change,
    enter,
    events,
    inside,
    password,
    resident,
    send,
)
from tests.auth.visitor import Place, open_place


@pytest_asyncio.fixture
async def place(database: Database, settings: AuthSettings, operator: Any) -> AsyncIterator[Place]:
    async with open_place(settings, database, operator) as place:
        yield place


@pytest_asyncio.fixture
async def strict(database: Database, settings: AuthSettings, operator: Any) -> AsyncIterator[Place]:
    """With the brake on."""
    async with open_place(replace(settings, failures_per_minute=20), database, operator) as place:
        yield place


async def test_password_and_code_let_in(place: Place) -> None:
    who, browser = await resident(place), place.browser()
    first = await password(browser, who, next="/device")
    assert first.headers["location"] == "/sign-in/code?next=/device"
    assert "__Host-rangkul" not in browser.cookies
    page = await browser.get(first.headers["location"])
    assert inside(await send(browser, page, code=who.code()), "/device")
    assert (await browser.get("/account")).status_code == 200
    assert [kind for kind, _ in await events(place, who.user)] == ["SIGNED_IN"]
    (row,) = await place.rows("select methods from session where user_id = :id", id=who.user.id)
    assert row.methods == ["pwd", "otp"]


async def test_cookies_are_for_us_alone(place: Place) -> None:
    who, browser = await resident(place), place.browser()
    response = await enter(browser, who)
    (cookie,) = [
        c for c in response.headers.get_list("set-cookie") if c.startswith("__Host-rangkul=")
    ]
    flags = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"secure", "httponly", "path=/", "samesite=lax"} <= flags
    assert not any(flag.startswith("domain") for flag in flags)


async def test_a_session_that_was_planted_is_not_the_one_signed_in(place: Place) -> None:
    who, browser = await resident(place), place.browser()
    browser.cookies.set("__Host-rangkul", "planted", domain="api.test", path="/")
    await enter(browser, who)
    thief = place.browser()
    thief.cookies.set("__Host-rangkul", "planted", domain="api.test", path="/")
    assert (await thief.get("/account")).status_code == 303


async def test_another_sign_in_ends_the_session_before_it(place: Place) -> None:
    who, browser = await resident(place), place.browser()
    await enter(browser, who)
    before = browser.cookies["__Host-rangkul"]
    again = await browser.get("/sign-in")
    assert who.user.email in again.text and "once more" in again.text
    await change(place, "update totp set last_step = 0")
    await enter(browser, who)
    old = place.browser()
    old.cookies.set("__Host-rangkul", before, domain="api.test", path="/")
    assert (await old.get("/account")).status_code == 303
    assert (await browser.get("/account")).status_code == 200


async def test_nobody_learns_who_is_one_of_us(place: Place) -> None:
    """Unknown, mistaken, shut out, not joined, of a dissolved organisation, and elsewhere."""
    now = datetime.now(UTC)
    elsewhere = await place.organisation()
    async with place.operator() as tx:
        tx.add(IdentityProvider(
            id=new_id(), organisation_id=elsewhere, name="Akun Polri",
            issuer="https://login.example", client_id="us", only_way=True,
        ))  # fmt: skip
    gone = await place.organisation(dissolved_at=now)
    strangers = {
        "mistaken": await resident(place),
        "disabled": await resident(place, disabled_at=now),
        "not joined": await resident(place, joined_at=None),
        "dissolved": await resident(place, organisation_id=gone),
        "elsewhere": await resident(place, organisation_id=elsewhere),
    }
    browser = place.browser()
    page = await browser.get("/sign-in")
    seen = set()
    unknown = await send(browser, page, email="nobody@example.go.id", password=PASSWORD)
    assert unknown.status_code == 403
    seen.add(unknown.text.replace("nobody@example.go.id", "X"))
    for case, who in strangers.items():
        given = "wrong password here" if case == "mistaken" else PASSWORD
        answer = await send(browser, page, email=who.user.email, password=given)
        assert answer.status_code == 403, case
        assert {*answer.headers} == {*unknown.headers}
        seen.add(answer.text.replace(who.user.email, "X"))
    assert len(seen) == 1
    reasons = {case: (await events(place, who.user))[0] for case, who in strangers.items()}
    assert {case: facts["reason"] for case, (_, facts) in reasons.items()} == {
        "mistaken": "PASSWORD", "disabled": "DISABLED", "not joined": "NOT_JOINED",
        "dissolved": "DISABLED", "elsewhere": "ELSEWHERE",
    }  # fmt: skip
    assert "Akun Polri" in page.text or "Akun Polri" in unknown.text


async def test_the_password_is_nowhere_to_be_read(place: Place, caplog: Any) -> None:
    who, browser = await resident(place), place.browser()
    answer = await password(browser, who, password="rahasia-yang-salah")
    assert "rahasia-yang-salah" not in answer.text + caplog.text
    assert "rahasia" not in str(await events(place, who.user))


async def test_a_code_works_once(place: Place) -> None:
    who = await resident(place)
    code = who.code()
    for expected in (True, False):
        browser = place.browser()
        page = await browser.get((await password(browser, who)).headers["location"])
        assert inside(await send(browser, page, code=code)) is expected


async def test_after_a_code_none_from_before_it(place: Place) -> None:
    who, browser = await resident(place), place.browser()
    assert inside(await enter(browser, who))
    browser = place.browser()
    page = await browser.get((await password(browser, who)).headers["location"])
    assert (await send(browser, page, code=who.code(-1))).status_code == 403


@pytest.mark.parametrize("steps", [-3, 3])
async def test_a_code_of_another_time(place: Place, steps: int) -> None:
    who, browser = await resident(place), place.browser()
    page = await browser.get((await password(browser, who)).headers["location"])
    answer = await send(browser, page, code=who.code(steps))
    assert answer.status_code == 403 and "not right" in answer.text
    assert (await events(place, who.user))[-1][1]["reason"] == "CODE"


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "１２３４５６", "000000000000"])
async def test_what_is_no_code(place: Place, code: str) -> None:
    who, browser = await resident(place), place.browser()
    page = await browser.get((await password(browser, who)).headers["location"])
    assert (await send(browser, page, code=code)).status_code == 403


async def test_a_code_without_a_password(place: Place) -> None:
    who, browser = await resident(place), place.browser()
    page = await browser.get("/sign-in")
    fields = {"csrf": page.text.split('name="csrf" value="')[1][:64], "code": who.code()}
    answer = await browser.post("/sign-in/code", data=fields)
    assert answer.headers["location"].startswith("/sign-in?")
    assert (await browser.get("/sign-in/code")).status_code == 303
    assert (await browser.get("/sign-in/app")).status_code == 303


async def test_who_has_no_app_sets_one_up_first(place: Place) -> None:
    who, browser = await resident(place, app=False), place.browser()
    first = await password(browser, who)
    assert first.headers["location"] == "/sign-in/app?next=/account"
    page = await browser.get(first.headers["location"])
    assert 'src="data:image/svg+xml' in page.text
    who.secret = page.text.split('<p class="secret">')[1].split("<")[0].replace(" ", "")
    assert (await send(browser, page, code="000000")).status_code == 403
    codes = await send(browser, page, code=who.code())
    assert codes.status_code == 200 and codes.text.count("<li>") == 10
    assert (await browser.get("/account")).status_code == 200
    again = place.browser()
    assert "code" in (await password(again, who)).headers["location"]


async def test_a_recovery_code_lets_in_once(place: Place) -> None:
    who, browser = await resident(place, app=False), place.browser()
    page = await browser.get((await password(browser, who)).headers["location"])
    who.secret = page.text.split('<p class="secret">')[1].split("<")[0].replace(" ", "")
    shown = (await send(browser, page, code=who.code())).text
    code = shown.split("<li>")[1].split("<")[0]
    for expected in (True, False):
        browser = place.browser()
        page = await browser.get((await password(browser, who)).headers["location"])
        typed = code.lower().replace("-", " ")
        assert inside(await send(browser, page, 1, recovery=typed)) is expected
    kinds = [kind for kind, _ in await events(place, who.user)]
    assert kinds.count("RECOVERY_CODE_USED") == 1


async def test_without_a_second_factor_where_it_is_off(
    database: Database, settings: AuthSettings, operator: Any
) -> None:
    async with open_place(replace(settings, second_factor=False), database, operator) as place:
        who = await resident(place, app=False)
        assert inside(await password(place.browser(), who))
        careful = await resident(place)
        assert not inside(await password(place.browser(), careful))


@pytest.mark.parametrize(
    "next",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/account/../x", "/oauth/token",
     "javascript:alert(1)", "/account\n", "/device#x", "/sign-out", "", "/%2F/evil.example"],
)  # fmt: skip
async def test_nobody_is_sent_elsewhere(place: Place, next: str) -> None:
    who, browser = await resident(place), place.browser()
    assert inside(await enter(browser, who, next=next), "/account")


async def test_guessing_is_slow_and_locks_nobody_else_out(strict: Place) -> None:
    who = await resident(strict)
    known = strict.browser(address="198.51.100.1")
    assert inside(await enter(known, who))
    thief = strict.browser(address="203.0.113.66")
    answers = [await password(thief, who, password=f"guess number {n}") for n in range(9)]
    assert [a.status_code for a in answers] == [403] * 8 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert (await password(thief, who)).status_code == 429  # though it is right
    await change(strict, "update totp set last_step = 0")
    elsewhere = strict.browser(address="192.0.2.7")
    assert inside(await enter(elsewhere, who))
    # even from the address of who guesses, the browser of its owner
    moved = strict.browser(address="203.0.113.66")
    for cookie in known.cookies.jar:
        if cookie.name == "__Host-rangkul-known":
            moved.cookies.set(cookie.name, cookie.value or "", domain="api.test", path="/")
    assert (await password(moved, who)).status_code == 303
    assert "SLOWED_DOWN" in [kind for kind, _ in await events(strict, who.user)]


async def test_a_mark_of_another_is_no_mark(strict: Place) -> None:
    who, other = await resident(strict), await resident(strict)
    browser = strict.browser(address="203.0.113.99")
    assert inside(await enter(browser, other))
    answers = [await password(browser, who, password=f"guess number {n}") for n in range(9)]
    assert answers[-1].status_code == 429


async def test_unknown_people_are_slowed_alike(strict: Place) -> None:
    browser = strict.browser(address="203.0.113.67")
    page = await browser.get("/sign-in")
    for _ in range(8):
        wrong = await send(browser, page, email="nobody@example.go.id", password="x")
        assert wrong.status_code == 403
    wrong = await send(browser, page, email="nobody@example.go.id", password="x")
    assert wrong.status_code == 429


async def test_codes_are_tried_five_times(strict: Place) -> None:
    who = await resident(strict)
    browser = strict.browser(address="203.0.113.68")
    page = await browser.get((await password(browser, who)).headers["location"])
    tries = [await send(browser, page, code="000000") for _ in range(6)]
    assert [answer.status_code for answer in tries] == [403] * 5 + [429]
    assert (await send(browser, page, code=who.code())).status_code == 429
