"""Bound tokens through the whole application: opened by their key, and by nothing else."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from auth import grants
from auth.caller import Caller
from auth.grants import GrantKind
from auth.scopes import Scope
from db.client import Client
from db.ids import new_id
from tests.auth.proving import Prover
from tests.world import SETTINGS, Answer, World

ADDRESS = f"{SETTINGS.issuer}/graphql"
VIEWER = "{ viewer { organisation { name } scopes } }"
METADATA = f'resource_metadata="{SETTINGS.issuer}/.well-known/oauth-protected-resource/graphql"'


@dataclass
class Bound:
    """A client with a key, a token bound to it, and the nonce it was told last."""

    world: World
    prover: Prover
    token: str
    grant_id: Any
    nonce: str | None = None

    async def ask(
        self,
        document: str = VIEWER,
        *,
        scheme: str = "DPoP",
        proofs: list[str] | None = None,
        language: str = "en",
        get: bool = False,
        **proof: Any,
    ) -> Answer:
        method = "GET" if get else "POST"
        if proofs is None:
            given = {"nonce": self.nonce, "token": self.token} | proof
            proofs = [self.prover.prove(given.pop("htm", method), ADDRESS, **given)]
        headers = [("authorization", f"{scheme} {self.token}"), ("accept-language", language)]
        headers += [("dpop", one) for one in proofs]
        sent: dict[str, Any] = (
            {"params": {"query": document}} if get else {"json": {"query": document}}
        )
        response = await self.world.http.request(method, "/graphql", headers=headers, **sent)
        self.nonce = response.headers.get("dpop-nonce", self.nonce)
        return Answer(response.status_code, response.json(), response.headers)


async def make(world: World, *scopes: Scope) -> Bound:
    org = await world.org()
    prover = Prover()
    id = new_id()
    client = Client(id=id, key=f"bound-{id.hex[-12:]}", organisation_id=org.id, name="t")
    client.scopes = sorted(scopes)
    async with world.operator() as tx:
        tx.add(client)
        await tx.flush()
        grant_id = await grants.begin(
            tx, GrantKind.CLIENT_CREDENTIALS, client_id=id, scopes=scopes, seconds=300,
            jkt=prover.jkt,
        )  # fmt: skip
    caller = Caller(org.id, id, client.key, frozenset(scopes), grant_id=grant_id, jkt=prover.jkt)
    return Bound(world, prover, (await world.tokens.issue(caller)).token, grant_id)


@pytest_asyncio.fixture
async def bound(world: World) -> AsyncIterator[Bound]:
    yield await make(world, Scope.ORGANISATION_READ)


def challenge(answer: Answer) -> str:
    assert answer.status == 401, answer
    assert answer.codes == ["UNAUTHENTICATED"]
    assert answer.headers["dpop-nonce"]
    told = str(answer.headers["www-authenticate"])
    assert METADATA in told
    return told


async def test_the_first_answer_tells_the_nonce_and_then_it_works(bound: Bound) -> None:
    told = challenge(await bound.ask())
    assert told.startswith('DPoP realm="rangkul", error="use_dpop_nonce"')
    assert 'algs="ES256 PS256 EdDSA Ed25519"' in told
    assert (await bound.ask()).data["viewer"]["scopes"] == ["organisation:read"]
    again = await bound.ask(get=True)
    assert again.status == 200 and again.headers["dpop-nonce"]


async def test_a_proof_is_used_up_by_a_request(bound: Bound) -> None:
    await bound.ask()
    proof = bound.prover.prove("POST", ADDRESS, nonce=bound.nonce, token=bound.token)
    assert (await bound.ask(proofs=[proof])).status == 200
    told = challenge(await bound.ask(proofs=[proof]))
    assert 'error="invalid_dpop_proof", error_description="The proof was used before."' in told


async def test_a_proof_for_something_else(bound: Bound) -> None:
    await bound.ask()
    for wrong in (
        {"htm": "GET"}, {"htu": f"{SETTINGS.issuer}/oauth/token"}, {"token": "another"},
        {"iat": 1_000_000_000}, {"iat": 9_000_000_000}, {"proofs": []}, {"proofs": ["x", "y"]},
    ):  # fmt: skip
        told = challenge(await bound.ask(**wrong))
        assert 'error="invalid_dpop_proof"' in told, wrong


async def test_a_thief_with_a_key_of_his_own(bound: Bound) -> None:
    await bound.ask()
    thief = Bound(bound.world, Prover(), bound.token, bound.grant_id, bound.nonce)
    told = challenge(await thief.ask())
    assert 'error="invalid_token", error_description="The token is bound to another key."' in told


async def test_a_bound_token_as_a_bearer_token(bound: Bound) -> None:
    told = challenge(await bound.ask(scheme="Bearer", proofs=[]))
    assert told.startswith('Bearer realm="rangkul", error="invalid_token"')
    assert "needs_proof" in told and ", DPoP realm=" in told


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/import/activities?dryRun=true", 200),
        ("GET", "/import/activities/template.csv", 200),
        ("GET", "/export/activities.csv", 200),
        ("HEAD", "/export/activities.csv", 200),
        ("GET", "/statistics/handoffs.csv?from=2025", 200),
        ("GET", "/statistics/handoffs.svg?from=2025", 200),
    ],
)
async def test_files_are_fetched_and_sent_with_a_proof_for_their_own_address(
    world: World, method: str, path: str, status: int
) -> None:
    bound = await make(world, Scope.ACTIVITY_READ, Scope.ACTIVITY_WRITE, Scope.STATISTICS_READ)
    plain = path.partition("?")[0]  # a proof names the address without its query

    async def tried(address: str, scheme: str = "DPoP", htm: str = method) -> int:
        url = f"{SETTINGS.issuer}{address}"
        proof = bound.prover.prove(htm, url, token=bound.token, nonce=bound.nonce)
        headers = {"authorization": f"{scheme} {bound.token}", "dpop": proof,
                   "content-type": "text/csv"}  # fmt: skip
        answer = await world.http.request(method, path, headers=headers, content=b"")
        bound.nonce = answer.headers.get("dpop-nonce", bound.nonce)
        return answer.status_code

    assert await tried(plain) == 401  # it learns the nonce
    assert await tried(plain) == status
    assert await tried("/graphql") == 401
    assert await tried(plain, htm="PUT") == 401
    assert await tried(plain, "Bearer") == 401


async def test_a_bearer_token_with_a_proof(world: World) -> None:
    api = await world.as_(await world.org(), Scope.ORGANISATION_READ)
    unbound = Bound(world, Prover(), api.token, None)
    told = challenge(await unbound.ask())
    assert told.startswith('DPoP realm="rangkul", error="invalid_token"') and "not_bound" in told


async def test_without_a_token_both_ways_are_offered(world: World) -> None:
    response = await world.http.post("/graphql", json={"query": VIEWER})
    answer = Answer(response.status_code, response.json(), response.headers)
    told = challenge(answer)
    assert told.startswith('DPoP realm="rangkul", algs=') and ', Bearer realm="rangkul"' in told
    assert "error" not in told


async def test_a_missing_scope_is_said_in_the_scheme_of_the_question(bound: Bound) -> None:
    await bound.ask()
    answer = await bound.ask("{ mous(first: 1) { nodes { id } } }")
    assert (answer.status, answer.codes) == (403, ["MISSING_SCOPE"])
    told = answer.headers["www-authenticate"]
    assert told.startswith('DPoP realm="rangkul", error="insufficient_scope", scope="mou:read"')
    assert METADATA in told


async def test_what_is_refused_is_said_in_both_languages(bound: Bound) -> None:
    sentences = set()
    for language in ("id", "en"):
        (error,) = (await bound.ask(language=language, nonce=None)).body["errors"]
        assert error["extensions"] == {"code": "UNAUTHENTICATED"}
        sentences.add(error["message"].split(".")[0])
    assert len(sentences) == 2


async def test_a_grant_that_ended_closes_a_bound_token_at_the_next_request(bound: Bound) -> None:
    await bound.ask()
    assert (await bound.ask()).status == 200
    await bound.world.sql(
        "update oauth_grant set ended_at = now(), end_reason = 'REVOKED' where id = :id",
        id=bound.grant_id,
    )
    told = challenge(await bound.ask())
    assert told.startswith('DPoP realm="rangkul", error="invalid_token"')


async def test_an_organisation_can_require_it(bound: Bound) -> None:
    await bound.ask()
    world = bound.world
    org = await world.org()
    api = await world.as_(org, Scope.ORGANISATION_READ)
    assert (await api.ask(VIEWER)).status == 200
    await world.sql("update organisation set dpop = 'REQUIRED' where id = :id", id=org.id)
    assert (await api.ask(VIEWER)).status == 401


async def test_who_the_child_is_can_need_it(world: World) -> None:
    """With `IDENTITY` the transaction of an unbound token has lost that one scope."""
    scopes = frozenset({Scope.HANDOFF_READ, Scope.HANDOFF_IDENTITY})
    caller = await world.tokens.verify((await make(world, *scopes)).token)
    await world.sql(
        "update organisation set dpop = 'IDENTITY' where id = :id", id=caller.organisation_id
    )
    seen = []
    for one in (caller, replace(caller, jkt=None)):
        async with world.database.transaction(one) as tx:
            seen.append(set(await tx.scalar(text("select access.scopes()"))))
    assert seen == [scopes, {Scope.HANDOFF_READ}]


async def test_the_resource_describes_itself(world: World) -> None:
    response = await world.http.get("/.well-known/oauth-protected-resource/graphql")
    assert response.status_code == 200
    described = response.json()
    assert described["resource"] == ADDRESS
    assert described["authorization_servers"] == [SETTINGS.issuer]
    assert set(described["scopes_supported"]) == {scope.value for scope in Scope}
    assert described["bearer_methods_supported"] == ["header"]
    assert "ES256" in described["dpop_signing_alg_values_supported"]
