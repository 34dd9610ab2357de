"""Joining by a link, and getting in again by one."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from httpx import Response

from auth.settings import AuthSettings
from db.ids import new_id
from db.session import Database
from db.user import IdentityProvider
from tests.auth.residents import (
    OTHER,
    PASSWORD,
    Resident,
    change,
    enter,
    events,
    inside,
    link,
    password,
    resident,
    send,
)
from tests.auth.visitor import Browser, Place, answered, open_place


@pytest_asyncio.fixture
async def place(database: Database, settings: AuthSettings, operator: Any) -> AsyncIterator[Place]:
    async with open_place(settings, database, operator) as place:
        yield place


async def choose(browser: Browser, path: str, chosen: str = PASSWORD) -> Response:
    """The first step: a password."""
    return await send(browser, await browser.get(path), password=chosen, again=chosen)


async def take_up(browser: Browser, path: str, who: Resident, chosen: str = PASSWORD) -> Response:
    """All steps; what the last one shows."""
    assert (await choose(browser, path, chosen)).headers["location"] == path
    page = await browser.get(path)
    who.secret = page.text.split('<p class="secret">')[1].split("<")[0].replace(" ", "")
    return await send(browser, page, code=who.code())


async def test_joining(place: Place) -> None:
    organisation = await place.organisation(name="Unit PPA <Polres>")
    user = await place.person(
        organisation, joined_at=None, name="Ani", roles=["SUPERVISOR", "AUDITOR"], language="id"
    )
    who, browser, path = Resident(user), place.browser("en"), await link(place, user)
    page = await browser.get(path)
    assert '<html lang="id">' in page.text  # as whoever invited them said
    page = await browser.get(path + "?lang=en")
    assert "Unit PPA &lt;Polres&gt; invites you, Ani" in page.text
    assert "Supervisor, Auditor" in page.text and user.email in page.text
    codes = await take_up(browser, path, who)
    assert codes.status_code == 200 and codes.text.count("<li>") == 10
    assert (await browser.get("/account")).status_code == 200
    (row,) = await place.rows(
        "select joined_at, language from user_account where id = :id", id=user.id
    )
    assert row.joined_at is not None and row.language == "en"
    assert [kind for kind, _ in await events(place, user)] == [
        "USER_JOINED", "CREDENTIAL_ADDED", "SIGNED_IN",
    ]  # fmt: skip
    await change(place, "update totp set last_step = 0")
    assert inside(await enter(place.browser(), who))


async def test_nothing_is_kept_before_the_last_step(place: Place) -> None:
    user = await place.person(joined_at=None)
    browser, path = place.browser(), await link(place, user)
    await choose(browser, path)
    assert not await place.rows("select 1 from password where user_id = :id", id=user.id)
    assert (await password(place.browser(), Resident(user))).status_code == 403
    (row,) = await place.rows("select data::text from ticket where kind = 'SIGN_IN' "
                              "and user_id = :id", id=user.id)  # fmt: skip
    assert "argon2" not in row[0]
    # half of it signs nobody in, and is nothing in another browser
    assert (await browser.get("/sign-in/app")).status_code == 303
    other = await place.browser().get(path)
    assert 'name="password"' in other.text and 'class="secret"' not in other.text


async def test_the_page_of_the_app_stays_the_same(place: Place) -> None:
    user = await place.person(joined_at=None)
    browser, path = place.browser(), await link(place, user)
    await choose(browser, path)
    pages = [(await browser.get(path)).text for _ in range(2)]
    secrets = {page.split('<p class="secret">')[1].split("<")[0] for page in pages}
    assert len(secrets) == 1
    wrong = await send(browser, await browser.get(path), code="000000")
    assert wrong.status_code == 403 and secrets.pop() in wrong.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"password": "pendek", "again": "pendek"}, "too short"),
        ({"password": PASSWORD, "again": PASSWORD + "x"}, "not the same"),
        ({"password": PASSWORD}, "not the same"),
        ({}, "too short"),
        ({"password": "Komisi.Sari.2026", "again": "Komisi.Sari.2026"}, "your name"),
        ({"code": "123456"}, "too short"),
    ],
)
async def test_a_password_that_will_not_do(place: Place, fields: dict[str, str], said: str) -> None:
    user = await place.person(joined_at=None, name="Sari Wulandari")
    browser, path = place.browser(), await link(place, user)
    answer = await send(browser, await browser.get(path), **fields)
    assert answer.status_code == 403 and said in answer.text
    assert not any(value in answer.text for key, value in fields.items() if key == "password")


async def test_a_link_works_once(place: Place) -> None:
    user = await place.person(joined_at=None)
    who, browser, path = Resident(user), place.browser(), await link(place, user)
    form = await browser.get(path)
    await take_up(browser, path, who)
    for answer in (
        await place.browser().get(path),
        await browser.get(path),
        await send(browser, form, password=OTHER, again=OTHER),
        await send(browser, form, code=who.code()),
    ):
        assert answer.status_code in (403, 404)
    assert "ask an administrator" in (await place.browser().get(path)).text
    await change(place, "update totp set last_step = 0")
    assert inside(await enter(place.browser(), who))


@pytest.mark.parametrize(
    "statement",
    [
        "update ticket set expires_at = now() where user_id = :id",
        "update user_account set disabled_at = now() where id = :id",
        "update organisation set dissolved_at = now() where id = "
        "(select organisation_id from user_account where id = :id)",
    ],
)
async def test_a_link_that_is_over(place: Place, statement: str) -> None:
    user = await place.person(await place.organisation(), joined_at=None)
    browser, path = place.browser(), await link(place, user)
    await choose(browser, path)
    page = await browser.get(path)
    await change(place, statement, id=user.id)
    assert (await browser.get(path)).status_code == 404
    assert (await send(browser, page, code="123456")).status_code == 404
    assert not await place.rows("select 1 from password where user_id = :id", id=user.id)


async def test_of_two_links_the_last_one_counts(place: Place) -> None:
    user = await place.person(joined_at=None)
    first, second = await link(place, user), await link(place, user)
    assert (await place.browser().get(first)).status_code == 404
    assert (await place.browser().get(second)).status_code == 200


async def test_a_link_that_never_was(place: Place) -> None:
    for path in ("/invitation/x", "/invitation/" + "A" * 43, "/invitation/%00"):
        assert (await place.browser().get(path)).status_code == 404


async def test_for_who_has_joined_it_ends_what_was_before(place: Place) -> None:
    who, old = await resident(place), place.browser()
    await enter(old, who)
    portal, page = await place.arrived(who.user)
    answered(await portal.fill(page, "allow"))
    browser, path = place.browser(), await link(place, who.user)
    assert "Choose a new password" in (await browser.get(path)).text
    before = who.secret
    # looking at it ends nothing
    assert (await old.get("/account")).status_code == 200
    await take_up(browser, path, who, OTHER)
    assert who.secret != before
    assert (await browser.get("/account")).status_code == 200
    assert (await old.get("/account")).status_code == 303
    assert (await portal.get("/account")).status_code == 303
    (row,) = await place.rows("select end_reason from oauth_grant where user_id = :id",
                              id=who.user.id)  # fmt: skip
    assert row.end_reason == "CREDENTIALS_CHANGED"
    assert (await password(place.browser(), who)).status_code == 403
    assert (await password(place.browser(), who, password=OTHER)).status_code == 303


async def test_a_half_finished_sign_in_does_not_outlive_it(place: Place) -> None:
    who, thief = await resident(place), place.browser()
    page = await thief.get((await password(thief, who)).headers["location"])
    await take_up(place.browser(), await link(place, who.user), who, OTHER)
    answer = await send(thief, page, code=who.code())
    assert answer.headers["location"].startswith("/sign-in?")


async def test_without_a_second_factor_where_it_is_off(
    database: Database, settings: AuthSettings, operator: Any
) -> None:
    async with open_place(replace(settings, second_factor=False), database, operator) as place:
        user = await place.person(joined_at=None)
        browser, path = place.browser(), await link(place, user)
        assert inside(await choose(browser, path))
        assert (await browser.get("/account")).status_code == 200
        assert (await place.browser().get(path)).status_code == 404


async def test_people_whose_accounts_are_elsewhere_join_there(place: Place) -> None:
    organisation, provider = await place.organisation(), new_id()
    async with place.operator() as tx:
        tx.add(IdentityProvider(
            id=provider, organisation_id=organisation, name="Akun Polri",
            issuer="https://login.example", client_id="us", only_way=True,
        ))  # fmt: skip
    user = await place.person(organisation, joined_at=None)
    browser, path = place.browser(), await link(place, user)
    page = await browser.get(path)
    assert f"/sign-in/with/{provider.hex}" in page.text and "password" not in page.text
    form = await browser.get("/sign-in")
    csrf = form.text.split('name="csrf" value="')[1][:64]
    await browser.post(path, data={"csrf": csrf, "password": PASSWORD, "again": PASSWORD})
    assert not await place.rows("select 1 from password where user_id = :id", id=user.id)


async def test_a_form_of_another_browser(place: Place) -> None:
    user = await place.person(joined_at=None)
    browser, path = place.browser(), await link(place, user)
    page = await browser.get(path)
    answer = await send(place.browser(), page, password=PASSWORD, again=PASSWORD)
    assert answer.status_code == 403


async def test_who_joins_is_not_who_was_signed_in_here(place: Place) -> None:
    other, browser = await resident(place), place.browser()
    await enter(browser, other)
    user = await place.person(joined_at=None, created_at=datetime.now(UTC))
    await take_up(browser, await link(place, user), Resident(user))
    assert user.email in (await browser.get("/account")).text
    rows = await place.rows("select ended_at from session where user_id = :id", id=other.user.id)
    assert all(row.ended_at for row in rows)
