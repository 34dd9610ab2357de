"""Why content is open or closed, and how it looks to a partner: one rule, asked for anybody.

`access.judged` is that rule in words. The policies on the body decide by themselves, and tests hold
the two together; whoever asks why, looks on as a partner, or wants to know what a change of an
agreement would do, asks the same function.
"""

JUDGED = """
-- What a handoff opens to the caller of a section by that author, and why. Without a section: of
-- one of that category, if the author wrote it.
create function access.judged(handoff uuid, author uuid, category text, section uuid default null)
returns table (open boolean, code text, mou_id uuid, version_id uuid, version_number integer,
               clause integer, basis_id uuid, emergency_id uuid, scope text, status text,
               kept_until timestamptz)
language plpgsql stable rows 1
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  me uuid := access.me();
  s record;
  h record;
  paper record;
  giver uuid;
  side boolean;
begin
  select * into h from handoff x where x.id = judged.handoff;
  select * into s from handoff_section x where x.id = judged.section;
  if s.id is not null then
    author := s.author_id;
    category := s.category;
  end if;
  side := coalesce(me = h.sender_id or me = h.receiver_id and h.requested_at is not null, false);
  if h.id is null or not side and not h.id = any (access.my_emergency_handoffs())
     or access.viewing() <> h.id
     or section is not null and s.handoff_id is distinct from h.id
     or section is null and author not in (h.sender_id, h.receiver_id) then
    return;
  end if;
  if me = h.sender_id and s.source_id is not null then
    return query
    select j.* from handoff_section x
    cross join lateral access.judged(x.handoff_id, x.author_id, x.category, x.id) j
    where x.id = s.source_id;
    return;
  end if;
  if s.id is not null then
    select e.id into emergency_id
    from access.my_emergencies(coalesce(s.origin_id, s.id)) e limit 1;
  end if;
  mou_id := h.mou_id;
  status := h.status;
  scope := case when not access.has('handoff:read') then 'handoff:read'
                when access.identifies(category) and not access.has('handoff:identity')
                then 'handoff:identity' end;
  giver := case when s.source_id is null then author else h.sender_id end;
  if giver <> me and side then
    select * into paper
    from access.clause_between(h.mou_id, giver, me, category, h.purpose, h.child_role);
    version_id := coalesce(paper.version_id, access.mou_version_in_force(h.mou_id));
    version_number := (select v.number from mou_version v where v.id = version_id);
    clause := paper.number;
    -- The one it rests on; where none holds, the one that fails it.
    basis_id := coalesce(
      access.basis_for(h.id, giver, category, h.purpose),
      (select b.id from lawful_basis b
       where b.handoff_id = h.id and b.author_id = giver
         and judged.category = any (b.categories) and h.purpose = any (b.purposes)
       order by b.created_at desc, b.id desc limit 1));
    kept_until := access.kept_until(h.ended_at, paper.retention_days);
  end if;
  code := case
    when scope is not null then 'SCOPE_MISSING'
    when s.destroyed_at is not null then 'DESTROYED'
    when giver = me then
      case when not access.custody_moved(h.kind, h.status, h.accepted_at) or me <> h.sender_id
           then 'OWN_WORDS' else 'CUSTODY_MOVED' end
    when not side then 'NOT_COVERED'
    when not access.discloses_in(h.status) then 'STATE_CLOSED'
    when not access.mou_in_force(h.mou_id) then 'AGREEMENT_NOT_IN_FORCE'
    when clause is null then 'NOT_COVERED'
    when kept_until <= now() then 'RETENTION_ENDED'
    else coalesce(
      access.barred_by(h.id, giver, category, h.purpose),
      case when s.source_id is null then 'CLAUSE'
           when access.passes(section) then 'PASSED_ON' else 'ONWARD_CLOSED' end) end;
  open := code in ('OWN_WORDS', 'CLAUSE', 'PASSED_ON');
  if not open and emergency_id is not null and code not in ('SCOPE_MISSING', 'DESTROYED') then
    open := true;
    code := 'EMERGENCY';
  end if;
  emergency_id := case when code = 'EMERGENCY' then emergency_id end;
  return next;
end $$;
comment on function access.judged(uuid, uuid, text, uuid) is
  'What a handoff opens to the caller of a section, or would of one by that author, and why.';

-- What was passed on came to some by more than one way; whichever is open opens it.
create function access.verdict(section uuid)
returns table (open boolean, code text, mou_id uuid, version_id uuid, version_number integer,
               clause integer, basis_id uuid, emergency_id uuid, scope text, status text,
               kept_until timestamptz)
language plpgsql stable rows 1
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  way record;
begin
  select j.* into open, code, mou_id, version_id, version_number, clause, basis_id, emergency_id,
                  scope, status, kept_until
  from handoff_section s
  cross join lateral access.judged(s.handoff_id, s.author_id, s.category, s.id) j
  where s.id = verdict.section;
  if code is null then
    return;
  end if;
  for way in
    select o.* from handoff_section s
    join handoff_section o on coalesce(s.origin_id, s.id) in (o.id, o.origin_id)
    where s.id = section and o.id <> s.id and not open and code <> 'SCOPE_MISSING'
  loop
    return query
    select * from access.judged(way.handoff_id, way.author_id, way.category, way.id) j
    where j.open;
    if found then
      return;
    end if;
  end loop;
  return next;
end $$;
comment on function access.verdict(uuid) is
  'Why the caller sees what a section says, or does not: in codes, and by what. Nothing for a stranger.';
"""

