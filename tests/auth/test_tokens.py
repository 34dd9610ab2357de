"""Access tokens: what is in them, and everything that must be refused."""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given
from hypothesis import settings as fuzz
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from auth import tokens as module
from auth.caller import Caller
from auth.keys import SigningKeys
from auth.scopes import Scope
from auth.settings import AuthSettings
from auth.tokens import MAX_LENGTH, InvalidToken, Reason, Tokens
from db.ids import new_id
from db.session import Database

CALLER = Caller(
    new_id(),
    new_id(),
    "simfoni-7f3a9c21",
    frozenset({Scope.MOU_READ, Scope.HANDOFF_READ}),
    grant_id=new_id(),
)
JKT = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"


def encoded(part: object) -> str:
    data = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Forge:
    """Makes tokens like ours, except for what a test changes."""

    def __init__(self, key: ECKey, settings: AuthSettings) -> None:
        self.key = key
        now = int(time.time())
        self.header: dict[str, Any] = {
            "typ": "at+jwt",
            "alg": "ES256",
            "kid": key.thumbprint(),
        }
        self.claims: dict[str, Any] = {
            "iss": settings.issuer,
            "aud": settings.audience,
            "sub": str(CALLER.client_id),
            "client_id": CALLER.client_key,
            "cid": str(CALLER.client_id),
            "org": str(CALLER.organisation_id),
            "grant": str(CALLER.grant_id),
            "scope": "mou:read handoff:read",
            "iat": now,
            "exp": now + 300,
            "jti": "x",
        }

    def token(self, *, key: Any = None, header: Any = None, **claims: Any) -> str:
        merged = {k: v for k, v in (self.claims | claims).items() if v is not ...}
        headers = {k: v for k, v in (self.header | (header or {})).items() if v is not ...}
        with_type = {"default_type": None} if "typ" not in headers else {}
        return jwt.encode(
            headers, merged, key or self.key, algorithms=[headers["alg"]], **with_type
        )

    def raw(self, header: object, claims: object = None, signature: bytes = b"x" * 64) -> str:
        parts = (header, self.claims if claims is None else claims, signature)
        return ".".join(encoded(part) for part in parts)


@pytest_asyncio.fixture
async def tokens(database: Database, settings: AuthSettings) -> Tokens:
    return Tokens(SigningKeys(database, settings), settings)


@pytest_asyncio.fixture
async def forge(tokens: Tokens, settings: AuthSettings) -> Forge:
    return Forge(await tokens._keys.current(), settings)


async def refused(tokens: Tokens, token: str) -> Reason:
    with pytest.raises(InvalidToken) as refusal:
        await tokens.verify(token)
    if token:
        assert token not in repr(refusal.value)
    return refusal.value.reason


async def test_what_is_issued_is_verified_as_the_same_caller(tokens: Tokens) -> None:
    issued = await tokens.issue(CALLER)
    assert await tokens.verify(issued.token) == CALLER
    assert issued.token not in repr(issued)


async def test_the_claims_of_rfc_9068(tokens: Tokens, settings: AuthSettings) -> None:
    issued = await tokens.issue(CALLER)
    header, claims, _ = issued.token.split(".")
    key = await tokens._keys.current()
    assert json.loads(base64.urlsafe_b64decode(header + "==")) == {
        "typ": "at+jwt",
        "alg": "ES256",
        "kid": key.thumbprint(),
    }
    shown = json.loads(base64.urlsafe_b64decode(claims + "=="))
    assert shown["exp"] - shown["iat"] == settings.token_seconds == issued.expires_in == 300
    assert shown["jti"] == issued.jti
    assert shown["org"] == str(CALLER.organisation_id)
    assert shown["client_id"] == CALLER.client_key
    assert shown["scope"] == "handoff:read mou:read"
    assert (shown["iss"], shown["aud"]) == (settings.issuer, settings.audience)
    assert len({(await tokens.issue(CALLER)).jti for _ in range(10)}) == 10


