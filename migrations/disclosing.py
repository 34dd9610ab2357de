"""The rules of disclosure as functions: clauses, bases, restriction, keeping, passing on, emergencies.

Part of revision 0009, whose policies rest on them.
"""

RULES = """
grant select on case_file, handoff_section, lawful_basis, case_suspect, emergency_access, legal_hold,
  data_request, withdrawal_notice to rangkul_rules;
do $$ declare t text; begin
  foreach t in array array['case_file', 'vault_key', 'section_word', 'lawful_basis', 'case_suspect',
      'withdrawal_notice', 'emergency_access', 'legal_hold', 'data_request'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('grant select, insert on %I to rangkul_app', t);
  end loop;
  foreach t in array array['case_file', 'handoff_section', 'lawful_basis', 'case_suspect',
      'withdrawal_notice', 'emergency_access', 'legal_hold', 'data_request'] loop
    execute format('create policy rules on %I for select to rangkul_rules using (true)', t);
  end loop;
end $$;

drop function access.live_clauses_to(uuid);
create function access.live_clauses(recipient uuid, mou uuid default null)
returns table (mou_id uuid, version_id uuid, number integer, discloser_id uuid,
               discloser_covers_branches boolean, categories text[], purposes text[],
               case_roles text[], retention_days integer, onward_sharing boolean)
language plpgsql stable rows 20
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query
  select c.mou_id, c.version_id, c.number, c.discloser_id, c.discloser_covers, c.categories,
         c.purposes, c.case_roles, c.retention_days, c.onward_sharing
  from organisation o
  cross join lateral (
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
    where c.recipient_id = any (o.path) and v.stage = 'SIGNED'
      and (mou is null or v.mou_id = mou)
      and v.id = access.mou_version_in_force(v.mou_id)
    union all
    select * from access.supposed_clauses() s
    where s.recipient_id = any (o.path) and (mou is null or s.mou_id = mou)
  ) c
  where o.id = recipient and (c.recipient_id = o.id or c.recipient_covers)
    and access.today() between c.valid_from and c.valid_until
    and access.mou_in_force(c.mou_id);
end $$;
comment on function access.live_clauses(uuid, uuid) is
  'The data-sharing clauses that let anyone disclose anything to the organisation today; or those of'
  ' one agreement.';

create function access.live_clauses_to(recipient uuid)
returns table (mou_id uuid, version_id uuid, number integer, discloser_id uuid,
               discloser_covers_branches boolean, categories text[], purposes text[],
               case_roles text[], retention_days integer, onward_sharing boolean)
language plpgsql stable rows 20
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query select * from access.live_clauses(recipient);
end $$;
comment on function access.live_clauses_to(uuid) is
  'The data-sharing clauses that let anyone disclose anything to the organisation today.';

-- The value of a grant is the longest time, in days, for which a clause lets it be kept.
create or replace function access.my_grants() returns jsonb language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return coalesce((
    select jsonb_object_agg(g.key, g.days) from (
      select concat(c.mou_id, reach, c.discloser_id, category, purpose, case_role) as key,
             max(c.retention_days) as days
      from access.live_clauses_to(access.me()) c
      cross join unnest(c.categories) category
      cross join unnest(c.purposes) purpose
      cross join unnest(c.case_roles) case_role
      cross join lateral (
        select '=' as reach union all select '<' where c.discloser_covers_branches) r
      group by 1) g
  ), '{}');
end $$;

create function access.clause_between(mou uuid, discloser uuid, recipient uuid, category text,
                                      purpose text, case_role text)
returns table (version_id uuid, number integer, retention_days integer, onward_sharing boolean)
language plpgsql stable rows 1
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query
  select c.version_id, c.number, c.retention_days, c.onward_sharing
  from access.live_clauses(recipient, mou) c
  join organisation o on o.id = discloser
  where c.mou_id = mou
    and (c.discloser_id = o.id or c.discloser_covers_branches and c.discloser_id = any (o.path))
    and category = any (c.categories) and purpose = any (c.purposes)
    and case_role = any (c.case_roles)
  order by c.retention_days desc, c.number
  limit 1;
end $$;
comment on function access.clause_between(uuid, uuid, uuid, text, text, text) is
  'The live clause that lets one disclose to the other, the one that lets it be kept longest.';

-- A father is one person, and so is a mother; of others the name or the identity number tells. Where
-- one of two has neither, nobody can say that they are not the same: that does not count either.
create function access.same_person(giver text, giver_keys bytea[], suspect text,
                                   suspect_keys bytea[]) returns boolean
language sql immutable parallel safe
return giver <> 'CHILD' and (giver_keys && suspect_keys or giver = suspect and (
  giver in ('FATHER', 'MOTHER')
  or giver <> 'OTHER' and (giver_keys = '{}' or suspect_keys = '{}')));
comment on function access.same_person(text, bytea[], text, bytea[]) is
  'Whether whoever gave a consent is, or must be taken to be, the one who is suspected.';

create function access.conflicted(basis uuid) returns boolean language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return exists (
    select from lawful_basis b
    join handoff h on h.id = b.handoff_id
    join case_suspect s on s.case_id = h.case_id and s.retracted_at is null
    where b.id = basis
      and access.same_person(b.giver_relation, b.giver_keys, s.relation, s.keys));
end $$;
comment on function access.conflicted(uuid) is
  'Whether whoever gave the consent is named as the suspect: then it does not count.';

create function access.basis_state(basis uuid, category text) returns text language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  b record;
begin
  select * into b from lawful_basis l where l.id = basis;
  return case
    when b.id is null or not category = any (b.categories) then 'BASIS_MISSING'
    when category = any (b.withdrawn_categories) then 'CONSENT_WITHDRAWN'
    when b.kind = 'CONSENT' and access.conflicted(b.id) then 'GUARDIAN_CONFLICT'
    when b.valid_until < access.today() then 'BASIS_EXPIRED'
    when b.rests_on is null then null
    else access.basis_state(b.rests_on, category) end;
end $$;
comment on function access.basis_state(uuid, text) is
  'Why a basis does not hold for a category today, or null while it does.';

create function access.basis_for(handoff uuid, author uuid, category text, purpose text)
returns uuid language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return (select b.id from lawful_basis b
          where b.handoff_id = handoff and b.author_id = author
            and category = any (b.categories) and purpose = any (b.purposes)
            and access.basis_state(b.id, category) is null
          order by b.created_at, b.id limit 1);
end $$;
comment on function access.basis_for(uuid, uuid, text, text) is
  'The lawful basis on which the author discloses the category today, if any.';

create function access.barred_by(handoff uuid, author uuid, category text, purpose text)
returns text language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  bar text;
begin
  -- In one statement, since it is asked of every section on a page. As access.basis_for(), without
  -- asking which: nothing can end a basis in law that stands by itself and has no last day.
  bar := (select case
    when exists (select from data_request r
             where r.handoff_id = handoff and r.controller_id = author and r.kind = 'RESTRICTION'
               and r.status = 'GRANTED' and category = any (r.categories)) then 'RESTRICTED'
    when exists (select from lawful_basis b
             where b.handoff_id = handoff and b.author_id = author
               and category = any (b.categories) and purpose = any (b.purposes)
               and (b.kind <> 'CONSENT' and b.rests_on is null and b.valid_until is null
                    or access.basis_state(b.id, category) is null)) then null
    else 'NO BASIS' end);
  if bar is distinct from 'NO BASIS' then
    return bar;
  end if;
  return coalesce((select access.basis_state(b.id, category) from lawful_basis b
                   where b.handoff_id = handoff and b.author_id = author
                     and category = any (b.categories) and purpose = any (b.purposes)
                   order by b.created_at desc, b.id desc limit 1), 'BASIS_MISSING');
end $$;
comment on function access.barred_by(uuid, uuid, text, text) is
  'What beside the clause keeps a category from being disclosed, or null.';

create function access.custody_moved(kind text, status text, accepted_at timestamptz)
returns boolean language sql immutable parallel safe
return kind = 'TRANSFER' and accepted_at is not null and status not in ('FAILED', 'CANCELLED');
comment on function access.custody_moved(text, text, timestamptz) is
  'Whether the receiver is responsible for the case: its sender keeps a stub without content.';

create function access.kept_until(ended_at timestamptz, days integer) returns timestamptz
language sql stable parallel safe
return ended_at + make_interval(days => days);
comment on function access.kept_until(timestamptz, integer) is
  'When the time of keeping ends; it begins when the handoff ended, and has no end before.';

-- One hop of what is passed on: whoever passes it discloses it to the receiver of that handoff, by a
-- clause and a basis of their own; and every hop before allows it to be passed on.
create function access.passes(section uuid, onward boolean default false) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  hop record;
  giver uuid;
begin
  loop
    select s.source_id, s.author_id, s.category, s.destroyed_at, h.* into hop
    from handoff_section s join handoff h on h.id = s.handoff_id where s.id = section;
    giver := case when hop.source_id is null then hop.author_id else hop.sender_id end;
    if hop.id is null or hop.destroyed_at is not null or not access.discloses_in(hop.status)
       or access.barred_by(hop.id, giver, hop.category, hop.purpose) is not null
       or not exists (
         select from access.live_clauses(
           case when giver = hop.sender_id then hop.receiver_id else hop.sender_id end,
           hop.mou_id) c
         join organisation o on o.id = giver
         where c.mou_id = hop.mou_id
           and (c.discloser_id = o.id
                or c.discloser_covers_branches and c.discloser_id = any (o.path))
           and hop.category = any (c.categories) and hop.purpose = any (c.purposes)
           and hop.child_role = any (c.case_roles)
           and (c.onward_sharing or not onward)
           and (hop.ended_at is null
                or now() < access.kept_until(hop.ended_at, c.retention_days))) then
      return false;
    end if;
    exit when hop.source_id is null;
    section := hop.source_id;
    onward := true;
  end loop;
  return true;
end $$;
comment on function access.passes(uuid, boolean) is
  'Whether a section reaches the receiver of its handoff today, over every hop it was passed on;'
  ' or may even go onward from there.';

-- A function, so that it is asked of one section at a time, and only when nothing else opens it.
create function access.passed_to_me(section uuid) returns boolean language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return exists (
    select from handoff_section s join handoff h on h.id = s.handoff_id
    where s.origin_id = section and h.receiver_id = access.me() and h.requested_at is not null
      and (access.viewing() is null or h.id = access.viewing()) and access.passes(s.id));
end $$;
comment on function access.passed_to_me(uuid) is
  'Whether a section, known by where its author wrote it, was passed on to the caller and reaches it.';

create function access.may_pass(source uuid, origin uuid, handoff uuid, author uuid, category text)
returns boolean language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return exists (
    select from handoff_section s
    join handoff came on came.id = s.handoff_id
    join handoff goes on goes.id = may_pass.handoff and goes.onward_of_id = came.id
    where s.id = source and coalesce(s.origin_id, s.id) = origin and s.author_id = author
      and s.category = may_pass.category
      and came.receiver_id = access.me() and goes.sender_id = access.me()
      and s.author_id <> access.me()
      and access.passes(s.id, true)
      and access.discloses(goes.mou_id, goes.sender_id, goes.receiver_id, s.category,
                           goes.purpose, goes.child_role));
end $$;
comment on function access.may_pass(uuid, uuid, uuid, uuid, text) is
  'Whether the caller may pass a section that it received on to the receiver of another handoff.';

create function access.fits_case(case_id uuid, onward_of uuid) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if onward_of is null then
    return not exists (select from handoff h where h.case_id = fits_case.case_id);
  end if;
  return exists (select from handoff h
                 where h.id = onward_of and h.case_id = fits_case.case_id
                   and h.receiver_id = access.me() and h.accepted_at is not null
                   and access.discloses_in(h.status));
end $$;
comment on function access.fits_case(uuid, uuid) is
  'Whether a handoff begins a case of its own, or goes on with one the caller has accepted.';

-- Emergencies (akses darurat). What an agreement could reach: for the two sides, the handoff's own
-- agreement in the version that counted last, in force or not; for others, an agreement with the
-- author that is in force. What one agreement on its way excludes, none opens.
create function access.emergency_bar(handoff uuid, section uuid) returns text
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  reader organisation%rowtype;
  hop record;
  place record;
  paper uuid;
  placed uuid;
  there boolean := false;
  at uuid := section;
begin
  select * into reader from organisation o where o.id = access.me();
  loop
    select s.source_id, s.author_id, s.category, s.destroyed_at, h.*,
           case when s.source_id is null then s.author_id else h.sender_id end as giver into hop
    from handoff_section s join handoff h on h.id = s.handoff_id where s.id = at;
    paper := access.mou_version_in_force(hop.mou_id);
    if at = section and hop.id is distinct from emergency_bar.handoff or reader.id is null
       or hop.requested_at is null then
      return 'NOT_COVERED';
    elsif hop.destroyed_at is not null then
      return 'DESTROYED';
    elsif exists (select from mou_version v
                  where v.id = paper and hop.category = any (v.emergency_excluded)) then
      return 'EMERGENCY_EXCLUDED';
    end if;
    -- Where the caller comes to it: what it passed on itself, where it had received it.
    if not there and (hop.source_id is null or hop.sender_id <> reader.id) then
      there := true;
      place := hop;
      placed := paper;  -- null while no version of it counts: then it reaches nothing
    end if;
    exit when hop.source_id is null;
    at := hop.source_id;
  end loop;
  if reader.id in (place.sender_id, place.receiver_id) then
    return case when place.giver <> reader.id and not exists (
      select from mou_clause c
      join mou_party r on r.version_id = c.version_id and r.organisation_id = c.recipient_id
      join mou_party d on d.version_id = c.version_id and d.organisation_id = c.discloser_id
      join organisation a on a.id = place.giver
      where c.version_id = placed and hop.category = any (c.categories)
        and place.child_role = any (c.case_roles)
        and (c.recipient_id = reader.id or r.covers_branches and c.recipient_id = any (reader.path))
        and (c.discloser_id = a.id or d.covers_branches and c.discloser_id = any (a.path)))
      then 'NOT_COVERED' end;
  end if;
  return (
    select case when bool_and(hop.category = any (v.emergency_excluded)) then 'EMERGENCY_EXCLUDED'
                when count(*) = 0 then 'NOT_COVERED' end
    from access.live_clauses_to(reader.id) c
    join mou_version v on v.id = c.version_id
    join organisation a on a.id = hop.author_id
    where hop.category = any (c.categories) and hop.child_role = any (c.case_roles)
      and (c.discloser_id = a.id or c.discloser_covers_branches and c.discloser_id = any (a.path)));
end $$;
comment on function access.emergency_bar(uuid, uuid) is
  'What keeps an emergency from opening a section to the caller, or null when nothing does.';

create function access.my_emergencies(origin uuid default null)
returns table (id uuid, handoff_id uuid, section_id uuid, origin_id uuid)
language plpgsql stable rows 5
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query
  select e.id, e.handoff_id, s.id, coalesce(s.origin_id, s.id)
  from emergency_access e join handoff_section s on s.id = any (e.section_ids)
  where e.organisation_id = access.me() and e.closed_at is null and now() < e.ends_at
    and (origin is null or coalesce(s.origin_id, s.id) = origin)
    and access.has('handoff:emergency')
    and access.emergency_bar(e.handoff_id, s.id) is null
  order by e.opened_at desc, e.id desc;
end $$;
comment on function access.my_emergencies(uuid) is
  'What emergencies that the caller declared open to it now, as far as agreements still reach it.';

create function access.my_emergency_sections() returns uuid[] language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return coalesce((select array_agg(e.origin_id) from access.my_emergencies() e), '{}');
end $$;
comment on function access.my_emergency_sections() is
  'The sections whose words an emergency the caller declared opens to it now.';

create function access.my_emergency_handoffs() returns uuid[] language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return coalesce((select array_agg(e.handoff_id) from access.my_emergencies() e), '{}');
end $$;
comment on function access.my_emergency_handoffs() is
  'The handoffs that an emergency the caller declared shows to it now.';
"""

