"""Clients with keys of their own (RFC 7523): every way in which an assertion can be wrong."""

import base64
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from httpx import ASGITransport, AsyncClient
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey
from sqlalchemy import text
from starlette.applications import Starlette

from auth import assertions
from auth.authority import Authority
from auth.client_spec import AuthMethod
from auth.scopes import Scope
from auth.server import routes
from auth.settings import AuthSettings
from db.session import Database
from tests.auth.conftest import Server
from tests.auth.people import Party, party
from tests.auth.test_server import assert_error, basic


@dataclass(frozen=True)
class In:
    """A time so many seconds from when the test runs; always shown alike, for its name."""

    seconds: int


def at(claims: dict[str, Any]) -> dict[str, Any]:
    return {
        name: int(time.time()) + value.seconds if isinstance(value, In) else value
        for name, value in claims.items()
    }


@pytest_asyncio.fixture
async def keyed(operator: Any) -> Party:
    """A client with a key that may have bearer tokens, so that nothing else is in the way."""
    return await party(operator, AuthMethod.PRIVATE_KEY_JWT, dpop_bound=False, par_required=False)


async def token(server: Server, assertion: str, **form: str) -> Any:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": assertions.TYPE,
        "client_assertion": assertion,
    } | form
    return await server.http.post("/oauth/token", data=form)


def forged(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    parts = [json.dumps(header).encode(), json.dumps(claims).encode(), signature or b"x"]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


async def test_an_assertion(server: Server, keyed: Party) -> None:
    response = await token(server, keyed.assertion())
    assert response.status_code == 200
    assert (await server.tokens.verify(response.json()["access_token"])).client_id == keyed.id
    assert (await token(server, keyed.assertion(), client_id=keyed.key)).status_code == 200


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (ECKey.generate_key("P-256"), "ES256"),
        (RSAKey.generate_key(2048), "PS256"),
        (OKPKey.generate_key("Ed25519"), "EdDSA"),
        (OKPKey.generate_key("Ed25519"), "Ed25519"),
    ],
    ids=["ES256", "PS256", "EdDSA", "Ed25519"],
)
async def test_algorithms(server: Server, operator: Any, key: Key, algorithm: str) -> None:
    client = await party(operator, AuthMethod.PRIVATE_KEY_JWT, signer=key, dpop_bound=False)
    response = await token(server, client.assertion({"alg": algorithm}))
    assert response.status_code == 200, response.text


@pytest.mark.parametrize("type", ["JWT", "client-authentication+jwt"])
async def test_types(server: Server, keyed: Party, type: str) -> None:
    assert (await token(server, keyed.assertion({"typ": type}))).status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": In(-31)},
        {"exp": In(400)},
        {"exp": In(10 * 365 * 86400)},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"iat": In(61)},
        {"nbf": In(61)},
        {"iat": "now"},
        {"aud": None},
        {"aud": ""},
        {"aud": "https://other.test"},
        {"aud": "https://api.test/"},
        {"aud": "https://api.test/oauth/authorize"},
        {"aud": ["https://api.test", "https://other.test"]},
        {"aud": {"https://api.test": 1}},
        {"iss": "somebody"},
        {"iss": None},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"jti": "a\0b"},
        {"jti": "x" * 201},
    ],
    ids=str,
)
async def test_claims_that_are_refused(
    server: Server, keyed: Party, claims: dict[str, Any]
) -> None:
    assert_error(await token(server, keyed.assertion(**at(claims))), 401, "invalid_client")


@pytest.mark.parametrize("claims", [{"exp": In(299)}, {"iat": In(10)}, {"nbf": In(-500)}])
async def test_clocks_may_differ_a_little(
    server: Server, keyed: Party, claims: dict[str, Any]
) -> None:
    assert (await token(server, keyed.assertion(**at(claims)))).status_code == 200


async def test_audiences(server: Server, operator: Any, keyed: Party) -> None:
    """Who is held to FAPI 2.0 names the issuer and nothing else (section 5.3.2.1)."""
    fapi = await party(operator, AuthMethod.PRIVATE_KEY_JWT)
    named: list[Any] = [["https://api.test"], "https://api.test/oauth/token"]
    for audience in named:
        assert (await token(server, keyed.assertion(aud=audience))).status_code == 200
        assert_error(await token(server, fapi.assertion(aud=audience)), 401, "invalid_client")
    answer = await token(server, fapi.assertion())
    assert_error(answer, 400, "invalid_dpop_proof")


async def test_once_only_even_at_another_replica(
    server: Server, database: Database, settings: AuthSettings, keyed: Party, operator: Any
) -> None:
    assertion = keyed.assertion(jti="once")
    assert (await token(server, assertion)).status_code == 200
    assert_error(await token(server, assertion), 401, "invalid_client")
    other = Starlette(routes=routes(Authority.make(settings, database)))
    async with AsyncClient(transport=ASGITransport(other), base_url="http://other") as http:
        replica = Server(server.authority, other, http)
        assert_error(await token(replica, assertion), 401, "invalid_client")
        assert (await token(replica, keyed.assertion())).status_code == 200
    assert_error(await token(server, keyed.assertion(jti="once")), 401, "invalid_client")
    another = await party(operator, AuthMethod.PRIVATE_KEY_JWT, dpop_bound=False)
    assert (await token(server, another.assertion(jti="once"))).status_code == 200
    async with operator() as tx:
        query = text("select max(expires_at) > now() + interval '5 minutes' from used_once")
        assert await tx.scalar(query)


