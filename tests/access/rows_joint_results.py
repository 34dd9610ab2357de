"""Policy inputs and checklists; sessions and materials; frameworks, measurements, evaluations."""

from tests.access.scene_joint import EARLY, EVERYBODY, GONE, LATE, PART, WORK, Scene, named

WRITERS = {"lead", "member"}
"""Of a policy input: its lead, and a co-signer who takes no part in the activity."""


def advocacy(scene: Scene) -> None:
    scene.add("regulation", "law", EVERYBODY, kind="'RUU'", year="2026", title="'x'",
              known_as="'x'",
              stage="'DRAFTING'", source_url="'https://x.id'",
              registered_by=scene.org("co"))  # fmt: skip
    scene.add("regulation_stage", "stage", EVERYBODY, regulation_id=named("law"),
              stage="'DRAFTING'", since="'2026-01-01'",
              organisation_id=scene.org("co"))  # fmt: skip
    _inputs(scene)
    scene.add("checklist", "list", EVERYBODY, regulation_id=named("law"), number="1", title="'x'",
              organisation_id=scene.org("co"))  # fmt: skip
    scene.add("checklist_item", "point", EVERYBODY, checklist_id=named("list"), number="1",
              article="'1'", duty="'x'", organisation_types="'{UPTD_PPA}'", verification="'x'",
              weight="1")  # fmt: skip
    for name, of, by, seen in (
        ("own", "contributor", "contributor", {"contributor", "above"}),
        ("by above", "contributor", "above", {"contributor", "above"}),
        ("elsewhere", "stranger", "stranger", {"stranger"}),
    ):
        scene.add("assessment", name, seen, checklist_id=named("list"), period="'2026-S1'",
                  organisation_id=scene.org(of), assessor_id=scene.org(by), revision="1",
                  type_code="'UPTD_PPA'", score="50")  # fmt: skip
        scene.add("assessment_score", f"score {name}", seen, assessment_id=named(name),
                  item_id=named("point"), status="'DONE'", evidence="'[]'")  # fmt: skip


def _inputs(scene: Scene) -> None:
    """One being drafted, one closed for signing, one submitted, one published."""
    worked = WRITERS | WORK | {"left", "left co"}
    for name, version, seen in (
        ("drafted", WRITERS, WRITERS), ("closed", worked, worked),
        ("closed late", WRITERS | WORK, WRITERS | WORK),
        ("submitted", WRITERS | PART | GONE | {"addressee"}, None),
        ("published", EVERYBODY, None),
    ):  # fmt: skip
        shown = version if seen is None else seen
        scene.add("policy_input", name, shown, regulation_id=named("law"),
                  activity_id=named("activity"), organisation_id=scene.org("lead"),
                  published_at=f"'{EARLY}'" if name == "published" else "null",
                  changed_at=f"'{EARLY}'")  # fmt: skip
        scene.add("policy_cosigner", f"cosigner of {name}", WRITERS, input_id=named(name),
                  organisation_id=scene.org("member"))  # fmt: skip
        closed = name != "drafted"
        of = {"version_id": named(f"input {name}")}
        at = f"'{LATE if 'late' in name else EARLY}'"
        scene.add("policy_version", f"input {name}", version, input_id=named(name), number="1",
                  title="'x'", summary="'x'", content_hash="'x'" if closed else "null",
                  closed_at=at if closed else "null")  # fmt: skip
        scene.add("policy_item", f"article of {name}", version, number="1", article="'1'",
                  problem="'x'", proposed_wording="'x'", reasoning="'x'", **of)  # fmt: skip
        scene.add("policy_evidence", f"evidence of {name}", version, number="1",
                  statement="'x'", sources="'[]'", **of)  # fmt: skip
        scene.add("policy_comment", f"remark on {name}", WRITERS, body="'x'",
                  organisation_id=scene.org("member"), **of)  # fmt: skip
        if closed:
            scene.add("policy_signature", f"signature of {name}", version, signatory_name="'x'",
                      signatory_office="'x'", content_hash="'x'",
                      organisation_id=scene.org("member"), **of)  # fmt: skip
        if seen is None:
            of |= {"input_id": named(name)}
            scene.add("policy_submission", f"letter {name}", version, submitted_on="'2026-01-01'",
                      recipient_id=scene.org("addressee"), letter_number="'1'", documents="'[]'",
                      created_at=f"'{EARLY}'", **of)  # fmt: skip
            of.pop("version_id")
            for late in (False, True):
                when = version - GONE if late and name != "published" else version
                at = f"'{LATE if late else EARLY}'"
                scene.add("policy_answer", f"answer {name} {late}", when, body="'x'",
                          organisation_id=scene.org("addressee"), answered_on="'2026-01-01'",
                          documents="'[]'", created_at=at, **of)  # fmt: skip
                scene.add("policy_outcome", f"outcome {name} {late}", when, outcome="'PENDING'",
                          item_id=named(f"article of {name}"), created_at=at, **of)  # fmt: skip


