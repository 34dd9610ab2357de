"""A portal in a browser stands at an address of its own, and must be able to call us from there."""

import pytest

from tests.world import World

PORTAL = "https://portal.example"


@pytest.mark.parametrize(
    "path",
    [
        "/graphql",
        "/oauth/token",
        "/oauth/revoke",
        "/oauth/jwks",
        "/.well-known/oauth-authorization-server",
        "/import/activities",
        "/export/activities.csv",
        "/statistics/handoffs.svg",
    ],
)
async def test_what_a_portal_needs_is_open_to_any_origin(world: World, path: str) -> None:
    asked = {
        "origin": PORTAL,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization, content-type, dpop",
    }
    answer = await world.http.options(path, headers=asked)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "dpop" in answer.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-credentials" not in answer.headers


async def test_the_answer_shows_the_nonce_to_the_portal(world: World) -> None:
    answer = await world.http.post("/graphql", json={}, headers={"origin": PORTAL})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "dpop-nonce" in answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize(
    "path",
    ["/oauth/authorize", "/oauth/par", "/oauth/introspect", "/oauth/consent", "/sign-in",
     "/account", "/device", "/health/ready", "/graphql/x", "/calendar/x.ics"],
)  # fmt: skip
async def test_nothing_else_is(world: World, path: str) -> None:
    for method in ("OPTIONS", "GET", "POST"):
        headers = {"origin": PORTAL, "access-control-request-method": "POST"}
        answer = await world.http.request(method, path, headers=headers)
        assert not [name for name in answer.headers if name.startswith("access-control-")]
