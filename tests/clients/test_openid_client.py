"""openid-client, the certified library of npm, gets everything it needs and is shut out on time."""

from typing import Any

import pytest

from tests.clients.node import run
from tests.clients.people import Crowd
from tests.clients.served import Served

pytestmark = pytest.mark.node
KPAI = "Komisi Perlindungan Anak Indonesia"


async def play(served: Served, scenario: str, **given: Any) -> dict[str, Any]:
    return await run("openid_client.mjs", scenario=scenario, address=served.address, **given)


def ended(after: dict[str, Any], scheme: str) -> bool:
    """Whether the API answered as RFC 6750 section 3 wants it of a token that opens nothing."""
    wanted = {"scheme": scheme, "error": "invalid_token"}
    named = [one for one in after["challenges"] if wanted.items() <= one.items()]
    return after["status"] == 401 and bool(named)


@pytest.mark.parametrize("algorithm", ["ES256", "PS256", "EdDSA"])
async def test_client_credentials_with_a_key_and_dpop(served: Served, algorithm: str) -> None:
    client = await served.partner(algorithm=algorithm)
    seen = await play(served, "machine", client=client.told(), dpopAlgorithm=algorithm)
    assert seen["token"] == {"type": "dpop", "seconds": 300, "scope": "mou:read organisation:read"}
    assert seen["viewer"]["status"] == 200
    assert seen["viewer"]["data"]["viewer"]["clientId"] == client.key
    introspected = seen["introspected"]
    assert introspected["active"] is True
    assert introspected["client_id"] == client.key
    assert introspected["iss"] == served.address
    assert introspected["token_type"] == "DPoP"
    assert set(introspected["cnf"]) == {"jkt"}
    assert ended(seen["after"], "dpop")
    assert seen["introspected after"] == {"active": False}


async def test_client_credentials_with_a_secret(served: Served) -> None:
    client = await served.program()
    seen = await play(served, "bearer", client=client.told())
    assert seen["token"] == {"type": "bearer", "scope": "mou:read"}
    assert seen["introspected"]["active"] is True
    assert ended(seen["after"], "bearer")


async def test_pushed_request_code_pkce_dpop_and_refresh(served: Served, crowd: Crowd) -> None:
    client, person = await served.partner(), await crowd.somebody()
    browser = person.decide
    seen = await play(served, "code", client=client.told(), browser=browser)
    assert seen["token"]["type"] == "dpop"
    assert set(seen["token"]["scope"].split()) == {"organisation:read", "mou:read"}
    assert seen["viewer"]["data"]["viewer"]["organisation"]["name"] == KPAI
    assert seen["rotated"] is False  # FAPI 2.0 section 5.3.2.1
    assert seen["narrowed"] == "organisation:read"
    assert set(seen["third"]["data"]["viewer"]["scopes"]) == {"organisation:read", "mou:read"}
    assert ended(seen["after"], "dpop")
    assert seen["refresh after"] == "invalid_grant"


async def test_a_confidential_client_with_a_secret_signs_people_in(
    served: Served, crowd: Crowd
) -> None:
    client, person = await served.program(), await crowd.somebody()
    seen = await play(served, "portal", client=client.told(), browser=person.decide)
    assert seen["token"]["type"] == "bearer"
    assert seen["rotated"] is True


async def test_a_portal_without_a_secret_and_a_refresh_token_used_twice(
    served: Served, crowd: Crowd
) -> None:
    client, person = await served.portal(), await crowd.somebody()
    seen = await play(served, "portal", client=client.told(), browser=person.decide)
    assert seen["token"]["type"] == "bearer"
    assert seen["viewer"]["data"]["viewer"]["clientId"] == client.key
    assert seen["rotated"] is True
    assert seen["reused"] == "invalid_grant"
    assert seen["the rest of the family"] == "invalid_grant"
    assert ended(seen["after"], "bearer")


async def test_a_person_who_says_no(served: Served, crowd: Crowd) -> None:
    client, person = await served.partner(), await crowd.somebody()
    seen = await play(served, "denied", client=client.told(), browser=person.decide)
    assert seen == {"error": "access_denied", "iss": served.address}


async def test_a_device_without_a_browser(served: Served, crowd: Crowd) -> None:
    client, person = await served.partner(), await crowd.somebody()
    seen = await play(served, "device", client=client.told(), browser=person.decide, answer="yes")
    assert seen["shown"]["verification_uri"] == f"{served.address}/device"
    assert seen["shown"]["interval"] == 5
    assert seen["token"] == {"type": "dpop", "scope": "mou:read"}
    assert seen["viewer"]["data"]["viewer"]["organisation"]["name"] == KPAI
    assert seen["refreshed"] == "mou:read"


async def test_a_device_that_is_refused(served: Served, crowd: Crowd) -> None:
    client, person = await served.partner(), await crowd.somebody()
    seen = await play(served, "device", client=client.told(), browser=person.decide, answer="no")
    assert seen["error"] == "access_denied"
