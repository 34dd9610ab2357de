"""The whole story, as it is lived: from an agreement on prevention in schools to its renewal.

KPAI, an education office, an NGO and three schools agree; the schools are visited, what is found is
asked about and recommended; a campaign teaches, and is measured; indicators move; the agreement is
evaluated; a draft regulation is answered with figures that identify nobody; and the parties go on.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from domain.statistics.release import release_all
from tests.results import FIRST, LAST_YEAR
from tests.scenes import day, rewrite, uuid_of
from tests.telling import do
from tests.visits import answers, content
from tests.world import Api, World, agreement, clause, conclude, sent, today

EVIDENCE = [{"title": "Berita acara", "url": "https://berkas.example/ba.pdf", "sha256": "0" * 64}]
ANSWERED = [
    answers(siswa=320, kanal=["kotak", "telepon"]),
    answers(siswa=210, satgas_aktif=2, tindak_lanjut="kadang"),
    answers(siswa=95, satgas=False, satgas_aktif=None, kanal=["kotak"], tindak_lanjut="tak_ada"),
]
"""What the visitors found at each of the three schools, from the best to the worst."""


@dataclass
class Story:
    """Who takes part, and what they have made so far."""

    world: World
    kpai: Api
    office: Api
    ngo: Api
    schools: list[Api]
    mou: str
    made: dict[str, Any] = field(default_factory=dict)


async def test_from_an_agreement_to_its_renewal(world: World) -> None:
    story = await an_agreement_on_prevention_in_schools(world)
    await indicators_are_agreed(story)
    await three_schools_are_visited(story)
    await findings_are_confirmed(story)
    await the_office_is_asked_to_explain(story)
    await recommendations_are_followed(story)
    await a_report_draws_it_together(story)
    await a_campaign_teaches(story)
    await the_indicators_move(story)
    await figures_are_released(story)
    await a_draft_regulation_is_answered(story)
    await the_agreement_is_evaluated(story)
    await the_agreement_is_renewed(story)


async def an_agreement_on_prevention_in_schools(world: World) -> Story:
    office = await world.org("EDUCATION_OFFICE", region_code="32.73")
    ngo = await world.org("COMMUNITY_PROVIDER", region_code="32.73")
    schools = [await world.org("SCHOOL", office, region_code="32.73") for _ in range(3)]
    mou = await agreement(
        world, [office, world.kpai, ngo], [clause(ngo, office, "INCIDENT")],
        title="Pencegahan kekerasan seksual di satuan pendidikan",
        scope="1. Pengawasan sekolah\n2. Edukasi anak, orang tua, dan guru",
        obligations="1. Dinas membentuk satgas di setiap sekolah\n2. LSM melatih guru",
        validFrom=FIRST, validUntil=day(60),
    )  # fmt: skip
    callers = [await world.as_(org) for org in (world.kpai, office, ngo, *schools)]
    kpai, office_api, ngo_api, *school_apis = callers
    return Story(world, kpai, office_api, ngo_api, school_apis, mou)


async def indicators_are_agreed(story: Story) -> None:
    framework = await do(
        story.office, "createResultsFramework",
        input={"name": "Sekolah aman", "mouId": story.mou, "periodFrom": FIRST,
               "periodUntil": day(60)},
    )  # fmt: skip
    outcome = await do(
        story.office, "addFrameworkResult", frameworkId=framework["id"],
        input={"level": "OUTCOME", "statement": "Anak tahu ke mana melapor."},
    )  # fmt: skip
    indicator = await do(
        story.office, "addIndicator", resultId=outcome["id"], code="P1",
        input={
            "name": "Sekolah dengan satgas yang bekerja",
            "definition": "Bagian sekolah sasaran yang satgasnya menindaklanjuti laporan.",
            "unit": "PERCENT", "direction": "HIGHER", "frequency": "QUARTERLY",
            "responsibleId": story.ngo.org.gid, "baseline": "20", "baselineOn": FIRST,
            "targets": [{"periodFrom": FIRST, "periodUntil": day(60), "value": "80"}],
        },
    )  # fmt: skip
    story.made["indicator"] = indicator["id"]
    assert await measured(story, "-Q1", "33.33") == "RED"


async def measured(story: Story, quarter: str, value: str) -> str:
    """The NGO reports a quarter of last year; the light it shows."""
    seen = await do(
        story.ngo, "reportMeasurement", "light",
        input={"indicatorId": story.made["indicator"], "period": LAST_YEAR + quarter,
               "unit": "PERCENT", "value": value, "evidence": EVIDENCE},
    )  # fmt: skip
    return str(seen["light"])


async def three_schools_are_visited(story: Story) -> None:
    oversight = await activity(story, story.kpai, "OVERSIGHT", "Pengawasan sekolah aman")
    await do(story.kpai, "changeParticipantRole", id=oversight,
             organisationId=story.office.org.gid, role="OBSERVER")  # fmt: skip
    instrument = await do(
        story.kpai, "draftInstrument", "id versions { nodes { id } }",
        input={"title": "Sekolah aman", "content": content(), "open": False},
    )  # fmt: skip
    [version] = instrument["versions"]["nodes"]
    await do(story.kpai, "publishInstrumentVersion", id=version["id"])
    visits, scores = [], []
    for school, found in zip(story.schools, ANSWERED, strict=True):
        planned = {"subject": "ORGANISATION", "visitedId": school.org.gid, "plannedOn": day(0),
                   "versionId": version["id"], "teamIds": [story.ngo.org.gid]}  # fmt: skip
        visit = (await do(story.kpai, "planVisit", activityId=oversight, input=planned))["id"]
        await do(story.kpai, "holdVisit", id=visit, heldOn=day(0))
        submitted = await do(
            story.ngo, "submitVisitResponse", "score { percent band }", id=visit, input=found
        )
        scores.append(submitted["score"]["percent"])
        visits.append(visit)
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3

    # A school sees its own result once it is shared, and never that of the next.
    seen = "query($id: ID!) { visit(id: $id) { responses { nodes { score { percent } } } } }"
    hidden = await story.schools[0].ask(seen, id=visits[0])
    assert hidden.codes == ["NOT_FOUND"]
    await do(story.kpai, "shareVisit", id=visits[0])
    shared = (await story.schools[0].data(seen, id=visits[0]))["visit"]["responses"]["nodes"]
    assert [one["score"]["percent"] for one in shared] == scores[:1]
    assert (await story.schools[0].ask(seen, id=visits[1])).codes == ["NOT_FOUND"]
    story.made |= {"oversight": oversight, "visits": visits}


async def activity(story: Story, lead: Api, kind: str, title: str) -> str:
    """An activity under the agreement, in which KPAI, the office and the NGO take part."""
    others = [api for api in (story.kpai, story.office, story.ngo) if api is not lead]
    planned = await do(
        lead, "planJointActivity",
        input={"kind": kind, "title": title, "mouId": story.mou, "regionCode": "32.73",
               "startsAt": f"{day(-3)}T08:00:00+07:00", "endsAt": f"{day(9)}T17:00:00+07:00",
               "invite": [api.org.gid for api in others]},
    )  # fmt: skip
    await do(lead, "announceJointActivity", id=planned["id"])
    for api in others:
        await do(api, "acceptInvitation", id=planned["id"])
    await do(lead, "startJointActivity", id=planned["id"])
    return str(planned["id"])


async def findings_are_confirmed(story: Story) -> None:
    said = [
        ("MEDIUM", "Satgas ada, tetapi jarang bertemu."),
        ("HIGH", "Belum ada satgas; laporan tidak ditindaklanjuti."),
    ]
    story.made["findings"] = []
    for visit, school, (severity, statement) in zip(
        story.made["visits"][1:], story.schools[1:], said, strict=True
    ):
        finding = await do(
            story.kpai, "draftFinding", activityId=story.made["oversight"],
            input={"severity": severity, "sector": "EDUCATION", "statement": statement,
                   "visitId": visit, "concernsId": school.org.gid, "evidence": EVIDENCE,
                   "legalBasis": "Permendikbudristek 46/2023 pasal 24"},
        )  # fmt: skip
        # The office only observes: it sees what is confirmed, and no draft.
        drafted = await story.office.data(
            "query($id: ID!) { node(id: $id) { id } }", id=finding["id"]
        )
        assert drafted["node"] is None
        await do(story.kpai, "confirmFinding", id=finding["id"])
        story.made["findings"].append(finding["id"])


async def the_office_is_asked_to_explain(story: Story) -> None:
    asked = await do(
        story.kpai, "draftClarification", activityId=story.made["oversight"],
        input={"addresseeId": story.office.org.gid, "subject": "Pembentukan satgas",
               "questions": ["Mengapa satu sekolah belum memiliki satgas?", "Kapan dibentuk?"],
               "dueOn": day(7)},
    )  # fmt: skip
    await do(story.kpai, "sendClarification", id=asked["id"])
    await do(
        story.office, "writeClarificationAnswers", id=asked["id"],
        answers=[{"number": 1, "text": "Guru pendamping pindah tugas."},
                 {"number": 2, "text": "Paling lambat bulan depan.", "evidence": EVIDENCE}],
    )  # fmt: skip
    await do(story.office, "submitClarificationAnswers", id=asked["id"])
    verdicts = [{"number": 1, "verdict": "SATISFACTORY"}, {"number": 2, "verdict": "SATISFACTORY"}]
    assessed = await do(
        story.kpai, "assessClarification", "status verdict", id=asked["id"],
        input={"answers": verdicts, "verdict": "SATISFACTORY"},
    )  # fmt: skip
    assert (assessed["status"], assessed["verdict"]) == ("ASSESSED", "SATISFACTORY")
    story.made["clarification"] = asked["id"]


async def recommendations_are_followed(story: Story) -> None:
    school = story.schools[2]
    recommended = await do(
        story.kpai, "draftRecommendation", activityId=story.made["oversight"],
        input={"addresseeId": school.org.gid, "findingIds": story.made["findings"][1:],
               "text": "Bentuk satgas dan umumkan kanal lapor.", "dueOn": day(30),
               "expectedEvidence": "Surat keputusan kepala sekolah."},
    )  # fmt: skip
    id = recommended["id"]
    await do(story.kpai, "issueRecommendation", id=id)
    # The school sees the finding it rests on, and nothing else of the activity.
    sees = await school.data(
        "query($id: ID!) { recommendation(id: $id) { findings { id } activity { id } } }", id=id
    )
    assert sees["recommendation"] == {
        "findings": [{"id": story.made["findings"][1]}], "activity": None,
    }  # fmt: skip
    await do(school, "respondToRecommendation", id=id,
             input={"response": "ACCEPTED", "plannedOn": day(20)})  # fmt: skip
    followed = await do(school, "reportFollowUp", id=id,
                        input={"text": "Satgas dibentuk.", "evidence": EVIDENCE})  # fmt: skip
    await do(story.kpai, "judgeFollowUp", id=followed["id"], verdict="VERIFIED")
    closed = await story.kpai.data(
        "query($id: ID!) { recommendation(id: $id) { status verifiedAt } }", id=id
    )
    assert closed["recommendation"]["status"] == "VERIFIED"
    story.made["recommendation"] = id


async def a_report_draws_it_together(story: Story) -> None:
    report = await do(
        story.kpai, "draftOversightReport",
        input={"title": "Laporan pengawasan sekolah aman", "summary": "Tiga sekolah dikunjungi.",
               "activityIds": [story.made["oversight"]], "visitIds": story.made["visits"],
               "findingIds": story.made["findings"],
               "clarificationIds": [story.made["clarification"]],
               "recommendationIds": [story.made["recommendation"]], "forParticipants": True},
    )  # fmt: skip
    published = await do(story.kpai, "publishOversightReport", "contentHash text", id=report["id"])
    assert "Belum ada satgas" in published["text"]
    seen = await story.office.data(
        "query($id: ID!) { oversightReport(id: $id) { contentHash } }", id=report["id"]
    )
    assert seen["oversightReport"]["contentHash"] == published["contentHash"]


async def a_campaign_teaches(story: Story) -> None:
    campaign = await activity(story, story.ngo, "EDUCATION", "Berani bicara")
    material = await do(
        story.ngo, "addMaterial", "versions { nodes { id } }",
        input={"title": "Tubuhku milikku", "topics": ["BODY_SAFETY", "HOW_TO_REPORT"],
               "audiences": ["CHILDREN"],
               "version": {"languages": ["id", "su"], "files": EVIDENCE}},
    )  # fmt: skip
    [version] = material["versions"]["nodes"]
    await do(story.ngo, "publishMaterialVersion", id=version["id"])
    times = f"{day(-2)}T08:00:00+07:00", f"{day(-2)}T10:00:00+07:00"
    session = await do(
        story.ngo, "planEducationSession",
        input={"activityId": campaign, "title": "Kelas 7", "topics": ["HOW_TO_REPORT"],
               "audiences": ["CHILDREN", "EDUCATORS"], "ageBands": ["AGE_13_15"],
               "channel": "IN_PERSON", "startsAt": times[0], "endsAt": times[1],
               "place": "Aula sekolah", "hostId": story.schools[2].org.gid,
               "materialVersionIds": [version["id"]]},
    )  # fmt: skip
    await do(story.ngo, "holdEducationSession", id=session["id"], heldFrom=times[0],
             heldUntil=times[1])  # fmt: skip
    girls, boys = ({"audience": "CHILDREN", "sex": sex, "ageBand": "AGE_13_15", "disability": "NO",
                    "count": count} for sex, count in (("FEMALE", 17), ("MALE", 14)))  # fmt: skip
    await do(story.ngo, "recordSessionFigures", id=session["id"], input={"cells": [girls, boys]})
    await do(
        story.ngo, "recordSessionTest", id=session["id"],
        input={"audience": "CHILDREN", "maximum": "10", "beforeTested": 31, "beforeMean": "4.5",
               "afterTested": 30, "afterMean": "8.1"},
    )  # fmt: skip
    seen = await story.office.data(
        "query($id: ID!) { jointActivity(id: $id) { education { held attendance { total } tested"
        " gain } } }",
        id=campaign,
    )
    totals = seen["jointActivity"]["education"]
    assert (totals["held"], totals["attendance"]["total"], totals["tested"]) == (1, 31, 30)
    assert totals["gain"] > 0


async def the_indicators_move(story: Story) -> None:
    assert await measured(story, "-Q2", "50") != "GREEN"
    assert await measured(story, "-Q4", "100") == "GREEN"


async def figures_are_released(story: Story) -> None:
    """Handoffs of last month are counted: seven, eight and two of three provinces."""
    last_day = today().replace(day=1) - timedelta(days=1)
    month = f"{last_day:%Y-%m}"
    far, small = [
        await story.world.as_(await story.world.org("UPTD_PPA", region_code=region))
        for region in ("73.71", "94.71")
    ]
    senders = {story.ngo.org.id: (story.ngo, 7), far.org.id: (far, 8), small.org.id: (small, 2)}
    parties = [api.org for api, _ in senders.values()]
    mou = await agreement(
        story.world, [*parties, story.office.org],
        [clause(org, story.office.org) for org in parties],
    )  # fmt: skip
    for sender in [api for api, count in senders.values() for _ in range(count)]:
        handoff = await sent(sender, story.office.org, mou)
        await rewrite(
            story.world, "update handoff set requested_at = :at, created_at = :at where id = :id",
            at=last_day, id=uuid_of(handoff),
        )  # fmt: skip
    released = [one async for one in release_all(story.world.operator, lag=timedelta(0))]
    assert month in {one.period for one in released}
    story.made["figures"] = {"dataset": "HANDOFFS", "fromPeriod": month, "untilPeriod": month,
                             "by": ["REGION"]}  # fmt: skip


async def a_draft_regulation_is_answered(story: Story) -> None:
    bill = await do(
        story.kpai, "registerRegulation",
        input={"kind": "RAPERDA", "year": today().year, "regionCode": "32.73",
               "title": "Sekolah aman dan bebas kekerasan", "stage": "DRAFTING", "since": day(-20),
               "sourceUrl": "https://dprd.example/raperda"},
    )  # fmt: skip
    policy = await do(
        story.kpai, "draftPolicyInput", "id",
        input={
            "regulationId": bill["id"], "cosigners": [story.ngo.org.gid],
            "content": {
                "title": "Masukan atas Raperda Sekolah Aman", "summary": "Satgas wajib ada.",
                "items": [{
                    "article": "Pasal 12 ayat (1)", "problem": "Korban tidak tahu ke mana melapor.",
                    "draftWording": "Sekolah dapat membentuk satgas.",
                    "proposedWording": "Sekolah wajib membentuk satgas.",
                    "reasoning": "Tanpa satgas laporan tidak ditindaklanjuti.",
                }],
                "evidence": [
                    {"statement": "Satu dari tiga sekolah belum memiliki satgas.",
                     "findingId": story.made["findings"][1]},
                    {"statement": "Rujukan bulan lalu per provinsi.",
                     "figures": story.made["figures"]},
                ],
            },
        },
    )  # fmt: skip
    closed = await do(story.kpai, "closePolicyInput", "versions { nodes { contentHash } }",
                      id=policy["id"])  # fmt: skip
    signature = {"contentHash": closed["versions"]["nodes"][0]["contentHash"],
                 "signatoryName": "Pejabat Contoh", "signatoryOffice": "Ketua"}  # fmt: skip
    await do(story.ngo, "signPolicyInput", id=policy["id"], input=signature)
    await do(story.kpai, "submitPolicyInput", id=policy["id"],
             input={"submittedOn": day(0), "letterNumber": "17/KPAI/2026",
                    "recipientName": "Pansus DPRD Kota Contoh"})  # fmt: skip
    await do(story.kpai, "answerPolicyInput", id=policy["id"],
             input={"answeredOn": day(0), "body": "Diterima."})  # fmt: skip
    items = "versions { nodes { items { nodes { id } } } }"
    read = "query($id: ID!) { policyInput(id: $id) { %s } }"
    seen = (await story.kpai.data(read % items, id=policy["id"]))["policyInput"]
    [item] = seen["versions"]["nodes"][0]["items"]["nodes"]
    await do(story.kpai, "recordPolicyOutcomes", id=policy["id"],
             outcomes=[{"itemId": item["id"], "outcome": "ADOPTED",
                        "adoptedWording": "Sekolah wajib membentuk satgas."}])  # fmt: skip
    await do(story.kpai, "publishPolicyInput", id=policy["id"])

    # Whoever reads it sees the figures, and of the small one only that it is small.
    reader = await story.world.as_(await story.world.org("LEGAL_AID"))
    figures = """versions { nodes { evidence { nodes { finding { id }
        figures { cells { codes count suppressed } totals { count } } } } } }"""
    seen = (await reader.data(read % figures, id=policy["id"]))["policyInput"]
    of_finding, of_figures = seen["versions"]["nodes"][0]["evidence"]["nodes"]
    assert of_finding["finding"] is None, "a finding follows its own rules"
    table = of_figures["figures"]
    counts = [cell["count"] for cell in table["cells"]]
    assert counts.count(None) >= 2, "one that is small, and one besides"
    assert {7, 8} & set(counts)
    assert not {1, 2, 3, 4} & set(counts)
    assert [one["count"] for one in table["totals"]] == [17]


async def the_agreement_is_evaluated(story: Story) -> None:
    begun = await do(
        story.office, "startEvaluation", "id promises { nodes { id promise } }", mouId=story.mou
    )
    promises = {one["promise"]: one["id"] for one in begun["promises"]["nodes"]}
    assert "Dinas membentuk satgas di setiap sekolah" in promises
    for promise in promises.values():
        await do(story.office, "answerPromise", id=promise,
                 input={"answer": "KEPT", "evidence": EVIDENCE})  # fmt: skip
    for api in (story.kpai, story.ngo):
        await do(api, "assessAgreement", id=begun["id"], recommendation="EXTEND",
                 body="Hasilnya nyata; teruskan.")  # fmt: skip
    concluded = await do(
        story.office, "concludeEvaluation", "recommendation contentHash done { what value }",
        id=begun["id"], input={"recommendation": "EXTEND", "reasons": "Target tercapai."},
    )  # fmt: skip
    assert concluded["recommendation"] == "EXTEND"
    story.made["evaluation"] = begun["id"]


async def the_agreement_is_renewed(story: Story) -> None:
    extended = await do(
        story.office, "extendMou", id=story.mou, until=day(425),
        evaluationId=story.made["evaluation"],
    )  # fmt: skip
    await conclude(extended, story.office, story.kpai, story.ngo)
    seen = await story.ngo.data(
        "query($id: ID!) { mou(id: $id) { inForce version { validUntil instrument"
        " answersEvaluation { recommendation } } } }",
        id=story.mou,
    )
    assert seen["mou"]["inForce"]
    assert seen["mou"]["version"] == {
        "validUntil": day(425), "instrument": "EXTENSION",
        "answersEvaluation": {"recommendation": "EXTEND"},
    }  # fmt: skip
