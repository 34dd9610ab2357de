"""Our cookies: no script reads them, and no other site's form sends them along."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from auth.settings import AuthSettings

SESSION = "rangkul"
VISIT = "rangkul-visit"
LANGUAGE = "rangkul-language"
KNOWN = "rangkul-known"
SIGN_IN = "rangkul-sign-in"


@dataclass(frozen=True, slots=True)
class Cookie:
    """One to be set. Without ``seconds`` it goes when the browser is closed; with 0, at once."""

    name: str
    value: str
    secure: bool
    seconds: int | None = None

    def put(self, response: Response) -> None:
        response.set_cookie(
            self.name,
            self.value,
            max_age=self.seconds,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )


def make(settings: AuthSettings, name: str, value: str, seconds: int | None = None) -> Cookie:
    return Cookie(_full(settings, name), value, _https(settings), seconds)


def gone(settings: AuthSettings, name: str) -> Cookie:
    return make(settings, name, "", 0)


def read(settings: AuthSettings, request: Request, name: str) -> str | None:
    return request.cookies.get(_full(settings, name))


def _full(settings: AuthSettings, name: str) -> str:
    """With ``__Host-`` no other host, and no one on the wire, can have set it (RFC 6265bis). That
    prefix needs https, which only an issuer on this very machine may do without."""
    return f"__Host-{name}" if _https(settings) else name


def _https(settings: AuthSettings) -> bool:
    return settings.issuer.startswith("https:")
