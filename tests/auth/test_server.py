"""The routes over HTTP, as a client and as an attacker see them."""

import base64
import logging
import secrets
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from auth import clients
from auth.brake import SlowDown
from auth.clients import NewClient
from auth.hashing import Busy
from auth.scopes import Scope
from auth.settings import AuthSettings
from db.session import DatabaseAway
from tests.auth.conftest import KPAI, Server

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def basic(key: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()}


def assert_error(response: Any, status: int, error: str) -> None:
    assert (response.status_code, response.json()["error"]) == (status, error), response.text
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-type"] == "application/json"
    described = response.json().get("error_description", "")
    assert all(" " <= c <= "~" and c not in '"\\' for c in described)
    assert ("www-authenticate" in response.headers) == (status == 401)
    if status == 401:
        assert response.headers["www-authenticate"].startswith('Basic realm="')


async def test_a_token_by_basic(server: Server, client: NewClient) -> None:
    response = await server.ask(client)
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["pragma"] == "no-cache"
    body = response.json()
    assert body.keys() == {"access_token", "token_type", "expires_in", "scope"}
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 300)
    assert body["scope"] == "handoff:read mou:read mou:write"
    caller = await server.tokens.verify(body["access_token"])
    assert (caller.client_id, caller.client_key) == (client.id, client.key)
    assert caller.organisation_id == KPAI
    assert caller.scopes == {Scope.MOU_READ, Scope.MOU_WRITE, Scope.HANDOFF_READ}


async def test_a_token_by_post(server: Server, client: NewClient) -> None:
    response = await server.ask(client_id=client.key, client_secret=client.secret)
    assert response.status_code == 200


async def test_basic_may_repeat_the_same_client_in_the_form(
    server: Server, client: NewClient
) -> None:
    assert (await server.ask(client, client_id=client.key)).status_code == 200
    assert_error(await server.ask(client, client_id="other"), 400, "invalid_request")


async def test_a_subset_of_scopes(server: Server, client: NewClient) -> None:
    body = (await server.ask(client, scope="mou:read mou:read")).json()
    assert body["scope"] == "mou:read"
    assert (await server.tokens.verify(body["access_token"])).scopes == {Scope.MOU_READ}


async def test_an_empty_parameter_counts_as_absent(server: Server, client: NewClient) -> None:
    assert len((await server.ask(client, scope="")).json()["scope"].split()) == 3


@pytest.mark.parametrize(
    "scope", ["mou:admin", "mou:read mou:admin", "case:delete", 'x"', "MOU:READ", "é"]
)
async def test_scopes_beyond_the_clients(server: Server, client: NewClient, scope: str) -> None:
    assert_error(await server.ask(client, scope=scope), 400, "invalid_scope")


async def test_who_cannot_authenticate_gets_one_and_the_same_answer(
    server: Server, operator: Any, client: NewClient
) -> None:
    async with operator() as tx:
        disabled = await clients.create(
            tx, name="Old", organisation_id=KPAI, scopes=[Scope.MOU_READ]
        )
        await clients.disable(tx, disabled.key)
    wrong = "rks_00000000_" + "A" * 43
    attempts: list[dict[str, Any]] = [
        {"headers": basic(client.key, wrong)},
        {"headers": basic("nobody-00000000", wrong)},
        {"headers": basic(disabled.key, disabled.secret)},
        {"headers": basic(client.key, "")},
        {"headers": basic("a\0b", "a\0b")},
        {"headers": basic("x" * 5000, "x" * 5000)},
        {"headers": {}},
        {"headers": {"Authorization": "Bearer abc"}},
        {"headers": {"Authorization": "Basic"}},
        {"headers": {"Authorization": "Basic !!!"}},
        {"headers": {"Authorization": "Basic " + base64.b64encode(b"\xff:\xfe").decode()}},
        {"headers": {"Authorization": "Basic %FF"}},
        {"headers": [(b"Authorization", b"Basic \xff\xfe")]},
        {"data": {"client_id": client.key, "client_secret": wrong}},
        {"data": {"client_id": "nobody-00000000", "client_secret": wrong}},
        {"data": {"client_id": client.key}},
        {"data": {"client_secret": client.secret}},
    ]
    answers = set()
    for attempt in attempts:
        data = {"grant_type": "client_credentials"} | attempt.get("data", {})
        headers = attempt.get("headers")
        response = await server.http.post("/oauth/token", data=data, headers=headers)
        assert_error(response, 401, "invalid_client")
        answers.add((response.text, response.headers["www-authenticate"]))
    assert len(answers) == 1


async def test_two_methods_at_once(server: Server, client: NewClient) -> None:
    response = await server.ask(client, client_id=client.key, client_secret=client.secret)
    assert_error(response, 400, "invalid_request")
    pair = basic(client.key, client.secret)["Authorization"].encode()
    twice = [(b"Authorization", pair), (b"Authorization", pair)]
    response = await server.http.post(
        "/oauth/token", data={"grant_type": "client_credentials"}, headers=twice
    )
    assert_error(response, 400, "invalid_request")


