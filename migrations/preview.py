"""What a change of an agreement would do, told by the rules themselves: they are asked twice.

A preview supposes, for one agreement, other clauses or an end, and a day on which that counts. What
is supposed is read in the places below and nowhere else; everything above them, from the clause to
the verdict, is the rule that decides every day. Nothing is written, and no row is locked.
"""

SUPPOSING = """
create or replace function access.today() returns date language sql stable parallel safe
return coalesce(nullif(current_setting('app.supposed_day', true), '')::date,
                (now() at time zone 'Asia/Jakarta')::date);

create function access.supposed(mou uuid) returns jsonb language sql stable parallel safe
return (select s from (select nullif(current_setting('app.supposed', true), '')::jsonb) as x (s)
        where s ->> 'mou' = supposed.mou::text);
comment on function access.supposed(uuid) is 'What a preview supposes of this agreement, if any.';

create function access.supposed_clauses()
returns table (mou_id uuid, version_id uuid, number integer, discloser_id uuid,
               discloser_covers_branches boolean, recipient_id uuid,
               recipient_covers_branches boolean, categories text[], purposes text[],
               case_roles text[], valid_from date, valid_until date, retention_days integer,
               onward_sharing boolean)
language plpgsql stable rows 1 set search_path = pg_catalog, public, pg_temp as $$
declare
  s jsonb := nullif(current_setting('app.supposed', true), '')::jsonb;
begin
  if s is null or not s ? 'version' then
    return;
  end if;
  return query
  select (s ->> 'mou')::uuid, (s ->> 'version')::uuid, c.number, c.discloser_id,
         d.covers_branches, c.recipient_id, r.covers_branches, c.categories, c.purposes,
         c.case_roles, coalesce(c.valid_from, (s ->> 'valid_from')::date),
         coalesce(c.valid_until, (s ->> 'valid_until')::date), c.retention_days, c.onward_sharing
  from jsonb_to_recordset(s -> 'clauses') as c (
    number integer, discloser_id uuid, recipient_id uuid, categories text[], purposes text[],
    case_roles text[], valid_from date, valid_until date, retention_days integer,
    onward_sharing boolean)
  join jsonb_to_recordset(s -> 'parties') as d (organisation_id uuid, covers_branches boolean)
    on d.organisation_id = c.discloser_id
  join jsonb_to_recordset(s -> 'parties') as r (organisation_id uuid, covers_branches boolean)
    on r.organisation_id = c.recipient_id;
end $$;
comment on function access.supposed_clauses() is 'The clauses that a preview supposes, if any.';

create or replace function access.mou_version_in_force(mou uuid) returns uuid
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return coalesce(
    (access.supposed(mou) ->> 'version')::uuid,
    (select v.id from mou_version v
     where v.mou_id = mou and v.stage = 'SIGNED' and v.in_force_from <= access.today()
     order by v.number desc limit 1));
end $$;

create or replace function access.mou_status(mou uuid) returns text language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  today date := access.today();
  supposed jsonb := access.supposed(mou);
  paper record;
  current record;
begin
  select coalesce((supposed ->> 'terminated_on')::date, m.terminated_on) as terminated_on,
         coalesce((supposed ->> 'suspended_at')::timestamptz, m.suspended_at) as suspended_at
    into paper from mou m where m.id = mou;
  if paper.terminated_on <= today then
    return 'TERMINATED';
  end if;
  select v.valid_from, v.valid_until into current
  from mou_version v where v.id = access.mou_version_in_force(mou);
  if supposed ? 'version' then
    select (supposed ->> 'valid_from')::date as valid_from,
           (supposed ->> 'valid_until')::date as valid_until into current;
  end if;
  if current is null then  -- no version counts yet: the paper's own stage
    return coalesce(
      (select 'SIGNED' where exists (
         select from mou_version v where v.mou_id = mou and v.stage = 'SIGNED')),
      (select v.stage from mou_version v where v.mou_id = mou order by v.number desc limit 1));
  end if;
  return case when current.valid_from > today then 'SIGNED'  -- counts already, begins later
              when current.valid_until < today then 'EXPIRED'
              when paper.suspended_at is not null then 'SUSPENDED'
              else 'ACTIVE' end;
end $$;
"""

