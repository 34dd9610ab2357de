"""Resolvers of previews."""

from domain import preview
from domain.preview import AgreementChange, AgreementPreview
from resolvers.context import Info


async def of_change(info: Info, input: AgreementChange) -> AgreementPreview:
    """What a change of an agreement would open and close, before anybody signs it (pratinjau).

    For its parties, its drafter and KPAI administrators. Nothing is changed.
    """
    async with info.context.transaction() as tx:
        return await preview.preview(tx, info.context.me, input)
