"""What may be asked of a person, and where the answer may go: the checks, without a server."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError

from auth.authentication import KnownClient
from auth.authorization import Asked, answer, checked, redirect_of, refusal
from auth.scopes import Scope
from db.ids import new_id
from tests.auth.conftest import KPAI

AUDIENCE = "https://api.test/graphql"
CALLBACK = "https://portal.example.go.id/callback"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
PORTAL = KnownClient(
    id=new_id(),
    key="portal-00000000",
    name="Portal",
    organisation_id=KPAI,
    organisation_name="KPAI",
    scopes=frozenset({Scope.MOU_READ, Scope.HANDOFF_READ}),
    organisation_scopes=frozenset(Scope),
    organisation_dpop="OPTIONAL",
    auth_method="none",
    grant_types=("authorization_code", "refresh_token"),
    redirect_uris=(CALLBACK, "https://portal.example.go.id/two?x=1"),
    jwks=None,
    jwks_uri=None,
    dpop_bound=False,
    par_required=False,
    open_to_all=False,
)
SYSTEM = replace(
    PORTAL,
    auth_method="private_key_jwt",
    jwks={"keys": []},
    dpop_bound=True,
    par_required=True,
)
ORDERLY = {
    "response_type": "code",
    "client_id": PORTAL.key,
    "redirect_uri": CALLBACK,
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
    "state": "a b&c=d",
    "scope": "mou:read",
}


def check(client: KnownClient = PORTAL, *, pushed: bool = False, **changed: str | None) -> Asked:
    parameters = {
        name: value for name, value in {**ORDERLY, **changed}.items() if value is not None
    }
    return checked(parameters, client, audience=AUDIENCE, pushed=pushed)


def refused(client: KnownClient = PORTAL, *, pushed: bool = False, **changed: str | None) -> str:
    with pytest.raises(OAuth2Error) as caught:
        check(client, pushed=pushed, **changed)
    described = caught.value.get_error_description()
    assert all(" " <= c <= "~" and c not in '"\\' for c in described), described
    error: str = caught.value.error
    return error


def test_a_request_in_order() -> None:
    asked = check()
    assert asked == Asked(
        client_key=PORTAL.key,
        redirect_uri=CALLBACK,
        code_challenge=CHALLENGE,
        scopes=frozenset({Scope.MOU_READ}),
        state="a b&c=d",
    )
    assert Asked.of(asked.kept()) == asked


def test_everything_that_may_be_said() -> None:
    asked = check(
        scope=None,
        state=None,
        resource=AUDIENCE,
        response_mode="query",
        dpop_jkt=CHALLENGE,
        prompt="consent login",
    )
    assert asked.scopes == PORTAL.scopes  # all it may have, when it does not say
    assert (asked.state, asked.dpop_jkt) == (None, CHALLENGE)
    assert asked.prompt == {"login", "consent"}
    assert Asked.of(asked.kept()) == asked


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "https://portal.example.go.id",
        "https://portal.example.go.id/",
        CALLBACK + "/",
        CALLBACK + "/more",
        CALLBACK + "x",
        CALLBACK + "?",
        CALLBACK + "?a=b",
        CALLBACK + "#",
        CALLBACK + "#fragment",
        CALLBACK + " ",
        " " + CALLBACK,
        CALLBACK + "\n",
        CALLBACK + "\r\nSet-Cookie: a=b",
        CALLBACK + "%00",
        CALLBACK + ".evil.example",
        CALLBACK + "/../evil",
        CALLBACK[:-1],
        "https://portal.example.go.id/x/../callback",
        "https://portal.example.go.id//callback",
        "https://portal.example.go.id/./callback",
        "https://portal.example.go.id/%63allback",
        "https://portal.example.go.id/%2563allback",
        "https://portal.example.go.id%2Fcallback",
        "https://portal.example.go.id\\callback",
        "https:\\\\portal.example.go.id\\callback",
        "https://portal.example.go.id:443/callback",
        "https://portal.example.go.id./callback",
        "https://Portal.example.go.id/callback",
        "HTTPS://portal.example.go.id/callback",
        "https://portal.example.go.id/Callback",
        "http://portal.example.go.id/callback",
        "https://user@portal.example.go.id/callback",
        "https://portal.example.go.id@evil.example/callback",
        "https://portal.example.go.id:pw@evil.example/callback",
        "https://evil.example/callback",
        "https://evil.example/?u=" + CALLBACK,
        "https://evil.example#" + CALLBACK,
        "https://portal.example.go.id.evil.example/callback",
        "https://xportal.example.go.id/callback",
        "https://pоrtal.example.go.id/callback",  # a Cyrillic letter
        "//portal.example.go.id/callback",
        "/callback",
        "callback",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://portal.example.go.id/two",
        "https://portal.example.go.id/two?x=1&y=2",
        "https://portal.example.go.id/two?x=2",
        "http://127.0.0.1/callback",
    ],
)
@pytest.mark.parametrize("client", [PORTAL, SYSTEM], ids=["public", "confidential"])
def test_only_a_registered_redirect_uri(client: KnownClient, uri: str) -> None:
    with pytest.raises(InvalidRequestError):
        redirect_of({"redirect_uri": uri}, client)
    assert refused(client, pushed=True, redirect_uri=uri) == "invalid_request"


def test_a_redirect_uri_must_be_given() -> None:
    assert refused(redirect_uri=None) == "invalid_request"


@pytest.mark.parametrize(
    ("registered", "uri", "good"),
    [
        ("http://127.0.0.1/cb", "http://127.0.0.1/cb", True),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb", True),
        ("http://127.0.0.1:8000/cb?x=1", "http://127.0.0.1:51004/cb?x=1", True),
        ("http://[::1]/cb", "http://[::1]:51004/cb", True),
        ("http://127.0.0.1", "http://127.0.0.1:51004", True),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb/", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb?x=1", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:51004/CB", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:0x50/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:123456/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1:80@evil.example/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb", False),
        ("http://127.0.0.1/cb", "http://127.0.0.2/cb", False),
        ("http://127.0.0.1/cb", "http://[::1]/cb", False),
        ("http://127.0.0.1/cb", "https://127.0.0.1:51004/cb", False),
        ("http://127.0.0.1/cb", "http://localhost:51004/cb", False),
        ("http://localhost/cb", "http://localhost:51004/cb", False),
        ("https://127.0.0.1/cb", "https://127.0.0.1:51004/cb", False),
    ],
)
def test_the_port_of_a_program_on_the_persons_own_machine(
    registered: str, uri: str, good: bool
) -> None:
    installed = replace(PORTAL, redirect_uris=(CALLBACK, registered))
    if good:
        assert redirect_of({"redirect_uri": uri}, installed) == uri
    else:
        assert refused(installed, redirect_uri=uri) == "invalid_request"
    confidential = replace(installed, auth_method="client_secret_basic")
    if uri != registered:  # such a client does not run on people's machines
        assert refused(confidential, redirect_uri=uri) == "invalid_request"


@pytest.mark.parametrize(
    ("error", "changed"),
    [
        ("invalid_request", {"response_type": None}),
        ("unsupported_response_type", {"response_type": "token"}),
        ("unsupported_response_type", {"response_type": "id_token"}),
        ("unsupported_response_type", {"response_type": "code token"}),
        ("unsupported_response_type", {"response_type": 'c"ode\r\n'}),
        ("unsupported_response_type", {"response_type": "CODE"}),
        ("invalid_request", {"response_mode": "fragment"}),
        ("invalid_request", {"response_mode": "form_post"}),
        ("invalid_request", {"code_challenge": None}),
        ("invalid_request", {"code_challenge": None, "code_challenge_method": None}),
        ("invalid_request", {"code_challenge_method": None}),
        ("invalid_request", {"code_challenge_method": "plain"}),
        ("invalid_request", {"code_challenge_method": "s256"}),
        ("invalid_request", {"code_challenge": CHALLENGE[:-1]}),
        ("invalid_request", {"code_challenge": CHALLENGE + "A"}),
        ("invalid_request", {"code_challenge": CHALLENGE[:-1] + "="}),
        ("invalid_request", {"code_challenge": CHALLENGE[:-1] + "~"}),
        ("invalid_request", {"code_challenge": CHALLENGE + "\n"}),
        ("invalid_request", {"state": "x" * 2001}),
        ("invalid_request", {"state": "a\r\nSet-Cookie: b=c"}),
        ("invalid_request", {"state": "é"}),
        ("invalid_scope", {"scope": "mou:admin"}),
        ("invalid_scope", {"scope": "mou:read mou:admin"}),
        ("invalid_scope", {"scope": "openid"}),
        ("invalid_scope", {"scope": "MOU:READ"}),
        ("invalid_scope", {"scope": "mou:read\0"}),
        ("invalid_target", {"resource": "https://api.other/graphql"}),
        ("invalid_target", {"resource": AUDIENCE + "/"}),
        ("request_not_supported", {"request": "eyJhbGciOiJub25lIn0.e30."}),
        ("invalid_request", {"dpop_jkt": "short"}),
        ("invalid_request", {"prompt": "select_account"}),
        ("invalid_request", {"prompt": "none login"}),
    ],
)
def test_what_is_refused(error: str, changed: dict[str, str | None]) -> None:
    assert refused(**changed) == error


def test_the_longest_state() -> None:
    assert check(state="x" * 2000).state == "x" * 2000


def test_who_may_ask_at_all() -> None:
    elsewhere = replace(PORTAL, grant_types=("client_credentials", "refresh_token"))
    assert refused(elsewhere) == "unauthorized_client"


@pytest.mark.parametrize("change", [{"par_required": False}, {"dpop_bound": False}])
def test_who_must_push(change: dict[str, Any]) -> None:
    client = replace(SYSTEM, **change)
    assert refused(client) == "invalid_request"
    assert check(client, pushed=True).client_key == client.key


def test_the_answer_keeps_what_it_was_given() -> None:
    state = (
        "a b&c=d\r\nLocation: https://evil.example#x"  # could not come so far; harmless if it did
    )
    for redirect_uri in (CALLBACK, "https://portal.example.go.id/two?x=1"):
        response = answer(redirect_uri, issuer="https://api.test", state=state, code="c/d+e=")
        location = response.headers["location"]
        assert response.status_code == 303
        assert location.startswith(redirect_uri)
        assert "\r" not in location and "\n" not in location and "#" not in location
        given = parse_qs(urlsplit(location).query)
        assert given.pop("x", ["1"]) == ["1"]
        assert given == {"code": ["c/d+e="], "state": [state], "iss": ["https://api.test"]}


def test_an_error_names_who_answers_too() -> None:
    error = InvalidRequestError("What was wrong.")
    response = refusal(error, CALLBACK, issuer="https://api.test", state=None)
    assert parse_qs(urlsplit(response.headers["location"]).query) == {
        "error": ["invalid_request"],
        "error_description": ["What was wrong."],
        "iss": ["https://api.test"],
    }
