"""What a program may be registered as: checked here, whoever registers it (RFC 7591 section 2).

Everything a client says of itself is compared letter by letter later, where it matters most; so
what could be read in two ways is not let in: a redirect address with a fragment, userinfo, an
upper-case host or a wildcard, or a key that is not plainly a public one.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

from auth.fetching import FetchRefused, check_address
from auth.scopes import Scope
from auth.settings import LOOPBACK

MOST_URIS, LONGEST_URI = 20, 500
MOST_KEYS = 10
_URI = re.compile(r"[!-~]+")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?[.])*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_PUBLIC = ("kty", "crv", "x", "y", "n", "e")
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_ALGORITHMS = {
    "P-256": ("ES256",), "P-384": ("ES384",), "Ed25519": ("EdDSA", "Ed25519"),
    "RSA": ("PS256", "PS384", "PS512"),
}  # fmt: skip


class AuthMethod(StrEnum):
    """How a program proves who it is at the token endpoint (RFC 7591 section 2)."""

    CLIENT_SECRET_BASIC = "client_secret_basic"  # noqa: S105
    PRIVATE_KEY_JWT = "private_key_jwt"
    NONE = "none"


class GrantType(StrEnum):
    """How a program may come to a token."""

    CLIENT_CREDENTIALS = "client_credentials"
    AUTHORIZATION_CODE = "authorization_code"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105
    DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


G = GrantType


class ClientRefused(Exception):
    """What was asked for cannot be done: in which field, why for people, and why for programs.

    ``code`` is one of the codes of `domain.refusal`, which this layer does not know.
    """

    def __init__(self, field: str | None, message: str, code: str = "BAD_INPUT") -> None:
        super().__init__(message)
        self.field = field
        self.code = code


@dataclass(frozen=True, slots=True)
class ClientSpec:
    """A program as it is to be registered. What is None is given what suits its kind."""

    organisation_id: UUID
    name: str
    scopes: Sequence[Scope]
    auth_method: AuthMethod = AuthMethod.CLIENT_SECRET_BASIC
    grant_types: Sequence[GrantType] | None = None
    redirect_uris: Sequence[str] = ()
    jwks: Any = None
    """A JWK Set (RFC 7517 section 5) of public keys; or else ``jwks_uri``."""
    jwks_uri: str | None = None
    dpop_bound: bool | None = None
    par_required: bool | None = None
    open_to_all: bool = False

    @property
    def uses_key(self) -> bool:
        return self.auth_method is AuthMethod.PRIVATE_KEY_JWT


def columns(spec: ClientSpec) -> dict[str, Any]:
    """The row of a sound specification; ClientRefused for any other. Scopes are checked against
    what the organisation was granted by whoever has read it."""
    grant_types = _grant_types(spec)
    return {
        "organisation_id": spec.organisation_id,
        "name": _name(spec.name),
        "scopes": sorted({scope.value for scope in spec.scopes}),
        "auth_method": spec.auth_method.value,
        "grant_types": [kind.value for kind in GrantType if kind in grant_types],
        "redirect_uris": _redirect_uris(spec, grant_types),
        **_keys(spec),
        # FAPI 2.0 is what a client with keys of its own is held to, unless it is said otherwise.
        "dpop_bound": spec.uses_key if spec.dpop_bound is None else spec.dpop_bound,
        "par_required": spec.uses_key if spec.par_required is None else spec.par_required,
        "open_to_all": spec.open_to_all,
    }


def _name(name: str) -> str:
    stripped = name.strip()
    # The consent page shows it: nothing in it may be unseen, or turn the words around.
    plain = stripped and all(c == " " or unicodedata.category(c)[0] not in "CZ" for c in stripped)
    if not plain or len(stripped) > 200:
        raise ClientRefused("name", "The name must have between 1 and 200 characters.")
    return stripped


def _grant_types(spec: ClientSpec) -> frozenset[GrantType]:
    given = frozenset(spec.grant_types or _usual_grant_types(spec))
    if spec.auth_method is AuthMethod.NONE and G.CLIENT_CREDENTIALS in given:
        raise ClientRefused("grant_types", "A public client never acts for itself.")
    if given == {G.REFRESH_TOKEN}:
        raise ClientRefused("grant_types", "Refresh tokens renew what came about otherwise.")
    if G.REFRESH_TOKEN in given and not given & {G.AUTHORIZATION_CODE, G.DEVICE_CODE}:
        raise ClientRefused("grant_types", "Only what a person allowed is renewed.")
    return given


def _usual_grant_types(spec: ClientSpec) -> set[GrantType]:
    if spec.redirect_uris or spec.auth_method is AuthMethod.NONE:
        return {G.AUTHORIZATION_CODE, G.REFRESH_TOKEN}
    return {G.CLIENT_CREDENTIALS}


def _redirect_uris(spec: ClientSpec, grant_types: frozenset[GrantType]) -> list[str]:
    uris = list(spec.redirect_uris)
    if bool(uris) != (G.AUTHORIZATION_CODE in grant_types):
        raise ClientRefused(
            "redirect_uris", "A client has redirect addresses if it uses authorization codes."
        )
    if len(uris) > MOST_URIS:
        raise ClientRefused("redirect_uris", f"At most {MOST_URIS} addresses.", "TOO_MANY")
    for index, uri in enumerate(uris):
        field = f"redirect_uris[{index}]"
        if uri in uris[:index]:
            raise ClientRefused(field, "The address is named twice.", "DUPLICATE")
        if reason := _wrong_with(uri, public=spec.auth_method is AuthMethod.NONE):
            raise ClientRefused(field, reason, "REDIRECT_URI_REFUSED")
    return uris


def _wrong_with(uri: str, *, public: bool) -> str | None:
    """What is wrong with a redirect address (RFC 6749 section 3.1.2, RFC 9700 section 2.1)."""
    if reason := _wrong_with_any(uri):
        return reason
    address = urlsplit(uri)
    if address.scheme == "https":
        return None
    if address.scheme != "http" or address.hostname not in LOOPBACK:
        return "It must begin with https://."
    if not public:  # what runs on somebody's own machine keeps no secret (RFC 8252 section 8.4)
        return "Only a public client runs on the machine of whoever uses it."
    return None


def _wrong_with_any(uri: str) -> str | None:
    if len(uri) > LONGEST_URI:
        return f"It must have at most {LONGEST_URI} characters."
    if not _URI.fullmatch(uri) or any(character in uri for character in "#*\\"):
        return "It must be written in ASCII, without blank, fragment, wildcard and backslash."
    try:
        address = urlsplit(uri)
        port = address.port
    except ValueError:
        return "It is not an address."
    host = address.hostname or ""
    written = f"[{host}]" if ":" in host else host
    if address.netloc != written + (f":{port}" if port else ""):
        return "It must have a host in lower case, and nobody's name before it."
    if address.scheme != uri.partition(":")[0] or not _is_host(host):
        return "It is not an address of a host."
    back = any(segment in (".", "..") for segment in address.path.split("/"))
    return "Its path must not lead back." if back else None


def _is_host(host: str) -> bool:
    if ":" not in host:
        return len(host) <= 253 and _HOST.fullmatch(host) is not None
    try:
        return ipaddress.IPv6Address(host).compressed == host
    except ValueError:
        return False


def _keys(spec: ClientSpec) -> dict[str, Any]:
    if not spec.uses_key:
        for field in ("jwks", "jwks_uri"):
            if getattr(spec, field) is not None:
                raise ClientRefused(field, "Only a client that signs has keys.")
    elif (spec.jwks is None) == (spec.jwks_uri is None):
        raise ClientRefused("jwks", "A client that signs has either keys or an address of them.")
    if spec.jwks_uri is not None:
        _fetchable(spec.jwks_uri)
    return {
        "jwks": None if spec.jwks is None else {"keys": public_keys(spec.jwks)},
        "jwks_uri": spec.jwks_uri,
    }


def _fetchable(uri: str) -> None:
    try:
        check_address(uri)
    except FetchRefused as error:
        message = f"Nothing would be fetched from there ({error.reason})."
        raise ClientRefused("jwks_uri", message) from None


def public_keys(jwks: Any) -> list[dict[str, Any]]:
    """The keys of a JWK Set with the members that matter, when each is a public one to check
    signatures with, of a strength that counts today. ClientRefused otherwise."""
    given = jwks.get("keys") if isinstance(jwks, dict) else None
    if not isinstance(given, list) or not given or not all(isinstance(k, dict) for k in given):
        raise _key_refused("jwks", "It must be a JWK Set: an object with a list of keys.")
    if len(given) > MOST_KEYS:
        raise ClientRefused("jwks.keys", f"At most {MOST_KEYS} keys.", "TOO_MANY")
    keys = [_public_key(key, f"jwks.keys[{index}]") for index, key in enumerate(given)]
    for name in ("kid", "x", "n"):
        _distinct((key.get(name) for key in keys), name)
    return keys


def _distinct(values: Iterable[Any], name: str) -> None:
    seen: set[Any] = set()
    for index, value in enumerate(values):
        if value is not None and value in seen:
            raise ClientRefused(
                f"jwks.keys[{index}].{name}", "The key is named twice.", "DUPLICATE"
            )
        seen.add(value)


def _public_key(key: dict[str, Any], field: str) -> dict[str, Any]:
    if _PRIVATE & key.keys():
        raise _key_refused(field, "It holds the private key: make a new pair, and give the public.")
    if key.get("use", "sig") != "sig" or key.get("key_ops", ["verify"]) != ["verify"]:
        raise _key_refused(field, "It must be a key to check signatures with.")
    kid = key.get("kid")
    if kid is not None and not (isinstance(kid, str) and _URI.fullmatch(kid) and len(kid) <= 200):
        raise _key_refused(field, "Its kid must have 1 to 200 characters in ASCII.")
    kept = {name: key[name] for name in _PUBLIC if name in key}
    kind = _kind(kept)
    algorithm = key.get("alg")
    if kind is None or algorithm not in (None, *_ALGORITHMS[kind]):
        raise _key_refused(field, "It must be a key of P-256, P-384, Ed25519, or RSA from 2048.")
    named = {"kid": kid, "alg": algorithm, "use": "sig"}
    return kept | {name: value for name, value in named.items() if value is not None}


def _kind(key: dict[str, Any]) -> str | None:
    """The curve of a sound public key, or ``RSA``; None for any other."""
    try:
        made = JWKRegistry.import_key(key)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return None
    match made:
        case ECKey() if made.curve_name in ("P-256", "P-384"):
            return made.curve_name
        case OKPKey() if key["crv"] == "Ed25519":
            return "Ed25519"
        case RSAKey() if 2048 <= made.public_key.key_size <= 8192:
            return "RSA"
    return None


def _key_refused(field: str, message: str) -> ClientRefused:
    return ClientRefused(field, message, "KEY_REFUSED")
