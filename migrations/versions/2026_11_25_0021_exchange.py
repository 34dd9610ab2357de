"""Import and export: what is known elsewhere under another number, so that importing twice doubles
nothing."""

from migrations.explaining import CLOSED_WHILE_VIEWING
from migrations.sql import run

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

UPGRADE = """
create table exchange_reference (
  id uuid primary key,
  organisation_id uuid not null
    constraint exchange_reference_organisation_id_fkey references organisation,
  kind varchar(40) not null check (kind in ('ACTIVITIES', 'ORGANISATIONS', 'MEASUREMENTS')),
  reference text not null,
  target_id uuid not null,
  created_at timestamptz not null default now(),
  constraint exchange_reference_organisation_id_kind_reference_key
    unique (organisation_id, kind, reference),
  constraint exchange_reference_organisation_id_kind_target_id_key
    unique (organisation_id, kind, target_id)
);
alter table exchange_reference enable row level security;
alter table exchange_reference force row level security;
grant select, insert on exchange_reference to rangkul_app;
create policy seen on exchange_reference for select to rangkul_app using (
  organisation_id = (select access.me()));
create policy import on exchange_reference for insert to rangkul_app with check (
  organisation_id = (select access.me())
  and access.has(case kind when 'ACTIVITIES' then 'activity:write'
                                   when 'ORGANISATIONS' then 'organisation:write'
                                   else 'result:write' end));
"""

DOWNGRADE = """
drop table exchange_reference;
"""


def upgrade() -> None:
    run(UPGRADE)
    run(CLOSED_WHILE_VIEWING)


def downgrade() -> None:
    run(DOWNGRADE)
