"""Resolvers of comments, decisions and documents of joint activities."""

from typing import Annotated

import strawberry

from db.meeting import ActivityComment, ActivityDecision, ActivityDocument
from db.reference import Reference
from domain import meeting
from domain.checks import LINE, PARAGRAPH, Ref
from domain.reference import MOST_REFERENCES
from resolvers.context import Info

Body = Annotated[
    str,
    strawberry.argument(description=f"1 to {PARAGRAPH:,} characters; no names of children."),
]


async def comment(info: Info, id: Ref, body: Body) -> ActivityComment:
    """Comment on an activity (komentar), as anybody who takes part, observers too."""
    async with info.context.change() as tx:
        return await meeting.comment(tx, info.context.me, id, body)


async def edit_comment(info: Info, id: Ref, body: Body) -> ActivityComment:
    """Change a comment of your own."""
    async with info.context.change() as tx:
        return await meeting.edit_comment(tx, info.context.me, id, body)


async def withdraw_comment(info: Info, id: Ref) -> ActivityComment:
    """Take back a comment of your own: its words go, that there was one stays."""
    async with info.context.change() as tx:
        return await meeting.withdraw_comment(tx, info.context.me, id)


async def decide(info: Info, id: Ref, input: meeting.DecisionDraft) -> ActivityDecision:
    """Record a decision (keputusan). A step of the lead and of co-organisers."""
    async with info.context.change() as tx:
        return await meeting.decide(tx, info.context.me, id, input)


async def add_document(info: Info, id: Ref, input: meeting.DocumentDraft) -> ActivityDocument:
    """Add a document (dokumen) with its first version; observers add none."""
    async with info.context.change() as tx:
        return await meeting.add_document(tx, info.context.me, id, input)


async def add_version(
    info: Info,
    id: Ref,
    files: Annotated[
        list[Reference],
        strawberry.argument(description=f"1 to {MOST_REFERENCES}, each with its SHA-256."),
    ],
    note: Annotated[
        str | None,
        strawberry.argument(description=f"What is new in it: up to {LINE} characters."),
    ] = None,
) -> ActivityDocument:
    """Add a version to a document; the earlier ones stay."""
    async with info.context.change() as tx:
        return await meeting.add_version(tx, info.context.me, id, files, note)
