"""Import and export over HTTP: who may, what is kept, and that twice is not double."""

import csv
import io
import time
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth.scopes import Scope
from tests.exchange import (
    CSV,
    HEADER,
    ROW,
    XLSX,
    as_csv,
    as_xlsx,
    cells,
    fetch,
    report,
    send,
    wrong,
)
from tests.scenes import stranger, unknown
from tests.unchanged import unchanged
from tests.world import Api, World, ok

KINDS = {
    "activities": (Scope.ACTIVITY_READ, Scope.ACTIVITY_WRITE),
    "organisations": (Scope.ORGANISATION_READ, Scope.ORGANISATION_WRITE),
    "measurements": (Scope.RESULT_READ, Scope.RESULT_WRITE),
}
LIST = "{ jointActivities(first: 100) { nodes { id title kind startsAt endsAt place status } } }"


async def activities(api: Api) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = (await api.data(LIST))["jointActivities"]["nodes"]
    return nodes


@pytest_asyncio.fixture
async def api(world: World) -> Api:
    return await stranger(world)


@pytest.mark.parametrize("kind", KINDS)
async def test_each_kind_needs_its_scopes(world: World, kind: str) -> None:
    read, write = KINDS[kind]
    org = await world.org()
    others = [scope for scope in Scope if scope not in (read, write)]
    api = await world.as_(org, *others)
    for response, scope in [
        (await send(api, as_csv(HEADER, ROW), kind), write),
        (await fetch(api, f"/export/{kind}.csv"), read),
    ]:
        assert response.status_code == 403
        assert response.json()["errors"][0]["extensions"]["scope"] == scope
    api.token = "x"
    for response in (
        await send(api, b"", kind),
        await fetch(api, f"/export/{kind}.xlsx"),
        await fetch(api, f"/import/{kind}/template.csv"),
    ):
        assert response.status_code == 401
        assert response.headers["www-authenticate"]


async def test_what_the_organisation_was_denied_meanwhile_is_closed(world: World) -> None:
    org = await world.org()
    api = await world.as_(org)
    await world.sql(
        "update organisation set scopes = array_remove(array_remove(scopes, 'activity:read'),"
        " 'activity:write') where id = :id", id=org.id
    )  # fmt: skip
    assert (await fetch(api, "/export/activities.csv")).status_code == 403
    async with unchanged(world):
        answer = await send(api, as_csv(HEADER, ROW), dry=False)
    assert answer.json()["errors"][0]["extensions"]["scope"] == Scope.ACTIVITY_WRITE


async def test_a_dry_run_keeps_nothing_and_a_real_one_all(world: World, api: Api) -> None:
    second = ["K-2", "OVERSIGHT", "Kelas B", "2027-01-02", "2 Januari 2027", "", ""]
    file = as_csv(HEADER, ROW, [], second)
    async with unchanged(world):
        told = await report(api, file)
    assert (told["applied"], told["created"], told["dryRun"]) == (False, 2, True)
    told = await report(api, file, dry=False)
    assert (told["applied"], told["created"], told["problems"]) == (True, 2, [])
    assert [(r["row"], r["outcome"]) for r in told["rows"]] == [(2, "CREATED"), (4, "CREATED")]
    found = {one["title"]: one for one in await activities(api)}
    assert found["Kelas A"]["startsAt"].startswith("2026-12-31T02:00:00")
    assert found["Kelas A"]["endsAt"].startswith("2026-12-31T03:00:00")
    assert found["Kelas A"]["status"] == "DRAFT"
    assert found["Kelas B"]["startsAt"].startswith("2027-01-01T17:00:00")
    assert found["Kelas B"]["endsAt"].startswith("2027-01-02T16:59:00")


async def test_one_bad_row_and_nothing_is_imported(world: World, api: Api) -> None:
    bad = [
        ["K-2", "Pesta", "", "31/12", "31/12/2026", "", "Bandung"],
        ["K-1", *ROW[1:]],
        ["", *ROW[1:]],
        ["K-3", *ROW[1:3], "31/12/2026 12.00", *ROW[4:]],
        ["K-4", *ROW[1:2], "x" * 201, *ROW[3:]],
    ]
    async with unchanged(world):
        response = await send(api, as_csv(HEADER, ROW, *bad), dry=False)
    assert response.status_code == 422
    told = response.json()
    assert (told["applied"], told["rows"]) == (False, [])
    assert wrong(told) == [
        (3, "Jenis", "NOT_A_CHOICE"),
        (3, "Mulai", "NOT_A_TIME"),
        (4, "Nomor rujukan", "ROW_TWICE"),
        (5, "Nomor rujukan", "REQUIRED"),
        (6, "Selesai", "DATES_INVERTED"),
        (7, "Judul", "TOO_LONG"),
    ]


