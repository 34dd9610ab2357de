"""What every page has in common: forms of ours only, two languages, nothing from elsewhere."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from auth.pages.texts import TEXTS
from auth.settings import AuthSettings
from db.session import Database
from tests.auth.residents import PASSWORD, enter, password, resident, send
from tests.auth.visitor import Place, open_place


@pytest_asyncio.fixture
async def place(database: Database, settings: AuthSettings, operator: Any) -> AsyncIterator[Place]:
    async with open_place(settings, database, operator) as place:
        yield place


async def test_nothing_is_framed_kept_or_loaded_from_elsewhere(place: Place) -> None:
    page = await place.browser().get("/sign-in")
    headers = page.headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self' data:")
    assert "frame-ancestors 'none'" in policy and "form-action 'self';" in policy
    assert "unsafe" not in policy
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert " style=" not in page.text and "<style" not in page.text
    assert "http://" not in page.text and "https://" not in page.text


async def test_only_pages_with_passkeys_run_a_script(place: Place) -> None:
    browser = place.browser()
    assert "script-src 'self'" in (await browser.get("/sign-in")).headers["content-security-policy"]
    await enter(browser, await resident(place))
    assert "script" not in (await browser.get("/account")).headers["content-security-policy"]


async def test_static_files_and_nothing_else(place: Place) -> None:
    browser = place.browser()
    page = await browser.get("/sign-in")
    address = page.text.split('rel="stylesheet" href="')[1].split('"')[0]
    style = await browser.get(address)
    assert style.headers["content-type"].startswith("text/css")
    assert "immutable" in style.headers["cache-control"]
    for path in ("../base.html", "..%2fbase.html", "none.css", ""):
        assert (await browser.get(f"/auth/static/{path}")).status_code == 404


async def test_languages(place: Place) -> None:
    assert "<h1>Masuk</h1>" in (await place.browser("").get("/sign-in")).text
    assert "<h1>Masuk</h1>" in (await place.browser("fr, id;q=0.2").get("/sign-in")).text
    browser = place.browser("id, en;q=0.5")
    assert '<html lang="id">' in (await browser.get("/sign-in")).text
    assert '<html lang="en">' in (await browser.get("/sign-in?lang=en&next=/device")).text
    kept = await browser.get("/sign-in?next=/device")
    assert "<h1>Sign in</h1>" in kept.text
    assert 'href="?next=%2Fdevice&amp;lang=id"' in kept.text
    assert '<html lang="en">' in (await browser.get("/sign-in?lang=xx")).text


async def test_a_person_reads_their_language(place: Place) -> None:
    browser = place.browser("en")
    await enter(browser, await resident(place, language="id"))
    assert '<html lang="id">' in (await browser.get("/account")).text


@pytest.mark.parametrize("csrf", [None, "", "0" * 64, "é"])
async def test_a_form_without_our_mark(place: Place, csrf: str | None) -> None:
    who, browser = await resident(place), place.browser()
    await browser.get("/sign-in")
    sent = {"email": who.user.email, "password": PASSWORD} | ({"csrf": csrf} if csrf else {})
    answer = await browser.post("/sign-in", data=sent)
    assert answer.status_code == 403
    assert "did not come from this browser" in answer.text


async def test_a_form_of_another_visit(place: Place) -> None:
    who, thief, victim = await resident(place), place.browser(), place.browser()
    theirs = await thief.get("/sign-in")
    await victim.get("/sign-in")
    answer = await send(victim, theirs, email=who.user.email, password=PASSWORD)
    assert answer.status_code == 403
    nobody = place.browser()  # without any cookie
    answer = await send(nobody, theirs, email=who.user.email, password=PASSWORD)
    assert answer.status_code == 403


async def test_a_form_from_before_signing_in(place: Place) -> None:
    browser = place.browser()
    before = await browser.get("/sign-in")
    await enter(browser, await resident(place))
    csrf = before.text.split('name="csrf" value="')[1][:64]
    assert (await browser.post("/sign-out", data={"csrf": csrf})).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "https://api.test.evil.example"},
        {"origin": "http://api.test"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://api.test", "sec-fetch-site": "cross-site"},
    ],
)
async def test_a_form_sent_by_another_site(place: Place, headers: dict[str, str]) -> None:
    who, browser = await resident(place), place.browser()
    page = await browser.get("/sign-in")
    browser.headers.update(headers)
    answer = await send(browser, page, email=who.user.email, password=PASSWORD)
    assert answer.status_code == 403


@pytest.mark.parametrize("origin", ["null", "https://api.test"])
async def test_what_browsers_say_of_our_own_pages(place: Place, origin: str) -> None:
    who, browser = await resident(place), place.browser()
    browser.headers.update({"origin": origin, "sec-fetch-site": "same-origin"})
    assert (await password(browser, who)).status_code == 303


async def test_what_is_no_form(place: Place) -> None:
    browser = place.browser()
    page = await browser.get("/sign-in")
    csrf = page.text.split('name="csrf" value="')[1][:64]
    assert (await browser.post("/sign-in", json={"csrf": csrf})).status_code == 400
    large = await browser.post("/sign-in", data={"csrf": csrf, "email": "x" * 20_000})
    assert large.status_code == 413
    twice = await browser.post(
        "/sign-in",
        content=f"csrf={csrf}&email=a&email=b",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert twice.status_code == 400
    assert twice.headers["content-type"].startswith("text/html")


async def test_what_is_typed_is_shown_as_typed(place: Place) -> None:
    browser = place.browser()
    page = await browser.get("/sign-in")
    answer = await send(browser, page, email='"><script>alert(1)</script>', password="x")
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text


def test_every_text_takes_the_same_values_in_both_languages() -> None:
    from string import Formatter

    for key, (english, indonesian) in TEXTS.items():
        names = [
            {name for _, name, _, _ in Formatter().parse(each)} for each in (english, indonesian)
        ]
        assert names[0] == names[1], key
        assert english and indonesian, key
