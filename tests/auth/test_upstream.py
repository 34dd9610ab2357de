"""Signing in with an account of one's organisation: who comes in, and whose word is taken."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from auth import tickets, upstream
from auth.settings import AuthSettings
from auth.tickets import TicketKind
from db.session import Database
from tests.auth.partners import NEXT, Browser, Here, Partner, open_here, refused


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


async def test_who_was_invited_joins_and_is_known_from_then_on(
    here: Here, browser: Browser, partner: Partner
) -> None:
    user_id = await partner.invite()
    async with here.authority.database.authority() as tx:
        link = await tickets.issue(tx, TicketKind.INVITATION, seconds=60, user_id=user_id)
    answer = await browser.sign_in(partner)
    assert answer.status_code == 303, await partner.events()
    assert answer.headers["location"] == NEXT
    assert "__Host-rangkul=" in str(answer.headers)
    assert await browser.who() == str(user_id)
    assert await partner.sql("select joined_at is not null from user_account where id = :id")
    assert await partner.sql("select methods from session where user_id = :id") == ["fed"]
    async with here.authority.database.authority() as tx:
        assert await tickets.look(tx, TicketKind.INVITATION, link) is None
    kinds = [kind for kind, _ in await partner.events()]
    assert kinds == ["USER_JOINED", "CREDENTIAL_ADDED", "SIGNED_IN"]
    partner.issuer.claims |= {"email": "new@polri.example", "email_verified": False}
    async with here.browser() as another:
        assert (await another.sign_in(partner)).status_code == 303
        assert await another.who() == str(user_id)


async def test_what_is_asked(here: Here, browser: Browser, partner: Partner) -> None:
    address = await browser.begin(partner)
    partner.issuer.authorize(address)
    asked = partner.issuer.asked
    assert asked["redirect_uri"] == upstream.redirect_uri(here.authority.settings, partner.id)
    assert asked["redirect_uri"] == f"https://api.test/sign-in/callback/{partner.id.hex}"
    assert len(asked["state"]) == len(asked["nonce"]) == len(asked["code_challenge"]) == 43
    kept = await partner.sql("select data::text from ticket where kind = 'UPSTREAM'")
    assert asked["nonce"] not in kept
    assert browser.http.cookies["__Host-rangkul-visit"] not in kept


async def test_the_mail_address_may_be_in_the_userinfo_only(
    browser: Browser, partner: Partner
) -> None:
    user_id = await partner.invite()
    subject = partner.issuer.claims["sub"]
    partner.issuer.claims |= {"email": None, "email_verified": None}
    partner.issuer.userinfo = {"sub": "another", "email": partner.email, "email_verified": True}
    await refused(browser, await browser.sign_in(partner))
    partner.issuer.userinfo["sub"] = subject
    await browser.sign_in(partner)
    assert await browser.who() == str(user_id)


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
async def test_algorithms(browser: Browser, partner: Partner, algorithm: str) -> None:
    keys: dict[str, Any] = {
        "RS256": RSAKey.generate_key(2048, {"kid": "r"}),
        "PS256": RSAKey.generate_key(2048, {"kid": "r"}),
        "ES256": ECKey.generate_key("P-256", {"kid": "e"}),
        "EdDSA": OKPKey.generate_key("Ed25519", {"kid": "o"}),
    }
    partner.issuer.key = keys[algorithm]
    partner.issuer.header = {"alg": algorithm}
    partner.issuer.claims["at_hash"] = None
    user_id = await partner.invite()
    await browser.sign_in(partner)
    assert await browser.who() == str(user_id)


async def test_a_public_client_and_a_secret_in_the_form(here: Here, browser: Browser) -> None:
    for partner in (await here.partner(secret=None), await here.partner()):
        if partner.issuer.secret:
            methods = ["client_secret_post", "private_key_jwt"]
            partner.issuer.described["token_endpoint_auth_methods_supported"] = methods
        await partner.invite()
        assert (await browser.sign_in(partner)).status_code == 303


NOW = 1_900_000_000


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"nonce": "another"}, "bad_nonce"),
        ({"nonce": None}, "bad_claims"),
        ({"aud": "another"}, "bad_claims"),
        ({"aud": ["rangkul", "another"], "azp": "rangkul"}, "bad_claims"),
        ({"aud": None}, "bad_claims"),
        ({"azp": "another"}, "bad_claims"),
        ({"iss": "https://other.example"}, "bad_claims"),
        ({"iss": None}, "bad_claims"),
        ({"exp": 1}, "bad_claims"),
        ({"exp": None}, "bad_claims"),
        ({"exp": "soon"}, "bad_claims"),
        ({"iat": NOW * 2}, "bad_claims"),
        ({"iat": 1_500_000_000, "exp": NOW}, "bad_claims"),
        ({"iat": None}, "bad_claims"),
        ({"nbf": NOW * 2}, "bad_claims"),
        ({"sub": None}, "bad_claims"),
        ({"sub": ""}, "bad_claims"),
        ({"sub": 7}, "bad_claims"),
        ({"sub": "a\0b"}, "bad_claims"),
        ({"sub": "x" * 256}, "bad_claims"),
        ({"at_hash": "AAAA"}, "bad_claims"),
    ],
)
async def test_claims_that_are_not_for_us_now(
    browser: Browser, partner: Partner, claims: dict[str, Any], reason: str
) -> None:
    await partner.invite()
    partner.issuer.claims |= claims
    await refused(browser, await browser.sign_in(partner))
    [(kind, facts)] = await partner.events()
    assert (kind, facts["reason"]) == ("SIGN_IN_FAILED", reason)


async def test_signatures_that_are_not_the_issuer_s(browser: Browser, partner: Partner) -> None:
    await partner.invite()
    issuer = partner.issuer
    right = issuer.key
    issuer.key = ECKey.generate_key("P-256", {"kid": "one"})  # the same name, another key
    issuer.published = [right]
    await refused(browser, await browser.sign_in(partner))
    issuer.key = ECKey.generate_key("P-256", {"kid": "nobody's"})
    await refused(browser, await browser.sign_in(partner))
    issuer.key = OctKey.import_key(issuer.secret or "", {"kid": "one"})
    issuer.header = {"alg": "HS256"}
    await refused(browser, await browser.sign_in(partner))
    for token in ("eyJhbGciOiJub25lIn0.e30.", "not a token", "a.b.c", "é.é.é", "." * 100):
        issuer.token = token
        await refused(browser, await browser.sign_in(partner))
    reasons = {facts["reason"] for _, facts in await partner.events()}
    assert reasons == {"bad_signature", "bad_id_token"}


async def test_without_a_name_the_key_must_be_the_only_one(
    browser: Browser, partner: Partner
) -> None:
    await partner.invite()
    issuer = partner.issuer
    issuer.header = {"kid": None}
    assert (await browser.sign_in(partner)).status_code == 303


async def test_two_keys_and_no_name(here: Here, browser: Browser, partner: Partner) -> None:
    await partner.invite()
    issuer = partner.issuer
    issuer.header = {"kid": None}
    issuer.published = [issuer.key, ECKey.generate_key("P-256", {"kid": "two"})]
    await refused(browser, await browser.sign_in(partner))
