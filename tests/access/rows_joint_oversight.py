"""Plans, instruments and visits; findings, recommendations, clarifications and reports."""

from tests.access.scene_joint import EARLY, EVERYBODY, GONE, LATE, PART, WORK, Scene, named

HELD = {"status": "'HELD'", "held_on": "'2026-01-01'"}
EMPTY = '\'{"sections": [], "bands": null}\''
"""An instrument that asks nothing."""
NOBODY: set[str] = set()


def oversight(scene: Scene) -> None:
    _plans(scene)
    _visits(scene)
    _findings(scene)
    _recommendations(scene)
    _clarifications(scene)
    for name, by, seen, values in (
        ("report being drawn up", "lead", NOBODY, {}),
        ("report for a reader", "lead", {"addressee"}, {"reader_ids": _some(scene, "addressee")}),
        ("report for participants", "lead", PART | GONE, {"for_participants": "true"}),
        ("late report", "lead", PART, {"for_participants": "true"}),
    ):
        published = {} if "being" in name else {
            "content": "'x'", "content_hash": "'x'",
            "published_at": f"'{LATE if 'late' in name else EARLY}'",
        }  # fmt: skip
        given = {"for_participants": "false", "reader_ids": "'{}'"} | published | values
        lists = dict.fromkeys(("finding_ids", "clarification_ids", "recommendation_ids",
                               "visit_ids"), "'{}'")  # fmt: skip
        scene.add("oversight_report", name, {by} | seen, organisation_id=scene.org(by),
                  title="'x'", summary="'x'", **lists, **given,
                  activity_ids=f"array[{named('activity')}::uuid]")  # fmt: skip


def _some(scene: Scene, *names: str) -> str:
    return f"array[{', '.join(map(scene.org, names))}]::uuid[]"


def _plans(scene: Scene) -> None:
    for name, seen, values in (
        ("plan", {"lead"}, {"status": "'DRAFT'"}),
        ("plan shown", {"lead", "member"}, {"status": "'PUBLISHED'"}),
        ("plan kept", {"lead"}, {"status": "'PUBLISHED'", "shared_with": "'{}'"}),
    ):
        published = "null" if "DRAFT" in values["status"] else f"'{EARLY}'"
        given = {"shared_with": _some(scene, "member")} | values
        scene.add("oversight_plan", name, seen, organisation_id=scene.org("lead"), title="'x'",
                  starts_on="'2026-01-01'", ends_on="'2026-12-31'", published_at=published,
                  **given)  # fmt: skip
        scene.add("oversight_plan_item", f"item of {name}", seen, plan_id=named(name), number="1",
                  sector="'EDUCATION'", focus="'x'", visits="3", month="'2026-01-01'")  # fmt: skip
    for name, by, seen, open_ in (
        ("instrument", "lead", PART | {"left", "left observer", "left co", "addressee"}, False),
        ("instrument kept", "lead", {"lead"}, False), ("instrument open", "co", EVERYBODY, True),
        ("instrument of who left", "left", PART | {"left"}, False),
    ):  # fmt: skip
        scene.add("instrument", name, seen, organisation_id=scene.org(by), title="'x'",
                  open="true" if open_ else "false")  # fmt: skip
        for draft in (False, True):
            scene.add(
                "instrument_version", f"{'draft' if draft else 'version'} of {name}",
                {by} if draft else seen, instrument_id=named(name), number="2" if draft else "1",
                status="'DRAFT'" if draft else "'PUBLISHED'", content=EMPTY,
                published_at="null" if draft else f"'{EARLY}'",
            )  # fmt: skip


def _visits(scene: Scene) -> None:
    place = {"subject": "'PLACE'", "name": "'x'", "status": "'PLANNED'"}
    visited = {"subject": "'ORGANISATION'", "visited_id": scene.org("addressee"), **HELD}
    for name, by, late, beside, values, of in (
        ("visit", "contributor", False, NOBODY, place, "instrument"),
        ("late visit", "contributor", True, NOBODY, place, "instrument of who left"),
        ("visit of who left", "left", True, NOBODY, place, "instrument of who left"),
        ("visit not shared", "co", False, NOBODY, visited, "instrument"),
        ("visit shared", "co", False, {"addressee"},
         visited | {"shared_at": f"'{EARLY}'"}, "instrument"),
    ):  # fmt: skip
        scene.hangs("visit", name, by, late=late, beside=beside, planned_on="'2026-01-01'",
                    team=_some(scene, by, "left"), version_id=named(f"version of {of}"),
                    plan_item_id=named("item of plan shown"), **values)  # fmt: skip
        scene.hangs("visit_note", f"note on {name}", by, late=late, work=True,
                    visit_id=named(name), body="'x'")  # fmt: skip
        given = {"visit_id": named(name), "version_id": named(f"version of {of}"),
                 "answers": "'{}'"}  # fmt: skip
        scene.hangs("visit_response", f"response to {name}", by, late=late, beside=beside,
                    status="'SUBMITTED'", submitted_at=f"'{EARLY}'", **given)  # fmt: skip
        if name != "visit of who left":
            scene.hangs("visit_response", f"draft for {name}", "left", late=late, work=True,
                        status="'DRAFT'", **given)  # fmt: skip


