"""What a log holds of a request; and that it never holds a word of what the request was about."""

import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
import structlog
from httpx import ASGITransport, AsyncClient

from api.logging import OURS, AccessLog, configure
from tests.world import Api, World, agreement, case, clause, ok

SECRET = "Siti-Aminah-3171-rahasia"


class Lines:
    """What was logged so far."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    @property
    def requests(self) -> list[dict[str, Any]]:
        return [line for line in self.all if line["event"] == "request"]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Everything logged, at the most talkative level."""
    root, former = logging.getLogger(), logging.raiseExceptions
    handlers, level = root.handlers[:], root.level
    found = Lines()
    configure("DEBUG", stream=found.stream)
    yield found
    structlog.reset_defaults()
    root.handlers[:], logging.raiseExceptions = handlers, former
    root.setLevel(level)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest_asyncio.fixture
async def http(world: World) -> AsyncIterator[AsyncClient]:
    transport = ASGITransport(AccessLog(world.app), raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        yield client


async def test_a_request_is_one_line(world: World, http: AsyncClient, lines: Lines) -> None:
    api = await world.as_(await world.org())
    response = await http.post(
        "/graphql?x=1",
        json={"query": "query WhoAmI { viewer { clientId } }", "operationName": "WhoAmI"},
        headers={"authorization": f"Bearer {api.token}", "x-request-id": "request-0001"},
    )
    client = response.json()["data"]["viewer"]["clientId"]
    [line] = lines.requests
    assert isinstance(line.pop("duration_ms"), float)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "level": "info",
        "event": "request",
        "request_id": "request-0001",
        "method": "POST",
        "path": "/graphql",
        "status": 200,
        "client": client,
        "operation": "WhoAmI",
    }


async def test_an_id_is_made_and_stands_in_every_line(http: AsyncClient, lines: Lines) -> None:
    response = await http.post(
        "/oauth/token",
        data={"grant_type": "client_credentials", "client_id": "nobody", "client_secret": SECRET},
    )
    assert response.status_code == 401
    failed, request = lines.all
    assert "authentication failed" in failed["event"]
    assert failed["logger"] == "auth.authentication"
    assert failed["request_id"] == request["request_id"]
    assert len(request["request_id"]) == 32
    assert SECRET not in lines.text


async def test_load_balancers_are_not_worth_a_line(http: AsyncClient, lines: Lines) -> None:
    await http.get("/health/live")
    assert [line["level"] for line in lines.requests] == ["debug"]


async def test_a_link_that_works_once_is_not_logged(http: AsyncClient, lines: Lines) -> None:
    sent = {"content-type": "application/x-www-form-urlencoded"}
    assert (await http.post(f"/invitation/{SECRET}", headers=sent)).status_code == 403
    assert [line["path"] for line in lines.requests] == ["/invitation/{ticket}"]
    assert SECRET not in lines.text


async def test_a_request_that_crashes_leaves_its_line(lines: Lines) -> None:
    async def crash(*_: Any) -> None:
        raise ValueError(SECRET)

    async with AsyncClient(
        transport=ASGITransport(AccessLog(crash), raise_app_exceptions=False), base_url="http://x"
    ) as http:
        await http.get("/graphql")
    assert lines.requests[0]["status"] == 500
    assert SECRET not in lines.text


async def test_nothing_a_client_sends_as_a_value_is_logged(
    world: World, http: AsyncClient, lines: Lines
) -> None:
    uptd, police = await world.org(), await world.org("POLICE_PPA")
    mou = await agreement(world, [uptd, police], [clause(uptd, police, "INCIDENT")])
    sender = await world.as_(uptd)
    api = Api(http, uptd, sender.token)
    body = case(police, mou, "INCIDENT") | {
        "sections": [{"category": "INCIDENT", "body": f"{SECRET} tinggal di ..."}],
    }
    send = ("sendHandoff", "$input: HandoffInput!", "... on Handoff { id }")
    handoff = await ok(api.mutate(*send, input=body))
    await api.mutate(*send, input=body | {"receiverId": SECRET})
    await api.ask("query($id: ID!) { handoff(id: $id) { status } }", id=SECRET)
    await api.ask("query($n: Int!) { mous(first: $n) { nodes { id } } }", n=SECRET)
    await api.ask(f'{{ handoff(id: "{SECRET}") {{ status }} }}')
    await api.ask(f'{{ handoff(id: "{SECRET}" {{ status')
    await api.ask("query($id: ID!) { handoff(id: $id) { status } }", id=f"{handoff['id']}{SECRET}")
    bearer = {"authorization": f"Bearer {sender.token}"}
    broken = f'{{"query": "{{viewer{{clientId}}}}", "variables": {{"a": "{SECRET}"'
    json_type = {"content-type": "application/json"}
    await http.post("/graphql", content=broken, headers=bearer | json_type)
    await http.post("/graphql", content=SECRET, headers=json_type)
    named = {"query": "{ viewer { clientId } }", "operationName": f"{SECRET} x"}
    await http.post("/graphql", json=named, headers=bearer)
    await http.get("/graphql", params={"query": "{__typename}", "variables": SECRET})
    await http.get(f"/{SECRET}")
    for token in (SECRET, sender.token + SECRET, f"{sender.token[:-9]}{SECRET}"):
        await http.post("/graphql", json=named, headers={"authorization": f"Bearer {token}"})
    secret = {"grant_type": "client_credentials", "client_id": SECRET, "client_secret": SECRET}
    await http.post("/oauth/token", data=secret)
    await http.post("/oauth/token", data={"grant_type": SECRET, "scope": SECRET})
    assert len(lines.requests) == 17
    for word in (SECRET, "Siti", sender.token, sender.token.split(".")[2]):
        assert word not in lines.text


def test_an_exception_is_its_class_and_its_place(lines: Lines) -> None:
    try:
        int(SECRET)
    except ValueError:
        logging.getLogger("domain.x").exception("went wrong")
        structlog.get_logger("api").exception("went wrong")
    for line in lines.all:
        assert line["exceptions"] == ["builtins.ValueError"]
        assert "test_logging.py" in line["where"][0]
    assert SECRET not in lines.text


async def test_a_library_says_only_what_is_constant(lines: Lines) -> None:
    for name in ("sqlalchemy.engine", "asyncpg", "authlib", "uvicorn.error", "strawberry"):
        logging.getLogger(name).debug("row %r", SECRET)
        logging.getLogger(name).info("row %r", SECRET)
    assert lines.text == ""
    logging.getLogger("asyncpg").warning("row %r\n%s", SECRET, SECRET)
    logging.getLogger("asyncpg").warning("wrong arguments", SECRET)  # noqa: PLE1205

    async def fail() -> None:
        raise ValueError(SECRET)

    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    del task  # asyncio itself now complains, at length, about an exception nobody looked at
    assert [line["event"] for line in lines.all] == ["row %r", "Task exception was never retrieved"]
    assert SECRET not in lines.text


def test_text_for_people(lines: Lines) -> None:
    configure("INFO", json=False, stream=lines.stream)
    structlog.get_logger("api").info("request", path="/graphql")
    structlog.get_logger("api").debug("unheard")
    assert "request" in lines.text
    assert "path=/graphql" in lines.text
    assert "unheard" not in lines.text
