"""oauth4webapi checks each answer as its RFC has it, and is made to ask what it should not."""

from typing import Any

import pytest

from tests.clients.node import run
from tests.clients.people import Crowd
from tests.clients.served import Served

pytestmark = pytest.mark.node
ENDED = {"status": 401, "scheme": "dpop", "error": "invalid_token"}


async def play(served: Served, scenario: str, **given: Any) -> dict[str, Any]:
    return await run("oauth4webapi.mjs", scenario=scenario, address=served.address, **given)


async def test_a_bound_token_is_of_use_to_nobody_else(served: Served) -> None:
    client = await served.partner()
    seen = await play(served, "machine", client=client.told())
    assert seen["nonces asked for"] == 1
    assert seen["token"] == {"type": "dpop", "scope": "mou:read"}
    assert seen["asked"]["status"] == 200
    assert seen["with another key"]["status"] == 401
    assert seen["with another key"]["scheme"] == "dpop"
    assert seen["as a bearer"]["status"] == 401
    assert seen["introspected"]["active"] is True
    assert seen["after"] == ENDED
    assert seen["introspected after"] == {"active": False}


async def test_a_token_is_what_a_strict_resource_server_expects(served: Served) -> None:
    client = await served.partner()
    claims = (await play(served, "resource", client=client.told()))["claims"]
    assert claims["iss"] == served.address
    assert claims["client_id"] == client.key
    assert claims["scope"] == "mou:read"
    assert claims["exp"] - claims["iat"] == 300


async def test_each_step_of_a_pushed_request_and_a_code_used_twice(
    served: Served, crowd: Crowd
) -> None:
    client, person = await served.partner(), await crowd.somebody()
    seen = await play(served, "code", client=client.told(), browser=person.decide)
    assert seen["answer"] == ["code", "iss", "state"]
    assert "iss" in seen["another issuer"]
    assert "iss" in seen["no issuer"]
    assert seen["token"]["type"] == "dpop"
    assert seen["asked"]["status"] == 200
    assert seen["used twice"] == "invalid_grant"
    assert seen["after"] == ENDED
    assert seen["refresh after"] == "invalid_grant"


async def test_a_code_goes_with_its_key_and_its_verifier(served: Served, crowd: Crowd) -> None:
    client, person = await served.partner(), await crowd.somebody()
    seen = await play(served, "bound", client=client.told(), browser=person.decide)
    assert seen["another key"] in ("invalid_grant", "invalid_dpop_proof")
    assert seen["another verifier"] == "invalid_grant"
    assert seen["no proof"] == "invalid_dpop_proof"
    assert (seen["of the new key"], seen["of the old key"]) == (200, 401)
    assert seen["refresh without a proof"] == "invalid_dpop_proof"


async def test_each_refusal_has_the_name_its_rfc_gives_it(served: Served) -> None:
    client, other = await served.partner(), await served.partner()
    seen = await play(served, "errors", client=client.told(), other=other.told())
    assert seen == {
        "scope": "invalid_scope",
        "no such scope": "invalid_scope",
        "resource": "invalid_target",
        "wrong key": "invalid_client",
        "expired assertion": "invalid_client",
        "assertion for another": "invalid_client",
        "no authentication": "invalid_client",
        "no proof": "invalid_dpop_proof",
        "redirect": "invalid_request",
        "response type": "unsupported_response_type",
        "plain": "invalid_request",
        "request in request": "invalid_request",
        "code": "invalid_grant",
        "refresh": "invalid_grant",
    }


async def test_a_public_client_rotates_and_a_reuse_ends_the_family(
    served: Served, crowd: Crowd
) -> None:
    client, person = await served.portal(), await crowd.somebody()
    given = {"client": client.told(), "bound": False}
    seen = await play(served, "portal", browser=person.decide, **given)
    assert seen["token"] == "bearer"
    assert seen["asked"]["status"] == 200
    assert seen["rotated"] is True
    assert seen["reused"] == "invalid_grant"
    assert seen["family"] == "invalid_grant"
    assert seen["after"] == ENDED | {"scheme": "bearer"}


async def test_a_public_client_with_a_key_of_its_own(served: Served, crowd: Crowd) -> None:
    client, person = await served.portal(), await crowd.somebody()
    given = {"client": client.told(), "bound": True}
    seen = await play(served, "portal", browser=person.decide, **given)
    assert seen["token"] == "dpop"
    assert seen["asked"]["status"] == 200
    assert seen["rotated"] is True
    assert seen["stolen"] in ("invalid_grant", "invalid_dpop_proof")
    assert seen["still ours"] == "dpop"


async def test_a_partner_must_push_its_requests(served: Served, crowd: Crowd) -> None:
    client, person = await served.partner(), await crowd.somebody()
    seen = await play(served, "unpushed", client=client.told(), browser=person.decide)
    assert seen["unpushed"] == "invalid_request"
