"""On what the cases of the seeded world rest: consent, where it is given freely, or what law says.

A guardian who is the reported person is asked nothing (UU PDP article 25): those cases rest on a
task by law, and one of them shows how a consent falls when it comes out who gave it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from api.seed.sections import Child
from api.seed.shapes import Route
from db.enums import BasisKind, DataCategory, Purpose, Relation
from domain.basis import BasisDraft, GiverDraft
from domain.handoff import SectionDraft
from domain.suspect import SuspectDraft

EVERY = list(DataCategory)
DUTIES = {
    "KPAI": "UU 35/2014 pasal 76",
    "KPAD": "UU 35/2014 pasal 76",
    "UPTD_PPA": "UU 12/2022 pasal 76",
    "POLICE_PPA": "UU 12/2022 pasal 42",
    "LPSK": "UU 31/2014 pasal 12A",
    "HOSPITAL": "UU 17/2023 pasal 4",
    "DINAS_SOSIAL": "UU 12/2022 pasal 76",
    "DINAS_PPPA": "UU 12/2022 pasal 76",
    "SCHOOL": "UU 35/2014 pasal 54",
    "EDUCATION_OFFICE": "UU 35/2014 pasal 54",
}
_ASK = ("UPTD_PPA", "HOSPITAL", "COMMUNITY_PROVIDER")
"""Who gives services, and asks before it hands a child on to another one."""
_TRUSTED = {"Ibu": Relation.MOTHER, "Kakek": Relation.GUARDIAN, "Nenek": Relation.GUARDIAN}


def duty(type: str, categories: Iterable[DataCategory]) -> BasisDraft:
    """What the law has an organisation of this kind do."""
    source = DUTIES.get(type, "UU 35/2014 pasal 72")
    kind = BasisKind.PUBLIC_TASK if type in DUTIES else BasisKind.VITAL_INTEREST
    return BasisDraft(kind, sorted(set(categories)), legal_source=source)


def duties(type: str, sections: Sequence[SectionDraft]) -> list[BasisDraft]:
    """The same for the sections that are written, if any are."""
    return [duty(type, [s.category for s in sections])] if sections else []


def first_bases(
    type: str, route: Route, child: Child, now: datetime, steps: Sequence[str]
) -> list[BasisDraft]:
    """On what a handoff is sent: consent for a service, and otherwise a duty."""
    if "suspect" in steps:
        return [_consent(Relation.STEP_PARENT, suspected(child).name, child, now)]
    relation = _TRUSTED.get(child.story.trusted)
    service = route.purpose is Purpose.SERVICE_DELIVERY and type in _ASK
    if "withdraw" in steps or (service and relation and not child.story.guardian_suspected):
        name = f"{child.story.trusted} Contoh-{child.n}"
        return [_consent(relation or Relation.MOTHER, name, child, now)]
    return [duty(type, EVERY)]


def suspected(child: Child) -> SuspectDraft:
    """The guardian of whom it comes out."""
    return SuspectDraft(Relation.STEP_PARENT, f"Wali Contoh-{child.n}")


def _consent(relation: Relation, name: str | None, child: Child, now: datetime) -> BasisDraft:
    return BasisDraft(
        BasisKind.CONSENT,
        EVERY,
        giver=GiverDraft(relation, name),
        given_at=now - timedelta(hours=1),
        document_hash=f"{child.n:064x}",
    )
