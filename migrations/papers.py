"""What counts of an agreement today, asked at once; and the clauses and grants that rest on it. Part
of 0023.
"""

from importlib import import_module

from migrations.disclosing import RULES
from migrations.former import former
from migrations.preview import SUPPOSING

PAPERS = """
-- Without a sub-select, so that PostgreSQL puts it where it is asked.
create or replace function access.supposed(mou uuid) returns jsonb language sql stable parallel safe
return case
  when nullif(current_setting('app.supposed', true), '')::jsonb ->> 'mou' = mou::text
  then current_setting('app.supposed')::jsonb end;

-- All that is asked of an agreement by itself. What is computed by a condition with a query in it
-- stands apart, since PL/pgSQL would take the whole for a query.
create function access.mou_paper(mou uuid, out version_id uuid, out status text,
                                 out parent_id uuid)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  today date := access.today();
  supposed jsonb := access.supposed(mou);
  paper record;
begin
  select m.parent_id, m.terminated_on, m.suspended_at, v.id, v.valid_from, v.valid_until into paper
  from mou m
  left join lateral (
    select x.id, x.valid_from, x.valid_until from mou_version x
    where x.mou_id = m.id and x.stage = 'SIGNED' and x.in_force_from <= today
    order by x.number desc limit 1) v on true
  where m.id = mou;
  if supposed is not null then
    paper.terminated_on := coalesce((supposed ->> 'terminated_on')::date, paper.terminated_on);
    paper.suspended_at := coalesce((supposed ->> 'suspended_at')::timestamptz, paper.suspended_at);
    if supposed ? 'version' then
      paper.id := (supposed ->> 'version')::uuid;
      paper.valid_from := (supposed ->> 'valid_from')::date;
      paper.valid_until := (supposed ->> 'valid_until')::date;
    end if;
  end if;
  version_id := paper.id;
  parent_id := paper.parent_id;
  if paper.terminated_on <= today then
    status := 'TERMINATED';
  elsif paper.id is null then  -- no version counts yet: the paper's own stage
    status := coalesce(
      (select 'SIGNED' where exists (
         select from mou_version v where v.mou_id = mou and v.stage = 'SIGNED')),
      (select v.stage from mou_version v where v.mou_id = mou order by v.number desc limit 1));
  else
    status := case when paper.valid_from > today then 'SIGNED'  -- counts already, begins later
                   when paper.valid_until < today then 'EXPIRED'
                   when paper.suspended_at is not null then 'SUSPENDED'
                   else 'ACTIVE' end;
  end if;
end $$;
comment on function access.mou_paper(uuid) is
  'Of an agreement today: the version that counts, its state, and what it stands under.';

create or replace function access.mou_version_in_force(mou uuid) returns uuid
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return (access.mou_paper(mou)).version_id;
end $$;

create or replace function access.mou_status(mou uuid) returns text language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return (access.mou_paper(mou)).status;
end $$;

create or replace function access.mou_in_force(mou uuid) returns boolean language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  above uuid := mou;
  paper record;
begin
  while above is not null loop
    paper := access.mou_paper(above);
    if paper.status is distinct from 'ACTIVE' then
      return false;
    end if;
    above := paper.parent_id;
  end loop;
  return mou is not null;
end $$;

create or replace function access.live_clauses(recipient uuid, mou uuid default null)
returns table (mou_id uuid, version_id uuid, number integer, discloser_id uuid,
               discloser_covers_branches boolean, categories text[], purposes text[],
               case_roles text[], retention_days integer, onward_sharing boolean)
language plpgsql stable rows 20
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  path uuid[] := (select o.path from organisation o where o.id = recipient);
begin
  return query
  select c.mou_id, c.version_id, c.number, c.discloser_id, c.discloser_covers, c.categories,
         c.purposes, c.case_roles, c.retention_days, c.onward_sharing
  from (
    select v.mou_id, v.id as version_id, c.number, c.discloser_id,
           d.covers_branches as discloser_covers, c.recipient_id,
           r.covers_branches as recipient_covers, c.categories, c.purposes, c.case_roles,
           coalesce(c.valid_from, v.valid_from) as valid_from,
           coalesce(c.valid_until, v.valid_until) as valid_until,
           c.retention_days, c.onward_sharing
    from mou_clause c
    join mou_version v on v.id = c.version_id
    join mou_party r on r.version_id = v.id and r.organisation_id = c.recipient_id
    join mou_party d on d.version_id = v.id and d.organisation_id = c.discloser_id
    where c.recipient_id = any (path) and v.stage = 'SIGNED' and (mou is null or v.mou_id = mou)
    union all
    select * from access.supposed_clauses() s
    where s.recipient_id = any (path) and (mou is null or s.mou_id = mou)
  ) c
  -- offset 0: an agreement's state is asked last, and once, of the few that are left.
  cross join lateral (select access.mou_paper(c.mou_id) as now offset 0) p
  where (c.recipient_id = recipient or c.recipient_covers)
    and access.today() between c.valid_from and c.valid_until
    and c.version_id = (p.now).version_id and (p.now).status = 'ACTIVE'
    and ((p.now).parent_id is null or access.mou_in_force((p.now).parent_id));
end $$;

-- Of several clauses with one key the last one stays, and that lets it be kept longest.
create or replace function access.my_grants() returns jsonb language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return coalesce((
    select jsonb_object_agg(
      concat(c.mou_id, reach, c.discloser_id, category, purpose, case_role), c.retention_days
      order by c.retention_days)
    from access.live_clauses(access.me()) c
    cross join unnest(c.categories) category
    cross join unnest(c.purposes) purpose
    cross join unnest(c.case_roles) case_role
    cross join unnest(
      case when c.discloser_covers_branches then '{=,<}'::text[] else '{=}' end) reach
  ), '{}');
end $$;

alter function access.mou_paper(uuid) owner to rangkul_rules;
revoke execute on function access.mou_paper(uuid) from public;
grant execute on function access.mou_paper(uuid) to rangkul_rules;
"""

_MOU = import_module("migrations.versions.2026_11_25_0003_mou").RULES
UNDO_PAPERS = f"""
{former(RULES, "live_clauses", "my_grants")}
{former(_MOU, "mou_in_force")}
{former(SUPPOSING, "mou_version_in_force", "mou_status")}
create or replace function access.supposed(mou uuid) returns jsonb language sql stable parallel safe
return (select s from (select nullif(current_setting('app.supposed', true), '')::jsonb) as x (s)
        where s ->> 'mou' = supposed.mou::text);
drop function access.mou_paper(uuid);
"""
