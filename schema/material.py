"""Materials (materi) of public education."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from auth.scopes import Scope
from db import material as rows
from db.organisation import Organisation as OrganisationRow
from domain import material as rules
from resolvers import material as resolve
from schema.inputs import described
from schema.organisation import Organisation
from schema.reference import Reference
from schema.refused import Refused
from schema.relay import Connection, Node, many, one
from schema.scopes import field, mutation, requires
from schema.vocabulary import vocabulary

READ, WRITE = Scope.ACTIVITY_READ, Scope.ACTIVITY_WRITE

vocabulary(
    rows.Topic,
    {
        "RIGHTS": "Children's rights (hak anak).",
        "DANGER": "What sexual violence is and does (bahaya kekerasan seksual).",
        "PREVENTION": "Preventing it (pencegahan).",
        "HOW_TO_REPORT": "How and where to report (cara melapor).",
        "BODY_SAFETY": "Safety of one's own body (keamanan tubuh).",
        "DIGITAL_SAFETY": "Safety online (keamanan di ruang digital).",
        "PARENTING": "Parenting and care (pengasuhan).",
        "SERVICES": "Services for victims (layanan bagi korban).",
        "LAW": "The law (peraturan perundang-undangan).",
    },
)
vocabulary(
    rows.Audience,
    {
        "CHILDREN": "Children (anak), by age.",
        "PARENTS": "Parents and guardians (orang tua dan wali).",
        "EDUCATORS": "Teachers and staff of schools (pendidik dan tenaga kependidikan).",
        "OFFICERS": "Officers and service workers (aparat dan petugas layanan).",
        "COMMUNITY_LEADERS": "Community and religious leaders (tokoh masyarakat dan agama).",
        "PUBLIC": "The public (masyarakat umum).",
    },
)


@strawberry.type(
    directives=[requires(READ)],
    description="A material as it was written once; one that was used stays as it was.",
)
class MaterialVersion(Node):
    number: int = strawberry.field(description="From 1.")
    languages: list[str] = strawberry.field(description="Tags of BCP 47: `id`, `jv`, `su`, `en`.")
    files: list[Reference] = strawberry.field(description="Where it can be read or seen.")
    note: str | None = strawberry.field(description="What is new.")
    published_at: datetime | None = strawberry.field(description="Since when everybody may use it.")
    created_at: datetime = strawberry.field(description="When it was added.")
    material = one(
        rows.Material, "material_id",
        Annotated["Material", strawberry.lazy("schema.material")] | None, scope=READ,
        description="Of which material.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.MaterialVersion)


@strawberry.type(
    directives=[requires(READ)],
    description="A leaflet, film, module or poster (materi) that an organisation keeps.",
)
class Material(Node):
    title: str = strawberry.field(description="Judul.")
    topics: list[rows.Topic] = strawberry.field(description="About what.")
    audiences: list[rows.Audience] = strawberry.field(description="For whom.")
    created_at: datetime = strawberry.field(description="When it was added.")
    organisation = one(
        OrganisationRow, "organisation_id", Organisation | None, scope=READ,
        description="Who keeps it.",
    )  # fmt: skip
    versions = many(
        rows.MaterialVersion.material_id, rules.BY_NUMBER, Connection[MaterialVersion], scope=READ,
        description="Its versions that you may see, newest first.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.Material)


described(
    rules.MaterialVersionDraft,
    "MaterialVersionInput",
    {
        "languages": "Tags of BCP 47, up to 20: `id`, `jv`, `su`, `en`.",
        "files": "Where it can be read or seen: one to 20.",
        "note": "What is new, up to 4,000 characters.",
    },
)
described(
    rules.NewMaterial,
    "MaterialInput",
    {
        "title": "Up to 200 characters.",
        "topics": "About what.",
        "audiences": "For whom.",
        "version": "Its first version.",
    },
)
described(
    rules.MaterialFilter,
    "MaterialFilter",
    {
        "topics": "About any of these.",
        "audiences": "For any of these.",
        "language": "With a version in this language, a tag of BCP 47.",
        "organisation_id": "Kept by this organisation.",
        "title": "With these words in its title.",
    },
)
MaterialResult = Annotated[Material | Refused, strawberry.union("MaterialResult")]
MaterialVersionResult = Annotated[
    MaterialVersion | Refused, strawberry.union("MaterialVersionResult")
]


@strawberry.type
class MaterialQuery:
    material = field(resolve.one, scope=READ, returns=Material | None)
    materials = field(resolve.listed, scope=READ, returns=Connection[Material] | None)


@strawberry.type
class MaterialMutation:
    add_material = mutation(resolve.add, scope=WRITE, returns=MaterialResult | None)
    add_material_version = mutation(resolve.add_version, scope=WRITE, returns=MaterialResult | None)
    publish_material_version = mutation(
        resolve.publish, scope=WRITE, returns=MaterialVersionResult | None
    )