async def test_importing_twice_changes_only_what_is_other(world: World, api: Api) -> None:
    other = ["K-2", *ROW[1:]]
    await report(api, as_csv(HEADER, ROW, other), dry=False)
    async with unchanged(world):
        told = await report(api, as_csv(HEADER, ROW, other), dry=False)
    assert (told["created"], told["changed"], told["unchanged"]) == (0, 0, 2)
    moved = [*ROW[:2], "Kelas Z", *ROW[3:5], "", ""]
    told = await report(api, as_csv(HEADER, moved, other), dry=False)
    assert [r["outcome"] for r in told["rows"]] == ["CHANGED", "UNCHANGED"]
    assert {(a["title"], a["place"]) for a in await activities(api)} == {
        ("Kelas Z", "Aula"), ("Kelas A", "Aula"),
    }  # fmt: skip
    kind = ["K-1", "OVERSIGHT", *moved[2:]]
    told = await report(api, as_csv(HEADER, kind), dry=False)
    assert wrong(told) == [(2, "Jenis", "NOT_CHANGED_HERE")]


async def test_numbers_are_ones_own_and_ids_of_others_are_not_found(world: World, api: Api) -> None:
    await report(api, as_csv(HEADER, ROW), dry=False)
    [mine] = await activities(api)
    other = await stranger(world)
    told = await report(other, as_csv(HEADER, ROW), dry=False)
    assert told["created"] == 1
    answers = []
    for id in (mine["id"], unknown("activity")):
        async with unchanged(world):
            answers.append(await report(other, as_csv(["Id", "Judul"], [id, "X"]), dry=False))
    assert answers[0] == answers[1]
    assert wrong(answers[0]) == [(2, "Id", "NOT_FOUND")]
    told = await report(other, as_csv(["Id", "Judul"], ["kegiatan-1", "X"]))
    assert (2, "Id", "BAD_INPUT") in wrong(told)


async def test_guests_see_an_activity_in_their_export_and_change_nothing(world: World) -> None:
    host, guest = await stranger(world), await stranger(world)
    await report(host, as_csv(HEADER, ROW), dry=False)
    [made] = await activities(host)
    assert len(cells((await fetch(guest, "/export/activities.xlsx")).content)) == 1
    types = "$id: ID!, $organisationIds: [ID!]!"
    await ok(host.mutate("inviteToJointActivity", types, "", id=made["id"],
                         organisationIds=[guest.org.gid]))  # fmt: skip
    await ok(host.mutate("announceJointActivity", "$id: ID!", "", id=made["id"]))
    exported = (await fetch(guest, "/export/activities.csv")).content
    assert exported.decode("utf-8-sig").count("Kelas A") == 1
    async with unchanged(world):
        told = await report(guest, exported, dry=False)
        assert (told["unchanged"], told["problems"]) == (1, [])
        told = await report(guest, as_csv(["Id", "Judul"], [made["id"], "Milikku"]), dry=False)
        assert wrong(told) == [(2, None, "WRONG_SIDE")]


@pytest.mark.parametrize("format", ["csv", "xlsx"])
async def test_templates_say_what_each_column_means_and_are_empty_tables(
    api: Api, format: str
) -> None:
    for kind in ("activities", "measurements"):
        response = await fetch(api, f"/import/{kind}/template.{format}")
        assert response.headers["content-disposition"].endswith(f'-{kind}.{format}"')
        told = await report(api, response.content, kind, type=CSV if format == "csv" else XLSX)
        assert wrong(told) == [(1, None, "NO_ROWS")]
    assert (await fetch(api, "/import/activities/template.pdf")).status_code == 404
    assert (await fetch(api, "/import/cases/template.csv")).status_code == 404


async def test_only_kpai_imports_organisations_and_everybody_exports_them(world: World) -> None:
    kpai = await world.as_(world.kpai, *Scope)
    file = as_csv(
        ["Reference", "Type", "Name", "Short name", "Region code", "Parent"],
        ["L-1", "POLICE_PPA", "Polda Uji Impor", "Polda UI", "32", ""],
        ["L-2", "POLICE_PPA", "Polres Uji Impor", "", "32.73", "L-1"],
        ["L-3", "POLICE_PPA", "Polsek Uji Impor", "", "", "Polres Uji Impor"],
    )
    async with unchanged(world):
        assert (await report(kpai, file, "organisations"))["created"] == 3
    assert (await report(kpai, file, "organisations", dry=False))["created"] == 3
    async with unchanged(world):
        assert (await report(kpai, file, "organisations", dry=False))["unchanged"] == 3
        bad = as_csv(["Reference", "Type", "Name", "Parent"], ["L-9", "X", "Y", "Tidak ada"])
        told = await report(kpai, bad, "organisations", dry=False)
        assert wrong(told) == [(2, "Parent", "NOT_FOUND")]
        unknown_type = as_csv(["Nomor rujukan", "Jenis", "Nama"], ["N-9", "XX", "Y"])
        told_of = wrong(await report(kpai, unknown_type, "organisations"))
        assert told_of == [(2, "Jenis", "UNKNOWN_CODE")]
        exported = (await fetch(kpai, "/export/organisations.xlsx")).content
        told = await report(kpai, exported, "organisations", dry=False, type=XLSX)
        assert told["problems"] == []
        assert told["unchanged"] == len(cells(exported)) - 1
    partner = await stranger(world)
    found = cells((await fetch(partner, "/export/organisations.xlsx")).content)
    assert "Polsek Uji Impor" in [row[3] for row in found]


