"""The options of `rangkul client create` and `change`, and what they stand for."""

import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.console import Failure
from auth.scopes import Scope

if TYPE_CHECKING:
    from auth.client_spec import AuthMethod, GrantType
    from db.client import Client


class Method(StrEnum):
    """How a program proves who it is. The registration has the same list; help comes sooner
    without what that needs."""

    SECRET = "client_secret_basic"  # noqa: S105
    KEYS = "private_key_jwt"
    NONE = "none"


class Grant(StrEnum):
    """How a program may come to a token, in words short enough to type."""

    CLIENT_CREDENTIALS = "client_credentials"
    AUTHORIZATION_CODE = "authorization_code"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105
    DEVICE_CODE = "device_code"


_SCOPE = typer.Option("--scope", help="A scope it may ask for; repeat for more.")
Scopes = Annotated[list[Scope], _SCOPE]
MaybeScopes = Annotated[list[Scope] | None, _SCOPE]
JwksFile = Annotated[
    Path | None,
    typer.Option(help="A file with its public keys (a JWK Set).", exists=True, dir_okay=False),
]
JwksUri = Annotated[str | None, typer.Option(help="Or the https address of them.")]
RedirectUris = Annotated[
    list[str] | None,
    typer.Option(help="Where people come back to after signing in, exactly; repeat for more."),
]
Grants = Annotated[
    list[Grant] | None,
    typer.Option(help="How it comes to tokens; repeat for more. Usually left to its kind."),
]
Dpop = Annotated[bool | None, typer.Option("--dpop/--no-dpop", help="Bound tokens only (DPoP).")]
Par = Annotated[bool | None, typer.Option("--par/--no-par", help="Pushed requests only (PAR).")]
Portal = Annotated[
    bool,
    typer.Option("--portal", help="A portal of KPAI for the people of every organisation."),
]


def method(given: Method | None, *, public: bool, keys: bool) -> "AuthMethod":
    """The one that was named, or that goes with what was."""
    from auth.client_spec import AuthMethod

    if public and (keys or given not in (None, Method.NONE)):
        raise Failure("A public client has neither secret nor keys: leave out one of the options.")
    usual = Method.NONE if public else Method.KEYS if keys else Method.SECRET
    return AuthMethod((given or usual).value)


def grant_types(given: Sequence[Grant] | None) -> "list[GrantType] | None":
    from auth.client_spec import GrantType

    return [GrantType[grant.name] for grant in given] if given else None


def keys_in(file: Path | None) -> Any:
    """The JWK Set of a file; what a good one is, the registration knows."""
    if file is None:
        return None
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, OSError):
        raise Failure(f"{file} is not JSON.") from None


def described(client: "Client", owner: str) -> list[tuple[str, str]]:
    """A client, line by line; secrets are not part of it."""
    keys = [str(key.get("kid", key["kty"])) for key in (client.jwks or {}).get("keys", [])]
    lines = {
        "client_id": client.key,
        "name": client.name,
        "organisation": owner,
        "proves itself by": client.auth_method,
        "keys": client.jwks_uri or " ".join(keys),
        "grants": " ".join(client.grant_types),
        "scopes": " ".join(client.scopes),
        "redirect URIs": " ".join(client.redirect_uris),
        "bound tokens": "required" if client.dpop_bound else "as the organisation needs them",
        "pushed requests": "required" if client.par_required else "possible",
        "open to all": "yes" if client.open_to_all else "",
        "disabled": f"{client.disabled_at:%F %T %Z}" if client.disabled_at else "",
    }
    return [(label, value) for label, value in lines.items() if value]
