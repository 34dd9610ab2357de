"""The Authorization header of a request to the API: bearer tokens, and tokens bound to a key.

Tokens are taken from this header only (RFC 6750 section 2.1, RFC 9449 section 7.1): never from the
address or a form, where they end in logs. A token that is bound to a key opens nothing without a
proof of that key, and one that is not bound is not made better by a proof.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from starlette.requests import Request

from auth.caller import Caller
from auth.dpop import ALGORITHMS, ProofRefused, Proofs
from auth.tokens import MAX_LENGTH, InvalidToken, Reason, Tokens

_AUTHORIZATION = re.compile(
    r"(?P<scheme>bearer|dpop)(?: +(?P<token>.*))?", re.IGNORECASE | re.DOTALL
)


class Scheme(StrEnum):
    """How a token is presented."""

    BEARER = "Bearer"
    DPOP = "DPoP"


class NoToken(Exception):
    """The request carries no token that we would know what to do with."""


def scheme_of(request: Request) -> Scheme | None:
    """How the request presents its token, if it does."""
    found = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    return _scheme(found) if found else None


@dataclass(frozen=True, slots=True)
class Door:
    """Who is asking the API at ``address``, which is how clients know it."""

    tokens: Tokens
    proofs: Proofs
    address: str

    async def caller(self, request: Request) -> Caller | None:
        """None without the header. Raises NoToken for another scheme, InvalidToken, ProofRefused.

        The token comes first: without a good one, no proof is remembered.
        """
        headers = request.headers.getlist("authorization")
        if not headers:
            return None
        if len(headers) > 1:
            raise InvalidToken(Reason.MALFORMED)
        found = _AUTHORIZATION.fullmatch(headers[0])
        if found is None:
            raise NoToken
        token = found["token"] or ""
        if len(token) > MAX_LENGTH:
            raise InvalidToken(Reason.TOO_LARGE)
        caller = await self.tokens.verify(token)
        if _scheme(found) is Scheme.BEARER:
            if caller.bound:
                raise InvalidToken(Reason.NEEDS_PROOF)
            return caller
        if caller.jkt is None:
            raise InvalidToken(Reason.NOT_BOUND)
        await self.proofs.check(
            request.headers.getlist("dpop"),
            request.method,
            self.address,
            access_token=token,
            bound_to=caller.jkt,
        )
        return caller


@dataclass(frozen=True, slots=True)
class Challenges:
    """What to answer when a token is missing, no good, or not enough."""

    metadata: str | None = None
    """Where it is described how to get a token (RFC 9728 section 5.1)."""
    nonce: Callable[[], str] | None = None

    def challenge(
        self, request: Request, error: Exception | None = None, *, scopes: Iterable[str] = ()
    ) -> str:
        """The header ``WWW-Authenticate`` (RFC 6750 section 3, RFC 9449 section 7.1).

        Without a token both schemes are offered, and with no error code; otherwise the answer is
        in the scheme of the question. `scopes` are those that were missing.
        """
        scheme = None if isinstance(error, NoToken) else scheme_of(request)
        if scheme is None:
            return f"{self._one(Scheme.DPOP)}, {self._one(Scheme.BEARER)}"
        facts = {"error": "invalid_token"}
        if isinstance(error, ProofRefused):
            facts = {"error": error.error, "error_description": error.description}
        elif isinstance(error, InvalidToken):
            facts["error_description"] = error.reason.value
        elif wanted := " ".join(scopes):
            facts = {"error": "insufficient_scope", "scope": wanted}
        answer = self._one(scheme, **facts)
        if isinstance(error, InvalidToken) and error.reason is Reason.NEEDS_PROOF:
            return f"{answer}, {self._one(Scheme.DPOP)}"
        return answer

    def next_nonce(self, request: Request, status: int) -> str | None:
        """What the next proof must contain: told to who proves, and to who is turned away."""
        wanted = status == 401 or scheme_of(request) is Scheme.DPOP
        return self.nonce() if wanted and self.nonce else None

    def _one(self, scheme: Scheme, **facts: str) -> str:
        if scheme is Scheme.DPOP:
            facts["algs"] = " ".join(ALGORITHMS)
        if self.metadata:
            facts["resource_metadata"] = self.metadata
        told = {"realm": "rangkul"} | facts
        return f"{scheme} " + ", ".join(f'{name}="{value}"' for name, value in told.items())


def _scheme(found: re.Match[str]) -> Scheme:
    return Scheme.DPOP if found["scheme"].lower() == "dpop" else Scheme.BEARER
