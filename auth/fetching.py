"""The one way this server fetches an address that somebody else named.

A client names where its keys are, an organisation where its issuer is. Whoever may name an address
must not make us ask inside our own network (server-side request forgery), nor hold us up. So: https
only, names and not numbers, no redirects, no proxy of the environment, a short time, a small body.
The name is resolved here, once; every address it has must be a public one, and the connection goes
to an address that was checked, while certificate and Host are the name's. A second answer of the
resolver (DNS rebinding) is never asked for. What was fetched is not logged.
"""

import asyncio
import ipaddress
import json
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from typing import Any

import httpx

MAX_BODY = 64 * 1024
SECONDS = 5.0
AT_ONCE = 16
"""Fetches of one process at a time; what has to wait longer than it may is given up."""
_TRIED = 3  # addresses of one name, should the first not answer
_CONNECT_SECONDS = 1.5

_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]{1,253}|\[::1\])(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<path>/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?"
)
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"(?:{_LABEL}\.)+(?=[a-z]){_LABEL}")
"""No last label begins with a digit, so 127.1, 0x7f.1 and 2130706433 are no names."""
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_NEVER = (
    *(ipaddress.ip_network(n) for n in ("192.0.0.0/24", "192.88.99.0/24")),  # 6to4 relays
    # What is inside 2000::/3 and is not the internet, or stands for an IPv4 address.
    *(ipaddress.ip_network(n) for n in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")),
)
_INTERNET = ipaddress.ip_network("2000::/3")
_INSIDE = tuple(
    ipaddress.ip_network(n)
    for n in ("10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
)
_METADATA = ipaddress.ip_address("fd00:ec2::254")  # a cloud's own, where it hands out credentials
_JSON = re.compile(r"application/(?:[a-z0-9.+-]+\+)?json")

# Threads of their own: a resolver that hangs holds up no hashing of passwords.
_NAMES = ThreadPoolExecutor(4, thread_name_prefix="names")

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class Reason(StrEnum):
    """Why something was not fetched. It never holds a part of what came back."""

    BAD_ADDRESS = "bad_address"
    NOT_HTTPS = "not_https"
    BAD_PORT = "bad_port"
    UNKNOWN_NAME = "unknown_name"
    PRIVATE_ADDRESS = "private_address"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    REDIRECT = "redirect"
    STATUS = "status"
    ENCODED = "encoded"
    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"


class FetchRefused(Exception):
    """Not fetched, or not what it should be."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def check_address(address: str, *, private: bool = False) -> httpx.URL:
    """The address, if one of this form may be fetched at all; nothing is asked of the network.

    ``private`` lets in loopback hosts, and plain http to them: for tests and the demo. The parts
    are taken by one strict pattern, so that no two parsers can disagree about the host.
    """
    match = _ADDRESS.fullmatch(address) if len(address) <= 2000 else None
    if match is None:
        raise FetchRefused(Reason.BAD_ADDRESS)
    host = match["host"].lower()
    loopback = private and host in _LOOPBACK
    if not loopback and not _NAME.fullmatch(host):
        raise FetchRefused(Reason.BAD_ADDRESS)
    if match["scheme"] != "https" and not loopback:
        raise FetchRefused(Reason.NOT_HTTPS)
    port = int(match["port"] or 443)
    if port > 65535 or (port < 1024 and port != 443 and not loopback):
        raise FetchRefused(Reason.BAD_PORT)
    return httpx.URL(address)


def is_allowed(address: str, *, private: bool = False) -> bool:
    """Whether an IP address is on the internet, or inside where that is wanted.

    Never allowed: link-local (where clouds keep credentials), multicast, reserved and unspecified
    addresses, and IPv6 addresses that stand for an IPv4 one (mapped, NAT64, 6to4, Teredo).
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if private and ip != _METADATA and any(ip in network for network in _INSIDE):
        return True
    if any(ip in network for network in _NEVER):
        return False
    if ip.version == 6:
        return ip in _INTERNET and ip.is_global
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)


class Fetcher:
    """Fetches JSON objects from elsewhere. One object a process."""

    def __init__(
        self,
        *,
        private_addresses: bool = False,
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._private = private_addresses
        self._resolve = resolve or _resolve
        self._tls = tls
        self._seconds = seconds
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def get(self, address: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """What is there now, or FetchRefused."""
        return await self._fetch("GET", address, headers or {}, None)

    async def post(
        self, address: str, body: bytes, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """What is answered to a form, or FetchRefused."""
        form = {"content-type": "application/x-www-form-urlencoded", **(headers or {})}
        return await self._fetch("POST", address, form, body)

    async def _fetch(
        self, method: str, address: str, headers: Mapping[str, str], body: bytes | None
    ) -> dict[str, Any]:
        url = check_address(address, private=self._private)
        fixed = {"accept": "application/json", "accept-encoding": "identity"}
        request = httpx.Request(method, url, headers={**fixed, **headers}, content=body)
        try:
            async with asyncio.timeout(self._seconds), self._turns:
                return await self._exchange(request)
        except TimeoutError:
            raise FetchRefused(Reason.TIMEOUT) from None

    async def _exchange(self, request: httpx.Request) -> dict[str, Any]:
        if self._tls is None:
            # Certificates of an authority of one's own may be named by SSL_CERT_FILE.
            self._tls = await asyncio.to_thread(httpx.create_ssl_context)
        addresses = await self._addresses(request.url)
        async with httpx.AsyncHTTPTransport(verify=self._tls, trust_env=False) as transport:
            for address in addresses[:_TRIED]:
                try:
                    response = await transport.handle_async_request(_to(address, request))
                    return _object(await _body(response))
                except (httpx.ConnectError, httpx.ConnectTimeout):
                    continue
                except httpx.HTTPError:
                    raise FetchRefused(Reason.UNREACHABLE) from None
        raise FetchRefused(Reason.UNREACHABLE)

    async def _addresses(self, url: httpx.URL) -> Sequence[str]:
        """All addresses of the host. One that may not be asked spoils the name altogether."""
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            found = await self._resolve(url.host, port)
        except (OSError, UnicodeError):
            raise FetchRefused(Reason.UNKNOWN_NAME) from None
        if not found:
            raise FetchRefused(Reason.UNKNOWN_NAME)
        if not all(is_allowed(address, private=self._private) for address in found):
            raise FetchRefused(Reason.PRIVATE_ADDRESS)
        return found


def _to(address: str, request: httpx.Request) -> httpx.Request:
    """The same request on a connection to this address. Host header and certificate stay those of
    the name: headers were made from it, and TLS is told it."""
    host = f"[{address}]" if ":" in address else address
    return httpx.Request(
        request.method,
        request.url.copy_with(host=host),
        headers=request.headers,
        stream=request.stream,
        extensions={"sni_hostname": request.url.host, "timeout": {"connect": _CONNECT_SECONDS}},
    )


async def _resolve(host: str, port: int) -> Sequence[str]:
    def ask() -> list[str]:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
        return list(dict.fromkeys(str(address[0]) for *_, address in found))

    return await asyncio.get_running_loop().run_in_executor(_NAMES, ask)


async def _body(response: httpx.Response) -> bytes:
    """The body, never holding more of it than is allowed. Headers are judged before it is read."""
    if response.is_redirect:
        raise FetchRefused(Reason.REDIRECT)
    if response.status_code != 200:
        raise FetchRefused(Reason.STATUS)
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise FetchRefused(Reason.ENCODED)  # a small body may unpack to a huge one
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not _JSON.fullmatch(kind):
        raise FetchRefused(Reason.NOT_JSON)
    body = bytearray()
    async for chunk in response.stream:  # type: ignore[union-attr]
        body += chunk
        if len(body) > MAX_BODY:
            raise FetchRefused(Reason.TOO_LARGE)
    return bytes(body)


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise FetchRefused(Reason.NOT_JSON) from None
    if not isinstance(value, dict):
        raise FetchRefused(Reason.NOT_JSON)
    return value
