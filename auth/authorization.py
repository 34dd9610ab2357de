"""What a client may ask of a person (RFC 6749 section 4.1.1), checked before a person sees it.

Pushed requests (`auth/par.py`) and those in an address (`auth/authorize.py`) pass the same checks.
They are not those of Authlib's AuthorizationCodeGrant: that knows neither a request that is kept
for later nor an asynchronous look-up. The errors are Authlib's, so that they are named as in the
RFCs; none repeats what was sent.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749 import (  # type: ignore[import-untyped]
    InvalidRequestError,
    InvalidScopeError,
    UnauthorizedClientError,
)
from authlib.oauth2.rfc9101.errors import (  # type: ignore[import-untyped]
    RequestNotSupportedError,
)
from starlette.responses import Response

from auth.authentication import KnownClient
from auth.scopes import Scope

CODE = "authorization_code"
MAX_STATE = 2000
PROMPTS = frozenset({"none", "login", "consent"})
_STATE = re.compile(r"[\x20-\x7e]{1,2000}")
_URI = re.compile(r"[\x21-\x22\x24-\x5b\x5d-\x7e]{1,2000}")  # printable, no fragment, no backslash
_LOOPBACK = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]))(?::[1-9][0-9]{0,4})?((?:[/?].*)?)")
_SHA256 = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Asked:
    """An authorization request that is in order."""

    client_key: str
    redirect_uri: str
    code_challenge: str
    scopes: frozenset[Scope]
    state: str | None = None
    dpop_jkt: str | None = None
    """The key that the code is bound to from the start (RFC 9449 section 10)."""
    prompt: frozenset[str] = frozenset()

    def kept(self) -> dict[str, Any]:
        """As the data of a ticket. Nothing in it is secret towards us."""
        return {
            "client": self.client_key,
            "redirect_uri": self.redirect_uri,
            "code_challenge": self.code_challenge,
            "scope": " ".join(sorted(self.scopes)),
            "state": self.state,
            "dpop_jkt": self.dpop_jkt,
            "prompt": sorted(self.prompt),
        }

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Asked":
        """What was kept. A scope that no longer exists is no longer asked."""
        words = data["scope"].split()
        return cls(
            client_key=data["client"],
            redirect_uri=data["redirect_uri"],
            code_challenge=data["code_challenge"],
            scopes=frozenset(scope for scope in Scope if scope in words),
            state=data["state"],
            dpop_jkt=data["dpop_jkt"],
            prompt=frozenset(data["prompt"]),
        )


def checked(
    parameters: Mapping[str, str], client: KnownClient, *, audience: str, pushed: bool
) -> Asked:
    """The request as it will be shown, or the error to answer with."""
    redirect_uri = redirect_of(parameters, client)
    state = state_of(parameters)
    if "state" in parameters and state is None:
        raise InvalidRequestError(f"state must be at most {MAX_STATE} printable characters.")
    if "request" in parameters:
        raise RequestNotSupportedError
    if (client.par_required or client.fapi) and not pushed:
        raise InvalidRequestError("This client must push its authorization requests (RFC 9126).")
    if CODE not in client.grant_types:
        raise UnauthorizedClientError("This client may not ask people for authorization.")
    _only_a_code_in_the_query(parameters)
    only_this_api(parameters, audience)
    return Asked(
        client_key=client.key,
        redirect_uri=redirect_uri,
        code_challenge=_challenge(parameters),
        scopes=scopes_of(parameters, client),
        state=state,
        dpop_jkt=thumbprint_of(parameters),
        prompt=_prompt(parameters),
    )


def redirect_of(parameters: Mapping[str, str], client: KnownClient) -> str:
    """Where the answer goes: exactly one of the registered addresses, character by character.

    Only the port of a program on the person's own machine is free, because such a program takes
    whichever is (RFC 8252 section 7.3), and only for a public client, because only those are
    installed there.
    """
    uri = parameters.get("redirect_uri", "")
    if _URI.fullmatch(uri):
        if uri in client.redirect_uris:
            return uri
        local = _without_port(uri)
        if client.public and local and local in map(_without_port, client.redirect_uris):
            return uri
    raise InvalidRequestError("redirect_uri is not one that this client has registered.")


def state_of(parameters: Mapping[str, str]) -> str | None:
    """The state to give back with whatever the answer is; None when it is no state."""
    state = parameters.get("state", "")
    return state if _STATE.fullmatch(state) else None


def scopes_of(parameters: Mapping[str, str], client: KnownClient) -> frozenset[Scope]:
    """What is asked: all that the client may ask when it does not say (RFC 6749 section 3.3)."""
    words = parameters.get("scope", "").split()
    if not words:
        return client.scopes
    if not set(words) <= set(client.scopes):
        raise InvalidScopeError("A scope is unknown, or not registered for this client.")
    return frozenset(Scope(word) for word in words)


def thumbprint_of(parameters: Mapping[str, str]) -> str | None:
    """The key named in the request itself, if one is (RFC 9449 section 10)."""
    jkt = parameters.get("dpop_jkt")
    if jkt is not None and not _SHA256.fullmatch(jkt):
        raise InvalidRequestError("dpop_jkt must be a SHA-256 thumbprint in base64url.")
    return jkt


def only_this_api(parameters: Mapping[str, str], audience: str) -> None:
    """Tokens from here are for one resource, named or not (RFC 8707)."""
    if parameters.get("resource", audience) != audience:
        raise OAuth2Error(error="invalid_target", description="There is no such resource here.")


def answer(redirect_uri: str, *, issuer: str, state: str | None, **values: str) -> Response:
    """Send the browser back to the client: always with who answers (RFC 9207), always by GET.

    303, because another status would repeat the form with a person's decision (RFC 9700
    section 4.12). What comes from outside stands in the address percent-encoded.
    """
    given = {name: value for name, value in values.items() if value}
    query = urlencode(given | ({"state": state} if state is not None else {}) | {"iss": issuer})
    return see_other(redirect_uri + ("&" if "?" in redirect_uri else "?") + query)


def refusal(error: OAuth2Error, redirect_uri: str, *, issuer: str, state: str | None) -> Response:
    """An error as RFC 6749 section 4.1.2.1 brings it to the client."""
    described = error.get_error_description()
    return answer(
        redirect_uri, issuer=issuer, state=state, error=error.error, error_description=described
    )


def see_other(location: str) -> Response:
    """Starlette's own redirect would encode the address once more."""
    return Response(status_code=303, headers={"Location": location})


