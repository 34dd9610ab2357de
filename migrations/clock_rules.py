"""Statutory clocks as dated rules: how many hours, from what event, by which law."""

from datetime import date

import sqlalchemy as sa

from db.ids import new_id
from migrations.terms import HOUSE, START, TABLE, TPKS_FROM

PDP_FROM = date(2024, 10, 17)
"""UU 27/2022 gave everybody two years from 17 October 2022."""

RULES: list[tuple[str, str, str, int, str, date]] = [
    (
        "REPORT_TO_POLICE",
        "Laporan ke kepolisian paling lama 3x24 jam sejak laporan korban diterima",
        "Report to police within 3x24 hours of the victim's report",
        72,
        "UU 12/2022 pasal 41",
        TPKS_FROM,
    ),
    (
        "WITHDRAWAL_ACKNOWLEDGEMENT",
        "Penghentian pemrosesan paling lama 3x24 jam sejak penarikan persetujuan",
        "Processing stops within 3x24 hours of the withdrawal of consent",
        72,
        "UU 27/2022 pasal 40",
        PDP_FROM,
    ),
    (
        "DATA_REQUEST",
        "Jawaban atas permintaan subjek data paling lama 3x24 jam",
        "A request of the data subject is answered within 3x24 hours",
        72,
        "UU 27/2022 pasal 30, 41",
        PDP_FROM,
    ),
    (
        "EMERGENCY_REVIEW",
        "Tinjauan akses darurat paling lama 3x24 jam",
        "An emergency access is reviewed within 3x24 hours",
        72,
        HOUSE,
        START,
    ),
]

HOURS = """
alter table term drop constraint term_kind_check, add constraint term_kind_check check (kind in (
  'ORGANISATION_TYPE', 'CASE_CATEGORY', 'SERVICE', 'RESPONSE_TIME', 'STATUTORY_CLOCK'));

create function access.hours_for(code text, at timestamptz) returns interval
language sql stable parallel safe
return (select make_interval(hours => t.hours) from term t
        where t.kind = 'STATUTORY_CLOCK' and t.code = hours_for.code
          and (hours_for.at at time zone 'Asia/Jakarta')::date
              between t.valid_from and coalesce(t.valid_until, 'infinity')
        order by t.valid_from desc limit 1);
comment on function access.hours_for(text, timestamptz) is
  'How long there was, by the rule that held when the clock started; null when none did.';
revoke execute on function access.hours_for(text, timestamptz) from public;
grant execute on function access.hours_for(text, timestamptz) to rangkul_app;
"""

UNDO_HOURS = """
drop function access.hours_for(text, timestamptz);
delete from term where kind = 'STATUTORY_CLOCK';
alter table term drop constraint term_kind_check, add constraint term_kind_check check (kind in (
  'ORGANISATION_TYPE', 'CASE_CATEGORY', 'SERVICE', 'RESPONSE_TIME'));
"""


def insert_clock_rules(connection: sa.Connection) -> None:
    rows = [
        {
            "id": new_id(), "kind": "STATUTORY_CLOCK", "code": code, "name_id": indonesian,
            "name_en": english, "source": source, "hours": hours, "valid_from": start,
            "valid_until": None,
        }
        for code, indonesian, english, hours, source, start in RULES
    ]  # fmt: skip
    connection.execute(sa.insert(TABLE), rows)
