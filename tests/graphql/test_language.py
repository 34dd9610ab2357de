"""Refusals, errors and what is withheld speak the caller's language; codes are the same in both."""

from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from auth.scopes import Scope
from tests.scenes import Pair, expire, pair, take
from tests.world import World

READ = """
query($id: ID!) { handoff(id: $id) { sections { nodes { content {
  ... on Withheld { code message } } } } } }
"""


@pytest_asyncio.fixture(scope="module")
async def both(world: World) -> Pair:
    return await pair(world, "INCIDENT", "IDENTITY")


async def messages(ask: Any) -> tuple[str, str]:
    """The message in Indonesian and in English, when all else is the same."""
    said = [await ask("id"), await ask("en")]
    codes = {code for code, _ in said}
    assert len(codes) == 1
    (_, indonesian), (_, english) = said
    assert indonesian != english
    return indonesian, english


@pytest.mark.parametrize(
    ("header", "english"),
    [
        ("en", True),
        ("EN-gb", True),
        ("en;q=0.9, id;q=0.8", True),
        ("fr, en;q=0.5", True),
        ("en, id", False),
        ("id;q=0.1, en;q=0.2", True),
        ("", False),
        ("id", False),
        ("id-ID, en;q=0.9", False),
        ("fr", False),
        ("*", False),
        ("en;q=x", False),
        ("en;q=0", False),
        ("\u00e9", False),
        (";;;,,,", False),
    ],
)
async def test_the_language_is_the_one_preferred_and_indonesian_otherwise(
    both: Pair, header: str, english: bool
) -> None:
    response = await both.world.http.post(
        "/graphql",
        json={"query": 'mutation { acceptHandoff(id: "x") { ... on Refused { message } } }'},
        headers={
            "authorization": f"Bearer {both.sender.token}",
            "accept-language": header.encode("latin-1"),  # type: ignore[dict-item]
        },
    )
    said = response.json()["data"]["acceptHandoff"]["message"]
    assert said == ("The input is not valid." if english else "Isian tidak sah.")


async def test_a_refusal(both: Pair) -> None:
    async def ask(language: str) -> tuple[str, str]:
        api = replace(both.receiver, language=language)
        answer = await take(api, "acceptHandoff", "handoff_" + "0" * 32)
        return answer["code"], answer["message"]

    indonesian, english = await messages(ask)
    assert indonesian == "Tidak ditemukan, atau tidak dibagikan kepada lembaga Anda."
    assert english == "Not found, or not shared with your organisation."


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ('{ handoff(id: "x") { id } }', "BAD_INPUT"),
        ('{ handoff(id: "handoff_00000000000000000000000000000000") { id } }', "NOT_FOUND"),
        ("{ mous(first: 101) { totalCount } }", "BAD_INPUT"),
        ("{ nothing }", "BAD_INPUT"),
        ("{", "BAD_INPUT"),
        ("mutation { dissolveOrganisation(id: 7) { __typename } }", "MISSING_SCOPE"),
    ],
)
async def test_an_error(both: Pair, document: str, code: str) -> None:
    async def ask(language: str) -> tuple[str, str]:
        answer = await replace(both.sender, language=language).ask(document)
        [error] = answer.body["errors"]
        return error["extensions"]["code"], error["message"]

    assert all(await messages(ask))
    assert (await ask("en"))[0] == code


async def test_no_token_at_all(both: Pair) -> None:
    async def ask(language: str) -> tuple[str, str]:
        api = replace(both.sender, language=language, token="x")
        [error] = (await api.ask("{ viewer { clientId } }")).body["errors"]
        return error["extensions"]["code"], error["message"]

    assert all(await messages(ask))


async def withheld(both: Pair, api: Any, id: str, expected: str) -> tuple[str, str]:
    async def ask(language: str) -> tuple[str, str]:
        seen = (await replace(api, language=language).data(READ, id=id))["handoff"]
        content = seen["sections"]["nodes"][0]["content"]
        assert content["code"] == expected
        return content["code"], content["message"]

    return await messages(ask)


async def test_what_is_withheld(world: World) -> None:
    both = await pair(world, "IDENTITY")
    id = await both.at("ACCEPTED", "IDENTITY", kind="TRANSFER")
    ended = await both.at("REJECTED", "IDENTITY")
    narrow = await world.as_(both.receiver.org, Scope.HANDOFF_READ)
    said = [
        await withheld(both, narrow, id, "SCOPE_MISSING"),
        await withheld(both, both.sender, id, "CUSTODY_MOVED"),
        await withheld(both, both.receiver, ended, "STATE_CLOSED"),
    ]
    await world.sql(
        "update handoff set purpose = 'OVERSIGHT' where sender_id = :id", id=both.sender.org.id
    )
    said.append(await withheld(both, both.receiver, id, "NOT_COVERED"))
    await expire(world, both.mou)
    said.append(await withheld(both, both.receiver, id, "AGREEMENT_NOT_IN_FORCE"))
    assert len(set(said)) == 5
    indonesian, english = said[0]
    assert indonesian == "Token Anda tidak memiliki izin (scope) handoff:identity."
    assert english == "Your token does not carry the scope handoff:identity."
