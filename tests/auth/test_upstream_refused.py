"""Answers of issuers that are nobody's, somebody else's, or about somebody who may not come in."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from auth import upstream
from auth.settings import AuthSettings
from db.session import Database
from tests.auth.partners import Browser, Here, Partner, open_here, refused
from tests.auth.people import organisation


@pytest_asyncio.fixture
async def here(database: Database, operator: Any, settings: AuthSettings) -> Here:
    return open_here(database, operator, settings)


@pytest_asyncio.fixture
async def partner(here: Here) -> Partner:
    return await here.partner()


@pytest_asyncio.fixture
async def browser(here: Here) -> AsyncIterator[Browser]:
    async with here.browser() as browser:
        yield browser


async def test_an_answer_counts_once(here: Here, browser: Browser, partner: Partner) -> None:
    await partner.invite()
    answer = partner.issuer.authorize(await browser.begin(partner))
    assert (await browser.back(partner, **answer)).status_code == 303
    browser.http.cookies.delete("__Host-rangkul")
    answer["code"] = partner.issuer.authorize(await browser.begin(partner))["code"]
    await refused(browser, await browser.back(partner, **answer), "once more")


async def test_an_answer_belongs_to_one_browser(
    here: Here, browser: Browser, partner: Partner
) -> None:
    """Else somebody could sign another in as themselves, and read what they then write."""
    await partner.invite()
    answer = partner.issuer.authorize(await browser.begin(partner))
    async with here.browser() as other:
        await refused(other, await other.back(partner, **answer), "once more")
        await other.begin(partner)  # which has a visit of its own
        answer = partner.issuer.authorize(await browser.begin(partner))
        await refused(other, await other.back(partner, **answer), "once more")
    await refused(browser, await browser.back(partner, **answer), "once more")  # it was seen


async def test_an_answer_that_is_too_old(browser: Browser, partner: Partner) -> None:
    await partner.invite()
    answer = partner.issuer.authorize(await browser.begin(partner))
    await partner.sql("update ticket set expires_at = now() where kind = 'UPSTREAM'")
    await refused(browser, await browser.back(partner, **answer), "once more")


@pytest.mark.parametrize("state", ["", "x", "é", "\0", "x" * 5000])
async def test_made_up_states(browser: Browser, partner: Partner, state: str) -> None:
    await browser.begin(partner)
    await refused(browser, await browser.back(partner, state=state, code="x"), "once more")
    path = f"{upstream.CALLBACK_PATH}/{partner.id.hex}"
    answer = await browser.http.get(path + "?state=a&state=b&code=%ff")
    await refused(browser, answer, "once more")


async def test_issuers_are_not_mixed_up(here: Here, browser: Browser, partner: Partner) -> None:
    await partner.invite()
    evil = await here.partner()
    await refused(browser, await browser.sign_in(partner, iss=evil.issuer.issuer))
    await refused(browser, await browser.sign_in(partner, iss=""))  # it says that it sends one
    assert [facts["reason"] for _, facts in await partner.events()] == ["wrong_issuer"] * 2
    answer = partner.issuer.authorize(await browser.begin(partner), iss="")
    evil.issuer.described["authorization_response_iss_parameter_supported"] = False
    here.network.fetched.clear()
    # The answer of the honest one at the address, or with the state, of the other.
    await refused(browser, await browser.back(evil, **answer), "once more")
    begun = evil.issuer.authorize(await browser.begin(evil), iss="")
    await refused(browser, await browser.back(partner, **begun), "once more")
    assert not any(address.endswith("/token") for address in here.network.fetched)


async def test_an_issuer_that_does_not_name_itself(browser: Browser, partner: Partner) -> None:
    await partner.invite()
    partner.issuer.described["authorization_response_iss_parameter_supported"] = False
    assert (await browser.sign_in(partner, iss="")).status_code == 303


async def test_somebody_who_was_not_invited(browser: Browser, partner: Partner) -> None:
    await refused(browser, await browser.sign_in(partner), "do not have access")
    [(kind, facts)] = await partner.events()
    assert (kind, facts) == ("SIGN_IN_FAILED", {"method": "fed", "reason": "not_invited"})
    assert await partner.sql("select count(*) from user_account where email like '%polri%'") == 0


@pytest.mark.parametrize("verified", [False, None, "true", 1])
async def test_a_mail_address_that_is_not_verified(
    browser: Browser, partner: Partner, verified: Any
) -> None:
    await partner.invite()
    partner.issuer.claims["email_verified"] = verified
    await refused(browser, await browser.sign_in(partner), "do not have access")


@pytest.mark.parametrize(
    "email", ["", "a\0@b.example", 7, ["x"], "x@y@z", "x" * 300 + "@y.example"]
)
async def test_a_mail_address_that_is_none(browser: Browser, partner: Partner, email: Any) -> None:
    await partner.invite()
    partner.issuer.claims["email"] = email
    await refused(browser, await browser.sign_in(partner), "do not have access")


async def test_letters_of_a_mail_address_may_be_large(browser: Browser, partner: Partner) -> None:
    await partner.invite()
    partner.issuer.claims["email"] = partner.email.upper()
    assert (await browser.sign_in(partner)).status_code == 303


async def test_an_issuer_speaks_for_its_own_people_only(
    here: Here, browser: Browser, partner: Partner
) -> None:
    elsewhere = await organisation(here.operator)
    await partner.invite(organisation_id=elsewhere, joined=True)
    await refused(browser, await browser.sign_in(partner), "do not have access")
    user_id = await partner.invite()
    await browser.sign_in(partner)
    assert await browser.who() == str(user_id)
    await partner.sql("update user_account set organisation_id = :o where id = :id", o=elsewhere)
    async with here.browser() as another:
        await refused(another, await another.sign_in(partner), "do not have access")


async def test_the_same_name_at_another_issuer(here: Here, browser: Browser) -> None:
    one, two = await here.partner(), await here.partner()
    await one.invite()
    await browser.sign_in(one)
    two.issuer.claims |= one.issuer.claims
    async with here.browser() as another:
        await refused(another, await another.sign_in(two), "do not have access")


async def test_a_mail_address_that_was_given_to_somebody_else(
    here: Here, browser: Browser, partner: Partner
) -> None:
    await partner.invite()
    await browser.sign_in(partner)
    partner.issuer.claims["sub"] = "the-next-one"
    async with here.browser() as another:
        await refused(another, await another.sign_in(partner), "do not have access")
    assert [facts.get("reason") for _, facts in await partner.events()][-1] == "other_account"


async def test_a_person_who_was_shut_out(here: Here, browser: Browser, partner: Partner) -> None:
    await partner.invite()
    await partner.sql("update user_account set disabled_at = now() where id = :id")
    await refused(browser, await browser.sign_in(partner), "do not have access")
    await partner.sql("update user_account set disabled_at = null where id = :id")
    assert (await browser.sign_in(partner)).status_code == 303
    await partner.sql("update user_account set disabled_at = now() where id = :id")
    assert await browser.who() is None
    await refused(browser, await browser.sign_in(partner), "do not have access")
    assert (await partner.events())[-1][1]["reason"] == "shut_out"


@pytest.mark.parametrize(
    "end",
    [
        "update identity_provider set disabled_at = now() where id = :provider",
        "update organisation set dissolved_at = now() where id = :organisation",
        "update identity_provider set secret_jwe = 'x' where id = :provider",
    ],
)
async def test_a_provider_that_ended(browser: Browser, partner: Partner, end: str) -> None:
    await partner.invite()
    answer = partner.issuer.authorize(await browser.begin(partner))
    await partner.sql(end, provider=partner.provider_id, organisation=partner.id)
    await refused(browser, await browser.back(partner, **answer), "once more")
    begun = await browser.http.get(upstream.address_with(partner.provider_id, "/account"))
    assert (begun.status_code, "no such way" in begun.text) == (404, True)


@pytest.mark.parametrize("id", ["", "x", "0" * 32])
async def test_a_provider_that_never_was(browser: Browser, id: str) -> None:
    assert (await browser.http.get(f"{upstream.WITH_PATH}/{id}")).status_code == 404
    answer = await browser.http.get(f"{upstream.CALLBACK_PATH}/{id}?state=x&code=y")
    assert answer.status_code in (400, 404)


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"token_endpoint": "http://169.254.169.254/"},
        {"token_endpoint": "https://127.0.0.1/"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "http://id.example/"},
        {"jwks_uri": None},
        {"userinfo_endpoint": 7},
        {"token_endpoint_auth_methods_supported": "client_secret_basic"},
    ],
)
async def test_an_issuer_that_describes_itself_wrongly(
    browser: Browser, partner: Partner, described: dict[str, Any]
) -> None:
    partner.issuer.described |= described
    answer = await browser.http.get(upstream.address_with(partner.provider_id, "/account"))
    await refused(browser, answer)


async def test_an_issuer_that_cannot_use_our_secret(browser: Browser, partner: Partner) -> None:
    partner.issuer.described["token_endpoint_auth_methods_supported"] = ["private_key_jwt"]
    await refused(browser, await browser.sign_in(partner))


async def test_an_issuer_that_says_no(browser: Browser, partner: Partner) -> None:
    await refused(browser, await browser.sign_in(partner, error="access_denied", code=""))
    partner.issuer.secret = "another by now"
    await refused(browser, await browser.sign_in(partner))
    partner.issuer.described["issuer"] = "gone"
    reasons = [facts["reason"] for _, facts in await partner.events()]
    assert reasons == ["refused", "code_refused"]


@pytest.mark.parametrize(
    "next",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/sign-in/../x", "", "x" * 9999],
)
async def test_nobody_is_sent_away(browser: Browser, partner: Partner, next: str) -> None:
    await partner.invite()
    path = f"{upstream.WITH_PATH}/{partner.provider_id.hex}"
    begun = await browser.http.get(path, params={"next": next})
    answer = await browser.back(partner, **partner.issuer.authorize(begun.headers["location"]))
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")


async def test_another_person_in_the_same_browser(browser: Browser, partner: Partner) -> None:
    first = await partner.invite()
    await browser.sign_in(partner)
    second = await partner.invite()
    await browser.sign_in(partner)
    assert await browser.who() == str(second)
    live = "select count(*) from session where user_id = :id and ended_at is null"
    assert await partner.sql(live) == 1
    partner.user_id = first
    assert await partner.sql(live) == 0


async def test_not_too_many_begin(
    here: Here, browser: Browser, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def draw(what: str, key: str, **how: float) -> float | None:
        return 7.2

    monkeypatch.setattr(here.authority.brake, "draw", draw)
    answer = await browser.http.get(upstream.address_with(partner.provider_id, "/account"))
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "8")
    assert here.network.fetched == []


async def test_what_went_wrong_in_our_network_is_for_our_log(
    here: Here, browser: Browser, partner: Partner, caplog: pytest.LogCaptureFixture
) -> None:
    del here.network.issuers[partner.issuer.issuer]
    answer = await browser.http.get(upstream.address_with(partner.provider_id, "/account"))
    await refused(browser, answer)
    assert "reason=unreachable because=unreachable" in caplog.text
    assert await partner.events() == [
        ("SIGN_IN_FAILED", {"method": "fed", "reason": "unreachable"})
    ]