async def test_a_scope_taken_from_the_client_is_missing_at_once(world: World) -> None:
    """An empty table would say that there is nothing; and no row is reached that would fail."""
    org = await world.org()
    api = await world.as_(org)
    await world.sql(
        "update client set scopes = '{mou:read}' where organisation_id = :id", id=org.id
    )
    for answer, scope in [
        (await send(api, as_csv(HEADER, ROW)), Scope.ACTIVITY_WRITE),
        (await send(api, as_csv(HEADER, ROW), dry=False), Scope.ACTIVITY_WRITE),
        (await send(api, as_csv(HEADER), "measurements"), Scope.RESULT_WRITE),
        (await fetch(api, "/export/activities.csv"), Scope.ACTIVITY_READ),
        (await fetch(api, "/statistics/handoffs.csv?from=2025"), Scope.STATISTICS_READ),
        (await fetch(api, "/statistics/handoffs.svg?from=2025"), Scope.STATISTICS_READ),
    ]:
        assert answer.status_code == 403
        assert answer.json()["errors"][0]["extensions"]["scope"] == scope


@pytest.mark.parametrize(
    ("type", "status"),
    [("application/json", 415), ("", 415), ("multipart/form-data; boundary=x", 415)],
)
async def test_requests_that_mean_nothing(api: Api, type: str, status: int) -> None:
    assert (await send(api, b"x", type=type)).status_code == status
    headers = {"authorization": f"Bearer {api.token}", "content-type": CSV}
    for dry in ("dryRun=no", "dryRun=true&dryRun=false"):
        path = f"/import/activities?{dry}"
        response = await api.http.post(path, content=as_csv(HEADER, ROW), headers=headers)
        assert response.status_code == 400
    response = await send(api, b"x" * 8_000_001)
    assert response.status_code == 413
    assert (await send(api, b"x", "cases")).status_code == 404


TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"),
    min_size=1, max_size=30,
).filter(lambda text: text.strip())  # fmt: skip
DANGEROUS = st.sampled_from(["=1+1", "+62", "-5", "@x", "'", "'=x", "''", "＝x", "a;b", 'a"b,c'])


@settings(max_examples=15, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(title=TEXT | DANGEROUS, description=TEXT | DANGEROUS, place=TEXT | DANGEROUS)
async def test_what_is_exported_is_imported_again_unchanged(
    world: World, title: str, description: str, place: str
) -> None:
    api = await stranger(world)
    plan = {"kind": "ADVOCACY", "title": title, "description": description, "place": place,
            "startsAt": "2026-12-31T09:00:00.123456+09:00",
            "endsAt": "2027-01-01T00:00:00Z"}  # fmt: skip
    await ok(api.mutate("planJointActivity", "$input: JointActivityInput!", "", input=plan))
    for format, type in (("csv", CSV), ("xlsx", XLSX)):
        exported = (await fetch(api, f"/export/activities.{format}")).content
        if format == "csv":
            text = exported.decode("utf-8-sig")
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=";"):
                assert not any(cell[:1] and cell[0] in "=+-@\t\r＝" for cell in row)
        told = await report(api, exported, dry=False, type=type)
        assert (told["unchanged"], told["problems"]) == (1, [])


async def test_two_thousand_activities_at_once_and_no_more_than_ten_thousand(
    world: World, api: Api
) -> None:
    rows = [[f"M-{n}", *ROW[1:]] for n in range(2_000)]
    file = as_xlsx(HEADER, *rows)
    began = time.perf_counter()
    assert (await report(api, file, type=XLSX, dry=False))["created"] == 2_000
    assert time.perf_counter() - began < 20
    async with unchanged(world):
        assert (await report(api, as_csv(HEADER, *rows), dry=False))["unchanged"] == 2_000
    file = as_csv(HEADER, *[ROW] * 10_001)
    assert wrong(await report(api, file)) == [(10_002, None, "TOO_MANY_ROWS")]