def _findings(scene: Scene) -> None:
    for name, by, late, beside, status in (
        ("finding in draft", "contributor", False, NOBODY, "DRAFT"),
        ("late finding in draft", "contributor", True, NOBODY, "DRAFT"),
        ("finding", "contributor", False, {"addressee"}, "CONFIRMED"),
        ("late finding", "contributor", True, NOBODY, "CONFIRMED"),
        ("finding of who left", "left", True, NOBODY, "CONFIRMED"),
        ("finding never confirmed", "co", False, NOBODY, "WITHDRAWN"),
    ):  # fmt: skip
        scene.hangs(
            "finding", name, by, late=late, beside=beside, work=status != "CONFIRMED",
            severity="'HIGH'", sector="'EDUCATION'", statement="'x'", evidence="'[]'",
            status=f"'{status}'", confirmed_at=f"'{EARLY}'" if status == "CONFIRMED" else "null",
            withdraw_reason="'x'" if status == "WITHDRAWN" else "null",
        )  # fmt: skip


def _recommendations(scene: Scene) -> None:
    for name, by, late, status in (
        ("recommendation in draft", "contributor", False, "DRAFT"),
        ("recommendation", "contributor", False, "ISSUED"),
        ("late recommendation", "co", True, "ISSUED"),
        ("recommendation followed", "left", False, "IN_PROGRESS"),
    ):
        issued = status != "DRAFT"
        values = {"issued_at": f"'{EARLY}'"} if issued else {}
        if status == "IN_PROGRESS":
            values |= {"response": "'ACCEPTED'", "responded_at": f"'{EARLY}'"}
        scene.hangs(
            "recommendation", name, by, late=late, hidden=not issued,
            beside={"addressee"} if issued else (), addressee_id=scene.org("addressee"),
            text="'x'", due_on="'2026-12-31'", status=f"'{status}'", **values,
        )  # fmt: skip
    seen = PART | GONE | {"addressee"}
    scene.add("recommendation_finding", "finding", seen, key="finding_id",
              finding_id=named("finding"), recommendation_id=named("recommendation"))  # fmt: skip
    scene.add("recommendation_finding", "late finding", {"contributor"}, key="finding_id",
              finding_id=named("late finding"),
              recommendation_id=named("recommendation in draft"))  # fmt: skip
    for late in (False, True):
        scene.add(
            "recommendation_follow_up", f"follow-up {late}",
            PART | {"addressee", "left"} | (set() if late else GONE),
            recommendation_id=named("recommendation followed"), text="'x'", evidence="'[]'",
            organisation_id=scene.org("addressee"), changed_at=f"'{LATE if late else EARLY}'",
        )  # fmt: skip


def _clarifications(scene: Scene) -> None:
    for name, by, late, status in (
        ("question in draft", "contributor", False, "DRAFT"),
        ("question", "contributor", False, "SENT"), ("late question", "co", True, "SENT"),
        ("question answered", "left", False, "ANSWERED"),
    ):  # fmt: skip
        sent = status != "DRAFT"
        values = {"sent_at": f"'{EARLY}'"} if sent else {}
        values |= {"answered_at": f"'{EARLY}'"} if status == "ANSWERED" else {}
        scene.hangs(
            "clarification", name, by, late=late, hidden=not sent,
            beside={"addressee"} if sent else (), addressee_id=scene.org("addressee"),
            subject="'x'", questions="'{x}'", due_on="'2026-12-31'", status=f"'{status}'",
            **values,
        )  # fmt: skip
    for name, to, late, seen in (
        ("answer in draft", "question", False, {"addressee"}),
        ("answer", "question answered", False, PART | GONE | {"addressee"}),
        ("late answer", "question answered", True, PART | {"addressee", "left"}),
    ):
        scene.add(
            "clarification_answer", name, seen, clarification_id=named(to), text="'x'",
            number="2" if late else "1", evidence="'[]'", organisation_id=scene.org("addressee"),
            changed_at=f"'{LATE if late else EARLY}'",
        )  # fmt: skip
    for late in (False, True):
        scene.add(
            "clarification_event", f"reminder {late}",
            PART | {"addressee"} | (set() if late else GONE), clarification_id=named("question"),
            organisation_id=scene.org("contributor"), kind="'REMINDED'",
            created_at=f"'{LATE if late else EARLY}'",
        )  # fmt: skip
    assert WORK < PART
