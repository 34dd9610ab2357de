"""What is fetched from elsewhere: only public https, only small, only soon, and nothing else."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest

from auth.fetching import MAX_BODY, Fetcher, FetchRefused, Reason, check_address, is_allowed
from tests.auth.certificates import Certificates
from tests.auth.site import Site, reply, serving

PUBLIC = "93.184.215.14"
OK = b'{"keys": []}'
ELSEWHERE = (
    "0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 192.0.0.8 "
    "192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255 "
    ":: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:8.8.8.8 64:ff9b::7f00:1 "
    "64:ff9b:1::1 100::1 2001::1 2001:db8::1 2002:7f00:1::1 2002:808:808::1 3fff::1 5f00::1 "
    "fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 127.1 2130706433 x"
)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving() as site:
        yield site


def near(**options: Any) -> Fetcher:
    return Fetcher(private_addresses=True, **options)


def resolver(*answers: Sequence[str]) -> tuple[list[str], Any]:
    """A resolver that gives one answer after the other, and keeps what it was asked."""
    asked: list[str] = []

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return answers[len(asked) - 1]

    return asked, resolve


async def refused(fetcher: Fetcher, address: str) -> Reason:
    with pytest.raises(FetchRefused) as caught:
        await fetcher.get(address)
    return caught.value.reason


async def test_a_json_object_is_fetched(site: Site) -> None:
    assert await near().get(site.address) == {"keys": []}
    assert "accept-encoding: identity" in site.asked[0].lower()
    site.answer = reply(OK, kind="application/jwk-set+json; charset=utf-8")
    assert await near().get(site.address) == {"keys": []}


async def test_a_form_is_posted(site: Site) -> None:
    assert await near().post(site.address, b"a=b", {"authorization": "Basic x"}) == {"keys": []}
    assert site.asked[0].startswith("POST /jwks ")
    assert "authorization: Basic x" in site.asked[0]


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", Reason.BAD_ADDRESS),
        ("https://", Reason.BAD_ADDRESS),
        ("keys.example", Reason.BAD_ADDRESS),
        ("ftp://keys.example/", Reason.BAD_ADDRESS),
        ("file:///etc/passwd", Reason.BAD_ADDRESS),
        ("http://keys.example/", Reason.NOT_HTTPS),
        ("https://user:word@keys.example/", Reason.BAD_ADDRESS),
        ("https://@keys.example/", Reason.BAD_ADDRESS),
        ("https://keys.example\\@127.0.0.1/", Reason.BAD_ADDRESS),
        ("https://keys.example/#part", Reason.BAD_ADDRESS),
        ("https://keys.example/ x", Reason.BAD_ADDRESS),
        ("https://keys.example/\r\nHost: x", Reason.BAD_ADDRESS),
        ("https://keys.example\n", Reason.BAD_ADDRESS),
        ("https://keys.example?x", Reason.BAD_ADDRESS),
        ("https://kéys.example/", Reason.BAD_ADDRESS),
        ("https://keys。example/", Reason.BAD_ADDRESS),
        ("https://keys.example./", Reason.BAD_ADDRESS),
        ("https://intranet/", Reason.BAD_ADDRESS),
        ("https://localhost/", Reason.BAD_ADDRESS),
        ("https://127.0.0.1/", Reason.BAD_ADDRESS),
        ("https://8.8.8.8/", Reason.BAD_ADDRESS),
        ("https://127.1/", Reason.BAD_ADDRESS),
        ("https://2130706433/", Reason.BAD_ADDRESS),
        ("https://0x7f000001/", Reason.BAD_ADDRESS),
        ("https://0x7f.0.0.0x1/", Reason.BAD_ADDRESS),
        ("https://0177.0.0.01/", Reason.BAD_ADDRESS),
        ("https://①②⑦.0.0.1/", Reason.BAD_ADDRESS),
        ("https://[::1]/", Reason.BAD_ADDRESS),
        ("https://[::ffff:127.0.0.1]/", Reason.BAD_ADDRESS),
        ("https://[fe80::1%25eth0]/", Reason.BAD_ADDRESS),
        ("https://keys.example:22/", Reason.BAD_PORT),
        ("https://keys.example:80/", Reason.BAD_PORT),
        ("https://keys.example:99999/", Reason.BAD_PORT),
        ("https://keys.example:0/", Reason.BAD_ADDRESS),
        ("https://keys.example/" + "x" * 2000, Reason.BAD_ADDRESS),
    ],
)
async def test_an_address_of_another_form_is_not_even_looked_up(
    address: str, reason: Reason
) -> None:
    asked, resolve = resolver()
    assert await refused(Fetcher(resolve=resolve), address) is reason
    assert asked == []


def test_addresses_that_may_be_named() -> None:
    for address in ("https://keys.example", "https://Keys.Example:8443/a/b.json?c=d&e=%20"):
        assert check_address(address)
    for address in ("http://localhost:5000/x", "http://127.0.0.1:80/", "http://[::1]:5000/x"):
        assert check_address(address, private=True)
        with pytest.raises(FetchRefused):
            check_address(address)
    with pytest.raises(FetchRefused):  # loopback only
        check_address("http://keys.example/", private=True)


@pytest.mark.parametrize(
    "ip",
    ELSEWHERE.split(),
)
async def test_an_ip_address_that_is_not_on_the_internet(ip: str) -> None:
    assert not is_allowed(ip)
    _, resolve = resolver([PUBLIC, ip])  # one of several is enough
    got = await refused(Fetcher(resolve=resolve), "https://keys.example/")
    assert got is Reason.PRIVATE_ADDRESS


def test_ip_addresses_that_are() -> None:
    for ip in (PUBLIC, "8.8.8.8", "2606:4700::1111"):
        assert is_allowed(ip)


def test_even_where_private_ones_are_wanted_some_are_not() -> None:
    for ip in ("127.0.0.1", "10.1.2.3", "192.168.1.1", "fd12::1", "::1", PUBLIC):
        assert is_allowed(ip, private=True)
    for ip in ("169.254.169.254", "fd00:ec2::254", "100.100.100.200", "0.0.0.0", "fe80::1",
               "::ffff:127.0.0.1", "64:ff9b::7f00:1", "224.0.0.1"):  # fmt: skip
        assert not is_allowed(ip, private=True)


async def test_a_name_is_looked_up_once_and_the_checked_address_is_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[httpx.Request] = []

    async def send(self: Any, request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={"keys": []})

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", send)
    asked, resolve = resolver([PUBLIC], ["127.0.0.1"])  # the second answer is the attack
    fetcher = Fetcher(resolve=resolve)
    await fetcher.get("https://keys.example:8443/x")
    assert asked == ["keys.example"]
    [request] = sent
    assert str(request.url) == f"https://{PUBLIC}:8443/x"
    assert request.headers["host"] == "keys.example:8443"
    assert request.extensions["sni_hostname"] == "keys.example"
    assert await refused(fetcher, "https://keys.example:8443/x") is Reason.PRIVATE_ADDRESS
    assert len(sent) == 1


async def test_the_certificate_must_be_the_name_s(tmp_path_factory: pytest.TempPathFactory) -> None:
    certificates = Certificates(tmp_path_factory.mktemp("tls"))
    async with serving(certificates.server("keys.example")) as site:
        _, resolve = resolver(*[["127.0.0.1"]] * 3)
        fetcher = near(resolve=resolve, tls=certificates.client())
        assert await fetcher.get(f"https://keys.example:{site.port}/") == {"keys": []}
        assert f"host: keys.example:{site.port}" in site.asked[0].lower()
        other = f"https://other.example:{site.port}/"
        assert await refused(fetcher, other) is Reason.UNREACHABLE
        unknown = near(resolve=resolve)  # an authority nobody knows
        assert await refused(unknown, f"https://keys.example:{site.port}/") is Reason.UNREACHABLE
    assert len(site.asked) == 1


async def test_the_next_address_is_tried_when_one_does_not_answer(site: Site) -> None:
    _, resolve = resolver(["::1", "127.0.0.1"])
    assert await near(resolve=resolve).get(f"http://localhost:{site.port}/") == {"keys": []}


async def test_a_name_that_is_none() -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        raise OSError

    assert await refused(Fetcher(resolve=resolve), "https://x.example/") is Reason.UNKNOWN_NAME
    _, nothing = resolver([])
    assert await refused(Fetcher(resolve=nothing), "https://x.example/") is Reason.UNKNOWN_NAME


async def test_no_proxy_of_the_environment(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert await near().get(site.address) == {"keys": []}


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Again", "308 Moved"])
async def test_no_redirect_is_followed(site: Site, status: str) -> None:
    site.answer = reply(b"", "Location: http://169.254.169.254/latest/meta-data", status=status)
    assert await refused(near(), site.address) is Reason.REDIRECT
    assert len(site.asked) == 1


@pytest.mark.parametrize("status", ["201 Created", "204 None", "400 No", "404 No", "500 No"])
async def test_another_status(site: Site, status: str) -> None:
    site.answer = reply(OK, status=status)
    assert await refused(near(), site.address) is Reason.STATUS


async def test_a_huge_body(site: Site) -> None:
    site.answer = reply(b'{"x":"' + b"y" * MAX_BODY + b'"}')
    assert await refused(near(), site.address) is Reason.TOO_LARGE
    written = 0

    async def endless(writer: asyncio.StreamWriter) -> None:
        nonlocal written
        writer.write(reply(b"{"))
        while written < 100_000_000:
            writer.write(b" " * 65_536)
            written += 65_536
            await writer.drain()

    site.answer = endless
    assert await refused(near(), site.address) is Reason.TOO_LARGE
    await asyncio.sleep(0.05)
    assert written < 20_000_000


async def test_a_body_that_drips(site: Site) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(reply(b"{"))
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.01)

    site.answer = drip
    began = asyncio.get_running_loop().time()
    assert await refused(near(seconds=0.3), site.address) is Reason.TIMEOUT
    assert asyncio.get_running_loop().time() - began < 2


async def test_silence_and_nobody_there(site: Site) -> None:
    async def silent(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5)

    site.answer = silent
    assert await refused(near(seconds=0.2), site.address) is Reason.TIMEOUT
    assert await refused(near(), "http://127.0.0.1:1/") is Reason.UNREACHABLE
    site.answer = b"not HTTP at all\r\n\r\n"
    assert await refused(near(), site.address) is Reason.UNREACHABLE


async def test_a_packed_body(site: Site) -> None:
    bomb = gzip.compress(b" " * 10_000_000)
    site.answer = reply(bomb, "Content-Encoding: gzip")
    assert await refused(near(), site.address) is Reason.ENCODED


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"1", b"null", b'"x"', b"{", b"\xff{}", b"<html>", b"[" * 60_000, b'{"a":\0}'],
)
async def test_what_is_no_json_object(site: Site, body: bytes) -> None:
    site.answer = reply(body)
    assert await refused(near(), site.address) is Reason.NOT_JSON


async def test_json_that_does_not_say_it_is(site: Site) -> None:
    for kind in ("text/html", "text/plain", "application/javascript", ""):
        site.answer = reply(OK, kind=kind)
        assert await refused(near(), site.address) is Reason.NOT_JSON


def test_the_reason_is_all_that_is_told() -> None:
    assert str(FetchRefused(Reason.NOT_JSON)) == "not_json"
