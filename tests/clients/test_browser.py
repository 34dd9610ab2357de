"""Our pages in Chromium: without scripts, by keyboard, on a phone, and held against WCAG by axe."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from auth.roles import Role
from tests.clients.conftest import CHROMIUM
from tests.clients.node import run
from tests.clients.people import Crowd
from tests.clients.person import PASSWORD
from tests.clients.served import DEVICE, Served

pytestmark = [pytest.mark.node, pytest.mark.chromium]
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


async def play(served: Served, script: str, scenario: str, **given: Any) -> dict[str, Any]:
    """Play it, and see that every page on the way is fit for everybody and fetched nothing."""
    project = served.screenshots
    seen = await run(
        f"browser/{script}.mjs",
        scenario=scenario,
        address=served.address,
        chromium=str(CHROMIUM),
        screenshots=str(project),
        password=PASSWORD,
        **given,
    )
    found = {name: what for name, what in seen.items() if name.startswith("page ")}
    assert {name: what for name, what in found.items() if what} == {}
    assert seen["strays"] == []
    return seen


async def somebody(crowd: Crowd, **values: Any) -> dict[str, str]:
    member = await crowd.somebody(**values)
    return {"email": member.email, "secret": member.secret}


def authorize(client: Any, address: str, **more: str) -> str:
    asked = {
        "response_type": "code",
        "client_id": client.key,
        "redirect_uri": client.redirect_uri,
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "state": "keadaan",
    } | more
    return f"{address}/oauth/authorize?" + "&".join(f"{k}={v}" for k, v in asked.items())


async def test_from_an_invitation_to_an_account(served: Served, crowd: Crowd) -> None:
    email, link = await crowd.invited()
    seen = await play(served, "people", "invitation", link=link, email=email)
    assert "12" in seen["weak"]
    assert seen["wrong code"]
    assert seen["codes"] == 10
    assert seen["arrived"] == "/account"
    assert seen["with a recovery code"] == "/account"


@pytest.mark.parametrize("language", ["id", "en"])
async def test_signing_in(served: Served, crowd: Crowd, language: str) -> None:
    seen = await play(served, "people", "sign in", language=language, **await somebody(crowd))
    assert seen["language"] == language
    assert seen["wrong"]
    assert seen["arrived"] == "/account"


async def test_the_account(served: Served, crowd: Crowd) -> None:
    seen = await play(served, "people", "account", **await somebody(crowd))
    assert len(seen["links"]) >= 3
    assert seen["signed out"] == "/sign-in"


async def test_letting_a_program_in(served: Served, crowd: Crowd) -> None:
    client = await served.portal(name="Portal Kerja Sama")
    address = authorize(client, served.address)
    seen = await play(served, "people", "consent", authorize=address, **await somebody(crowd))
    assert "Portal Kerja Sama" in seen["words"]
    assert "portal.example" in seen["words"]
    assert "Komisi Perlindungan Anak Indonesia" in seen["words"]
    back, refused = (parse_qs(urlsplit(seen[name]).query) for name in ("back", "refused"))
    assert set(back) == {"code", "state", "iss"}
    assert refused["error"] == ["access_denied"]
    assert refused["state"] == ["keadaan"]


async def test_a_role_that_covers_nothing_of_what_is_asked(served: Served, crowd: Crowd) -> None:
    client = await served.portal(scopes=["mou:admin"])
    person = await somebody(crowd, roles=(Role.CASE_WORKER,))
    address = authorize(client, served.address)
    seen = await play(served, "people", "nothing", authorize=address, **person)
    assert "mou:admin" in seen["words"]


async def test_letting_a_device_in(served: Served, crowd: Crowd) -> None:
    client = await served.program(grant_types=[DEVICE], name="Tablet Lapangan")
    asked = await crowd.ask_for_a_device(client)
    person = await somebody(crowd)
    seen = await play(served, "people", "device", code=asked["user_code"], **person)
    assert seen["wrong"]
    assert "Tablet Lapangan" in seen["words"]
    assert seen["done"]


async def test_nobody_is_led_astray(served: Served, crowd: Crowd) -> None:
    client = await served.portal()
    right = authorize(client, served.address).removeprefix(served.address)
    wrong = right.replace("portal.example/callback", "portal.example.attacker.example/callback")
    unknown = right.replace(client.key, "nobody")
    addresses = [wrong, unknown, "/oauth/consent?request=made-up", "/invitation/made-up"]
    person = await somebody(crowd)
    seen = await play(served, "people", "astray", addresses=addresses, **person)
    assert all(here for _, here in seen["ended"].values())
    assert all(400 <= status < 500 for status, _ in seen["ended"].values())
    assert seen["signed in"] == f"{served.address}/account"


async def test_no_page_can_be_framed_or_reaches_out(served: Served) -> None:
    pages = {"sign-in": "/sign-in", "account": "/account", "device": "/device", "explorer": "/"}
    pages |= {"refusal": "/invitation/made-up", "authorize": "/oauth/authorize?client_id=x"}
    seen = await play(served, "people", "framed", pages=pages)
    for name in pages:
        assert seen[f"frame {name}"].startswith("chrome-error:"), name


async def test_forms_of_others_are_refused(served: Served, crowd: Crowd) -> None:
    seen = await play(served, "people", "forged", **await somebody(crowd))
    assert seen["/sign-out"] == seen["/oauth/consent"] == seen["/device"] == 403
    assert seen["still signed in"] is True


async def test_a_passkey_is_added_and_signs_in(served: Served, crowd: Crowd) -> None:
    seen = await play(served, "apps", "passkeys", **await somebody(crowd))
    assert seen["kept by the authenticator"] == 1
    assert seen["arrived"] == "/account"
    where, said = seen["unverified"]
    assert where == "/sign-in"
    assert said


async def test_the_explorer(served: Served, crowd: Crowd) -> None:
    seen = await play(served, "apps", "explorer", **await somebody(crowd))
    assert seen["address"] == "/"
    assert '"data"' in seen["result"]
    assert "DPoP" not in seen["stored"]


async def test_a_portal_of_one_page_at_another_address(served: Served, crowd: Crowd) -> None:
    client = await served.portal(redirect_uris=["http://127.0.0.1/callback"])
    seen = await play(served, "apps", "portal", clientId=client.key, **await somebody(crowd))
    first, second, third = seen["answers"]
    assert first["data"]["viewer"]["scopes"] == ["mou:read"]
    assert second == first
    assert third == 401
    assert set(seen["closed to other sites"].values()) == {"not readable"}