async def test_signatures_that_are_refused(server: Server, operator: Any, keyed: Party) -> None:
    assert keyed.signer is not None
    good = {
        "iss": keyed.key, "sub": keyed.key, "aud": "https://api.test", "jti": "x",
        "exp": int(time.time()) + 60,
    }  # fmt: skip
    stranger = ECKey.generate_key("P-256")
    unsigned = forged({"alg": "HS256"}, good).rpartition(".")[0]
    shared = hmac.digest(keyed.signer.as_pem(private=False), unsigned.encode(), "sha256")
    public = stranger.as_dict(private=False)
    attempts = [
        forged({"alg": "none"}, good),
        forged({"alg": "none"}, good)[: -len("eA")],  # no signature at all
        forged({"alg": "ES256"}, good),
        forged({"alg": "ES256"}, good, b"\0" * 64),
        forged({"alg": ["ES256"]}, good),
        forged({"alg": "HS256"}, good, shared),
        Party(keyed.id, keyed.key, signer=stranger).assertion(),
        Party(keyed.id, keyed.key, signer=stranger).assertion({"jwk": public}),
        Party(keyed.id, keyed.key, signer=stranger).assertion({"kid": keyed.signer.thumbprint()}),
        keyed.assertion({"kid": "another"}),
        keyed.assertion({"typ": "at+jwt"}),
        keyed.assertion({"typ": "dpop+jwt"}),
        keyed.assertion()[:-4] + "AAAA",
        keyed.assertion(sub="nobody-00000000", iss="nobody-00000000"),
        keyed.assertion(sub=None),
        keyed.assertion(sub=7),
        keyed.assertion(sub="a\0b"),
        "a.b.c",
        "é",
        "x" * 9000,
        "[" * 4000,
    ]
    for attempt in attempts:
        assert_error(await token(server, attempt), 401, "invalid_client")
    assert (await token(server, keyed.assertion())).status_code == 200


async def test_of_several_keys_the_named_one_or_any_that_fits(
    server: Server, operator: Any
) -> None:
    first, second = ECKey.generate_key("P-256"), ECKey.generate_key("P-256")
    keys = [first.as_dict(private=False, kid="one"), second.as_dict(private=False, kid="two")]
    client = await party(
        operator, AuthMethod.PRIVATE_KEY_JWT, signer=second, jwks={"keys": keys}, dpop_bound=False
    )
    assert (await token(server, client.assertion())).status_code == 200
    assert (await token(server, client.assertion({"kid": "two"}))).status_code == 200
    assert_error(await token(server, client.assertion({"kid": "one"})), 401, "invalid_client")


async def test_each_client_keeps_to_its_method(server: Server, operator: Any, keyed: Party) -> None:
    secret = await party(operator, AuthMethod.CLIENT_SECRET_BASIC)
    public = await party(operator, scopes=[Scope.MOU_READ])
    for client in (secret, public):
        posing = Party(client.id, client.key, signer=keyed.signer)
        assert_error(await token(server, posing.assertion()), 401, "invalid_client")
    body = {"grant_type": "client_credentials", "client_id": keyed.key}
    assert_error(await server.http.post("/oauth/token", data=body), 401, "invalid_client")
    assert secret.secret is not None
    for client in (keyed, public):
        headers = basic(client.key, secret.secret)
        response = await server.http.post(
            "/oauth/token", data=body | {"client_id": client.key}, headers=headers
        )
        assert_error(response, 401, "invalid_client")
    answer = await server.http.post("/oauth/token", data=body | {"client_id": public.key})
    assert_error(answer, 400, "unauthorized_client")


async def test_methods_are_not_mixed(server: Server, keyed: Party, client: Any) -> None:
    mixed = await token(server, keyed.assertion(), client_secret=client.secret)
    assert_error(mixed, 400, "invalid_request")
    form = {"grant_type": "client_credentials", **keyed.credentials()}
    headers = basic(client.key, client.secret)
    answer = await server.http.post("/oauth/token", data=form, headers=headers)
    assert_error(answer, 400, "invalid_request")
    answer = await token(server, keyed.assertion(), client_id=client.key)
    assert_error(answer, 400, "invalid_request")
    for type in ("", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"):
        answer = await token(server, keyed.assertion(), client_assertion_type=type)
        assert_error(answer, 400, "invalid_request")
    only_type = {"grant_type": "client_credentials", "client_assertion_type": assertions.TYPE}
    assert_error(await server.http.post("/oauth/token", data=only_type), 401, "invalid_client")


async def test_a_developer_is_told_why_once_the_signature_is_right(
    server: Server, keyed: Party
) -> None:
    answer = await token(server, keyed.assertion(exp=int(time.time()) - 100))
    assert answer.json()["error_description"] == "The assertion has expired, or says not when."
    answer = await token(server, keyed.assertion(exp=int(time.time()) - 100)[:-6] + "AAAAAA")
    assert answer.json()["error_description"] == "Client authentication failed."