async def test_the_claims_of_a_person_and_of_a_key(tokens: Tokens) -> None:
    caller = replace(CALLER, user_id=new_id(), jkt=JKT)
    token = (await tokens.issue(caller)).token
    shown = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert shown["sub"] == str(caller.user_id)
    assert shown["cid"] == str(caller.client_id)
    assert shown["grant"] == str(caller.grant_id)
    assert shown["cnf"] == {"jkt": JKT}
    assert await tokens.verify(token) == caller
    assert caller.bound and not CALLER.bound


async def test_a_token_without_a_person_or_a_key_says_nothing_of_either(tokens: Tokens) -> None:
    token = (await tokens.issue(CALLER)).token
    shown = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert shown["sub"] == shown["cid"] == str(CALLER.client_id)
    assert "cnf" not in shown
    assert (await tokens.verify(token)).user_id is None


async def test_no_token_is_made_without_a_grant(tokens: Tokens) -> None:
    with pytest.raises(ValueError, match="must name its grant"):
        await tokens.issue(replace(CALLER, grant_id=None))


async def test_the_forge_makes_good_tokens(tokens: Tokens, forge: Forge) -> None:
    assert await tokens.verify(forge.token()) == CALLER
    assert await tokens.verify(forge.token(aud=["other", forge.claims["aud"]])) == CALLER
    assert await tokens.verify(forge.token(nbf=forge.claims["iat"])) == CALLER


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "https://evil.test"}, Reason.WRONG_ISSUER),
        ({"iss": ["https://api.test"]}, Reason.WRONG_ISSUER),
        ({"aud": "https://api.test"}, Reason.WRONG_AUDIENCE),
        ({"aud": []}, Reason.WRONG_AUDIENCE),
        ({"aud": {"https://api.test/graphql": 1}}, Reason.WRONG_AUDIENCE),
        ({"exp": 1_000_000_000}, Reason.EXPIRED),
        ({"exp": "9999999999"}, Reason.BAD_CLAIM),
        ({"exp": True}, Reason.BAD_CLAIM),
        ({"iat": 9_999_999_999}, Reason.NOT_YET_VALID),
        ({"nbf": 9_999_999_999}, Reason.NOT_YET_VALID),
        ({"org": "not a uuid"}, Reason.BAD_CLAIM),
        ({"org": 7}, Reason.BAD_CLAIM),
        ({"sub": "simfoni-7f3a9c21"}, Reason.BAD_CLAIM),
        ({"cid": "simfoni-7f3a9c21"}, Reason.BAD_CLAIM),
        ({"cid": [str(CALLER.client_id)]}, Reason.BAD_CLAIM),
        ({"grant": ""}, Reason.BAD_CLAIM),
        ({"grant": "all"}, Reason.BAD_CLAIM),
        ({"grant": None}, Reason.MISSING_CLAIM),
        *(
            ({"cnf": confirmation}, Reason.BAD_CLAIM)
            for confirmation in (
                {},
                [],
                "",
                0,
                False,
                JKT,
                [JKT],
                {"jkt": None},
                {"jkt": ""},
                {"jkt": JKT + "A"},
                {"jkt": JKT[1:]},
                {"jkt": [JKT]},
                {"x5t#S256": JKT},
                {"jwk": {"kty": "EC"}},
            )
        ),
        ({"client_id": 7}, Reason.BAD_CLAIM),
        ({"scope": ["mou:read"]}, Reason.BAD_CLAIM),
        *(
            ({name: ...}, Reason.MISSING_CLAIM)
            for name in (
                "iss",
                "aud",
                "exp",
                "iat",
                "jti",
                "sub",
                "client_id",
                "cid",
                "org",
                "grant",
                "scope",
            )
        ),
    ],
)
async def test_claims_that_are_refused(
    tokens: Tokens, forge: Forge, claims: dict[str, Any], reason: Reason
) -> None:
    assert await refused(tokens, forge.token(**claims)) is reason


async def test_expiry_and_leeway(database: Database, settings: AuthSettings) -> None:
    now = 1_800_000_000.0
    tokens = Tokens(SigningKeys(database, settings), settings, clock=lambda: now)
    token = (await tokens.issue(CALLER)).token
    now += 300 + 29
    assert await tokens.verify(token) == CALLER
    now += 1
    assert await refused(tokens, token) is Reason.EXPIRED
    now -= 300 + 30 + 30  # a machine whose clock is 30 seconds behind
    assert await tokens.verify(token) == CALLER
    now -= 1
    assert await refused(tokens, token) is Reason.NOT_YET_VALID


