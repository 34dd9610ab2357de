"""Passkeys, with an authenticator made of a key and some CBOR."""

import hashlib
import json
import secrets
import struct
from collections.abc import AsyncIterator
from typing import Any

import cbor2
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from httpx import Response
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from auth.passkeys import possible
from auth.settings import AuthSettings
from db.session import Database
from tests.auth.residents import Resident, change, enter, events, inside, resident
from tests.auth.visitor import Browser, Place, open_place

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Authenticator:
    """Does what a phone does, and what a false one could try."""

    def __init__(self, rp_id: str = "api.test", origin: str = "https://api.test") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.rp_id, self.origin, self.count = rp_id, origin, 0
        self.flags = PRESENT | VERIFIED
        self.owner: str | None = None

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        self.owner = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"),
                  -3: numbers.y.to_bytes(32, "big")}  # fmt: skip
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor2.dumps(public)
        data = self._data(ATTESTED) + attested
        return self._answer("webauthn.create", options, {
            "attestationObject": bytes_to_base64url(
                cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
            ),
            "transports": ["internal", "evil", 1],
        })  # fmt: skip

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        self.count += 1
        data = self._data(0)
        answer = self._answer("webauthn.get", options, {
            "authenticatorData": bytes_to_base64url(data), "userHandle": self.owner,
        })  # fmt: skip
        client = base64url_to_bytes(answer["response"]["clientDataJSON"])
        signed = data + hashlib.sha256(client).digest()
        signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        answer["response"]["signature"] = bytes_to_base64url(signature)
        return answer

    def _data(self, flags: int) -> bytes:
        rp = hashlib.sha256(self.rp_id.encode()).digest()
        return rp + bytes([self.flags | flags]) + struct.pack(">I", self.count)

    def _answer(self, kind: str, options: dict[str, Any], response: Any) -> dict[str, Any]:
        client = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        response["clientDataJSON"] = bytes_to_base64url(json.dumps(client).encode())
        id = bytes_to_base64url(self.id)
        return {"id": id, "rawId": id, "type": "public-key", "response": response,
                "clientExtensionResults": {}}  # fmt: skip


@pytest_asyncio.fixture
async def place(database: Database, settings: AuthSettings, operator: Any) -> AsyncIterator[Place]:
    async with open_place(settings, database, operator) as place:
        yield place


async def post(browser: Browser, path: str, sent: Any, page: str) -> Response:
    csrf = (await browser.get(page)).text.split('name="csrf" value="')[1][:64]
    return await browser.post(path, json=sent, headers={"x-csrf-token": csrf})


async def add(browser: Browser, device: Authenticator, name: str = "Ponsel") -> Response:
    page = "/account/passkeys"
    options = (await post(browser, "/account/passkeys/options", {}, page)).json()
    sent = {"credential": device.create(options), "name": name}
    return await post(browser, "/account/passkeys/add", sent, page)


async def use(browser: Browser, device: Authenticator, next: str = "/device") -> Response:
    options = (await post(browser, "/sign-in/passkey/options", {}, "/sign-in")).json()
    sent = {"credential": device.get(options), "next": next}
    return await post(browser, "/sign-in/passkey/verify", sent, "/sign-in")


async def owner(place: Place) -> tuple[Resident, Browser, Authenticator]:
    """Somebody signed in, with a passkey."""
    who, browser, device = await resident(place), place.browser(), Authenticator()
    assert inside(await enter(browser, who))
    added = await add(browser, device)
    assert added.json() == {"next": "/account?done=passkey"}, added.text
    return who, browser, device


async def test_a_passkey_signs_in_alone(place: Place) -> None:
    who, browser, device = await owner(place)
    assert "Ponsel" in (await browser.get("/account")).text
    other = place.browser()
    assert (await use(other, device)).json() == {"next": "/device"}
    assert who.user.email in (await other.get("/account")).text
    (row,) = await place.rows(
        "select methods from session where user_id = :id order by id desc limit 1", id=who.user.id
    )
    assert row.methods == ["hwk"]
    (row,) = await place.rows("select sign_count, transports from passkey where user_id = :id",
                              id=who.user.id)  # fmt: skip
    assert (row.sign_count, row.transports) == (1, ["internal"])
    assert (await use(place.browser(), device, "//evil.example")).json() == {"next": "/account"}


async def test_the_owner_must_be_asked(place: Place) -> None:
    who, _, device = await owner(place)
    device.flags = PRESENT
    assert (await use(place.browser(), device)).status_code == 403
    kind, facts = (await events(place, who.user))[-1]
    assert (kind, facts["reason"]) == ("SIGN_IN_FAILED", "PASSKEY")
    browser = place.browser()
    again = await resident(place)
    await enter(browser, again)
    careless = Authenticator()
    careless.flags = PRESENT
    assert (await add(browser, careless)).status_code == 403


async def test_a_copy_is_noticed_by_its_count(place: Place) -> None:
    _, _, device = await owner(place)
    assert (await use(place.browser(), device)).status_code == 200
    device.count = 0
    assert (await use(place.browser(), device)).status_code == 403


@pytest.mark.parametrize(
    ("rp_id", "origin"),
    [("api.test", "https://evil.example"), ("evil.example", "https://api.test")],
)
async def test_what_was_signed_for_another_site(place: Place, rp_id: str, origin: str) -> None:
    _, _, device = await owner(place)
    device.rp_id, device.origin = rp_id, origin
    assert (await use(place.browser(), device)).status_code == 403


