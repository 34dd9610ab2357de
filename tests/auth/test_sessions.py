"""Being signed in, and when it is over."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from auth.sessions import HOME, safe_next, sign_in_address
from auth.settings import AuthSettings
from db.session import Database
from tests.auth.residents import Resident, change, enter, events, inside, resident, send
from tests.auth.visitor import Browser, Place, answered, open_place


@pytest_asyncio.fixture
async def place(database: Database, settings: AuthSettings, operator: Any) -> AsyncIterator[Place]:
    async with open_place(settings, database, operator) as place:
        yield place


async def entered(place: Place, **given: Any) -> tuple[Resident, Browser]:
    who, browser = await resident(place, **given), place.browser()
    assert inside(await enter(browser, who))
    return who, browser


async def is_in(browser: Browser) -> bool:
    return (await browser.get("/account")).status_code == 200


@pytest.mark.parametrize(
    "statement",
    [
        "update session set seen_at = now() - interval '61 minutes' where user_id = :id",
        "update session set expires_at = now() where user_id = :id",
        "update session set ended_at = now() where user_id = :id",
        "update user_account set disabled_at = now() where id = :id",
        "update organisation set dissolved_at = now() where id = "
        "(select organisation_id from user_account where id = :id)",
    ],
)
async def test_what_ends_it_ends_it_at_once(place: Place, statement: str) -> None:
    who, browser = await entered(place, organisation_id=await place.organisation())
    assert await is_in(browser)
    await change(place, statement, id=who.user.id)
    answer = await browser.get("/account")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/account"


async def test_it_lasts_while_it_is_used_but_not_for_ever(place: Place) -> None:
    who, browser = await entered(place)
    (row,) = await place.rows(
        "select extract(epoch from expires_at - created_at)::int as life from session "
        "where user_id = :id", id=who.user.id
    )  # fmt: skip
    assert row.life == 12 * 3600
    seen = "update session set seen_at = now() - interval '59 minutes' where user_id = :id"
    await change(place, seen, id=who.user.id)
    assert await is_in(browser)
    (row,) = await place.rows(
        "select seen_at > now() - interval '1 minute' as fresh from session where user_id = :id",
        id=who.user.id,
    )
    assert row.fresh


async def test_being_seen_is_written_once_a_minute(place: Place) -> None:
    who, browser = await entered(place)
    seen = "select seen_at from session where user_id = :id"
    before = await place.rows(seen, id=who.user.id)
    assert await is_in(browser)
    assert await place.rows(seen, id=who.user.id) == before


async def test_the_cookie_is_not_in_the_database(place: Place) -> None:
    _, browser = await entered(place)
    rows = await place.rows("select session::text as all from session")
    assert browser.cookies["__Host-rangkul"] not in str(rows)


async def test_signing_out_ends_it_and_what_public_programs_hold(place: Place) -> None:
    user = await place.person()
    portal, page = await place.arrived(user)
    answered(await portal.fill(page, "allow"))
    system = await place.system(redirect_uris=["https://portal.example.go.id/callback"])
    _, page = await place.arrived(user, client=system)
    assert (await place.rows(
        "select count(*) from oauth_grant where user_id = :id and ended_at is null", id=user.id
    ))[0][0] == 1  # fmt: skip
    account = await portal.get("/account")
    csrf = account.text.split('name="csrf" value="')[1][:64]
    answer = await portal.post("/sign-out", data={"csrf": csrf})
    assert answer.headers["location"] == "/sign-in"
    assert not await is_in(portal)
    rows = await place.rows("select end_reason from oauth_grant where user_id = :id", id=user.id)
    assert [row.end_reason for row in rows] == ["SIGNED_OUT"]
    assert "SIGNED_OUT" in [kind for kind, _ in await events(place, user)]


async def test_signing_out_twice_and_by_a_link(place: Place) -> None:
    _, browser = await entered(place)
    assert (await browser.get("/sign-out")).status_code == 405
    csrf = (await browser.get("/account")).text.split('name="csrf" value="')[1][:64]
    assert (await browser.post("/sign-out", data={"csrf": csrf})).status_code == 303
    assert (await browser.post("/sign-out", data={"csrf": csrf})).status_code == 403


async def test_somebody_else_in_the_same_browser(place: Place) -> None:
    first, browser = await entered(place)
    second = await resident(place)
    assert inside(await enter(browser, second))
    rows = await place.rows("select ended_at from session where user_id = :id", id=first.user.id)
    assert all(row.ended_at for row in rows)
    assert second.user.email in (await browser.get("/account")).text


async def test_the_form_of_a_session_that_is_over(place: Place) -> None:
    who, browser = await entered(place)
    page = await browser.get("/account")
    over = "update session set ended_at = now() where user_id = :id"
    await change(place, over, id=who.user.id)
    answer = await send(browser, page, language="id")
    assert answer.headers["location"] == "/sign-in?next=/account"
    (row,) = await place.rows("select language from user_account where id = :id", id=who.user.id)
    assert row.language == "en"


@pytest.mark.parametrize(
    "path",
    ["/", "/?code=1&state=x", "/account", "/account/app", "/device?user_code=BCDF-GHJK",
     "/oauth/consent?ticket=a_b-c"],
)  # fmt: skip
def test_pages_of_ours_to_go_on_to(path: str) -> None:
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "path",
    [None, "", "//x", "/\\x", "https://x", "account", "/account//x", "/account/../x",
     "/oauth/token", "/devices", "/account?x=\n", "/account?x=\u00e9", "/?" + "x" * 4000,
     "/sign-out", "/account#x"],
)  # fmt: skip
def test_everything_else_leads_home(path: str | None) -> None:
    assert safe_next(path) == HOME


def test_an_address_to_sign_in_first() -> None:
    assert sign_in_address("/device?user_code=A") == "/sign-in?next=/device%3Fuser_code%3DA"
