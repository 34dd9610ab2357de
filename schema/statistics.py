"""Statistics that identify nobody (statistik)."""

from datetime import datetime
from typing import Any

import strawberry

from auth.scopes import Scope
from db.statistics import Dataset, Dimension
from db.statistics import StatisticsRelease as ReleaseRow
from domain import statistics as rules
from domain.statistics.words import Named
from resolvers import statistics as resolve
from schema.inputs import described
from schema.relay import Connection
from schema.scopes import field, requires
from schema.vocabulary import vocabulary

READ = Scope.STATISTICS_READ

vocabulary(
    Dataset,
    {
        "HANDOFFS": "Serah terima: handoffs that were sent, by the day they were sent.",
        "ACTIVITIES": "Kegiatan bersama: activities that were announced and not called off, by the"
        " day they began.",
    },
    name="StatisticsDataset",
)
vocabulary(
    Dimension,
    {
        "REGION": "Provinsi: of the sender of a handoff, or of an activity.",
        "AGE_BAND": "Kelompok umur anak, of a handoff.",
        "CASE_CATEGORY": "Kategori kasus, of a handoff: it may have several.",
        "SERVICE": "Layanan yang diminta, of a handoff: it may have several.",
        "SENDER_TYPE": "Jenis lembaga pengirim, of a handoff.",
        "RECEIVER_TYPE": "Jenis lembaga penerima, of a handoff.",
        "URGENCY": "Tingkat kedaruratan, of a handoff.",
        "ACTIVITY_KIND": "Jenis kegiatan.",
        "LEAD_TYPE": "Jenis lembaga yang memimpin kegiatan.",
        "PARTICIPANT_TYPE": "Jenis lembaga peserta kegiatan: there may be several.",
    },
    name="StatisticsDimension",
)


@strawberry.type(
    directives=[requires(READ)], description="A period of a data set, counted once and for all."
)
class StatisticsRelease:
    id: strawberry.ID = strawberry.field(description="Of this release, to cite it.")
    dataset: Dataset = strawberry.field(description="What was counted.")
    period: str = strawberry.field(description="A month such as `2026-10`, or a year.")
    smallest_cell: int = strawberry.field(
        description="k: no figure is shown that rests on fewer cases."
    )
    method: str = strawberry.field(description="How other figures were chosen to be left out.")
    released_at: datetime = strawberry.field(description="When it was counted.")

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, ReleaseRow)


@strawberry.type(directives=[requires(READ)], description="A code, and what it is called.")
class StatisticsValue:
    code: str = strawberry.field(description="Kode; `UNSTATED` for what was left out.")
    name_id: str = strawberry.field(description="In Indonesian.")
    name_en: str = strawberry.field(description="In English.")

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, Named)


@strawberry.type(directives=[requires(READ)], description="A dimension of a table.")
class StatisticsAxis:
    dimension: Dimension = strawberry.field(description="By what it is counted.")
    values: list[StatisticsValue] = strawberry.field(description="Its codes, in order.")
    mentions: bool = strawberry.field(
        description="Whether one case may count under several codes, which then add up to more."
    )

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rules.StatisticsAxis)


@strawberry.type(directives=[requires(READ)], description="A figure, or that none is shown.")
class StatisticsFigure:
    period: str = strawberry.field(description="Of which period.")
    codes: list[str] = strawberry.field(
        description="Of what: a code of each dimension, in their order; none for the total."
    )
    count: int | None = strawberry.field(description="How many; null when it is suppressed.")
    suppressed: bool = strawberry.field(
        description="Too small to be shown, or left out so that others cannot be worked out."
        " Nobody can tell which; it may be zero."
    )

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rules.StatisticsFigure)


@strawberry.type(
    directives=[requires(READ)],
    description="Released figures. They never change, whoever asks for them and however often.",
)
class StatisticsTable:
    dataset: Dataset = strawberry.field(description="What is counted.")
    axes: list[StatisticsAxis] = strawberry.field(description="By what.")
    releases: list[StatisticsRelease] = strawberry.field(
        description="From which releases; periods that were not released are not here."
    )
    cells: list[StatisticsFigure] = strawberry.field(
        description="A figure for each period and each combination of codes."
    )
    totals: list[StatisticsFigure] = strawberry.field(
        description="All of each period, whatever was picked."
    )
    smallest_cell: int | None = strawberry.field(
        description="k: no figure rests on fewer cases; null when nothing was released."
    )
    note = field(resolve.note, scope=READ)

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rules.StatisticsTable)


described(
    rules.StatisticsPick,
    "StatisticsPick",
    {
        "dimension": "One of those the table is by.",
        "codes": "Which of its codes to show: 1 to 100.",
    },
    "Which lines of a table to show; the figures stay the same.",
)
described(
    rules.StatisticsQuery,
    "StatisticsInput",
    {
        "dataset": "What is counted.",
        "from_period": "The first month (`2026-01`) or year (`2026`).",
        "until_period": "The last one, of the same kind; up to 24 periods that were released.",
        "by": "By what: nothing, one dimension, or `REGION` and another. Months by `REGION` alone.",
        "pick": "Which codes to show.",
    },
    "Which released figures. It picks among tables that were released; nothing is computed.",
)


@strawberry.type
class StatisticsRootQuery:
    statistics = field(resolve.read, scope=READ, returns=StatisticsTable | None)
    statistics_releases = field(
        resolve.releases, scope=READ, returns=Connection[StatisticsRelease] | None
    )