def _only_a_code_in_the_query(parameters: Mapping[str, str]) -> None:
    if "response_type" not in parameters:
        raise InvalidRequestError("response_type is missing.")
    if parameters["response_type"] != "code":
        described = "The only response_type is: code"
        raise OAuth2Error(error="unsupported_response_type", description=described)
    if parameters.get("response_mode", "query") != "query":
        raise InvalidRequestError("The only response_mode is: query")


def _challenge(parameters: Mapping[str, str]) -> str:
    """Of every client, not of public ones only (RFC 9700 section 2.1.1)."""
    if parameters.get("code_challenge_method") != "S256":
        raise InvalidRequestError("code_challenge_method must be S256.")
    challenge = parameters.get("code_challenge", "")
    if not _SHA256.fullmatch(challenge):
        raise InvalidRequestError("code_challenge must be a SHA-256 hash in base64url.")
    return challenge


def _prompt(parameters: Mapping[str, str]) -> frozenset[str]:
    prompt = frozenset(parameters.get("prompt", "").split())
    if not prompt <= PROMPTS or ("none" in prompt and len(prompt) > 1):
        raise InvalidRequestError("prompt must be none, or of login and consent.")
    return prompt


def _without_port(uri: str) -> tuple[str, str] | None:
    """A loopback address in its two parts, or None."""
    match = _LOOPBACK.fullmatch(uri)
    return (match[1], match[2]) if match else None