class Looked(Exception):
    """A signature was checked."""


def looked(*_: Any, **__: Any) -> None:
    raise Looked


async def test_a_signature_is_checked_once(
    tokens: Tokens, forge: Forge, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = forge.token()
    assert await tokens.verify(good) == CALLER
    header, claims, signature = good.split(".")
    more = encoded(forge.claims | {"scope": "mou:admin"})
    for other in (f"{header}.{more}.{signature}", f"{header}.{claims}.{'A' * 86}"):
        for _ in range(2):  # nothing is remembered of a bad one
            assert await refused(tokens, other) is Reason.BAD_SIGNATURE
    monkeypatch.setattr(module.jwt, "decode", looked)
    assert await tokens.verify(good) == CALLER
    assert await refused(tokens, f"{good}=") is Reason.MALFORMED


async def test_of_many_tokens_the_latest_are_remembered(
    tokens: Tokens, forge: Forge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REMEMBERED", 2)
    first, second, third = (forge.token(jti=name) for name in "abc")
    for token in (first, second, first, third):
        assert await tokens.verify(token) == CALLER
    assert len(tokens._verified) == 2
    monkeypatch.setattr(module.jwt, "decode", looked)
    assert await tokens.verify(first) == await tokens.verify(third) == CALLER
    with pytest.raises(Looked):
        await tokens.verify(second)


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ({"typ": "JWT"}, Reason.WRONG_TYPE),
        ({"typ": "AT+JWT"}, Reason.WRONG_TYPE),
        ({"typ": "dpop+jwt"}, Reason.WRONG_TYPE),
        ({"typ": ...}, Reason.WRONG_TYPE),
        ({"kid": ...}, Reason.MALFORMED),
        ({"kid": "short"}, Reason.UNKNOWN_KEY),
        ({"kid": "x" * 43}, Reason.UNKNOWN_KEY),
        ({"kid": "../../etc/passwd"}, Reason.UNKNOWN_KEY),
        ({"jku": "https://evil.test/jwks"}, Reason.MALFORMED),
        ({"crit": ["typ"]}, Reason.MALFORMED),
    ],
)
async def test_headers_that_are_refused(
    tokens: Tokens, forge: Forge, header: dict[str, Any], reason: Reason
) -> None:
    assert await refused(tokens, forge.token(header=header)) is reason


async def test_a_key_inside_the_token_is_not_believed(tokens: Tokens, forge: Forge) -> None:
    theirs = ECKey.generate_key("P-256")
    embedded = {"jwk": theirs.as_dict(private=False)}
    assert await refused(tokens, forge.token(key=theirs, header=embedded)) is Reason.MALFORMED


async def test_another_key_under_our_name(tokens: Tokens, forge: Forge) -> None:
    token = forge.token(key=ECKey.generate_key("P-256"))
    assert await refused(tokens, token) is Reason.BAD_SIGNATURE


async def test_no_algorithm(tokens: Tokens, forge: Forge) -> None:
    for name in ("none", "None", "NONE", "nOnE"):
        header = forge.header | {"alg": name}
        unsigned = f"{encoded(header)}.{encoded(forge.claims)}."
        assert await refused(tokens, unsigned) is Reason.MALFORMED
        assert await refused(tokens, unsigned + "AAAA") is Reason.WRONG_ALGORITHM


async def test_the_public_key_taken_for_a_shared_secret(tokens: Tokens, forge: Forge) -> None:
    pem = forge.key.as_pem(private=False)
    jwk = json.dumps(forge.key.as_dict(private=False)).encode()
    for secret in (pem, pem.strip(), jwk, b""):
        head = f"{encoded(forge.header | {'alg': 'HS256'})}.{encoded(forge.claims)}"
        mac = hmac.new(secret, head.encode(), hashlib.sha256).digest()
        assert await refused(tokens, f"{head}.{encoded(mac)}") is Reason.WRONG_ALGORITHM
        # and with the header saying ES256
        head = f"{encoded(forge.header)}.{encoded(forge.claims)}"
        mac = hmac.new(secret, head.encode(), hashlib.sha256).digest()
        assert await refused(tokens, f"{head}.{encoded(mac)}") is Reason.BAD_SIGNATURE


