"""Every table, imported once, so that the metadata is whole wherever it is asked for."""

from db import activity, client, handoff, inquiry, mou, organisation, rate, term

__all__ = ["activity", "client", "handoff", "inquiry", "mou", "organisation", "rate", "term"]
