"""`rangkul demo` as people run it: it starts, serves, ends, and starts again where it ended."""

import json
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.process import Command, finished, folder, left_of

VIEWER = {"query": "{ viewer { clientId organisation { name } } }"}


@pytest.fixture(scope="module")
def where() -> Iterator[Path]:
    """One folder for the tests below, which happen in the order they are written."""
    with folder() as made:
        yield made


def clients(where: Path) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads((where / ".rangkul/demo-clients.json").read_text())
    return listed


def viewer(address: str, token: str) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {token}"}
    answer = httpx.post(f"{address}/graphql", json=VIEWER, headers=headers).json()
    found: dict[str, Any] = answer["data"]["viewer"]
    return found


def token_by_secret(address: str, client: dict[str, Any]) -> str:
    data = {
        "grant_type": "client_credentials",
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
    }
    return str(httpx.post(f"{address}/oauth/token", data=data).json()["access_token"])


def test_the_first_start_makes_a_world_and_ctrl_c_ends_everything(where: Path) -> None:
    with Command(where, "demo", "--port", "0") as demo:
        address = demo.address()
        assert httpx.get(f"{address}/").headers["content-type"].startswith("text/html")
        introspection = httpx.post(f"{address}/graphql", json={"query": "{__schema{__typename}}"})
        assert "errors" not in introspection.json()

        first = clients(where)[0]
        wanted = {"client_id": first["client_id"]}
        given = httpx.post(f"{address}/demo/token", json=wanted).json()["access_token"]
        for token in (given, token_by_secret(address, first)):
            assert viewer(address, token)["clientId"] == first["client_id"]

        assert demo.end(signal.SIGINT) == 0
        assert "Traceback" not in demo.said
        assert left_of(where) == []


def test_secrets_are_in_a_file_of_ours_alone(where: Path) -> None:
    home = where / ".rangkul"
    for name in ("demo-clients.json", "key-encryption-key"):
        assert (home / name).stat().st_mode & 0o777 == 0o600
    listed = clients(where)
    assert listed
    for client in listed:
        assert set(client) == {"organisation", "client_id", "client_secret", "scopes"}
        assert client["client_secret"].startswith("rks_")


def test_the_next_start_is_quick_and_finds_what_was_left(where: Path) -> None:
    code, id = finished(
        where, "organisation", "create", "--type", "UPTD_PPA", "--name", "UPTD PPA Baru"
    )
    assert code == 0, id
    before = clients(where)
    with Command(where, "demo", "--port", "0") as demo:
        address = demo.address()
        assert demo.seconds < 10
        assert clients(where) == before
        for client in before:
            assert client["client_id"] in demo.said.replace("\n", "")
            assert client["client_secret"] not in demo.said
        token_by_secret(address, before[0])
        code, listed = finished(where, "organisation", "list")  # beside the running server
        assert code == 0
        assert id.strip() in listed

        code, said = finished(where, "demo", "--port", "0")
        assert code == 1
        assert "in use" in said

        demo.end(signal.SIGKILL)
        deadline = time.monotonic() + 5
        while left_of(where) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert left_of(where) == []


def test_it_starts_again_after_a_crash_and_ends_when_told_to(where: Path) -> None:
    with Command(where, "demo", "--port", "0") as demo:
        address = demo.address()
        token_by_secret(address, clients(where)[0])
        assert demo.end(signal.SIGTERM) == 0
        assert "Traceback" not in demo.said
        assert left_of(where) == []


def test_it_can_be_stopped_while_it_sets_up() -> None:
    with folder() as where, Command(where, "demo", "--port", "0") as demo:
        while "Starting PostgreSQL" not in demo.said:
            time.sleep(0.01)
        assert demo.end(signal.SIGINT) == 0
        assert "Traceback" not in demo.said
        assert left_of(where) == []


def test_a_port_in_use_is_told_before_anything_is_made() -> None:
    with folder() as where, socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = finished(where, "demo", "--port", str(port))
        assert code == 1
        assert said.startswith(f"Port {port} is in use.")
        assert "Traceback" not in said
        assert list(where.iterdir()) == []


def test_it_does_not_mix_with_an_installation_of_ones_own() -> None:
    with folder() as where:
        code, said = finished(where, "migrate")
        assert code == 0, said
        code, said = finished(where, "demo", "--port", "0")
        assert code == 1
        assert "is not a demo's" in said