@pytest.mark.parametrize("name", ["RS256", "HS256", "PS256"])
async def test_other_algorithms(tokens: Tokens, forge: Forge, name: str) -> None:
    key = OctKey.generate_key(256) if name == "HS256" else RSAKey.generate_key(2048)
    token = forge.token(key=key, header={"alg": name})
    assert await refused(tokens, token) is Reason.WRONG_ALGORITHM


async def test_tampered(tokens: Tokens, forge: Forge) -> None:
    header, claims, signature = forge.token().split(".")
    more = encoded(forge.claims | {"scope": "mou:admin"})
    assert await refused(tokens, f"{header}.{more}.{signature}") is Reason.BAD_SIGNATURE
    flipped = ("B" if signature[0] == "A" else "A") + signature[1:]
    assert await refused(tokens, f"{header}.{claims}.{flipped}") is Reason.BAD_SIGNATURE
    assert await refused(tokens, f"{header}.{claims}.{signature[:20]}") is Reason.BAD_SIGNATURE
    zeros = encoded(bytes(64))  # CVE-2022-21449: r = s = 0 must not verify
    assert await refused(tokens, f"{header}.{claims}.{zeros}") is Reason.BAD_SIGNATURE


@pytest.mark.parametrize("header", ["alg", ["alg"], 5, None, {}, {"alg": []}, {"alg": {"a": 1}}])
async def test_headers_that_are_no_headers(tokens: Tokens, forge: Forge, header: object) -> None:
    assert await refused(tokens, forge.raw(header)) in (Reason.MALFORMED, Reason.WRONG_TYPE)


@pytest.mark.parametrize(
    "token", ["", ".", "..", "...", "a.b", "a.b.c.d", "a.b.c\n", "ä.b.c", "\0"]
)
async def test_what_is_no_token(tokens: Tokens, token: str) -> None:
    assert await refused(tokens, token) is Reason.MALFORMED


async def test_too_large(tokens: Tokens, forge: Forge) -> None:
    assert await refused(tokens, "a" * (MAX_LENGTH + 1)) is Reason.TOO_LARGE
    assert await refused(tokens, forge.token(pad="x" * MAX_LENGTH)) is Reason.TOO_LARGE
    deep = f"{encoded(forge.header)}.{encoded(b'[' * 5000)}.{encoded(b'x' * 64)}"
    assert await refused(tokens, deep) is Reason.BAD_SIGNATURE


async def test_a_token_of_another_installation(
    database: Database, settings: AuthSettings, tokens: Tokens
) -> None:
    """The same key, but a sister server's issuer or audience."""
    for other in (
        replace(settings, issuer="https://other.test"),
        replace(settings, audience="https://api.test/files"),
    ):
        token = (await Tokens(SigningKeys(database, settings), other).issue(CALLER)).token
        assert await refused(tokens, token) in (Reason.WRONG_ISSUER, Reason.WRONG_AUDIENCE)


async def test_a_scope_that_no_longer_exists_is_not_carried(tokens: Tokens, forge: Forge) -> None:
    caller = await tokens.verify(forge.token(scope="mou:read case:delete"))
    assert caller.scopes == {Scope.MOU_READ}
    assert (await tokens.verify(forge.token(scope=""))).scopes == frozenset()


@fuzz(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    header=st.dictionaries(
        st.sampled_from(["typ", "alg", "kid", "crit", "b64", "jwk", "x"]),
        st.one_of(st.none(), st.integers(), st.sampled_from(["at+jwt", "ES256", "x" * 43]))
        | st.lists(st.text(max_size=3), max_size=2),
    ),
    rest=st.text(alphabet="ab.-_=A\0", max_size=40),
)
async def test_rubbish_is_refused_and_nothing_else(
    tokens: Tokens, header: dict[str, Any], rest: str
) -> None:
    for token in (rest, f"{encoded(header)}.{rest}", f"{encoded(header)}.e30.AAAA"):
        with pytest.raises(InvalidToken):
            await tokens.verify(token)
