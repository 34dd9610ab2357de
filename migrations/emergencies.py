"""Emergencies (akses darurat): declared, told, ended and reviewed; and the chain of custody.

The database itself tells both sides and the authors, in the transaction that opens anything, and
sees to it that the opener can only close and the owner only review. Part of revision 0009.
"""

EMERGENCIES = """
grant insert on handoff_event to rangkul_rules;
grant update (updated_at) on handoff to rangkul_rules;
create policy emergency_told on handoff_event for insert to rangkul_rules
  with check (kind like 'EMERGENCY_%');
create policy emergency_told on handoff for update to rangkul_rules using (true);

-- A timeline is written by its two sides; that of an emergency by the database.
drop policy record on handoff_event;
create policy record on handoff_event for insert to rangkul_app with check (
  actor_id = (select access.me()) and (select access.has('handoff:write'))
  and kind not like 'EMERGENCY_%'
  and exists (select from handoff h
              where h.id = handoff_id and (select access.me()) in (h.sender_id, h.receiver_id)));

-- Reviewed by whoever wrote what was opened; one's own words by the other side of the handoff.
create function access.name_reviewers() returns trigger language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  new.origin_ids := array(
    select coalesce(s.origin_id, s.id)
    from unnest(new.section_ids) with ordinality o (id, nth) join handoff_section s on s.id = o.id
    order by o.nth);
  new.reviewer_ids := array(
    select distinct s.author_id from handoff_section s
    where s.id = any (new.section_ids) and s.author_id <> new.organisation_id);
  if new.reviewer_ids = '{}' then
    new.reviewer_ids := array(
      select side from handoff h cross join unnest(array[h.sender_id, h.receiver_id]) side
      where h.id = new.handoff_id and side <> new.organisation_id);
  end if;
  new.review_due_at := new.opened_at + coalesce(
    access.hours_for('EMERGENCY_REVIEW', new.opened_at), interval '72 hours');
  return new;
end $$;
comment on function access.name_reviewers() is
  'What an emergency opens, who has to review it after the fact, and until when.';
create trigger emergency_reviewers before insert on emergency_access
  for each row execute function access.name_reviewers();

create function access.keep_emergency() returns trigger language plpgsql as $$
begin
  if old.reviewed_at is not null then
    raise exception 'what was reviewed stays as it is'
      using errcode = 'check_violation', constraint = 'emergency_access_reviewed_stays';
  elsif access.me() = old.organisation_id then
    if new.finding is not null or new.review_note is not null or old.closed_at is not null
       or now() >= old.ends_at then
      raise exception 'whoever opened it can close it, once, and nothing else'
        using errcode = 'check_violation', constraint = 'emergency_access_opener_closes';
    end if;
    new.closed_at := now();
  elsif access.me() = any (old.reviewer_ids) then
    if new.finding is null or new.closed_at is distinct from old.closed_at then
      raise exception 'whoever owns what was opened can review it, and nothing else'
        using errcode = 'check_violation', constraint = 'emergency_access_owner_reviews';
    end if;
    new.reviewed_at := now();
    new.reviewed_by := access.me();
    if new.finding = 'NOT_JUSTIFIED' and new.closed_at is null and now() < new.ends_at then
      new.closed_at := now();
    end if;
  else
    raise exception 'an emergency is closed or reviewed by its sides'
      using errcode = 'check_violation', constraint = 'emergency_access_sides';
  end if;
  return new;
end $$;
create trigger emergency_kept before update on emergency_access
  for each row execute function access.keep_emergency();

-- On every handoff over which the sections came, so that their authors are told as well.
create function access.tell_emergency() returns trigger language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  what text := case when tg_op = 'INSERT' then 'EMERGENCY_OPENED'
                    when new.reviewed_at is not null then 'EMERGENCY_REVIEWED'
                    else 'EMERGENCY_CLOSED' end;
  concerned uuid[];
begin
  with recursive way as (
    select s.handoff_id, s.source_id from handoff_section s where s.id = any (new.section_ids)
    union
    select s.handoff_id, s.source_id from way join handoff_section s on s.id = way.source_id)
  select array_agg(distinct w.handoff_id) into concerned from way w;
  update handoff h set updated_at = now() where h.id = any (concerned);
  insert into handoff_event (id, handoff_id, kind, actor_id, from_status, to_status)
  select gen_random_uuid(), h.id, what,
         case when what = 'EMERGENCY_REVIEWED' then new.reviewed_by else new.organisation_id end,
         h.status, h.status
  from handoff h where h.id = any (concerned);
  return null;
end $$;
comment on function access.tell_emergency() is
  'Both sides, and those from whom it came, are told at once what was opened, ended or found.';
create trigger emergency_told after insert or update on emergency_access
  for each row execute function access.tell_emergency();

create policy seen on emergency_access for select to rangkul_app using (
  ((select access.has('handoff:read')) or (select access.has('handoff:emergency'))
   or (select access.has('handoff:write')))
  and ((select access.viewing()) is null or handoff_id = (select access.viewing()))
  and (organisation_id = (select access.me()) or (select access.me()) = any (reviewer_ids)
       or exists (select from handoff h where h.id = handoff_id
                  and (select access.me()) in (h.sender_id, h.receiver_id))));
create policy open on emergency_access for insert to rangkul_app with check (
  organisation_id = (select access.me()) and (select access.has('handoff:emergency'))
  and client_id = (select access.client())
  and user_id is not distinct from (select access.person())
  and opened_at = now() and closed_at is null and reviewed_at is null and review_note is null
  and not exists (select from unnest(section_ids) s
                  where access.emergency_bar(handoff_id, s) is not null));
grant update (closed_at, finding, review_note) on emergency_access to rangkul_app;
create policy close on emergency_access for update to rangkul_app using (
  organisation_id = (select access.me()) and (select access.has('handoff:emergency')));
create policy review on emergency_access for update to rangkul_app using (
  (select access.me()) = any (reviewer_ids) and (select access.has('handoff:write')));

-- For a stranger only what would open: to it, a number that is none and one that is no business of
-- its own are the same. The handoff is held, so that two who open at once open in turn.
create function access.emergency_target(number text, sections uuid[], categories text[])
returns table (handoff_id uuid, section_id uuid, category text, bar text)
language plpgsql volatile rows 10
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  h record;
  seen boolean;
begin
  select * into h from handoff x where x.number = emergency_target.number;
  seen := (access.me() = h.sender_id
           or access.me() = h.receiver_id and h.requested_at is not null);
  if not access.has('handoff:emergency') or not coalesce(seen, false) and not exists (
      select from handoff_section s where s.handoff_id = h.id
        and access.emergency_bar(h.id, s.id) is null) then
    return;
  end if;
  perform from handoff x where x.id = h.id for no key update;
  seen := (seen or h.id = any (access.my_emergency_handoffs()));
  return query
  select h.id, s.id, s.category::text, b.bar
  from handoff_section s
  cross join lateral (select case
    when exists (select from access.verdict(s.id) v where v.open) then 'OPEN'
    when access.identifies(s.category) and not access.has('handoff:identity') then 'SCOPE_MISSING'
    else access.emergency_bar(h.id, s.id) end) b (bar)
  where s.handoff_id = h.id
    and (s.id = any (sections) or s.category = any (emergency_target.categories))
    and (seen or b.bar is null)
  order by s.id;
end $$;
comment on function access.emergency_target(text, uuid[], text[]) is
  'Sections of a handoff, known by its number, that an emergency would open; or what bars it.';

do $$ declare f regprocedure; begin
  for f in select p.oid::regprocedure from pg_proc p
           where p.pronamespace = 'access'::regnamespace
             and p.proname in ('name_reviewers', 'tell_emergency', 'emergency_target')
  loop
    execute format('alter function %s owner to rangkul_rules', f);
  end loop;
end $$;
revoke execute on function access.name_reviewers(), access.keep_emergency(),
  access.tell_emergency(), access.emergency_target(text, uuid[], text[]) from public;
grant execute on function access.emergency_target(text, uuid[], text[]) to rangkul_app;
"""