HELD = """
do $$ declare f regprocedure; begin
  for f in select p.oid::regprocedure from pg_proc p
           where p.pronamespace = 'access'::regnamespace and p.proname in (
             'live_clauses', 'live_clauses_to', 'clause_between', 'same_person', 'conflicted',
             'basis_state',
             'basis_for', 'barred_by', 'custody_moved', 'kept_until', 'passes', 'passed_to_me',
             'may_pass', 'fits_case',
             'my_emergencies', 'my_emergency_sections', 'my_emergency_handoffs', 'emergency_bar')
  loop
    if (select prosecdef from pg_proc where oid = f) then
      execute format('alter function %s owner to rangkul_rules', f);
    end if;
    execute format('revoke execute on function %s from public', f);
    execute format('grant execute on function %s to rangkul_app, rangkul_rules', f);
  end loop;
end $$;
-- Rules of others' papers and cases: for the rules alone.
revoke execute on function access.live_clauses_to(uuid), access.live_clauses(uuid, uuid),
  access.conflicted(uuid),
  access.my_emergencies(uuid),
  access.same_person(text, bytea[], text, bytea[]),
  access.clause_between(uuid, uuid, uuid, text, text, text) from rangkul_app;
grant execute on function access.discloses_in(text), access.identifies(text) to rangkul_rules;
"""
