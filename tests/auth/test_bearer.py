"""The Authorization header: what is a token, what is none, and how each is challenged."""

from dataclasses import replace
from typing import Any

import pytest
from starlette.requests import Request

from auth.bearer import Challenges, Door, NoToken, Scheme, scheme_of
from auth.caller import Caller
from auth.dpop import ProofRefused
from auth.scopes import Scope
from auth.tokens import InvalidToken, Reason
from db.ids import new_id
from tests.auth.conftest import Server
from tests.auth.proving import Prover

ADDRESS = "https://api.test/graphql"
CALLER = Caller(
    new_id(), new_id(), "simfoni-7f3a9c21", frozenset({Scope.MOU_READ}), grant_id=new_id()
)
ALGS = 'algs="ES256 PS256 EdDSA Ed25519"'


@pytest.fixture
def door(server: Server) -> Door:
    return Door(server.tokens, server.authority.proofs, ADDRESS)


def request(*authorization: str, dpop: tuple[str, ...] = (), method: str = "POST") -> Request:
    headers = [(b"authorization", value.encode("latin-1")) for value in authorization]
    headers += [(b"dpop", value.encode("latin-1")) for value in dpop]
    return Request({"type": "http", "method": method, "path": "/graphql", "headers": headers})


async def invalid(door: Door, asked: Request) -> Reason:
    with pytest.raises(InvalidToken) as refused:
        await door.caller(asked)
    return refused.value.reason


async def test_a_bearer_token(server: Server, door: Door) -> None:
    token = (await server.tokens.issue(CALLER)).token
    for header in (f"Bearer {token}", f"bearer {token}", f"BEARER   {token}"):
        assert await door.caller(request(header)) == CALLER


async def test_a_request_without_a_token(door: Door) -> None:
    assert await door.caller(request()) is None
    assert await door.caller(request(dpop=("x",))) is None


@pytest.mark.parametrize("header", ["", "Basic eDp5", "Bearerx", "Token abc", "Be arer", "DPoPx"])
async def test_a_request_with_something_else(door: Door, header: str) -> None:
    with pytest.raises(NoToken):
        await door.caller(request(header))


@pytest.mark.parametrize("scheme", list(Scheme))
@pytest.mark.parametrize("token", ["", " ", " a b", " a,b", " \0", " é"])
async def test_a_request_with_a_bad_token(door: Door, scheme: Scheme, token: str) -> None:
    assert await invalid(door, request(scheme + token)) is Reason.MALFORMED


async def test_a_huge_header_is_refused_before_it_is_read(door: Door) -> None:
    assert await invalid(door, request("Bearer " + "a" * 1_000_000)) is Reason.TOO_LARGE


async def test_two_headers_are_none(server: Server, door: Door) -> None:
    token = (await server.tokens.issue(CALLER)).token
    assert await invalid(door, request(f"Bearer {token}", f"Bearer {token}")) is Reason.MALFORMED


# Tokens that are bound to a key


async def bound(server: Server, prover: Prover) -> tuple[Caller, str]:
    caller = replace(CALLER, jkt=prover.jkt)
    return caller, (await server.tokens.issue(caller)).token


def proof(server: Server, prover: Prover, token: str, method: str = "POST", **more: Any) -> str:
    nonce = server.authority.proofs.nonce()
    return prover.prove(method, ADDRESS, **({"nonce": nonce, "token": token} | more))


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_a_bound_token_with_its_proof(server: Server, door: Door, method: str) -> None:
    prover = Prover()
    caller, token = await bound(server, prover)
    for scheme in ("DPoP", "dpop"):
        shown = proof(server, prover, token, method)
        asked = request(f"{scheme} {token}", dpop=(shown,), method=method)
        assert await door.caller(asked) == caller


async def test_a_bound_token_is_no_bearer_token(server: Server, door: Door) -> None:
    prover = Prover()
    _, token = await bound(server, prover)
    shown = proof(server, prover, token)
    assert await invalid(door, request(f"Bearer {token}")) is Reason.NEEDS_PROOF
    assert await invalid(door, request(f"Bearer {token}", dpop=(shown,))) is Reason.NEEDS_PROOF