PREVIEW = """
-- For each section whether it is open to the reader beside it, with what that organisation may: the
-- verdict is asked as that organisation, as it is when one looks on as a partner.
create function access.open_to(sections uuid[], readers uuid[]) returns boolean[]
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  me text := current_setting('app.organisation_id', true);
  mine text := current_setting('app.scopes', true);
  answers boolean[] := array_fill(false, array[coalesce(cardinality(sections), 0)]);
  reader record;
  answer record;
begin
  for reader in
    select o.id, o.scopes from organisation o
    where o.id = any (readers) and o.dissolved_at is null
  loop
    perform set_config('app.organisation_id', reader.id::text, true),
            set_config('app.scopes', array_to_string(reader.scopes, ' '), true);
    for answer in
      select u.place, v.open from unnest(sections, readers) with ordinality as u (id, reader, place)
      cross join lateral access.verdict(u.id) v
      where u.reader = reader.id
    loop
      answers[answer.place] := answer.open;
    end loop;
  end loop;
  perform set_config('app.organisation_id', me, true), set_config('app.scopes', mine, true);
  return answers;
end $$;
comment on function access.open_to(uuid[], uuid[]) is
  'Whether sections are open to readers, one to one: for the rules alone.';

-- Who may ask: whoever may see the paper as its party or drafter, and KPAI's administrators. What a
-- pair of others has between it is told in steps of five, and not at all below five handoffs, so
-- that no single case shows.
create function access.preview(mou uuid, supposed jsonb, day date)
returns table (handoff_id uuid, discloser_id uuid, recipient_id uuid, exact boolean,
               handoffs bigint, opens bigint, closes bigint, stays bigint)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  me uuid := access.me();
  may_list boolean := access.has('handoff:read');
  under uuid[];
  sections uuid[];
  givers uuid[];
  readers uuid[];
  before boolean[];
  after boolean[];
begin
  if not access.has('mou:read') or not (access.is_mou_admin() or exists (
       select from access.my_mou_versions() m where m.mou_id = preview.mou and m.as_party)) then
    return;
  end if;
  with recursive below (id) as (
    select preview.mou union select m.id from mou m join below b on m.parent_id = b.id)
  select array_agg(b.id) into under from below b;
  with recursive touched (id) as (
    select s.id from handoff h join handoff_section s on s.handoff_id = h.id
    where h.mou_id = any (under)
    union select s.id from handoff_section s join touched t on s.source_id = t.id)
  select array_agg(s.id order by s.id), array_agg(g.giver order by s.id),
         array_agg(case g.giver when h.sender_id then h.receiver_id else h.sender_id end
                   order by s.id)
    into sections, givers, readers
  from touched t join handoff_section s on s.id = t.id join handoff h on h.id = s.handoff_id
  cross join lateral (
    select case when s.source_id is null then s.author_id else h.sender_id end as giver) g
  where h.requested_at is not null and access.discloses_in(h.status) and s.destroyed_at is null;

  before := access.open_to(sections, readers);
  perform set_config('app.supposed', (supposed || jsonb_build_object('mou', mou))::text, true),
          set_config('app.supposed_day', day::text, true);
  after := access.open_to(sections, readers);
  perform set_config('app.supposed', '', true), set_config('app.supposed_day', '', true);

  return query
  with told as (
    select s.handoff_id, h.listed_at, me in (u.giver, u.reader) as mine,
           -- whom it was passed on to, under another agreement, is not the parties' to know
           case when h.mou_id = any (under) or me in (u.giver, u.reader) then u.giver end as giver,
           case when h.mou_id = any (under) or me in (u.giver, u.reader) then u.reader end as reader,
           (u.after and not u.before)::integer as opens,
           (u.before and not u.after)::integer as closes,
           (u.before and u.after)::integer as stays
    from unnest(sections, givers, readers, before, after)
      as u (section, giver, reader, before, after)
    join handoff_section s on s.id = u.section join handoff h on h.id = s.handoff_id
    where u.before or u.after),
  pairs as (
    select t.giver, t.reader, t.mine, case when t.mine then 1 else 5 end as step,
           count(distinct t.handoff_id) as cases, sum(t.opens) as opens, sum(t.closes) as closes,
           sum(t.stays) as stays
    from told t group by t.giver, t.reader, t.mine),
  single as (
    select t.handoff_id, max(t.listed_at) as listed_at, sum(t.opens) as opens,
           sum(t.closes) as closes, sum(t.stays) as stays
    from told t where t.mine and may_list group by t.handoff_id
    having sum(t.opens + t.closes) > 0 order by 2 desc, 1 limit 100)
  (select null::uuid, p.giver, p.reader, p.mine, p.cases / p.step * p.step,
          p.opens / p.step * p.step, p.closes / p.step * p.step, p.stays / p.step * p.step
   from pairs p where p.cases >= p.step order by p.giver, p.reader)
  union all
  (select s.handoff_id, null, null, true, 1, s.opens, s.closes, s.stays from single s
   order by s.listed_at desc, s.handoff_id);
end $$;
comment on function access.preview(uuid, jsonb, date) is
  'How many sections would open, close or stay under an agreement, if that were its content or end.';

do $$ declare f regprocedure; begin
  for f in select p.oid::regprocedure from pg_proc p
           where p.pronamespace = 'access'::regnamespace
             and p.proname in ('supposed', 'supposed_clauses', 'open_to', 'preview')
  loop
    execute format('revoke execute on function %s from public', f);
    execute format('grant execute on function %s to rangkul_rules', f);
  end loop;
end $$;
alter function access.open_to(uuid[], uuid[]) owner to rangkul_rules;
alter function access.preview(uuid, jsonb, date) owner to rangkul_rules;
grant execute on function access.preview(uuid, jsonb, date) to rangkul_app;
grant execute on function access.has(text), access.is_mou_admin(), access.my_mou_versions(),
  access.discloses_in(text) to rangkul_rules;
"""

