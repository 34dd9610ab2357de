"""One's own page: nobody else's, and not for whoever found the browser open."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

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
    password,
    resident,
    send,
)
from tests.auth.visitor import Browser, Place, answered, open_place

STALE = "update session set created_at = now() - interval '11 minutes' where user_id = :id"


@pytest_asyncio.fixture
async def place(database: Database, settings: AuthSettings, operator: Any) -> AsyncIterator[Place]:
    async with open_place(settings, database, operator) as place:
        yield place


async def entered(place: Place, **given: Any) -> tuple[Resident, Browser]:
    who, browser = await resident(place, **given), place.browser()
    assert inside(await enter(browser, who))
    return who, browser


async def post(browser: Browser, path: str, **fields: str) -> Any:
    csrf = (await browser.get("/account")).text.split('name="csrf" value="')[1][:64]
    return await browser.post(path, data={"csrf": csrf, **fields})


async def test_what_one_sees_of_oneself(place: Place) -> None:
    browser_name = {"user-agent": "Mozilla/5.0 (Android 15; Mobile) Gecko Firefox/140.0"}
    who, browser = await resident(place, roles=["AUDITOR"]), place.browser()
    browser.headers.update(browser_name)
    await enter(browser, who)
    page = (await browser.get("/account")).text
    assert "Sari &amp; &lt;Wulan&gt;" in page and who.user.email in page
    assert "Auditor: what programs may do for you" in page
    assert "Read the agreements your organisation is a party to." in page
    assert "Firefox, Android" in page and "this browser" in page and "from 203.0.113.1" in page
    assert "There are none just now." in page


@pytest.mark.parametrize(
    "path",
    ["/account", "/account/password", "/account/app", "/account/recovery-codes",
     "/account/passkeys"],
)  # fmt: skip
async def test_who_is_not_signed_in_is_sent_to_do_so(place: Place, path: str) -> None:
    answer = await place.browser().get(path)
    assert answer.status_code == 303 and answer.headers["location"] == f"/sign-in?next={path}"


@pytest.mark.parametrize("path", ["/account/app", "/account/recovery-codes", "/account/passkeys"])
async def test_what_lets_in_is_changed_only_just_after_signing_in(place: Place, path: str) -> None:
    who, browser = await entered(place)
    assert (await browser.get(path)).status_code == 200
    await change(place, STALE, id=who.user.id)
    answer = await browser.get(path)
    assert answer.headers["location"] == f"/sign-in?next={path}"
    if path != "/account/passkeys":
        assert (await post(browser, path)).headers["location"] == f"/sign-in?next={path}"


async def test_language(place: Place) -> None:
    _, browser = await entered(place)
    await browser.get("/account?lang=en")
    assert (await post(browser, "/account/language", language="xx")).status_code == 303
    answer = await post(browser, "/account/language", language="id")
    assert answer.headers["location"] == "/account?done=language"
    page = await browser.get("/account?done=language")
    assert '<html lang="id">' in page.text and "Bahasa disimpan." in page.text
    assert "done." not in (await browser.get("/account?done=nothing")).text


async def test_ending_a_session_elsewhere(place: Place) -> None:
    who, here = await entered(place)
    there = place.browser()
    there_id = await place.sign_in(there, who.user)
    stranger_in = place.browser()
    stranger = await place.sign_in(stranger_in, await place.person())
    await post(here, "/account/end-session", session=str(stranger))
    assert (await stranger_in.get("/account")).status_code == 200
    assert (await post(here, "/account/end-session", session="x")).status_code == 303
    assert str(there_id) in (await here.get("/account")).text
    await post(here, "/account/end-session", session=str(there_id))
    assert (await there.get("/account")).status_code == 303
    assert (await here.get("/account")).status_code == 200
    assert (await events(place, who.user))[-1][0] == "SESSION_ENDED"


async def test_ending_all_others(place: Place) -> None:
    who, here = await entered(place)
    others = [place.browser(), place.browser()]
    for other in others:
        await place.sign_in(other, who.user)
    await post(here, "/account/end-sessions")
    assert [(await b.get("/account")).status_code for b in (here, *others)] == [200, 303, 303]


async def test_ending_the_access_of_a_program(place: Place) -> None:
    user = await place.person()
    portal, page = await place.arrived(user)
    answered(await portal.fill(page, "allow"))
    shown = (await portal.get("/account")).text
    assert "Portal &lt;Mitra&gt;" in shown
    access = shown.split('name="access" value="')[1].split('"')[0]
    stranger = place.browser()
    await place.sign_in(stranger, await place.person())
    await post(stranger, "/account/end-access", access=access)
    ended = "select end_reason from oauth_grant where id = :id"
    assert (await place.rows(ended, id=access))[0][0] is None
    await post(portal, "/account/end-access", access=access)
    assert (await place.rows(ended, id=access))[0][0] == "REVOKED"
    assert "Portal &lt;Mitra&gt;" not in (await portal.get("/account")).text
    assert (await events(place, user))[-1][0] == "GRANT_ENDED"


async def test_another_password_ends_other_sessions(place: Place) -> None:
    who, here = await entered(place)
    portal, page = await place.arrived(who.user)
    answered(await portal.fill(page, "allow"))
    half = place.browser()
    code_page = await half.get((await password(half, who)).headers["location"])
    form = await here.get("/account/password")
    answer = await send(here, form, old=PASSWORD, password=OTHER, again=OTHER)
    assert answer.headers["location"] == "/account?done=password"
    assert (await here.get("/account")).status_code == 200
    assert (await portal.get("/account")).status_code == 303
    (row,) = await place.rows("select end_reason from oauth_grant where user_id = :id",
                              id=who.user.id)  # fmt: skip
    assert row.end_reason == "CREDENTIALS_CHANGED"
    assert "/sign-in?" in (await send(half, code_page, code=who.code())).headers["location"]
    assert (await password(place.browser(), who)).status_code == 403
    assert (await password(place.browser(), who, password=OTHER)).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("not the old one", OTHER, OTHER, "until now is not right"),
        (PASSWORD, "pendek-7!", "pendek-7!", "too short"),
        (PASSWORD, OTHER, OTHER + "x", "not the same"),
    ],
)
async def test_a_password_is_not_changed(
    place: Place, old: str, new: str, again: str, said: str
) -> None:
    who, browser = await entered(place)
    form = await browser.get("/account/password")
    answer = await send(browser, form, old=old, password=new, again=again)
    assert answer.status_code == 403 and said in answer.text
    assert old not in answer.text and new not in answer.text
    assert (await password(place.browser(), who)).status_code == 303


async def test_another_app(place: Place) -> None:
    who, browser = await entered(place)
    before = who.code()
    page = await browser.get("/account/app")
    secret = page.text.split('<p class="secret">')[1].split("<")[0]
    assert secret in (await browser.get("/account/app")).text
    assert (await send(browser, page, code=before)).status_code == 403
    who.secret = secret.replace(" ", "")
    codes = await send(browser, page, code=who.code())
    assert codes.text.count("<li>") == 10
    await change(place, "update totp set last_step = 0")
    again = place.browser()
    code_page = await again.get((await password(again, who)).headers["location"])
    assert (await send(again, code_page, code=before)).status_code == 403
    assert inside(await send(again, code_page, code=who.code()))


async def test_new_recovery_codes_end_the_former(place: Place) -> None:
    who, browser = await entered(place)
    lists = []
    for _ in range(2):
        shown = await send(browser, await browser.get("/account/recovery-codes"))
        lists.append([part.split("<")[0] for part in shown.text.split("<li>")[1:]])
    assert len({*lists[0], *lists[1]}) == 20
    assert "10 of 10 left" in (await browser.get("/account")).text
    other = place.browser()
    page = await other.get((await password(other, who)).headers["location"])
    assert (await send(other, page, 1, recovery=lists[0][0])).status_code == 403
    assert inside(await send(other, page, 1, recovery=lists[1][0]))
    assert "9 of 10 left" in (await browser.get("/account")).text


async def test_who_is_kept_elsewhere_changes_nothing_here(place: Place) -> None:
    organisation = await place.organisation()
    user = await place.person(organisation)
    async with place.operator() as tx:
        tx.add(IdentityProvider(
            id=new_id(), organisation_id=organisation, name="Akun Polri",
            issuer="https://login.example", client_id="us", only_way=True,
        ))  # fmt: skip
    browser = place.browser()
    await place.sign_in(browser, user)
    page = (await browser.get("/account")).text
    assert "Passwords are kept there" in page and "/account/app" not in page
    for path in ("password", "app", "recovery-codes", "passkeys"):
        answer = await browser.get(f"/account/{path}")
        assert answer.headers["location"] == "/account"
