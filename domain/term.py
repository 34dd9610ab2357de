"""The dated vocabularies."""

from datetime import timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.enums import TermKind, Urgency
from db.term import Term
from domain.paging import Order

ORDER = Order(("id",))


def listed(kind: TermKind, include_past: bool) -> Select[Term]:
    """The words of one vocabulary that hold today, or all it ever had."""
    statement = select(Term).where(Term.kind == kind)
    if not include_past:
        today = func.access.today()
        statement = statement.where(
            Term.valid_from <= today, or_(Term.valid_until.is_(None), Term.valid_until >= today)
        )
    return statement


async def response_time(tx: AsyncSession, urgency: Urgency) -> timedelta:
    """How long the receiver has to answer, by the rule that holds today."""
    rule = listed(TermKind.RESPONSE_TIME, include_past=False).where(Term.code == urgency)
    hours = (await tx.scalars(rule.order_by(Term.valid_from.desc()).limit(1))).one().hours
    return timedelta(hours=hours or 0)