UNDO_PREVIEW = """
drop function access.preview(uuid, jsonb, date), access.open_to(uuid[], uuid[]);

create or replace function access.today() returns date language sql stable parallel safe
return (now() at time zone 'Asia/Jakarta')::date;

create or replace function access.mou_version_in_force(mou uuid) returns uuid
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return (select v.id from mou_version v
          where v.mou_id = mou and v.stage = 'SIGNED' and v.in_force_from <= access.today()
          order by v.number desc limit 1);
end $$;

create or replace function access.mou_status(mou uuid) returns text language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  today date := access.today();
  paper record;
  current record;
begin
  select m.terminated_on, m.suspended_at into paper from mou m where m.id = mou;
  if paper.terminated_on <= today then
    return 'TERMINATED';
  end if;
  select v.valid_from, v.valid_until into current
  from mou_version v where v.id = access.mou_version_in_force(mou);
  if current is null then
    return coalesce(
      (select 'SIGNED' where exists (
         select from mou_version v where v.mou_id = mou and v.stage = 'SIGNED')),
      (select v.stage from mou_version v where v.mou_id = mou order by v.number desc limit 1));
  end if;
  return case when current.valid_from > today then 'SIGNED'
              when current.valid_until < today then 'EXPIRED'
              when paper.suspended_at is not null then 'SUSPENDED'
              else 'ACTIVE' end;
end $$;
"""
UNDO_SUPPOSING = """
drop function access.supposed_clauses(), access.supposed(uuid);
"""
