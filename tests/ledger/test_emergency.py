"""Break-glass in the ledger: that it was opened, and each time it was read by that."""

from tests.emergencies import breaks_glass, suspend
from tests.ledger.asking import BODIES, ITEMS
from tests.scenes import pair, uuid_of
from tests.world import World, ok


async def test_opening_and_reading_are_each_an_entry_for_the_owner(world: World) -> None:
    both = await pair(world, "INCIDENT", "HEALTH")
    id = await both.at("ACCEPTED", "INCIDENT", "HEALTH")
    await suspend(both)
    await world.sql("truncate ledger_entry, ledger_part, ledger_pending cascade")

    opened = await ok(breaks_glass(both.receiver, handoffId=id, categories=["INCIDENT"]))
    [row] = await world.sql(ITEMS)
    assert (row.owner_id, row.kinds) == (both.sender.org.id, ["EMERGENCY"])
    assert row.request_id != "none"
    [item] = row.items
    assert item == {
        "kind": "EMERGENCY", "code": "OPENED", "category": "INCIDENT",
        "handoff": str(uuid_of(id)), "emergency": str(uuid_of(opened["id"])),
        "section": str(uuid_of(opened["sections"][0]["id"])),
    }  # fmt: skip

    await both.receiver.data(BODIES, id=id)
    reading = (await world.sql(ITEMS))[1]
    by_category = {item["category"]: item for item in reading.items}
    assert by_category["INCIDENT"]["kind"] == "EMERGENCY"
    assert by_category["INCIDENT"]["emergency"] == str(uuid_of(opened["id"]))
    assert by_category["HEALTH"]["kind"] == "DENIED"


async def test_a_refused_one_leaves_a_denial_and_opens_nothing(world: World) -> None:
    both = await pair(world, "INCIDENT")
    id = await both.at("ACCEPTED", "INCIDENT")
    await world.sql("truncate ledger_entry, ledger_part, ledger_pending cascade")
    stranger = await world.as_(await world.org())
    refused = await breaks_glass(stranger, handoffId=id, categories=["INCIDENT"])
    assert refused["code"] == "NOT_FOUND"
    [row] = await world.sql(ITEMS)
    assert row.owner_id == stranger.org.id
    assert row.items == [{"kind": "DENIED", "field": "openEmergency", "code": "NOT_FOUND"}]
