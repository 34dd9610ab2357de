"""Correction (pembetulan) of what a section says."""

from typing import Annotated

import strawberry

from auth.scopes import Scope
from resolvers import correction as resolve
from schema.handoff import Section
from schema.refused import Refused
from schema.scopes import mutation

SectionResult = Annotated[Section | Refused, strawberry.union("SectionResult")]


@strawberry.type
class CorrectionMutation:
    correct_section = mutation(
        resolve.correct, scope=Scope.HANDOFF_WRITE, returns=SectionResult | None
    )