def education(scene: Scene) -> None:
    for name, by, seen, published in (
        ("material", "contributor", PART | GONE, False),
        ("material kept", "contributor", {"contributor"}, False),
        ("material for all", "contributor", EVERYBODY, True),
    ):
        scene.add("material", name, seen, organisation_id=scene.org(by), title="'x'",
                  topics="'{}'", audiences="'{}'")  # fmt: skip
        scene.add("material_version", f"edition of {name}", seen, material_id=named(name),
                  organisation_id=scene.org(by), number="1", languages="'{id}'", files="'[]'",
                  published_at=f"'{EARLY}'" if published else "null")  # fmt: skip
    for name, by, late, status in (
        ("session", "contributor", False, "PLANNED"), ("late session", "contributor", True, "HELD"),
        ("session held", "co", False, "HELD"), ("session of who left", "left", True, "HELD"),
    ):  # fmt: skip
        held = {"held_from": f"'{EARLY}'", "held_until": f"'{EARLY}'"} if status == "HELD" else {}
        scene.hangs("education_session", name, by, late=late, title="'x'", topics="'{}'",
                    audiences="'{}'", age_bands="'{}'", channel="'WEBINAR'",
                    starts_at=f"'{EARLY}'", ends_at=f"'{EARLY}'", status=f"'{status}'",
                    **held)  # fmt: skip
        for number, later in enumerate((late, True), 1):
            reason = {"reason": "'x'" if number > 1 else "null", "number": str(number),
                      "session_id": named(name)}  # fmt: skip
            scene.hangs("session_figures", f"figures {number} of {name}", by, late=later,
                        cells="'[]'", **reason)  # fmt: skip
            scene.hangs("session_test", f"test {number} of {name}", by, late=later,
                        audience="'PUBLIC'", maximum="10", before_tested="5", before_mean="1",
                        after_tested="5", after_mean="2", **reason)  # fmt: skip

    for session, used, late, seen in (
        ("session", "material", False, PART | GONE), ("late session", "material", False, PART),
        ("session", "material for all", True, PART),
    ):  # fmt: skip
        scene.add("session_material", f"{used} in {session}", seen, session_id=named(session),
                  version_id=named(f"edition of {used}"),
                  changed_at=f"'{LATE if late else EARLY}'")  # fmt: skip


def results(scene: Scene) -> None:
    agreed, programme = {"lead", "addressee"}, {"co", "member"}
    scene.add("programme", "programme", programme, name="'x'", valid_from="'2026-01-01'",
              valid_until="'2026-12-31'", lead_id=scene.org("co"))  # fmt: skip
    scene.add("programme_member", "membership", programme, programme_id=named("programme"),
              organisation_id=scene.org("member"))  # fmt: skip
    for name, owner, seen, values in (
        ("framework", "lead", agreed, {"mou_id": f"'{scene.mou}'"}),
        ("framework of programme", "co", programme, {"programme_id": named("programme")}),
    ):
        scene.add("results_framework", name, seen, name="'x'", owner_id=scene.org(owner),
                  period_from="'2026-01-01'", period_until="'2026-12-31'", **values)  # fmt: skip
        of = {"framework_id": named(name)}
        scene.add("framework_result", f"outcome of {name}", seen, level="'OUTCOME'",
                  statement="'x'", **of)  # fmt: skip
        scene.add("indicator", f"indicator of {name}", seen, result_id=named(f"outcome of {name}"),
                  code="'1'", version="1", name="'x'", definition="'x'", unit="'COUNT'",
                  direction="'HIGHER'", dimensions="'{}'", targets="'[]'", frequency="'YEARLY'",
                  kind="'SELF_REPORTED'", responsible_id=scene.org(owner), **of)  # fmt: skip
        for by in (owner, "stranger"):  # who once took part keeps what it reported
            of["period_from"] = "'2026-01-01'" if by == owner else "'2025-01-01'"
            scene.add("measurement", f"measurement of {name} by {by}", seen | {by}, value="1",
                      indicator_id=named(f"indicator of {name}"), organisation_id=scene.org(by),
                      period="'2026'", period_until="'2026-12-31'", breakdown="'[]'",
                      evidence="'[]'", **of)  # fmt: skip
    scene.add("evaluation", "evaluation", agreed, mou_id=f"'{scene.mou}'",
              version_id=f"'{scene.version}'", author_id=scene.org("lead"))  # fmt: skip
    of = {"evaluation_id": named("evaluation")}
    scene.add("evaluation_promise", "promise", agreed, number="1", part="'SCOPE'", promise="'x'",
              evidence="'[]'", **of)  # fmt: skip
    scene.add("evaluation_voice", "voice", agreed, organisation_id=scene.org("addressee"),
              recommendation="'EXTEND'", body="'x'", **of)  # fmt: skip
    release = {"dataset": "'HANDOFFS'", "period": "'2025'", "smallest_cell": "5", "method": "'x'"}
    scene.add("statistics_release", "release", EVERYBODY, **release)
