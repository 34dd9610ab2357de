"""Whatever is sent to the endpoints of programs, the answer is one that their RFCs name."""

from typing import Any
from urllib.parse import quote

import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth.client_spec import GrantType
from tests.auth.conftest import Server
from tests.auth.people import Party, party
from tests.auth.test_server import FORM

ERRORS = {
    "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client",
    "unsupported_grant_type", "invalid_scope", "invalid_target", "invalid_dpop_proof",
    "use_dpop_nonce", "unsupported_response_type", "request_not_supported",
}  # fmt: skip
NAMES = [
    "grant_type", "client_id", "client_secret", "client_assertion", "client_assertion_type",
    "code", "code_verifier", "redirect_uri", "refresh_token", "device_code", "scope", "resource",
    "token", "token_type_hint", "response_type", "code_challenge", "code_challenge_method", "state",
    "request_uri", "request", "dpop_jkt", "prompt", "x",
]  # fmt: skip
JWTS = [
    "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.AAAA",
    "eyJhbGciOiJub25lIn0.e30.",
    "eyJhbGciOiJFUzI1NiJ9.bnVsbA.AAAA",
    "bnVsbA.bnVsbA.bnVsbA",
    "eyJhbGciOiJFUzI1NiIsImNyaXQiOlsiYjY0Il0sImI2NCI6ZmFsc2V9.e30.AAAA",
]
VALUES = st.one_of(
    st.sampled_from([kind.value for kind in GrantType]),
    st.sampled_from(["PUBLIC", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", *JWTS]),
    st.text(max_size=40),
    st.sampled_from(["\0", "v" * 43, "rkr_" + "A" * 43, "rks_00000000_" + "A" * 43, "é" * 5000]),
)
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=8)
HEADERS = st.dictionaries(
    st.sampled_from(["Authorization", "DPoP"]),
    st.sampled_from(["Basic", "Basic Og==", "Basic YTpi", "Bearer x", "x", *JWTS]),
)


@pytest_asyncio.fixture
async def portal(operator: Any) -> Party:
    return await party(operator)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    endpoint=st.sampled_from(["token", "revoke", "introspect", "par", "device_authorization"]),
    pairs=PAIRS,
    more=HEADERS,
)
async def test_any_form(
    server: Server,
    portal: Party,
    endpoint: str,
    pairs: list[tuple[str, str]],
    more: dict[str, str],
) -> None:
    body = "&".join(
        f"{name}={quote(portal.key if value == 'PUBLIC' else value, errors='surrogatepass')}"
        for name, value in pairs
    )
    response = await server.http.post(f"/oauth/{endpoint}", content=body, headers=FORM | more)
    assert response.status_code in (200, 201, 400, 401, 413), response.text
    assert response.headers["cache-control"] == "no-store"
    if response.status_code >= 400:
        assert response.json()["error"] in ERRORS
