"""How content ends: the time of keeping, holds, requests in the child's name, and correction.

The API can delete and change no body by itself. It may ask `access.destroy_due` to destroy what is
over, which decides that by itself; it may answer a request, and a trigger carries out what was
granted; and an author corrects its own words by `access.correct_section`. Part of revision 0009.
"""

RETENTION = """
alter table data_request drop column details_sealed,
  add column due_at timestamptz not null, add column lift_reason text,
  add constraint data_request_lifted_check check ((status = 'LIFTED') = (lift_reason is not null)),
  add constraint data_request_refused_check check (status <> 'REFUSED' or answer is not null);
create index data_request_due_at_idx on data_request (due_at) where status = 'OPEN';
grant update (lift_reason) on data_request to rangkul_app;

-- A row of its own, since it may name people: who may not know them never comes by it.
create table data_request_details (
  id uuid primary key constraint data_request_details_id_fkey references data_request,
  sealed bytea not null
);
alter table data_request_details enable row level security;
alter table data_request_details force row level security;
grant select, insert on data_request_details to rangkul_app;
create policy seen on data_request_details for select to rangkul_app using (
  (select access.has('handoff:read')) and (select access.has('handoff:identity'))
  and exists (select from data_request r where r.id = data_request_details.id));
create policy ask on data_request_details for insert to rangkul_app with check (
  (select access.has('handoff:write'))
  and exists (select from data_request r
              where r.id = data_request_details.id and r.status = 'OPEN'
                and r.opened_by = (select access.me())));

-- What the functions below write, and nothing else does.
grant delete, update (sealed, sealed_key) on handoff_section_body to rangkul_rules;
grant update (corrected_at, destroyed_at, destruction) on handoff_section to rangkul_rules;
grant update (wrapped, destroyed_at) on case_file to rangkul_rules;
grant update (updated_at) on handoff to rangkul_rules;
grant insert on handoff_event to rangkul_rules;
create policy rules_destroy on handoff_section_body for delete to rangkul_rules using (true);
create policy rules_correct on handoff_section_body for update to rangkul_rules using (true);
create policy rules_mark on handoff_section for update to rangkul_rules using (true);
create policy rules_destroy on case_file for update to rangkul_rules using (true);
create policy rules_touch on handoff for update to rangkul_rules using (true);
create policy rules_add on handoff_event for insert to rangkul_rules with check (true);

create function access.held(case_id uuid) returns boolean language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return exists (select from legal_hold l where l.case_id = held.case_id and l.lifted_at is null);
end $$;
comment on function access.held(uuid) is 'Whether a legal hold stands on a case.';

create function access.retention_days(mou uuid, discloser uuid, recipient uuid, category text,
                                      purpose text, case_role text)
returns integer language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return (
    select max(c.retention_days)
    from mou_version v
    join mou_clause c on c.version_id = v.id
    join mou_party d on d.version_id = v.id and d.organisation_id = c.discloser_id
    join mou_party r on r.version_id = v.id and r.organisation_id = c.recipient_id
    join organisation giver on giver.id = discloser
    join organisation reader on reader.id = recipient
    where v.mou_id = mou and v.stage = 'SIGNED'
      and v.in_force_from <= (now() at time zone 'Asia/Jakarta')::date  -- never a supposed day
      and (c.discloser_id = giver.id or d.covers_branches and c.discloser_id = any (giver.path))
      and (c.recipient_id = reader.id or r.covers_branches and c.recipient_id = any (reader.path))
      and retention_days.category = any (c.categories)
      and retention_days.purpose = any (c.purposes)
      and retention_days.case_role = any (c.case_roles)
    group by v.number order by v.number desc limit 1);
end $$;
comment on function access.retention_days(uuid, uuid, uuid, text, text, text) is
  'How long the newest version that has come and has such a clause lets it be kept, live or not.';

-- Content is kept as long as any handoff keeps it: the one it was written in, and those by which it
-- was passed on, each by its own clause from its own end. A draft keeps nothing.
create function access.retention(at timestamptz, cases uuid[] default null)
returns table (section_id uuid, case_id uuid, mou_id uuid, author_id uuid, reader_id uuid,
               category text, over_at timestamptz, unruled boolean)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
  return query
  with soonest as materialized (
    select v.mou_id, min(c.retention_days) as days
    from mou_version v join mou_clause c on c.version_id = v.id group by v.mou_id
  ), origin as materialized (
    select s.id, s.author_id, s.category, h.id as handoff_id, h.case_id, h.mou_id, h.purpose,
           h.child_role, h.ended_at,
           case when s.author_id = h.sender_id then h.receiver_id else h.sender_id end as reader_id
    from handoff h
    join handoff_section s on s.handoff_id = h.id
    left join soonest m on m.mou_id = h.mou_id
    where s.source_id is null and s.destroyed_at is null
      and h.ended_at <= retention.at - make_interval(days => coalesce(m.days, 0))
      and (retention.cases is null or h.case_id = any (retention.cases))
  ), hop as materialized (
    select o.id, o.mou_id, o.author_id as giver_id, o.reader_id, o.category, o.purpose,
           o.child_role, o.ended_at
    from origin o
    union all
    select o.id, h.mou_id, h.sender_id, h.receiver_id, o.category, h.purpose, h.child_role,
           h.ended_at
    from origin o
    join handoff_section s on s.origin_id = o.id and s.destroyed_at is null
    join handoff h on h.id = s.handoff_id and h.requested_at is not null
  ), rule as materialized (
    select d.*, access.retention_days(
      d.mou_id, d.giver_id, d.reader_id, d.category, d.purpose, d.child_role) as days
    from (select distinct p.mou_id, p.giver_id, p.reader_id, p.category, p.purpose, p.child_role
          from hop p) d
  ), ending as (
    select p.id, bool_or(r.days is null) as unruled,
           case when bool_and(p.ended_at is not null and r.days is not null)
                then max(access.kept_until(p.ended_at, r.days)) end as over_at
    from hop p
    join rule r on (r.mou_id, r.giver_id, r.reader_id, r.category, r.purpose, r.child_role)
                 = (p.mou_id, p.giver_id, p.reader_id, p.category, p.purpose, p.child_role)
    group by p.id
  )
  select o.id, o.case_id, o.mou_id, o.author_id, o.reader_id, o.category::text, e.over_at,
         e.unruled
  from origin o join ending e on e.id = o.id
  where e.unruled or e.over_at <= retention.at;
end $$;
comment on function access.retention(timestamptz, uuid[]) is
  'The sections whose time of keeping is over by then, held or not; and those without a clause.';

create function access.spent_cases(cases uuid[] default null) returns setof uuid
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query
  select c.id from case_file c
  where c.destroyed_at is null and (spent_cases.cases is null or c.id = any (spent_cases.cases))
    and not exists (
      select from handoff h
      where h.case_id = c.id
        and (h.ended_at is null
             or exists (select from handoff_section s
                        where s.handoff_id = h.id and s.destroyed_at is null)
             -- Whoever must still answer or review can still read what about.
             or exists (select from data_request r
                        where r.handoff_id = h.id and r.status = 'OPEN')
             or exists (select from emergency_access e
                        where e.handoff_id = h.id and e.reviewed_at is null)))
    and not access.held(c.id);
end $$;
comment on function access.spent_cases(uuid[]) is
  'Cases of which nothing is left that their key could open, and nothing to be done.';

-- With a section goes what was passed on from it. Handoffs are locked before bodies, as everywhere.
create function access.destroy(sections uuid[], why text) returns integer language plpgsql volatile
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  whole uuid[];
  gone integer;
begin
  whole := array(
    with recursive reached as (
      select s.id from handoff_section s where s.id = any (destroy.sections)
      union
      select s.id from handoff_section s join reached r on s.source_id = r.id)
    select r.id from reached r);
  perform from handoff h
  where h.id in (select s.handoff_id from handoff_section s where s.id = any (whole))
  order by h.id for update;
  delete from handoff_section_body b where b.section_id = any (whole);
  with marked as (
    update handoff_section s set destroyed_at = now(), destruction = destroy.why
    where s.id = any (whole) and s.destroyed_at is null
    returning s.handoff_id, s.author_id, s.source_id
  ), touched as (
    update handoff h set updated_at = now() where h.id in (select m.handoff_id from marked m)
  ), told as (
    insert into handoff_event (id, handoff_id, kind, actor_id, from_status, to_status)
    select gen_random_uuid(), t.id, 'CONTENT_DESTROYED', t.giver_id, t.status, t.status
    from (select distinct h.id, h.status,
                 case when m.source_id is null then m.author_id else h.sender_id end as giver_id
          from marked m join handoff h on h.id = m.handoff_id) t
  )
  select count(*) into gone from marked;
  return gone;
end $$;
comment on function access.destroy(uuid[], text) is
  'Destroys what sections say with their keys, and marks them; says so on every timeline.';

-- Placing a hold, or a new handoff of a case, locks the row of the case by its foreign key: what is
-- locked here is decided upon again afterwards, and what others hold is left for the next time.
create function access.destroy_due(most integer) returns table (sections integer, cases integer)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  mine uuid[];
begin
  if not pg_try_advisory_xact_lock(7264859) then
    return;
  end if;
  mine := array(
    select c.id from case_file c
    where c.id in (
      select r.case_id from access.retention(now()) r
      where r.over_at is not null and not access.held(r.case_id)
      group by r.case_id order by min(r.over_at), r.case_id
      limit destroy_due.most)
    order by c.id for update skip locked);
  sections := access.destroy(array(
    select r.section_id from access.retention(now(), mine) r
    where r.over_at is not null and not access.held(r.case_id)), 'RETENTION');
  if sections = 0 then  -- cases that ended otherwise: their last section was erased
    mine := array(
      select c.id from case_file c
      where c.id in (select access.spent_cases() limit destroy_due.most)
      order by c.id for update skip locked);
  end if;
  update case_file c set wrapped = null, destroyed_at = now()
  where c.id in (select access.spent_cases(mine));
  get diagnostics cases = row_count;
  return next;
end $$;
comment on function access.destroy_due(integer) is
  'Destroys what is over, of so many cases at most; nothing while another does. It decides itself.';

create function access.retention_report(at timestamptz)
returns table (mou_id uuid, title text, author text, partner text, category text,
               sections bigint, held bigint, unruled bigint, since timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
  return query
  select r.mou_id, v.title, a.name, p.name, r.category,
         count(*) filter (where r.over_at is not null and not h.held),
         count(*) filter (where r.over_at is not null and h.held),
         count(*) filter (where r.over_at is null), min(r.over_at)
  from access.retention(retention_report.at) r
  cross join lateral (select access.held(r.case_id) as held) h
  join mou_version v on v.id = access.mou_version_in_force(r.mou_id)
  join organisation a on a.id = r.author_id
  join organisation p on p.id = r.reader_id
  group by r.mou_id, v.title, a.name, p.name, r.category
  order by v.title, r.mou_id, a.name, p.name, r.category;
end $$;
comment on function access.retention_report(timestamptz) is
  'How many sections would be destroyed, are held, or have no clause: for the operator.';

create function access.retention_holds(at timestamptz)
returns table (hold_id uuid, organisation text, document_number text, since timestamptz,
               sections bigint)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
  return query
  select l.id, o.name, l.document_number, l.created_at, count(*)
  from access.retention(retention_holds.at) r
  join legal_hold l on l.case_id = r.case_id and l.lifted_at is null
  join organisation o on o.id = l.placed_by
  where r.over_at is not null
  group by l.id, o.name, l.document_number, l.created_at
  order by l.created_at, l.id;
end $$;
comment on function access.retention_holds(timestamptz) is
  'The legal holds that keep something whose time is over: for the operator.';

-- The clock of a request is set by the rule of the day, not by whoever opens it.
create function access.date_request() returns trigger language plpgsql as $$
begin
  new.due_at := new.created_at + access.hours_for('DATA_REQUEST', new.created_at);
  return new;
end $$;
create trigger data_request_dated before insert on data_request
  for each row execute function access.date_request();

create function access.keep_request() returns trigger language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if not ((old.status, new.status) in (('OPEN', 'GRANTED'), ('OPEN', 'REFUSED'))
          or old.kind = 'RESTRICTION' and (old.status, new.status) = ('GRANTED', 'LIFTED')
             and (old.answer, old.answered_at) is not distinct from (new.answer, new.answered_at))
  then
    raise exception 'an answered request stays answered'
      using errcode = 'check_violation', constraint = 'data_request_answer_stays';
  end if;
  if new.kind = 'ERASURE' and new.status = 'GRANTED' then
    perform from case_file c
    where c.id = (select h.case_id from handoff h where h.id = new.handoff_id) for update;
    if access.held((select h.case_id from handoff h where h.id = new.handoff_id)) then
      raise exception 'a legal hold stands'
        using errcode = 'check_violation', constraint = 'data_request_held';
    end if;
    perform access.destroy(array(
      select s.id from handoff_section s join handoff h on h.id = s.handoff_id
      where h.id = new.handoff_id and s.destroyed_at is null and s.category = any (new.categories)
        and (s.source_id is null and s.author_id = new.controller_id
             or s.source_id is not null and h.sender_id = new.controller_id)), 'ERASURE');
  end if;
  return new;
end $$;
create trigger data_request_kept before update on data_request
  for each row execute function access.keep_request();

create function access.keep_lifted() returns trigger language plpgsql as $$
begin
  if old.lifted_at is not null or new.lifted_at is null then
    raise exception 'a hold is lifted once'
      using errcode = 'check_violation', constraint = 'legal_hold_lifted_stays';
  end if;
  return new;
end $$;
create trigger legal_hold_lifted_stays before update on legal_hold
  for each row execute function access.keep_lifted();

create function access.correct_section(section uuid, sealed bytea, sealed_key bytea, request uuid)
returns boolean language plpgsql volatile
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  h record;
  later uuid[];
begin
  select x.*, s.category into h
  from handoff_section s join handoff x on x.id = s.handoff_id
  where s.id = correct_section.section and s.author_id = access.me() and s.source_id is null
    and s.destroyed_at is null and access.has('handoff:write')
  for update of x;
  if h.id is null
     or correct_section.request is null
        and (h.ended_at is not null
             or access.me() = h.sender_id
                and access.custody_moved(h.kind, h.status, h.accepted_at))
     or correct_section.request is not null and not exists (
          select from data_request r
          where r.id = correct_section.request and r.handoff_id = h.id
            and r.controller_id = access.me() and r.kind = 'RECTIFICATION'
            and r.status = 'GRANTED' and h.category = any (r.categories)) then
    return false;
  end if;
  update handoff_section_body b
  set sealed = correct_section.sealed, sealed_key = correct_section.sealed_key
  where b.section_id = correct_section.section;
  update handoff_section s set corrected_at = now()
  where s.id = correct_section.section or s.origin_id = correct_section.section;
  -- Both sides of this handoff are told by whoever asked for it; those it was passed on to, here.
  later := array(
    select s.handoff_id from handoff_section s join handoff x on x.id = s.handoff_id
    where s.origin_id = correct_section.section and x.requested_at is not null);
  update handoff x set updated_at = now() where x.id = any (later);
  insert into handoff_event (id, handoff_id, kind, actor_id, from_status, to_status)
  select gen_random_uuid(), x.id, 'SECTION_CORRECTED', access.me(), x.status, x.status
  from handoff x where x.id = any (later);
  return true;
end $$;
comment on function access.correct_section(uuid, bytea, bytea, uuid) is
  'Puts other words, sealed under another key, in the place of the caller''s own, where it may.';

do $$ declare f regprocedure; begin
  for f in select p.oid::regprocedure from pg_proc p
           where p.pronamespace = 'access'::regnamespace and p.proname in (
             'held', 'retention_days', 'retention', 'spent_cases', 'destroy', 'destroy_due',
             'retention_report', 'retention_holds', 'keep_request', 'correct_section')
  loop
    execute format('alter function %s owner to rangkul_rules', f);
    execute format('revoke execute on function %s from public', f);
  end loop;
end $$;
revoke execute on function access.keep_lifted(), access.date_request() from public;
grant execute on function access.destroy_due(integer),
  access.correct_section(uuid, bytea, bytea, uuid) to rangkul_app;
grant execute on function access.destroy_due(integer), access.retention_report(timestamptz),
  access.retention_holds(timestamptz) to current_user;
"""

UNDO_RETENTION = """
drop table data_request_details;
drop trigger data_request_kept on data_request;
drop trigger data_request_dated on data_request;
drop trigger legal_hold_lifted_stays on legal_hold;
drop function access.correct_section(uuid, bytea, bytea, uuid), access.keep_lifted(),
  access.keep_request(), access.date_request(), access.retention_holds(timestamptz),
  access.retention_report(timestamptz), access.destroy_due(integer),
  access.destroy(uuid[], text), access.spent_cases(uuid[]),
  access.retention(timestamptz, uuid[]),
  access.retention_days(uuid, uuid, uuid, text, text, text), access.held(uuid);
drop policy rules_add on handoff_event;
drop policy rules_touch on handoff;
drop policy rules_mark on handoff_section;
drop policy rules_correct on handoff_section_body;
drop policy rules_destroy on handoff_section_body;
revoke insert on handoff_event from rangkul_rules;
revoke update (updated_at) on handoff from rangkul_rules;
revoke update (corrected_at, destroyed_at, destruction) on handoff_section from rangkul_rules;
revoke delete, update (sealed, sealed_key) on handoff_section_body from rangkul_rules;
"""
