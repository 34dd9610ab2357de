"""References to what is kept elsewhere."""

import strawberry

from db.reference import Reference as ReferenceRow
from domain.reference import MOST_REFERENCES
from schema.inputs import described


@strawberry.type(description="Something kept elsewhere: its title, its address, its hash.")
class Reference:
    title: str = strawberry.field(description="What it is.")
    url: str = strawberry.field(description="Where it can be read: an https address.")
    sha256: str | None = strawberry.field(
        description="SHA-256 of the file in hex: whether it is still the same."
    )


described(
    ReferenceRow,
    "ReferenceInput",
    {
        "title": "What it is, up to 200 characters.",
        "url": "An https address, up to 2,048 characters, without a password in it.",
        "sha256": "SHA-256 of the file in lower-case hex, if it is to be known again.",
    },
    f"Something kept elsewhere; up to {MOST_REFERENCES} in a list.",
)
