"""What PostGraphile is asked, in its own words, so that it answers what `benchmarks.queries` asks.

Only arguments differ: PostGraphile says which page and in which order where we have defaults, and
whose inbox it is by a condition. Names are the same, so an answer needs nothing done to it.
"""

import re

from benchmarks import queries
from benchmarks.servers import READER

_INBOX = (
    f'allHandoffs(condition: {{receiverId: "{READER}"}}, orderBy: [LISTED_AT_DESC, ROW_ID_DESC]'
)
_INSTEAD = (
    ("handoffs(box: INBOX", f"handoffs: {_INBOX}"),
    ("events(last: 4)", "events(orderBy: [CREATED_AT_ASC, ROW_ID_ASC], last: 4)"),
    ("sections {", "sections(first: 20) {"),
    ("$input: HandoffInput!", "$input: SendHandoffInput!"),
    ("... on Handoff {", "... on SentHandoff {"),
    ("... on Refused { code field }", ""),
)


def _asked(document: str) -> str:
    for ours, theirs in _INSTEAD:
        document = document.replace(ours, theirs)
    return re.sub(r"\s+", " ", document).strip()


DOCUMENTS = {
    "one": _asked(queries.ONE),
    "page": _asked(queries.PAGE),
    "scalars": _asked(queries.SCALARS),
    "send": _asked(queries.SEND),
}
