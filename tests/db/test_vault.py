"""Content at rest: none of it stands in the database, and what was changed there is not served."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from db.key_ring import KeyRing
from db.session import Database
from db.vault import Damaged, KeyUnknown, Succession, Vault, VaultShut
from tests.scenes import Pair, pair, uuid_of
from tests.world import SETTINGS, World, basis, ok

NAME, NUMBER, WORD, STREET = "Kemuning Dewanti", "3171998877660001", "dipukuli", "Rawamangun"


@pytest_asyncio.fixture(scope="module")
async def both(world: World) -> Pair:
    return await pair(world, "INCIDENT", "HEALTH")


async def sent(both: Pair, *said: str) -> str:
    """A handoff whose sections say this."""
    kinds = ("INCIDENT", "HEALTH")
    sections = [{"category": c, "body": b} for c, b in zip(kinds, said, strict=False)]
    return str((await both.send(sections=sections))["id"])


async def test_no_word_of_a_case_stands_in_the_database(world: World, both: Pair) -> None:
    given = datetime.now(UTC) - timedelta(days=1)
    giver = {"relation": "MOTHER", "name": NAME, "nationalId": NUMBER}
    consent = basis("INCIDENT", kind="CONSENT", giver=giver, givenAt=given.isoformat())
    body = f"Ananda {NAME} {WORD} di {STREET}."
    sections = [{"category": "INCIDENT", "body": body}]
    handoff = await ok(both.write("sendHandoff", sections=sections, bases=[consent]))
    await ok(both.sender.mutate(
        "addHandoffSection", "$id: ID!, $section: SectionInput!", "... on Handoff { id }",
        id=handoff["id"], section={"category": "INCIDENT", "body": f"Lagi: {WORD}."},
    ))  # fmt: skip
    assert body in await both.bodies(both.receiver, handoff["id"])
    found = await world.sql(
        "select relname from pg_class where relkind = 'r'"
        " and relnamespace = 'public'::regnamespace order by 1"
    )
    dump = ""
    for (table,) in found:
        rows = await world.sql(f'select t::text from "{table}" t')
        dump += "\n".join(row[0] for row in rows).casefold()
    assert handoff["number"].casefold() in dump
    for secret in (*NAME.split(), NUMBER, WORD, STREET):
        assert secret.casefold() not in dump
        for spelt in (secret, secret.casefold(), secret.upper()):
            assert spelt.encode().hex() not in dump


TWO = "(select s.id, row_number() over (order by s.id) as n from handoff_section s where {0})"
OF = "s.handoff_id = :a"
AMONG = "s.category = 'INCIDENT' and s.handoff_id in (:a, :b)"
SWAP = (
    "update handoff_section_body b set {column} = o.{column}"
    f" from {TWO} one, {TWO} other, handoff_section_body o"
    " where b.section_id = one.id and o.section_id = other.id and one.n + other.n = 3"
)


def swap(column: str, among: str) -> str:
    return SWAP.replace("{column}", column).replace("{0}", among)


def swap_both(among: str) -> str:
    return swap("sealed", among).replace(
        "sealed = o.sealed", "sealed = o.sealed, sealed_key = o.sealed_key"
    )


TAMPERING = {
    "a bit flipped": "update handoff_section_body set sealed = set_bit(sealed, 130,"
    " 1 - get_bit(sealed, 130)) where handoff_id = :a",
    "a bit of the nonce": "update handoff_section_body set sealed = set_bit(sealed, 3,"
    " 1 - get_bit(sealed, 3)) where handoff_id = :a",
    "truncated": "update handoff_section_body set sealed = substr(sealed, 1, 30)"
    " where handoff_id = :a",
    "another author's": "update handoff_section_body set sealed_key = set_byte(sealed_key, 59,"
    " 255 - get_byte(sealed_key, 59)) where handoff_id = :a",
    "words swapped between two sections": swap("sealed", OF),
    "keys swapped between two sections": swap("sealed_key", OF),
    "rows swapped between two sections": swap_both(OF),
    "rows swapped between two cases": swap_both(AMONG),
    "a case under the key of another": "update case_file c set wrapped = o.wrapped from case_file o"
    " where c.id = (select case_id from handoff where id = :a)"
    " and o.id = (select case_id from handoff where id = :b)",
    "a handoff moved to another case": "update handoff set case_id ="
    " (select case_id from handoff where id = :b) where id = :a",
    "a key that nobody has": "update case_file set kek_id = 'nobody'"
    " where id = (select case_id from handoff where id = :a)",
}


@pytest.mark.parametrize("statement", TAMPERING.values(), ids=TAMPERING)
async def test_what_was_changed_from_outside_is_not_served(
    world: World, both: Pair, statement: str, caplog: pytest.LogCaptureFixture
) -> None:
    a = await sent(both, "Pertama satu.", "Pertama dua.")
    b = await sent(both, "Kedua satu.", "Kedua dua.")
    third = await sent(both, "Ketiga satu.", "Ketiga dua.")
    values = {"a": uuid_of(a), "b": uuid_of(b)}
    used = {name: value for name, value in values.items() if f":{name}" in statement}
    before = len(caplog.records)
    await world.sql(statement, **used)
    with caplog.at_level(logging.ERROR):
        for api in (both.sender, both.receiver):
            shown = await both.bodies(api, a)
            honest = {"Pertama satu.", "Pertama dua.", "DAMAGED"}
            assert set(shown) <= honest and "DAMAGED" in shown, shown
            if "rows swapped between two cases" not in statement:
                assert set(await both.bodies(api, b)) <= {"Kedua satu.", "Kedua dua.", "DAMAGED"}
            assert set(await both.bodies(api, third)) == {"Ketiga satu.", "Ketiga dua."}
    told = [record for record in caplog.records[before:] if record.levelno == logging.ERROR]
    assert told
    assert not any("Pertama" in r.getMessage() or "satu" in r.getMessage() for r in told)


async def test_a_case_that_does_not_open_takes_nothing_more(world: World, both: Pair) -> None:
    id = await sent(both, "Pertama satu.")
    await world.sql(
        "update case_file set kek_id = 'nobody'"
        " where id = (select case_id from handoff where id = :id)", id=uuid_of(id)
    )  # fmt: skip
    answer = await both.sender.ask(
        "mutation($id: ID!, $section: SectionInput!) { addHandoffSection(id: $id,"
        " section: $section) { __typename } }",
        id=id, section={"category": "INCIDENT", "body": "Lagi."},
    )  # fmt: skip
    assert answer.codes == ["DAMAGED"]
    assert "nobody" not in str(answer.body)


async def test_the_root_is_not_remembered_from_a_transaction_that_failed(
    world: World, database: Database
) -> None:
    keys = KeyRing("derived", SETTINGS.vault.provider._all[-1]._keys)  # type: ignore[attr-defined]
    vault = Vault(keys)
    [kept] = await world.sql("delete from vault_key returning name, kek_id, wrapped")
    with pytest.raises(ZeroDivisionError):
        async with database.anonymous() as tx:
            lost = [await vault.key_for(tx, "words"), await vault.key_for(tx, "words")]
            raise ZeroDivisionError
    assert lost[0] == lost[1]
    async with database.anonymous() as tx:
        made = await vault.key_for(tx, "words")
    assert made != lost[0]
    async with database.anonymous() as tx:
        assert await vault.key_for(tx, "words") == made
    await world.sql("delete from vault_key")
    await world.sql(
        "insert into vault_key values (:name, :kek_id, :wrapped)", **dict(kept._mapping)
    )


async def test_a_server_begins_only_with_the_keys_of_what_is_there(
    world: World, both: Pair, database: Database
) -> None:
    await sent(both, "Satu.")
    derived = SETTINGS.vault.provider
    wrong = KeyRing("derived", {"derived": bytes(32)})
    other = KeyRing("other", {"other": bytes(32)})
    for provider, why in ((wrong, "do not open"), (other, "has no key named 'derived'")):
        with pytest.raises(VaultShut, match=why):
            async with database.anonymous() as tx:
                await Vault(provider).check(tx)
    await world.sql("update case_file set kek_id = 'derived' where kek_id = 'nobody'")
    await world.sql("update case_file set wrapped = null, destroyed_at = now()")
    async with world.operator() as tx:
        await Vault(Succession(other, derived)).begin_case(tx)
    async with database.anonymous() as tx:
        await Vault(Succession(derived, other)).check(tx)
        with pytest.raises(VaultShut, match="has no key named 'other'"):
            await Vault(derived).check(tx)


async def test_a_seal_opens_in_its_own_place_only() -> None:
    ring = KeyRing("one", {"one": bytes(32)})
    wrapped = await ring.wrap(bytes(range(32)), "case 1")
    assert await ring.unwrap(wrapped, "case 1") == bytes(range(32))
    with pytest.raises(Damaged):
        await ring.unwrap(wrapped, "case 2")
    with pytest.raises(KeyUnknown):
        await KeyRing("two", {"two": bytes(32)}).unwrap(wrapped, "case 1")
    again = await ring.wrap(bytes(range(32)), "case 1")
    assert again.sealed[:12] != wrapped.sealed[:12]  # never the same nonce
