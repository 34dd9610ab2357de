"""The Authorization header of a request to the API (RFC 6750 section 2.1).

Tokens are taken from this header only: never from the address or a form, where they end in logs.
"""

import re

from auth.caller import Caller
from auth.tokens import MAX_LENGTH, InvalidToken, Reason, Tokens

_BEARER = re.compile(r"bearer(?: +(?P<token>.*))?", re.IGNORECASE | re.DOTALL)


class NoToken(Exception):
    """The request carries no bearer token at all."""


async def caller_from_header(tokens: Tokens, authorization: str | None) -> Caller:
    """Who is asking. Raises NoToken, or InvalidToken when a token is there but is no good."""
    match = _BEARER.fullmatch(authorization or "")
    if match is None:
        raise NoToken
    token = match["token"] or ""
    if len(token) > MAX_LENGTH:
        raise InvalidToken(Reason.TOO_LARGE)
    return await tokens.verify(token)


def challenge(error: NoToken | InvalidToken) -> str:
    """The ``WWW-Authenticate`` header to answer with (RFC 6750 section 3).

    Without a token the challenge carries no error code, as section 3.1 asks.
    """
    if isinstance(error, NoToken):
        return 'Bearer realm="rangkul"'
    return f'Bearer realm="rangkul", error="invalid_token", error_description="{error.reason}"'