async def test_a_key_that_is_not_known_and_one_that_is_not_the_one(place: Place) -> None:
    _, _, device = await owner(place)
    stranger = Authenticator()
    assert (await use(place.browser(), stranger)).status_code == 403
    stranger.id = device.id
    refused = await use(place.browser(), stranger)
    assert refused.status_code == 403 and "does not let anybody in" in refused.json()["problem"]


async def test_a_challenge_is_answered_once_and_for_what_it_was(place: Place) -> None:
    _, browser, device = await owner(place)
    other = place.browser()
    options = (await post(other, "/sign-in/passkey/options", {}, "/sign-in")).json()
    path = "/sign-in/passkey/verify"
    first, second = device.get(options), device.get(options)
    assert (await post(other, path, {"credential": first}, "/sign-in")).status_code == 200
    fresh = place.browser()
    assert (await post(fresh, path, {"credential": second}, "/sign-in")).status_code == 403
    made = await post(browser, "/account/passkeys/options", {}, "/account/passkeys")
    adding = device.get(made.json())
    assert (await post(fresh, path, {"credential": adding}, "/sign-in")).status_code == 403
    await change(place, "update ticket set expires_at = now() where kind = 'CHALLENGE'")
    options["challenge"] = bytes_to_base64url(bytes(32))
    own = device.get(options)
    assert (await post(fresh, path, {"credential": own}, "/sign-in")).status_code == 403


@pytest.mark.parametrize(
    "sent",
    [{}, {"credential": None}, {"credential": "x"}, {"credential": {"response": {}}},
     {"credential": {"response": {"clientDataJSON": "e30"}}},
     {"credential": {"response": {"clientDataJSON": "bnVsbA"}}}],
)  # fmt: skip
async def test_what_is_no_answer(place: Place, sent: Any) -> None:
    answer = await post(place.browser(), "/sign-in/passkey/verify", sent, "/sign-in")
    assert answer.status_code == 403


async def test_what_no_script_of_ours_sent(place: Place) -> None:
    browser = place.browser()
    await browser.get("/sign-in")
    path = "/sign-in/passkey/options"
    assert (await browser.post(path, json={})).status_code == 403
    assert (await post(browser, path, [], "/sign-in")).status_code == 400
    browser.headers["origin"] = "https://evil.example"
    assert (await post(browser, path, {}, "/sign-in")).status_code == 403


@pytest.mark.parametrize(
    "statement",
    [
        "update user_account set disabled_at = now() where id = :id",
        "delete from passkey where user_id = :id",
    ],
)
async def test_who_is_out_is_out(place: Place, statement: str) -> None:
    who, _, device = await owner(place)
    await change(place, statement, id=who.user.id)
    assert (await use(place.browser(), device)).status_code == 403


async def test_one_passkey_is_kept_once_and_by_one(place: Place) -> None:
    _, browser, device = await owner(place)
    assert (await add(browser, device)).status_code == 403
    other, theirs = await resident(place), place.browser()
    await enter(theirs, other)
    assert (await add(theirs, device)).status_code == 403


async def test_adding_needs_a_sign_in_just_now(place: Place) -> None:
    who, browser, _ = await owner(place)
    page = await browser.get("/account/passkeys")
    csrf = {"x-csrf-token": page.text.split('name="csrf" value="')[1][:64]}
    stale = "update session set created_at = now() - interval '11 minutes' where user_id = :id"
    await change(place, stale, id=who.user.id)
    for path in ("options", "add"):
        answer = await browser.post(f"/account/passkeys/{path}", json={}, headers=csrf)
        assert answer.status_code == 403 and "once more" in answer.json()["problem"]


async def test_naming_and_removing(place: Place) -> None:
    who, browser, device = await owner(place)
    page = await browser.get("/account/passkeys")
    csrf = page.text.split('name="csrf" value="')[1][:64]
    id = page.text.split('name="passkey" value="')[1].split('"')[0]
    stranger = place.browser()
    await enter(stranger, await resident(place))
    theirs = (await stranger.get("/account/passkeys")).text.split('name="csrf" value="')[1][:64]
    for fields in ({"name": "Milikku"}, {}):
        path = "rename" if fields else "remove"
        sent = {"csrf": theirs, "passkey": id, **fields}
        await stranger.post(f"/account/passkeys/{path}", data=sent)
    assert "Ponsel" in (await browser.get("/account")).text
    sent = {"csrf": csrf, "passkey": id, "name": "Ponsel\u202e <baru>"}
    await browser.post("/account/passkeys/rename", data=sent)
    assert "Ponsel &lt;baru&gt;" in (await browser.get("/account")).text
    await browser.post("/account/passkeys/remove", data={"csrf": csrf, "passkey": id})
    assert (await use(place.browser(), device)).status_code == 403
    assert [kind for kind, _ in await events(place, who.user)].count("CREDENTIAL_REMOVED") == 1


def test_an_address_of_a_machine_has_none(settings: AuthSettings) -> None:
    made = {"audience": "x", "key_encryption_key": bytes(32)}
    assert possible(settings)
    assert possible(AuthSettings(issuer="http://localhost:8000", **made))  # type: ignore[arg-type]
    for issuer in ("http://127.0.0.1:8000", "https://[2001:db8::1]"):
        assert not possible(AuthSettings(issuer=issuer, **made))  # type: ignore[arg-type]
