"""The activity itself, who is invited to it, and what is said, decided and given to do."""

from tests.access.scene_joint import EARLY, GONE, LATE, MEANWHILE, PART, PARTS, Scene, named

EVERYONE_ASKED = PART | GONE | {"invited"}


def working(scene: Scene) -> None:
    _activities(scene)
    for name in PARTS:
        gone = PARTS[name][1] in ("DECLINED", "LEFT")
        seen = EVERYONE_ASKED | {name}
        _part(scene, "activity", name, seen, MEANWHILE if gone else EARLY)
        _part(scene, "unannounced", name, {"lead"}, EARLY, starts=False)
    _part(scene, "moved", "left", {"lead", "left", "invited"}, MEANWHILE)
    _part(scene, "moved", "invited", {"lead", "invited"}, LATE)
    tasks = {"title": "'Tugas'", "due_on": "'2026-12-31'", "activity_id": named("activity")}
    for name, to, late, done in (
        ("task", "contributor", False, None), ("late task", "contributor", True, None),
        ("task of who left", "left", True, None), ("task done in time", "left", True, EARLY),
        ("task done too late", "left", True, LATE),
    ):  # fmt: skip
        scene.add(
            "activity_task", name, PART | (set() if late else GONE) | ({"left"} if done == EARLY
            else set()), assignee_id=scene.org(to), status="'DONE'" if done else "'OPEN'",
            done_at=f"'{done}'" if done else "null", changed_at=f"'{LATE if late else EARLY}'",
            **tasks,
        )  # fmt: skip
    for by in ("contributor", "left", "observer"):
        for late in (False, True):
            said = f"{by} {late}"
            scene.hangs("activity_comment", f"comment {said}", by, late=late, body="'x'")
    for by in ("co", "left co"):
        for late in (False, True):
            scene.hangs("activity_decision", f"decision {by} {late}", by, late=late, text="'x'",
                        decided_on="'2026-01-01'")  # fmt: skip
            scene.hangs("activity_document", f"document {by} {late}", by, late=late,
                        kind="'AGENDA'", title="'x'", language="'id'")  # fmt: skip
            scene.hangs("activity_document_version", f"version {by} {late}", by, late=late,
                        document_id=named(f"document {by} {late}"), number="1",
                        files="'[]'")  # fmt: skip


def _activities(scene: Scene) -> None:
    def put(name: str, lead: str, seen: set[str], *, table: str = "joint_activity",
            changed: str = EARLY, **more: str) -> None:  # fmt: skip
        announced = "null" if name == "unannounced" else f"'{EARLY}'"
        scene.add(
            table, name, seen, kind="'OVERSIGHT'", lead_id=scene.org(lead), title=f"'{name}'",
            status="'DRAFT'" if name == "unannounced" else "'PLANNED'", starts_at=f"'{EARLY}'",
            ends_at=f"'{LATE}'", announced_at=announced, created_at=f"'{EARLY}'",
            changed_at=f"'{changed}'", **more,
        )  # fmt: skip

    put("activity", "lead", {"lead", *PARTS})
    put("unannounced", "lead", {"lead"})
    put("another", "stranger", {"stranger"})
    put("moved", "lead", {"lead", "invited"}, changed=LATE)
    for name, since, until, seen in (
        ("as it was", EARLY, LATE, {"left"}), ("as it was before", "2025-01-01Z", EARLY, set()),
    ):  # fmt: skip
        put(name, "lead", seen, table="activity_past", changed=since,
            activity_id=named("moved"), until_at=f"'{until}'")  # fmt: skip


def _part(
    scene: Scene, activity: str, name: str, seen: set[str] | frozenset[str], changed: str,
    starts: bool = True,
) -> None:  # fmt: skip
    role, status = PARTS[name]
    answered = {"INVITED": "null", "ACCEPTED": f"'{EARLY}'"}.get(status, f"'{MEANWHILE}'")
    scene.add(
        "activity_participant", f"{name} in {activity}", seen, activity_id=named(activity),
        organisation_id=scene.org(name), role=f"'{role}'", status=f"'{status}'",
        responded_at=answered, changed_at=f"'{changed}'",
        starts_at=f"'{EARLY}'" if starts else "null",
    )  # fmt: skip
