"""Statistics that identify nobody: releases of counts, with what could identify left out.

What is counted is read by one function, in codes and without ids, that only whoever migrates may
execute: no request of the API comes there. The API's role sees released cells alone; and a cell that
is suppressed is not there, for anybody.
"""

from migrations.explaining import CLOSED_WHILE_VIEWING
from migrations.sql import run

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

AGE = """
alter table handoff add column child_age_band varchar(40) check (child_age_band in
  ('AGE_0_5', 'AGE_6_9', 'AGE_10_12', 'AGE_13_15', 'AGE_16_17'));
"""

TABLES = """
-- A period of a data set, counted once and never again.
create table statistics_release (
  id uuid primary key,
  dataset varchar(40) not null check (dataset in ('HANDOFFS', 'ACTIVITIES')),
  period text not null check (period ~ '^[0-9]{4}(-(0[1-9]|1[0-2]))?$'),
  smallest_cell integer not null check (smallest_cell >= access.smallest_cell()),
  method text not null,
  released_at timestamptz not null default clock_timestamp(),
  constraint statistics_release_dataset_period_key unique (dataset, period)
);

-- What a release says of a region ('' for all of them) and a code of one further dimension (''
-- for all). What is not here is suppressed, or zero, or both: there is no telling.
create table statistics_cell (
  release_id uuid not null constraint statistics_cell_release_id_fkey
    references statistics_release,
  region text not null,
  dimension varchar(40) not null,
  code text not null,
  count integer not null check (count >= access.smallest_cell()),
  primary key (release_id, region, dimension, code),
  check ((dimension = '') = (code = ''))
);

-- What a month counted, in codes, so that its year counts the same and not what was corrected
-- since; gone when the year is released.
create table statistics_row (
  release_id uuid not null constraint statistics_row_release_id_fkey
    references statistics_release,
  number integer not null,
  subject bigint not null,
  codes jsonb not null,
  primary key (release_id, number)
);
"""

COUNTED = """
create function access.statistics_rows(dataset text, since date, until date)
returns table (subject bigint, codes jsonb) language plpgsql stable rows 1000
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  start timestamptz := since::timestamp at time zone 'Asia/Jakarta';
  ending timestamptz := (until + 1)::timestamp at time zone 'Asia/Jakarta';
begin
  if dataset = 'HANDOFFS' then
    return query
    select hashtextextended(h.case_id::text, 0), jsonb_build_object(
      'REGION', jsonb_build_array(coalesce(left(s.region_code, 2), 'UNSTATED')),
      'AGE_BAND', jsonb_build_array(coalesce(h.child_age_band, 'UNSTATED')),
      'URGENCY', jsonb_build_array(h.urgency),
      'SENDER_TYPE', jsonb_build_array(s.type_code),
      'RECEIVER_TYPE', jsonb_build_array(r.type_code),
      'CASE_CATEGORY', case h.case_categories when '{}' then '["UNSTATED"]'
                       else to_jsonb(h.case_categories) end,
      'SERVICE', case h.services when '{}' then '["UNSTATED"]' else to_jsonb(h.services) end)
    from handoff h
    join organisation s on s.id = h.sender_id
    join organisation r on r.id = h.receiver_id
    where h.requested_at >= start and h.requested_at < ending;
  else
    return query
    select hashtextextended(a.id::text, 0), jsonb_build_object(
      'REGION', jsonb_build_array(coalesce(left(a.region_code, 2), 'UNSTATED')),
      'ACTIVITY_KIND', jsonb_build_array(a.kind),
      'LEAD_TYPE', jsonb_build_array(l.type_code),
      'PARTICIPANT_TYPE', coalesce(
        (select jsonb_agg(distinct o.type_code)
         from activity_participant p join organisation o on o.id = p.organisation_id
         where p.activity_id = a.id and p.status = 'ACCEPTED'), '["UNSTATED"]'))
    from joint_activity a
    join organisation l on l.id = a.lead_id
    where a.starts_at >= start and a.starts_at < ending
      and a.announced_at is not null and a.status <> 'CANCELLED';
  end if;
end $$;
comment on function access.statistics_rows(text, date, date) is
  'What is counted of a period: codes of each handoff that was sent, or each activity that began.'
  ' Nothing in it names anybody; `subject` tells only which rows are of one case.';

create function access.statistics_since(dataset text) returns date language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return case when dataset = 'HANDOFFS'
    then (select min(h.requested_at) at time zone 'Asia/Jakarta' from handoff h)
    else (select min(a.starts_at) at time zone 'Asia/Jakarta' from joint_activity a
          where a.announced_at is not null and a.status <> 'CANCELLED') end;
end $$;
comment on function access.statistics_since(text) is 'The first day on which there is a row.';

do $$ declare f text; begin
  foreach f in array array['statistics_rows(text, date, date)', 'statistics_since(text)'] loop
    execute format('alter function access.%s owner to rangkul_rules', f);
    execute format('revoke execute on function access.%s from public', f);
    -- Whoever migrates releases (`rangkul statistics`), and nobody else.
    execute format('grant execute on function access.%s to current_user', f);
  end loop;
end $$;
"""

POLICIES = """
do $$ declare t text; begin
  foreach t in array array['statistics_release', 'statistics_cell', 'statistics_row'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy operator on %I to current_user using (true)', t);
  end loop;
  foreach t in array array['statistics_release', 'statistics_cell'] loop
    execute format('grant select on %I to rangkul_app', t);
    execute format('create policy released on %I for select to rangkul_app using ('
                   '(select access.has(''statistics:read'')))', t);
  end loop;
end $$;
"""

DOWNGRADE = """
drop table statistics_row, statistics_cell, statistics_release;
drop function access.statistics_rows(text, date, date), access.statistics_since(text);
alter table handoff drop column child_age_band;
"""


def upgrade() -> None:
    run(AGE)
    run(TABLES)
    run(COUNTED)
    run(POLICIES)
    run(CLOSED_WHILE_VIEWING)


def downgrade() -> None:
    run(DOWNGRADE)