@pytest.mark.parametrize("grant", ["password", "implicit", "é", '"', "x" * 9000])
async def test_other_grants(server: Server, client: NewClient, grant: str) -> None:
    response = await server.ask(client, grant_type=grant)
    assert_error(response, 400, "unsupported_grant_type")
    assert len(response.text) < 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"scope=mou:read",
        b"grant_type=",
        b"grant_type=client_credentials&grant_type=client_credentials",
        b"grant_type=client_credentials&scope=mou:read&scope=mou:write",
        b"grant_type=client_credentials&x=1&x=1",
        b"grant_type=client_credentials&scope=%ff%fe",
        b"grant_type=client_credentials&scope=\xff",
        b"grant_type=client_credentials&scope=mou:read%00",
        b"grant_type=client_credentials&%00=x",
        b"grant_type=client_credentials" + b"".join(b"&a%d=1" % n for n in range(40)),
        b'{"grant_type": "client_credentials"}',
    ],
)
async def test_malformed_forms(server: Server, client: NewClient, body: bytes) -> None:
    headers = FORM | basic(client.key, client.secret)
    response = await server.http.post("/oauth/token", content=body, headers=headers)
    assert_error(response, 400, "invalid_request")


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded; charset=utf-16",
    ],
)
async def test_other_content_types(server: Server, client: NewClient, kind: str) -> None:
    headers = basic(client.key, client.secret) | ({"Content-Type": kind} if kind else {})
    body = b"grant_type=client_credentials"
    response = await server.http.post("/oauth/token", content=body, headers=headers)
    assert_error(response, 400, "invalid_request")


@pytest.mark.parametrize("kind", ["; charset=UTF-8", ';charset="utf-8"', ""])
async def test_content_types_of_the_wild(server: Server, client: NewClient, kind: str) -> None:
    headers = basic(client.key, client.secret) | {"Content-Type": FORM["Content-Type"] + kind}
    body = b"grant_type=client_credentials"
    response = await server.http.post("/oauth/token", content=body, headers=headers)
    assert response.status_code == 200


async def test_a_body_of_ten_megabytes(server: Server, client: NewClient) -> None:
    assert_error(await server.ask(client, scope="x" * 10_000_000), 413, "invalid_request")
    read = 0

    async def endless() -> Any:
        nonlocal read
        for _ in range(1000):
            read += 1024
            yield b"x" * 1024

    headers = FORM | basic(client.key, client.secret)
    response = await server.http.post("/oauth/token", content=endless(), headers=headers)
    assert_error(response, 413, "invalid_request")


async def test_a_client_that_hangs_up_is_no_fault_of_ours(server: Server) -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/oauth/token",
        "query_string": b"",
        "headers": [(b"content-type", FORM["Content-Type"].encode())],
    }
    await server.app(scope, receive, send)
    assert sent[0]["status"] == 400


async def test_credentials_in_the_address_are_not_read(server: Server, client: NewClient) -> None:
    query = {"client_id": client.key, "client_secret": client.secret}
    response = await server.http.post(
        "/oauth/token", params=query, data={"grant_type": "client_credentials"}
    )
    assert_error(response, 401, "invalid_client")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_the_token_endpoint_takes_post_only(server: Server, method: str) -> None:
    assert (await server.http.request(method, "/oauth/token")).status_code == 405


@pytest.mark.parametrize(
    ("raised", "status"), [(SlowDown(30), 429), (Busy(), 503), (DatabaseAway(), 503)]
)
async def test_not_now(
    server: Server,
    client: NewClient,
    monkeypatch: pytest.MonkeyPatch,
    raised: Exception,
    status: int,
) -> None:
    async def authenticate(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr(server.authenticator, "client", authenticate)
    response = await server.ask(client)
    assert_error(response, status, "temporarily_unavailable")
    assert int(response.headers["retry-after"]) >= 1


async def test_keys_published_verify_the_tokens_issued(
    server: Server, client: NewClient, settings: AuthSettings
) -> None:
    """As any other resource server would, with nothing of ours but the two documents."""
    token = (await server.ask(client)).json()["access_token"]
    metadata = (await server.http.get("/.well-known/oauth-authorization-server")).json()
    response = await server.http.get(metadata["jwks_uri"].removeprefix(settings.issuer))
    assert response.headers["cache-control"] == "public, max-age=30"
    keys = KeySet.import_key_set(response.json())
    decoded = jwt.decode(token, keys, algorithms=["ES256"])
    assert decoded.claims["iss"] == metadata["issuer"] == settings.issuer
    assert decoded.header["typ"] == "at+jwt"


async def test_metadata(server: Server) -> None:
    described = (await server.http.get("/.well-known/oauth-authorization-server")).json()
    assert described["issuer"] == "https://api.test"
    assert described["scopes_supported"] == [scope.value for scope in Scope]
    assert described["response_types_supported"] == ["code"]
    assert described["code_challenge_methods_supported"] == ["S256"]
    assert described["authorization_response_iss_parameter_supported"] is True
    for name, algorithms in described.items():
        if name.endswith("signing_alg_values_supported"):
            assert set(algorithms) == {"ES256", "PS256", "EdDSA", "Ed25519"}
    assert "none" not in described["introspection_endpoint_auth_methods_supported"]
    served = {getattr(route, "path", None) for route in server.app.routes}
    named = [name for name in described if name.endswith("_endpoint") or name == "jwks_uri"]
    assert len(named) == 7
    for name in named:
        assert described[name].removeprefix("https://api.test") in served, name


async def test_no_secret_and_no_token_in_any_log(
    server: Server, client: NewClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = (await server.ask(client)).json()["access_token"]
    wrong = "rks_00000000_" + secrets.token_urlsafe(32)
    await server.http.post(
        "/oauth/token",
        data={"grant_type": "client_credentials"},
        headers=basic(client.key, wrong),
    )
    # someone puts the secret where the client belongs
    await server.ask(client_id=wrong, client_secret=wrong)
    await server.http.post("/oauth/token", data={"client_id": wrong}, headers=basic(wrong, wrong))
    await server.http.post("/oauth/token", data={"grant_type": wrong, "scope": wrong})
    written = "\n".join(f"{r.getMessage()} {r.args} {r.exc_text}" for r in caplog.records)
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("auth."))
    assert client.key in ours
    for secret in (token, token.split(".")[2], client.secret, client.secret[13:], wrong):
        assert secret not in written
    assert "token issued" in ours
    assert "client authentication failed" in ours