CUSTODY = """
-- Who comes before and after in the case; not what went from somebody before to others.
create function access.custody_chain(handoff uuid)
returns table (generation integer, handoff_id uuid, sender_id uuid, receiver_id uuid, kind text,
               status text, requested_at timestamptz, accepted_at timestamptz,
               ended_at timestamptz, custodian boolean, holder_id uuid)
language plpgsql stable rows 10
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query
  with recursive up as (
    select h.*, 0 as depth from handoff h
    where h.id = custody_chain.handoff and access.has('handoff:read')
      and (h.sender_id = access.me() or h.receiver_id = access.me() and h.requested_at is not null)
    union all
    select h.*, up.depth - 1 from up join handoff h on h.id = up.onward_of_id),
  down as (
    select * from up where up.depth = 0
    union all
    select h.*, down.depth + 1 from down join handoff h on h.onward_of_id = down.id
    where h.requested_at is not null),
  line as (select * from up union select * from down),
  held as (
    select h.id, h.receiver_id, 0 as step from up h where h.onward_of_id is null
      and access.custody_moved(h.kind, h.status, h.accepted_at)
    union all
    select h.id, h.receiver_id, held.step + 1 from held join handoff h on h.onward_of_id = held.id
      and access.custody_moved(h.kind, h.status, h.accepted_at)),
  last as (select h.id, h.receiver_id from held h order by h.step desc limit 1)
  select l.depth - min(l.depth) over (),
         case when access.me() in (l.sender_id, l.receiver_id) then l.id end,
         l.sender_id, l.receiver_id, l.kind::text, l.status::text, l.requested_at, l.accepted_at,
         l.ended_at, last.id is not null,
         case when exists (select from last) then (max(last.receiver_id::text) over ())::uuid
              else first_value(l.sender_id) over (order by l.depth, l.id) end
  from line l left join last on last.id = l.id
  order by l.depth, l.requested_at, l.id;
end $$;
comment on function access.custody_chain(uuid) is
  'The handoffs before and after one of the caller''s in its case, and who is responsible now.';

create function access.holds_custody(handoff uuid) returns boolean language plpgsql volatile
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform from handoff h where h.id = holds_custody.handoff for no key update;
  return exists (
    select from handoff h where h.id = holds_custody.handoff
      and access.custody_moved(h.kind, h.status, h.accepted_at)
      and (access.me() in (h.sender_id, h.receiver_id)
           or exists (select from handoff c
                      where c.onward_of_id = h.id and c.receiver_id = access.me()))
      and not exists (select from handoff c
                      where c.onward_of_id = h.id
                        and access.custody_moved(c.kind, c.status, c.accepted_at)));
end $$;
comment on function access.holds_custody(uuid) is
  'Whether the receiver of a transfer is still the one who is responsible for the case.';

alter function access.custody_chain(uuid) owner to rangkul_rules;
alter function access.holds_custody(uuid) owner to rangkul_rules;
revoke execute on function access.custody_chain(uuid), access.holds_custody(uuid) from public;
grant execute on function access.custody_chain(uuid), access.holds_custody(uuid) to rangkul_app;
"""

UNDO_EMERGENCIES = """
drop function access.holds_custody(uuid), access.custody_chain(uuid),
  access.emergency_target(text, uuid[], text[]);
drop trigger emergency_told on emergency_access;
drop trigger emergency_kept on emergency_access;
drop trigger emergency_reviewers on emergency_access;
drop function access.tell_emergency(), access.keep_emergency(), access.name_reviewers();
drop policy emergency_told on handoff;
drop policy emergency_told on handoff_event;
revoke update (updated_at) on handoff from rangkul_rules;
revoke insert on handoff_event from rangkul_rules;
"""
