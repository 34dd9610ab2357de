"""Authlib's own client, for programs in Python: by secret, by key, and for people."""

import time
from typing import Any

import pytest
from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped]
from authlib.integrations.httpx_client import AsyncOAuth2Client  # type: ignore[import-untyped]
from authlib.oauth2.rfc7523 import PrivateKeyJWT  # type: ignore[import-untyped]
from joserfc.jwk import ECKey

from tests.clients.people import Crowd
from tests.clients.served import CALLBACK, Registered, Served

VIEWER = {"query": "{ viewer { clientId } }"}


def session(client: Registered, method: str, **more: Any) -> Any:
    return AsyncOAuth2Client(
        client.key, client.secret, token_endpoint_auth_method=method, timeout=30, **more
    )


async def viewer(http: Any, served: Served) -> Any:
    return await http.post(served.graphql, json=VIEWER)


async def about(http: Any, served: Served, what: str, token: str) -> Any:
    ask = {"introspect": http.introspect_token, "revoke": http.revoke_token}[what]
    return await ask(f"{served.address}/oauth/{what}", token=token)


async def test_client_credentials_by_secret(served: Served) -> None:
    client = await served.program()
    async with session(client, "client_secret_basic") as http:
        token = await http.fetch_token(
            f"{served.address}/oauth/token", grant_type="client_credentials", scope="mou:read"
        )
        assert token["token_type"] == "Bearer"
        assert (await viewer(http, served)).json()["data"]["viewer"]["clientId"] == client.key
        told = (await about(http, served, "introspect", token["access_token"])).json()
        assert told["active"] is True
        assert told["scope"] == "mou:read"
        assert (await about(http, served, "revoke", token["access_token"])).status_code == 200
        assert (await viewer(http, served)).status_code == 401
        told = (await about(http, served, "introspect", token["access_token"])).json()
        assert told == {"active": False}


def by_key(client: Registered, served: Served) -> PrivateKeyJWT:
    """What Authlib must be told: the issuer is meant (FAPI 2.0), and for a minute, not an hour."""
    return PrivateKeyJWT(served.address, claims={"exp": int(time.time()) + 60}, alg="ES256")


async def test_client_credentials_by_key(served: Served) -> None:
    """Authlib's client makes no DPoP proofs, so this one is a partner that is not held to FAPI."""
    client = await served.partner(dpop_bound=False, par_required=False)
    async with session(client, PrivateKeyJWT.name) as http:
        http.client_secret = ECKey.import_key(client.told()["privateJwk"])
        http.register_client_auth_method(by_key(client, served))
        token = await http.fetch_token(
            f"{served.address}/oauth/token", grant_type="client_credentials"
        )
        assert token["token_type"] == "Bearer"
        assert (await viewer(http, served)).status_code == 200


async def test_a_key_of_somebody_else_is_refused(served: Served) -> None:
    client, other = await served.partner(dpop_bound=False), await served.partner()
    async with session(client, PrivateKeyJWT.name) as http:
        http.client_secret = ECKey.import_key(other.told()["privateJwk"])
        http.register_client_auth_method(by_key(client, served))
        with pytest.raises(OAuthError) as raised:
            await http.fetch_token(f"{served.address}/oauth/token", grant_type="client_credentials")
    assert raised.value.error == "invalid_client"


async def test_code_pkce_refresh_and_revocation(served: Served, crowd: Crowd) -> None:
    client, person = await served.portal(), await crowd.somebody()
    more = {"redirect_uri": CALLBACK, "code_challenge_method": "S256", "scope": "mou:read"}
    async with session(client, "none", **more) as http:
        verifier = "v" * 64
        address, state = http.create_authorization_url(
            f"{served.address}/oauth/authorize", code_verifier=verifier
        )
        back = await person.decide(address, "yes")
        endpoint = f"{served.address}/oauth/token"
        token = await http.fetch_token(
            endpoint, authorization_response=back, code_verifier=verifier, state=state
        )
        assert token["scope"] == "mou:read"
        assert (await viewer(http, served)).status_code == 200
        second = await http.refresh_token(endpoint)
        assert second["refresh_token"] != token["refresh_token"]
        assert (await viewer(http, served)).status_code == 200
        ended = await about(http, served, "revoke", second["refresh_token"])
        assert ended.status_code == 200
        assert (await viewer(http, served)).status_code == 401
        with pytest.raises(OAuthError) as raised:
            await http.refresh_token(endpoint, refresh_token=second["refresh_token"])
        assert raised.value.error == "invalid_grant"
