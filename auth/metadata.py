"""What clients are told about this server, so that they need to be told nothing else (RFC 8414)."""

from authlib.oauth2 import rfc9207  # type: ignore[import-untyped]
from authlib.oauth2.rfc8414 import (  # type: ignore[import-untyped]
    AuthorizationServerMetadata,
)

from auth import assertions, dpop
from auth.authentication import AUTH_METHODS, TOKEN_PATH
from auth.client_spec import GrantType
from auth.scopes import Scope
from auth.settings import AuthSettings

METADATA_PATH = "/.well-known/oauth-authorization-server"
JWKS_PATH = "/oauth/jwks"


def metadata(settings: AuthSettings) -> dict[str, object]:
    """RFC 8414 section 2, with what 9126, 8628, 9449, 9207 and 9728 add to it."""
    issuer = settings.issuer
    confidential = [method for method in AUTH_METHODS if method != "none"]
    described: dict[str, object] = {
        "issuer": issuer,
        "authorization_endpoint": issuer + "/oauth/authorize",
        "pushed_authorization_request_endpoint": issuer + "/oauth/par",
        "require_pushed_authorization_requests": False,  # but of clients held to FAPI 2.0
        "device_authorization_endpoint": issuer + "/oauth/device_authorization",
        "token_endpoint": issuer + TOKEN_PATH,
        "token_endpoint_auth_methods_supported": AUTH_METHODS,
        "token_endpoint_auth_signing_alg_values_supported": list(assertions.ALGORITHMS),
        "revocation_endpoint": issuer + "/oauth/revoke",
        "revocation_endpoint_auth_methods_supported": AUTH_METHODS,
        "revocation_endpoint_auth_signing_alg_values_supported": list(assertions.ALGORITHMS),
        "introspection_endpoint": issuer + "/oauth/introspect",
        "introspection_endpoint_auth_methods_supported": confidential,
        "introspection_endpoint_auth_signing_alg_values_supported": list(assertions.ALGORITHMS),
        "jwks_uri": issuer + JWKS_PATH,
        "scopes_supported": [scope.value for scope in Scope],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": [kind.value for kind in GrantType],
        "code_challenge_methods_supported": ["S256"],
        "dpop_signing_alg_values_supported": list(dpop.ALGORITHMS),
        "authorization_response_iss_parameter_supported": True,
        "ui_locales_supported": ["id", "en"],
        "protected_resources": [settings.audience],
    }
    AuthorizationServerMetadata(described).validate([rfc9207.AuthorizationServerMetadata])
    return described
