"""The page on which a person decides: what it says, and what a browser is told about it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from auth.scopes import Scope
from db.session import Database
from tests.auth.conftest import SETTINGS
from tests.auth.visitor import Place, answered, open_place, ticked

EVERYTHING = " ".join(("mou:read", "mou:sign", "handoff:read", "handoff:identity"))


@pytest_asyncio.fixture
async def place(database: Database, operator: Any) -> AsyncIterator[Place]:
    async with open_place(SETTINGS, database, operator) as place:
        yield place


async def test_what_the_page_says(place: Place) -> None:
    user = await place.person(name="Sari & <Wulan>")
    _, page = await place.arrived(user, scope=EVERYTHING)
    assert page.status_code == 200
    assert "Portal &lt;Mitra&gt;" in page.text and "<Mitra>" not in page.text
    assert "Sari &amp; &lt;Wulan&gt;" in page.text and "<Wulan>" not in page.text
    assert "portal.example.go.id" in page.text
    assert "8 hours" in page.text
    assert ticked(page) == {"mou:read", "handoff:read", "handoff:identity"}
    assert "mou:sign" in page.text and "None of your roles covers this." in page.text
    assert Scope.HANDOFF_READ.english in page.text
    assert page.text.count("Sensitive") == 1  # only the one that tells who the child is
    assert "Sign in as somebody else" in page.text


async def test_in_indonesian_for_who_chose_it(place: Place) -> None:
    _, page = await place.arrived(await place.person(language="id"), scope=EVERYTHING)
    assert '<html lang="id">' in page.text
    assert Scope.HANDOFF_READ.indonesian in page.text
    assert "Tidak tercakup oleh peran Anda." in page.text
    assert "paling lama 8 jam" in page.text


async def test_it_is_never_framed_and_runs_nothing(place: Place) -> None:
    _, page = await place.arrived()
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy
    assert "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
    # A browser holds the redirect after the form to this, so the client's origin must be in it.
    assert "form-action 'self' https://portal.example.go.id;" in policy
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert (
        "<script" not in page.text
        and " style=" not in page.text
        and " on" + "click" not in page.text
    )


@pytest.mark.parametrize(
    ("uri", "source"),
    [
        ("http://127.0.0.1:51004/cb", "http://127.0.0.1:51004"),
        ("http://[::1]:51004/cb", "http:"),  # no source names an address of IPv6
    ],
)
async def test_where_the_form_may_lead_on_ones_own_machine(
    place: Place, uri: str, source: str
) -> None:
    registered = uri.replace(":51004", "")
    client = await place.client(redirect_uris=[registered])
    browser, page = await place.arrived(client=client, redirect_uri=uri)
    assert f"form-action 'self' {source};" in page.headers["content-security-policy"]
    assert answered(await browser.fill(page, "allow"), uri)["state"] == "xyz"