# Only what a handoff is made of, and the directory, is there while one looks on as a partner. The
# rest of what that partner has is its own business.
VIEW_AS = """
create function access.viewing() returns uuid language sql stable parallel safe
return nullif(current_setting('app.viewing', true), '')::uuid;
comment on function access.viewing() is 'The one handoff that is looked at as a partner sees it.';

create function access.view_as(handoff uuid, organisation uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform from handoff h
  where h.id = view_as.handoff and access.has('handoff:read') and access.viewing() is null
    and (h.sender_id = access.me() or h.receiver_id = access.me() and h.requested_at is not null);
  if not found then
    return false;
  end if;
  perform set_config('app.viewing', view_as.handoff::text, true),
          set_config('app.client_id', '', true), set_config('app.user_id', '', true),
          set_config('app.scopes', coalesce((
            select string_agg(s, ' ') from organisation o cross join unnest(o.scopes) s
            where o.id = view_as.organisation
              and s in ('handoff:read', 'handoff:identity', 'handoff:emergency')), ''), true),
          set_config('app.organisation_id', coalesce((
            select o.id::text from organisation o
            where o.id = view_as.organisation and o.dissolved_at is null), ''), true),
          set_config('transaction_read_only', 'on', true);
  return true;
end $$;
comment on function access.view_as(uuid, uuid) is
  'Go on as a partner, seeing one handoff of the caller''s and changing nothing.';
"""

# Run by each migration that makes tables, at its end; it adds what is not there yet.
CLOSED_WHILE_VIEWING = """
do $$ declare t name; begin
  for t in
    select distinct c.relname from pg_policy p join pg_class c on c.oid = p.polrelid
    where p.polcmd in ('r', '*') and p.polpermissive
      and ('rangkul_app'::regrole = any (p.polroles) or 0 = any (p.polroles))
      and c.relname not in ('handoff', 'handoff_section', 'handoff_section_body', 'handoff_event',
                            'emergency_access', 'case_file', 'organisation')
      and not exists (select from pg_policy v where v.polrelid = c.oid and v.polname = 'viewing')
  loop
    execute format('create policy viewing on %I as restrictive for select to rangkul_app'
                   ' using ((select access.viewing() is null))', t);
  end loop;
end $$;
"""

VIEWING = """
create policy viewing on handoff_section_body as restrictive for select to rangkul_app using (
  (select access.viewing()) is null
  or exists (select from handoff_section s where section_id in (s.id, s.origin_id)));
"""

HELD = """
do $$ declare f regprocedure; begin
  for f in select p.oid::regprocedure from pg_proc p
           where p.pronamespace = 'access'::regnamespace
             and p.proname in ('judged', 'verdict', 'view_as')
  loop
    execute format('alter function %s owner to rangkul_rules', f);
    execute format('revoke execute on function %s from public', f);
    execute format('grant execute on function %s to rangkul_app, rangkul_rules', f);
  end loop;
end $$;
revoke execute on function access.viewing() from public;
grant execute on function access.viewing() to rangkul_app, rangkul_rules;
"""

EXPLAINING = VIEW_AS + JUDGED + HELD

# Before the tables of 0009 go; the policies rest on a function that goes with them.
UNDO_VIEWING = """
do $$ declare t name; begin
  for t in select c.relname from pg_policy p join pg_class c on c.oid = p.polrelid
           where p.polname = 'viewing' and c.relname <> 'handoff'
  loop
    execute format('drop policy viewing on %I', t);
  end loop;
end $$;
"""
UNDO_EXPLAINING = """
drop function access.verdict(uuid), access.judged(uuid, uuid, text, uuid),
  access.view_as(uuid, uuid), access.viewing();
"""
