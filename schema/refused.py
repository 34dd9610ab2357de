"""`Refused`: how a mutation says no."""

from typing import Any

import strawberry

from db.enums import BasisKind
from domain.refusal import Refusal, RefusalCode
from resolvers import refusal as resolve
from schema.scopes import field


@strawberry.type(description="The request was understood and refused; nothing was changed.")
class Refused:
    code: RefusalCode = strawberry.field(description="Why, for programs. Codes keep their meaning.")
    field_: str | None = strawberry.field(
        name="field", description="Which argument, such as `input.sections[0].category`."
    )
    most: strawberry.Private[int | None] = None
    message: str = field(
        resolve.message, scope=None, description="Why, for people, by Accept-Language."
    )
    alternatives: list[BasisKind] | None = field(
        resolve.alternatives, scope=None,
        description="With GUARDIAN_CONFLICT: the other bases that may be named instead.",
    )  # fmt: skip


class RefusalHandler(strawberry.ExceptionHandler[Refusal, Refused]):
    """Turns a refusal of the rules into a member of the union, after the rollback."""

    def handle(self, exception: Refusal, *, field: Any, info: Any) -> Refused:
        if exception.code.denial:
            info.context.reading.denied(info.field_name, exception.code)
        return Refused(code=exception.code, field_=exception.field, most=exception.most)
