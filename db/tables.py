"""Every table, imported once, so that the metadata is whole wherever it is asked for."""

from db import (
    activity,
    client,
    credential,
    grant,
    handoff,
    inquiry,
    ledger,
    mou,
    organisation,
    rate,
    security,
    term,
    user,
)

__all__ = [
    "activity",
    "client",
    "credential",
    "grant",
    "handoff",
    "inquiry",
    "ledger",
    "mou",
    "organisation",
    "rate",
    "security",
    "term",
    "user",
]
