"""What every endpoint that takes a form from a program does: read it strictly, answer as RFC 6749.

Forms of people in browsers are read by `auth/pages`, which also asks whose page they come from.
"""

from urllib.parse import parse_qsl

from authlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]
from authlib.oauth2.rfc6749 import InvalidRequestError  # type: ignore[import-untyped]
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse

MAX_BODY = 16 * 1024
MAX_PARAMETERS = 32
_FORM = "application/x-www-form-urlencoded"


def address_of(request: Request) -> str | None:
    """Where a request comes from, for allowances and the security log."""
    return request.client.host if request.client else None


async def form(request: Request) -> dict[str, str]:
    """The parameters, or an ``invalid_request`` that says what is wrong with them.

    Read by hand, because RFC 6749 section 3.2 is stricter than form parsers are: a parameter must
    not be repeated, one without a value counts as absent, and the encoding is UTF-8.
    """
    declared, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if declared.strip().lower() != _FORM or charset not in ("", "utf-8"):
        raise InvalidRequestError(f"The body must be {_FORM} in UTF-8.")
    try:
        return pairs((await _body(request)).decode("ascii"))
    except UnicodeDecodeError:
        raise InvalidRequestError("The body is not a form in UTF-8.") from None


def pairs(encoded: str) -> dict[str, str]:
    """The parameters of a form or of an address, each at most once."""
    try:
        listed = parse_qsl(
            encoded, keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS
        )
    except ValueError:
        raise InvalidRequestError("The parameters are not a form in UTF-8.") from None
    found: dict[str, str] = {}
    for name, value in listed:
        if "\0" in name or "\0" in value:
            raise InvalidRequestError("A parameter holds a NUL character.")
        if not value:
            continue
        if name in found:
            raise InvalidRequestError("A parameter is repeated.")
        found[name] = value
    return found


def oauth_error(error: OAuth2Error) -> JSONResponse:
    """An error as RFC 6749 section 5.2 writes it."""
    status, body, headers = error()
    return JSONResponse(body, status, dict(headers))


def later(status: int, seconds: int) -> JSONResponse:
    """Not now: too many attempts (429), or something we need is away (503). RFC 6749 names this
    error for its other endpoint; it fits here as well."""
    return JSONResponse(
        {"error": "temporarily_unavailable", "error_description": "Please try again later."},
        status,
        {"Retry-After": str(seconds), "Cache-Control": "no-store"},
    )


async def _body(request: Request) -> bytes:
    """The body, never holding more of it than is allowed."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                raise InvalidRequestError("The body is too large.", status_code=413)
    except ClientDisconnect:  # nobody hears this; it only must not look like a fault of ours
        raise InvalidRequestError("The body ended early.") from None
    return bytes(body)
