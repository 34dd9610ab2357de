"""Proofs of possession: which are taken, and that every other is refused (RFC 9449 section 4.3)."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from auth.dpop import ProofRefused, Proofs
from auth.urls import same_resource
from db.session import Database
from tests.auth.conftest import SETTINGS
from tests.auth.proving import OMIT, Prover, b64

URL = "https://api.test/graphql"
TOKEN = "eyJ.a.token"
NOW = 1_800_000_000


@pytest.fixture
def proofs(database: Database) -> Proofs:
    return Proofs(database, SETTINGS)


@pytest.fixture
def prover() -> Prover:
    return Prover()


async def refusal(proofs: Proofs, *given: str, token: str | None = None) -> ProofRefused:
    with pytest.raises(ProofRefused) as refused:
        await proofs.check(given, "POST", URL, access_token=token)
    return refused.value


@pytest.mark.parametrize(
    "prover",
    [
        Prover(),
        Prover(RSAKey.generate_key(2048), "PS256"),
        Prover(OKPKey.generate_key("Ed25519"), "EdDSA"),
        Prover(OKPKey.generate_key("Ed25519"), "Ed25519"),
    ],
    ids=lambda prover: prover.algorithm,
)
@pytest.mark.filterwarnings("ignore:EdDSA")
async def test_a_good_proof_tells_the_key(proofs: Proofs, prover: Prover) -> None:
    proof = prover.prove("POST", URL, nonce=proofs.nonce())
    assert await proofs.check([proof], "POST", URL) == prover.jkt


async def test_a_proof_for_a_token(proofs: Proofs, prover: Prover) -> None:
    proof = prover.prove("POST", URL, nonce=proofs.nonce(), token=TOKEN)
    assert await proofs.check([proof], "POST", URL, access_token=TOKEN) == prover.jkt


async def test_more_members_than_are_asked_are_nobodys_concern(
    proofs: Proofs, prover: Prover
) -> None:
    jwk = prover.key.as_dict(private=False, kid="mine", use="sig", alg="ES256")
    proof = prover.prove(
        "POST", URL, nonce=proofs.nonce(), header={"jwk": jwk, "kid": "x"}, exp=1, more=[]
    )
    assert await proofs.check([proof], "POST", URL) == prover.jkt


# Used once


async def test_a_proof_is_good_once(proofs: Proofs, prover: Prover) -> None:
    proof = prover.prove("POST", URL, nonce=proofs.nonce())
    await proofs.check([proof], "POST", URL)
    refused = await refusal(proofs, proof)
    assert refused.error == "invalid_dpop_proof" and "before" in refused.description


async def test_a_proof_is_good_once_over_all_replicas(database: Database, prover: Prover) -> None:
    replicas = [Proofs(database, SETTINGS) for _ in range(2)]
    proof = prover.prove("POST", URL, nonce=replicas[0].nonce())
    outcomes = await asyncio.gather(
        *(replicas[n % 2].check([proof], "POST", URL) for n in range(6)), return_exceptions=True
    )
    assert sorted(map(type, outcomes), key=str) == [ProofRefused] * 5 + [str]


async def test_two_keys_may_use_the_same_jti(proofs: Proofs) -> None:
    for prover in (Prover(), Prover()):
        proof = prover.prove("POST", URL, nonce=proofs.nonce(), jti="one")
        assert await proofs.check([proof], "POST", URL) == prover.jkt


async def test_what_is_refused_is_not_remembered(proofs: Proofs, prover: Prover) -> None:
    claims = {"jti": "a", "nonce": proofs.nonce()}
    await refusal(proofs, prover.prove("GET", URL, **claims))
    await refusal(proofs, prover.prove("POST", URL, **(claims | {"nonce": "old"})))
    assert await proofs.check([prover.prove("POST", URL, **claims)], "POST", URL)


# For this request only


@pytest.mark.parametrize(
    "claims",
    [
        {"htm": "GET"}, {"htm": "post"}, {"htm": OMIT}, {"htm": ["POST"]},
        {"htu": "https://api.test/oauth/token"}, {"htu": "https://evil.test/graphql"},
        {"htu": "http://api.test/graphql"}, {"htu": "https://api.test:444/graphql"},
        {"htu": "https://user@api.test/graphql"}, {"htu": OMIT}, {"htu": [URL]}, {"htu": ""},
        {"jti": OMIT}, {"jti": ""}, {"jti": "a" * 201}, {"jti": "a\0b"}, {"jti": "\n"},
        {"jti": 7}, {"jti": "é"}, {"jti": "\ud800"}, {"iat": OMIT}, {"iat": "now"}, {"iat": True},
        {"iat": 10**400}, {"iat": -(10**400)}, {"iat": None}, {"iat": 1e308}, {"nonce": ["x"]},
    ],
    ids=str,
)  # fmt: skip
async def test_claims_that_are_not_for_this_request(
    proofs: Proofs, prover: Prover, claims: dict[str, Any]
) -> None:
    proof = prover.prove("POST", URL, **({"nonce": proofs.nonce()} | claims))
    refused = await refusal(proofs, proof)
    expected = "use_dpop_nonce" if "nonce" in claims else "invalid_dpop_proof"
    assert refused.error == expected


@pytest.mark.parametrize("ath", [OMIT, "", "x", 7, b64(b"0" * 32), "é", [TOKEN]], ids=str)
async def test_a_proof_for_another_token(proofs: Proofs, prover: Prover, ath: object) -> None:
    proof = prover.prove("POST", URL, nonce=proofs.nonce(), ath=ath)
    assert (await refusal(proofs, proof, token=TOKEN)).error == "invalid_dpop_proof"


@pytest.mark.parametrize(
    ("given", "same"),
    [
        (URL, True), (URL + "?query=x#f", True), ("HTTPS://API.Test/graphql", True),
        ("https://api.test:443/graphql", True), ("https://api.test/graph%71l", True),
        ("https://api.test/./a/../graphql", True), ("https://api.test/graphql/", False),
        ("https://api.test/Graphql", False), ("https://api.test//graphql", False),
        ("https://api.test/graphql%2F", False), ("https://api.test:0/graphql", False),
        ("https://api.test:x/graphql", False), ("https://api.test/gra\nphql", False),
        (" https://api.test/graphql", False), ("https://[api.test/graphql", False),
        ("ftp://api.test/graphql", False), ("//api.test/graphql", False), ("", False),
        ("https://api.test\\@evil.test/graphql", False), (URL + "/" * 3000, False),
        ("https://ap\u0131.test/graphql", False), ("https://api.test/graphql/..", False),
    ],
)  # fmt: skip
def test_which_addresses_are_the_same(given: str, same: bool) -> None:
    assert same_resource(given, URL) is same


def test_the_root_and_its_slash_are_the_same() -> None:
    assert same_resource("https://api.test", "https://api.test/")
    assert same_resource("https://api.test/a/..", "https://api.test/")
    assert same_resource("https://api.test/../..", "https://api.test/")


# Time and nonces


@pytest.mark.parametrize(
    ("iat", "good"),
    [(0, True), (-60, True), (-90, True), (-91, False), (30, True), (31, False), (0.5, True)],
)
async def test_clocks_may_differ_a_little(
    database: Database, prover: Prover, iat: float, good: bool
) -> None:
    proofs = Proofs(database, SETTINGS, clock=lambda: NOW)
    proof = prover.prove("POST", URL, nonce=proofs.nonce(), iat=NOW + iat)
    if good:
        assert await proofs.check([proof], "POST", URL)
    else:
        assert "clocks" in (await refusal(proofs, proof)).description


@pytest.mark.parametrize(("leeway", "most"), [(0, 10), (30, 30), (120, 60)])
async def test_how_much_of_the_future_is_taken(
    database: Database, prover: Prover, leeway: int, most: int
) -> None:
    """FAPI 2.0 section 5.3.2.1: ten seconds always, more than sixty never."""
    settings = replace(SETTINGS, leeway_seconds=leeway)
    proofs = Proofs(database, settings, clock=lambda: NOW)
    early, earlier = (
        prover.prove("POST", URL, nonce=proofs.nonce(), iat=NOW + ahead)
        for ahead in (most, most + 1)
    )
    assert await proofs.check([early], "POST", URL)
    assert "clocks" in (await refusal(proofs, earlier)).description


@pytest.mark.parametrize(
    ("age", "good"), [(0, True), (290, True), (331, False), (-30, True), (-61, False)]
)
async def test_a_nonce_is_good_for_minutes_at_every_replica(
    database: Database, prover: Prover, age: int, good: bool
) -> None:
    other = Proofs(database, SETTINGS, clock=lambda: NOW - age)
    proofs = Proofs(database, SETTINGS, clock=lambda: NOW)
    proof = prover.prove("POST", URL, nonce=other.nonce(), iat=NOW)
    if good:
        assert await proofs.check([proof], "POST", URL)
    else:
        assert (await refusal(proofs, proof)).error == "use_dpop_nonce"


@pytest.mark.parametrize("nonce", [None, "", "x", "0" * 8 + "-" + "0" * 32, "é" * 41, "0" * 5000])
async def test_a_nonce_that_is_not_ours(proofs: Proofs, prover: Prover, nonce: str | None) -> None:
    refused = await refusal(proofs, prover.prove("POST", URL, nonce=nonce))
    assert refused.error == "use_dpop_nonce"


async def test_a_nonce_of_another_installation(database: Database, prover: Prover) -> None:
    other = Proofs(database, replace(SETTINGS, key_encryption_key=bytes(32)))
    proofs = Proofs(database, SETTINGS)
    refused = await refusal(proofs, prover.prove("POST", URL, nonce=other.nonce()))
    assert refused.error == "use_dpop_nonce"


async def test_nonces_change_now_and_then_and_hold_what_rfc_9449_allows(
    database: Database,
) -> None:
    now = [NOW]
    proofs = Proofs(database, SETTINGS, clock=lambda: now[0])
    first = proofs.nonce()
    now[0] += 30
    assert proofs.nonce() != first
    assert all("!" <= character <= "~" and character not in '"\\' for character in first)


# The form


async def test_none_or_two(proofs: Proofs, prover: Prover) -> None:
    one, two = (prover.prove("POST", URL, nonce=proofs.nonce()) for _ in range(2))
    assert (await refusal(proofs)).error == "invalid_dpop_proof"
    assert (await refusal(proofs, one, two)).error == "invalid_dpop_proof"
    assert (await refusal(proofs, f"{one}, {two}")).error == "invalid_dpop_proof"


@pytest.mark.parametrize(
    "proof",
    ["", ".", "..", "a.b.c", "\0", "a" * 8193, "é.é.é", "e30.e30.e30", "e30=.e30.AA", "e31.e30.AA",
     "bnVsbA.e30.AA", "W10.e30.AA", f"{b64(b'[' * 3000)}.e30.AA", f"{b64(bytes(9))}.e30.AA",
     f"{b64(bytes([255, 254]))}.e30.AA", "e30.e30.AA\n", " e30.e30.AA"],
)  # fmt: skip
async def test_what_is_no_jwt_at_all(proofs: Proofs, proof: str) -> None:
    assert (await refusal(proofs, proof)).error == "invalid_dpop_proof"


async def test_nested_and_repeated_json(proofs: Proofs, prover: Prover) -> None:
    head = {"typ": "dpop+jwt", "alg": "ES256", "jwk": prover.key.as_dict(private=False)}
    for claims in ("[" * 2000, '{"a":' * 900 + "1" + "}" * 900, '{"iat":NaN}', "7", '"x"',
                   '{"jti":"a","jti":"b"}', "{}" * 2, '{"iat":' + "9" * 5000 + "}"):  # fmt: skip
        assert (await refusal(proofs, prover.sign(head, claims))).error == "invalid_dpop_proof"


def _header(prover: Prover, **members: Any) -> str:
    nonce = Proofs(None, SETTINGS).nonce()  # type: ignore[arg-type]  # makes no use of it
    return prover.prove("POST", URL, nonce=nonce, header=members)


@pytest.mark.parametrize(
    "members",
    [
        {"typ": "JWT"}, {"typ": "at+jwt"}, {"typ": OMIT}, {"typ": ["dpop+jwt"]}, {"alg": OMIT},
        {"alg": "none"}, {"alg": "HS256"}, {"alg": "RS256"}, {"alg": "ES384"}, {"alg": "es256"},
        {"alg": "PS256"}, {"alg": "EdDSA"}, {"alg": ["ES256"]}, {"alg": {}}, {"jwk": OMIT},
        {"jwk": None}, {"jwk": "x"}, {"jwk": []}, {"jwk": {}}, {"crit": ["exp"]}, {"b64": False},
        {"jku": "https://evil.test/keys"}, {"x5u": "https://evil.test/c"}, {"x5c": ["MII"]},
    ],
    ids=str,
)  # fmt: skip
async def test_headers_that_are_not_those_of_a_proof(
    proofs: Proofs, prover: Prover, members: dict[str, Any]
) -> None:
    refused = await refusal(proofs, _header(prover, **members))
    assert refused.error == "invalid_dpop_proof"


async def test_no_signature_needs_no_key(proofs: Proofs, prover: Prover) -> None:
    signed, _, _ = _header(prover, alg="none").rpartition(".")
    for signature in ("", "AA"):
        assert await refusal(proofs, f"{signed}.{signature}")


async def test_the_public_key_is_no_shared_secret(proofs: Proofs, prover: Prover) -> None:
    public = prover.key.as_dict(private=False)
    shared = Prover(OctKey.import_key({"kty": "oct", "k": str(public["x"])}), "HS256")
    for jwk in (public, {"kty": "oct", "k": "AAAA"}):
        assert await refusal(proofs, _header(shared, jwk=jwk))


@pytest.mark.parametrize("size", [1024, 4104])
@pytest.mark.filterwarnings("ignore:Key size")
async def test_rsa_keys_too_short_and_too_long(proofs: Proofs, size: int) -> None:
    assert await refusal(proofs, _header(Prover(RSAKey.generate_key(size), "PS256")))


async def test_keys_that_are_none(proofs: Proofs, prover: Prover) -> None:
    good = prover.key.as_dict(private=False)
    x, other = str(good["x"]), ECKey.generate_key("P-256").as_dict(private=False)
    for changed in ({"y": other["y"]}, {"x": x[:-1]}, {"x": x + "A"}, {"x": 7}, {"crv": "P-384"},
                    {"kty": "RSA"}, {"kty": "oct"}, {"x": "A" * 43, "y": "A" * 43},
                    {"x": "_" * 43}):  # fmt: skip
        assert await refusal(proofs, _header(prover, jwk=good | changed))


async def test_a_private_key_inside(proofs: Proofs, prover: Prover) -> None:
    assert await refusal(proofs, _header(prover, jwk=prover.key.as_dict(private=True)))
    rsa = Prover(RSAKey.generate_key(2048), "PS256")
    assert await refusal(proofs, _header(rsa, jwk=rsa.key.as_dict(private=True)))


async def test_another_key_than_the_one_that_signed(proofs: Proofs, prover: Prover) -> None:
    refused = await refusal(proofs, _header(prover, jwk=Prover().key.as_dict(private=False)))
    assert "signature" in refused.description


async def test_a_signature_of_another_proof(proofs: Proofs, prover: Prover) -> None:
    one, two = (prover.prove("POST", URL, nonce=proofs.nonce()).split(".") for _ in range(2))
    for signature in (two[2], "AA", b64(bytes(64)), one[2][:-2]):
        refused = await refusal(proofs, ".".join([*one[:2], signature]))
        assert refused.error == "invalid_dpop_proof"


async def test_a_refusal_quotes_nothing(proofs: Proofs, prover: Prover) -> None:
    planted = "planted-9f3c"
    for proof in (
        prover.prove(planted, URL), prover.prove("POST", planted), _header(prover, typ=planted),
        prover.prove("POST", URL, nonce=planted), prover.prove("POST", URL, jti=planted + "\0"),
    ):  # fmt: skip
        refused = await refusal(proofs, proof)
        assert planted not in str(refused) + refused.description
        assert refused.__cause__ is None


async def test_a_key_is_recognised_again_at_no_cost_of_trust(proofs: Proofs) -> None:
    """The key is remembered by what makes it, so one in other clothes is the same key."""
    prover = Prover()
    for _ in range(2):
        proof = prover.prove("POST", URL, nonce=proofs.nonce())
        assert await proofs.check([proof], "POST", URL) == prover.jkt
