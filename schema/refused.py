"""`Refused`: how a mutation says no."""

from typing import Any

import strawberry

from db.enums import BasisKind
from domain.refusal import Refusal, RefusalCode
from resolvers import refusal as resolve
from schema.scopes import field


@strawberry.type(description="One of the things that are wrong with an input.")
class Problem:
    code: RefusalCode = strawberry.field(description="Why, for programs.")
    field_: str | None = strawberry.field(name="field", description="Which argument.")
    most: strawberry.Private[int | None] = None
    message: str = field(
        resolve.message, scope=None, description="Why, for people, by Accept-Language."
    )


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
    problems: list[Problem] = strawberry.field(
        description="All that is wrong, in order, the first being this one. Most steps stop at the"
        " first; answers to a questionnaire are checked as a whole."
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
        return Refused(
            code=exception.code,
            field_=exception.field,
            most=exception.most,
            problems=[
                Problem(code=one.code, field_=one.field, most=one.most)
                for one in (exception, *exception.after)
            ],
        )
