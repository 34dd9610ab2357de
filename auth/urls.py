"""Whether two addresses are the same resource, query and fragment apart (RFC 3986 section 6.2)."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

_PRINTABLE = re.compile(r"[!-~]{1,2048}")
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PORTS = {"https": 443, "http": 80}


def same_resource(given: str, ours: str) -> bool:
    """Whether ``given`` names ``ours``, by syntax and scheme (sections 6.2.2 and 6.2.3)."""
    if given == ours:
        return True
    if not _PRINTABLE.fullmatch(given):  # before anything is parsed: parsers drop line ends
        return False
    try:
        return _normal(given) == _normal(ours)
    except ValueError:
        return False


@lru_cache(maxsize=256)
def _normal(url: str) -> tuple[str, str, int, str]:
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
        raise ValueError("not an address of the web")
    port = _PORTS[parts.scheme] if parts.port is None else parts.port
    path = _without_dots(_PERCENT.sub(_decode, parts.path) or "/")
    return parts.scheme, parts.hostname, port, path


def _decode(found: re.Match[str]) -> str:
    """``%7E`` is ``~``; what would change the meaning stays encoded, in capitals."""
    character = chr(int(found[1], 16))
    return character if character in _UNRESERVED else found[0].upper()


def _without_dots(path: str) -> str:
    """The path after its ``.`` and ``..`` have been followed (section 5.2.4)."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)
