"""What can be said of an agreement's content without a database."""

import json
from datetime import date
from itertools import permutations
from typing import Any

import pytest

from db.enums import ChildRole, DataCategory, Instrument, MouKind, Purpose
from db.ids import encode, new_id
from db.mou import MouClause, MouParty, MouVersion
from domain.checks import Ref
from domain.mou_content import ClauseDraft, MouContent, PartyDraft, _clauses, canonical, digest
from domain.refusal import Refusal, RefusalCode

ONE, OTHER = new_id(), new_id()


def draft(**change: Any) -> ClauseDraft:
    given: dict[str, Any] = {
        "discloser_id": Ref(encode("organisation", ONE)),
        "recipient_id": Ref(encode("organisation", OTHER)),
        "categories": [DataCategory.INCIDENT],
        "purposes": [Purpose.PROTECTION],
        "case_roles": [ChildRole.VICTIM],
        "legal_basis": "UU 12/2022",
        "retention_days": 30,
    }
    return ClauseDraft(**given | change)


def content(*clauses: ClauseDraft) -> MouContent:
    parties = [PartyDraft(Ref(encode("organisation", id))) for id in (ONE, OTHER)]
    return MouContent(
        "Judul", "Tujuan", "Ruang lingkup", date(2026, 1, 1), date(2026, 12, 31), parties,
        list(clauses),
    )  # fmt: skip


def refusal(*clauses: ClauseDraft) -> tuple[RefusalCode, str | None] | None:
    try:
        _clauses(content(*clauses), {ONE, OTHER})
    except Refusal as refused:
        return refused.code, refused.field
    return None


def test_two_hundred_clauses_and_not_one_more() -> None:
    many = [draft(legal_basis=str(n)) for n in range(201)]
    assert refusal(*many[:200]) is None
    assert refusal(*many) == (RefusalCode.TOO_MANY, "input.clauses")


def test_clauses_contradict_whichever_stands_first() -> None:
    clauses = [
        draft(retention_days=30, categories=[DataCategory.INCIDENT, DataCategory.HEALTH]),
        draft(retention_days=60, categories=[DataCategory.HEALTH, DataCategory.LEGAL]),
        draft(retention_days=90, categories=[DataCategory.LEGAL]),
    ]
    for order in permutations(clauses):
        found = refusal(*order)
        assert found is not None
        assert found[0] is RefusalCode.CLAUSES_CONTRADICT


@pytest.mark.parametrize(
    ("until", "start", "contradict"),
    [
        (date(2026, 6, 30), date(2026, 7, 1), False),
        (date(2026, 6, 30), date(2026, 6, 30), True),
        (None, date(2026, 12, 31), True),
        (date(2026, 1, 1), None, True),
    ],
)
def test_clauses_one_after_the_other_do_not_contradict(
    until: date | None, start: date | None, contradict: bool
) -> None:
    found = refusal(draft(valid_until=until), draft(valid_from=start, retention_days=60))
    assert (found is not None) == contradict


def version(**change: Any) -> MouVersion:
    given: dict[str, Any] = {
        "mou_id": ONE, "number": 1, "instrument": Instrument.ORIGINAL, "title": "Judul",
        "purpose": "Tujuan", "scope": "Lingkup", "valid_from": date(2026, 1, 1),
        "valid_until": date(2026, 12, 31), "notice_days": 0,
    }  # fmt: skip
    return MouVersion(**given | change)


def test_the_canonical_form_and_its_digest_are_fixed() -> None:
    """Signatures already given rest on these bytes: a change here breaks every one of them."""
    parties = [MouParty(organisation_id=ONE, covers_branches=True)]
    clauses = [
        MouClause(
            number=1, discloser_id=ONE, recipient_id=OTHER, categories=["LEGAL", "HEALTH"],
            purposes=["PROTECTION"], case_roles=["VICTIM"], onward_sharing=False,
            retention_days=30, legal_basis="UU",
        )
    ]  # fmt: skip
    text = canonical(MouKind.MEMORANDUM, None, version(title='"é"\n😀'), parties, clauses)
    expected = (
        '{"clauses":[{"case_roles":["VICTIM"],"categories":["HEALTH","LEGAL"],'
        f'"discloser":"{ONE}","legal_basis":"UU","number":1,"onward_sharing":false,'
        f'"purposes":["PROTECTION"],"recipient":"{OTHER}","retention_days":30,'
        '"valid_from":null,"valid_until":null}],"confidentiality":null,"disputes":null,'
        '"evaluation":null,"extension":null,"instrument":"ORIGINAL","kind":"MEMORANDUM",'
        f'"mou":"{ONE}","notice_days":0,"obligations":null,"parent":null,'
        f'"parties":[{{"covers_branches":true,"organisation":"{ONE}"}}],"purpose":"Tujuan",'
        '"scope":"Lingkup","takes_effect_on":null,"termination":null,'
        '"title":"\\"é\\"\\n😀","valid_from":"2026-01-01","valid_until":"2026-12-31","version":1}'
    )
    assert text == expected
    assert json.loads(text)["parent"] is None
    assert digest("{}") == (
        "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    )