async def test_a_proof_does_not_bind_a_token(server: Server, door: Door) -> None:
    token = (await server.tokens.issue(CALLER)).token
    shown = proof(server, Prover(), token)
    assert await invalid(door, request(f"DPoP {token}", dpop=(shown,))) is Reason.NOT_BOUND


async def test_what_comes_with_a_bound_token_must_be_its_proof(server: Server, door: Door) -> None:
    prover, thief = Prover(), Prover()
    _, token = await bound(server, prover)
    _, other = await bound(server, prover)
    for error, proofs in {
        ("invalid_dpop_proof", ()),
        ("invalid_dpop_proof", ("x",)),
        ("invalid_dpop_proof", (proof(server, prover, token), proof(server, prover, token))),
        ("invalid_dpop_proof", (proof(server, prover, other),)),
        ("invalid_dpop_proof", (proof(server, prover, token, "GET"),)),
        ("invalid_dpop_proof", (proof(server, prover, token, htu="https://api.test/oauth/token"),)),
        ("invalid_token", (proof(server, thief, token),)),
        ("use_dpop_nonce", (proof(server, prover, token, nonce=None),)),
    }:
        with pytest.raises(ProofRefused) as refused:
            await door.caller(request(f"DPoP {token}", dpop=proofs))
        assert refused.value.error == error


async def test_a_bad_token_costs_no_look_at_the_proof(server: Server, door: Door) -> None:
    prover = Prover()
    _, token = await bound(server, prover)
    shown = proof(server, prover, token)
    assert await invalid(door, request("DPoP a.b.c", dpop=(shown,))) is Reason.MALFORMED
    assert await door.caller(request(f"DPoP {token}", dpop=(shown,)))


# Challenges


@pytest.mark.parametrize("asked", [request(), request("Basic eDp5"), request("")])
@pytest.mark.parametrize("error", [None, NoToken()])
def test_both_schemes_are_offered_without_an_error(asked: Request, error: NoToken | None) -> None:
    both = f'DPoP realm="rangkul", {ALGS}, Bearer realm="rangkul"'
    assert Challenges().challenge(asked, error) == both


@pytest.mark.parametrize(
    ("error", "scopes", "told"),
    [
        (None, (), 'error="invalid_token"'),
        (InvalidToken(Reason.EXPIRED), (), 'error="invalid_token", error_description="expired"'),
        (None, ("a:b", "c:d"), 'error="insufficient_scope", scope="a:b c:d"'),
    ],
)
def test_the_answer_is_in_the_scheme_of_the_question(
    error: InvalidToken | None, scopes: tuple[str, ...], told: str
) -> None:
    for scheme, more in (("Bearer", ""), ("DPoP", f", {ALGS}")):
        challenge = Challenges().challenge(request(f"{scheme} x"), error, scopes=scopes)
        assert challenge == f'{scheme} realm="rangkul", {told}{more}'


def test_a_bound_token_as_bearer_is_told_what_to_use() -> None:
    challenge = Challenges().challenge(request("Bearer x"), InvalidToken(Reason.NEEDS_PROOF))
    assert challenge.startswith('Bearer realm="rangkul", error="invalid_token"')
    assert challenge.endswith(f'DPoP realm="rangkul", {ALGS}')


def test_a_refused_proof() -> None:
    error = ProofRefused("use_dpop_nonce", "The proof must contain a nonce.")
    assert Challenges("https://api.test/m").challenge(request("DPoP x"), error) == (
        'DPoP realm="rangkul", error="use_dpop_nonce",'
        f' error_description="The proof must contain a nonce.", {ALGS},'
        ' resource_metadata="https://api.test/m"'
    )


def test_who_is_told_the_next_nonce() -> None:
    challenges = Challenges(nonce=lambda: "n")
    assert challenges.next_nonce(request("DPoP x"), 200) == "n"
    assert challenges.next_nonce(request(), 401) == "n"
    assert challenges.next_nonce(request("Bearer x"), 200) is None
    assert Challenges().next_nonce(request("DPoP x"), 401) is None
    assert scheme_of(request("dpop x")) is Scheme.DPOP
