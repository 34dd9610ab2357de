"""The page to try the API on: what it serves, and what it keeps out."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import parse, validate
from starlette.applications import Starlette

from api.app import make_schema
from api.documents import Documents
from api.explorer import STATIC, Demo, DemoClient, DemoToken, default_queries, routes
from api.limits import Limits

CLIENTS = [DemoClient("kpai", "KPAI"), DemoClient("uptd", "UPTD PPA DKI Jakarta")]


async def clients() -> list[DemoClient]:
    return CLIENTS


async def issue(client_id: str) -> DemoToken:
    return DemoToken(f"token-of-{client_id}", 300)


def client(demo: Demo | None = None) -> httpx.AsyncClient:
    app = Starlette(routes=routes(demo=demo))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api")


async def get(path: str, demo: Demo | None = None) -> httpx.Response:
    async with client(demo) as http:
        return await http.get(path)


async def ask(body: Any, demo: Demo | None = Demo(clients, issue), **headers: str) -> Any:  # noqa: B008
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with client(demo) as http:
        return await http.post(
            "/demo/token", content=content, headers={"content-type": "application/json", **named}
        )


@pytest.mark.parametrize("path", ["/", "/explorer/config.json", "/explorer/static/explorer.js"])
async def test_every_answer_keeps_others_out(path: str) -> None:
    response = await get(path)
    policy = response.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe-eval" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["x-frame-options"] == "DENY"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"


async def test_the_page_and_all_it_names_are_served_from_here() -> None:
    page = await get("/")
    assert page.status_code == 200
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(addresses) >= 6
    for address in addresses:
        assert address.startswith("/explorer/static/")
        assert (await get(address)).status_code == 200
    assert not re.search(r"<script(?![^>]*\bsrc=)", page.text), "no script stands in the page"
    assert not re.search(r"\son\w+=", page.text)


async def test_every_control_has_a_label() -> None:
    page = (await get("/")).text
    assert '<label for="organisation"' in page
    assert 'role="status"' in page


def test_the_files_of_others_are_the_ones_written_down() -> None:
    vendor = STATIC / "vendor"
    listed = dict(re.findall(r"\| (\S+) \| ([0-9a-f]{64}) \|", (vendor / "README.md").read_text()))
    present = {file.name for file in vendor.iterdir()} - {"README.md"}
    assert listed.keys() == present
    for name, digest in listed.items():
        assert hashlib.sha256((vendor / name).read_bytes()).hexdigest() == digest


async def test_the_configuration_names_clients_only_in_the_demo() -> None:
    config = (await get("/explorer/config.json")).json()
    assert config["endpoint"] == "/graphql"
    assert config["clients"] == []
    response = await get("/explorer/config.json", Demo(clients, issue))
    assert response.headers["cache-control"] == "no-store"
    assert response.json()["clients"][1] == {
        "client_id": "uptd",
        "organisation": "UPTD PPA DKI Jakarta",
    }


async def test_a_demo_token_is_for_a_listed_client() -> None:
    response = await ask({"client_id": "uptd"})
    assert response.json() == {
        "token_type": "Bearer",
        "access_token": "token-of-uptd",
        "expires_in": 300,
    }
    assert response.headers["cache-control"] == "no-store"
    assert (await ask({"client_id": "somebody"})).status_code == 404


@pytest.mark.parametrize(
    "body", [b"", b"[", b"[]", b'{"client_id": 3}', b'"kpai"', b"[" * 1000, b" " * 2000]
)
async def test_anything_else_gets_none(body: bytes) -> None:
    assert (await ask(body)).status_code == 400


async def test_other_sites_get_none() -> None:
    sound = {"client_id": "kpai"}
    assert (await ask(sound, sec_fetch_site="cross-site")).status_code == 403
    assert (await ask(sound, content_type="text/plain")).status_code == 400


async def test_without_the_demo_there_is_no_such_address() -> None:
    assert (await ask({"client_id": "kpai"}, demo=None)).status_code == 404


def test_the_queries_to_begin_with_are_good_ones() -> None:
    schema = make_schema()._schema
    documents = Documents(schema, Limits())
    tabs = list(default_queries())
    assert len(tabs) >= 5
    for tab in tabs:
        assert validate(schema, parse(tab["query"])) == []
        operation = documents.read(tab["query"]).operation(None)
        assert operation.size.cost.total({}) < Limits().cost
        assert isinstance(json.loads(tab.get("variables", "{}")), dict)


def test_the_script_can_refetch_what_is_there() -> None:
    script = Path(__file__).parents[2] / "scripts" / "vendor_explorer.sh"
    for version in re.findall(r"=(\S+@\d+\.\d+\.\d+)", script.read_text()):
        assert version in (STATIC / "vendor" / "README.md").read_text()
