"""Lawful bases and consent: on what one may rest, who is told when it falls, and who reads of whom.

The database itself tells everybody concerned, in the transaction that withdraws a consent or names
a suspect: nobody can do the one without the other. Part of revision 0009.
"""

CONSENT = """
-- Who gave a consent, and who is suspected, is for the organisation that wrote it down.
revoke select on lawful_basis, case_suspect from rangkul_app;
grant select (id, handoff_id, author_id, kind, categories, purposes, legal_source, giver_relation,
              given_at, document_hash, valid_until, rests_on, withdrawn_categories, withdrawn_at,
              withdrawal_reason, created_at) on lawful_basis to rangkul_app;
grant select (id, case_id, named_by, relation, keys, created_at, retracted_at) on case_suspect
  to rangkul_app;
revoke insert on withdrawal_notice from rangkul_app;

create function access.person_of(id uuid) returns bytea language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if access.viewing() is not null
     or not (access.has('handoff:read') and access.has('handoff:identity')) then
    return null;
  end if;
  return coalesce(
    (select b.giver_sealed from lawful_basis b
     where b.id = person_of.id and b.author_id = access.me()),
    (select s.sealed from case_suspect s where s.id = person_of.id and s.named_by = access.me()));
end $$;
comment on function access.person_of(uuid) is
  'Who gave a consent or is suspected, sealed, for the organisation that wrote it down.';

create function access.basis_states(basis uuid) returns text[] language plpgsql stable as $$
begin
  return array(
    select coalesce(access.basis_state(b.id, x.category), 'HOLDS')
    from lawful_basis b cross join unnest(b.categories) with ordinality x (category, nth)
    where b.id = basis order by x.nth);
end $$;
comment on function access.basis_states(uuid) is
  'Whether a basis holds today, category by category in its own order.';

-- On a basis of the same case; of another case only on the caller's own, which must be a beginning
-- of its own and of the same kind: people are recognised within one case, so that a consent is
-- written down with its giver in each.
create function access.may_rest_on(earlier uuid, handoff uuid, kind text, categories text[],
                                   purposes text[]) returns boolean language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return exists (
    select from lawful_basis e
    join handoff came on came.id = e.handoff_id
    join handoff h on h.id = may_rest_on.handoff
    where e.id = earlier
      and may_rest_on.categories <@ e.categories and may_rest_on.purposes <@ e.purposes
      and (access.me() = came.sender_id
           or access.me() = came.receiver_id and came.requested_at is not null)
      and (came.case_id = h.case_id
           or e.author_id = access.me() and e.rests_on is null and e.kind = may_rest_on.kind));
end $$;
comment on function access.may_rest_on(uuid, uuid, text, text[], text[]) is
  'Whether a basis that the caller names for a handoff may rest on an earlier one.';

do $$ declare f text; begin
  foreach f in array array['person_of(uuid)', 'basis_states(uuid)',
                           'may_rest_on(uuid, uuid, text, text[], text[])'] loop
    if f not like 'basis_states%' then
      execute format('alter function access.%s owner to rangkul_rules', f);
    end if;
    execute format('revoke execute on function access.%s from public', f);
    execute format('grant execute on function access.%s to rangkul_app', f);
  end loop;
end $$;

alter policy name on lawful_basis with check (
  author_id = (select access.me()) and (select access.has('handoff:write'))
  and withdrawn_at is null
  and exists (select from handoff h
              where h.id = handoff_id and (select access.me()) in (h.sender_id, h.receiver_id))
  and (rests_on is null
       or access.may_rest_on(rests_on, handoff_id, kind, categories, purposes)));
alter table lawful_basis add constraint lawful_basis_consent_withdrawn_check
  check (kind = 'CONSENT' or withdrawn_at is null);
alter policy retract on case_suspect
  using (named_by = (select access.me()) and retracted_at is null
         and (select access.has('handoff:write')))
  with check (named_by = (select access.me()) and retracted_at is not null);
alter policy acknowledge on withdrawal_notice
  using (receiver_id = (select access.me()) and acknowledged_at is null
         and (select access.has('handoff:write')))
  with check (receiver_id = (select access.me()) and acknowledged_at is not null);

-- Naming a suspect, a basis, and withdrawing take turns in a case: whoever comes second sees what
-- the first one did, and nobody concerned is overlooked.
create function access.take_turn() returns trigger language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  row jsonb := to_jsonb(new);
begin
  perform pg_advisory_xact_lock(hashtextextended('case ' || coalesce(
    row ->> 'case_id',
    (select h.case_id::text from handoff h where h.id = (row ->> 'handoff_id')::uuid)), 0));
  return new;
end $$;
comment on function access.take_turn() is 'Who changes what consents of a case count, in turn.';
create trigger case_suspect_turn before insert or update on case_suspect
  for each row execute function access.take_turn();
create trigger lawful_basis_turn before insert or update on lawful_basis
  for each row execute function access.take_turn();

-- Every handoff in which something rests on these bases: their own, those of bases that rest on
-- them, and those to which a section was passed on. Told is whoever is not the giver there.
create function access.resting_on(bases uuid[], these text[])
returns table (basis_id uuid, handoff_id uuid, giver_id uuid, named boolean, categories text[])
language plpgsql stable rows 5
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query
  with recursive resting as (
    select b.id, b.handoff_id, b.author_id,
           array(select unnest(b.categories) intersect select unnest(these) order by 1) as these
    from lawful_basis b where b.id = any (bases)
    union
    select b.id, b.handoff_id, b.author_id,
           array(select unnest(b.categories) intersect select unnest(r.these) order by 1)
    from resting r join lawful_basis b on b.rests_on = r.id and b.categories && r.these
  ), passed as (
    select r.id, s.id as section_id, s.handoff_id, s.category::text
    from resting r
    join handoff h on h.id = r.handoff_id
    join handoff_section f on f.handoff_id = h.id and f.category = any (r.these)
     and r.author_id = case when f.source_id is null then f.author_id else h.sender_id end
    join handoff_section s on s.source_id = f.id
    union
    select p.id, s.id, s.handoff_id, s.category::text
    from passed p join handoff_section s on s.source_id = p.section_id
  )
  select (array_agg(x.id order by x.named desc, x.id))[1], x.handoff_id, x.giver, bool_or(x.named),
         array_agg(distinct category order by category)
  from (
    select r.id, r.handoff_id, r.author_id as giver, true as named, r.these from resting r
    union all
    select p.id, p.handoff_id, h.sender_id, false, array[p.category]
    from passed p join handoff h on h.id = p.handoff_id) x
  cross join unnest(x.these) category
  group by x.handoff_id, x.giver;
end $$;
comment on function access.resting_on(uuid[], text[]) is
  'The handoffs in which categories rest on some bases, over every link and every hop.';

create function access.tell(what text, bases uuid[], these text[], acting uuid, note text)
returns void language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  concerned uuid[] := array(
    select distinct r.handoff_id from access.resting_on(bases, these) r);
begin
  insert into withdrawal_notice (id, basis_id, handoff_id, receiver_id, cause, categories)
  select gen_random_uuid(), r.basis_id, r.handoff_id, t.told,
         case what when 'CONSENT_WITHDRAWN' then 'WITHDRAWN' else what end, r.categories
  from access.resting_on(bases, these) r
  join handoff h on h.id = r.handoff_id
  cross join lateral (
    select case when r.giver_id = h.sender_id then h.receiver_id else h.sender_id end as told
    where h.requested_at is not null
    union all select r.giver_id where what = 'GUARDIAN_CONFLICT' and r.named) t
  where t.told <> acting and what in ('CONSENT_WITHDRAWN', 'GUARDIAN_CONFLICT');
  update handoff h set updated_at = now() where h.id = any (concerned);
  insert into handoff_event (id, handoff_id, kind, actor_id, from_status, to_status, note)
  select gen_random_uuid(), h.id, what, acting, h.status, h.status,
         case when h.id in (select b.handoff_id from lawful_basis b where b.id = any (bases))
              then tell.note end
  from handoff h where h.id = any (concerned);
end $$;
comment on function access.tell(text, uuid[], text[], uuid, text) is
  'Write it on the timeline of every handoff concerned, and ask those who read to say they stopped.';

create function access.tell_withdrawn() returns trigger language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform access.tell(
    'CONSENT_WITHDRAWN', array[new.id],
    array(select unnest(new.withdrawn_categories) except select unnest(old.withdrawn_categories)),
    new.author_id, new.withdrawal_reason);
  return null;
end $$;
comment on function access.tell_withdrawn() is 'Who reads what rested on a consent is told at once.';
create trigger lawful_basis_told after update of withdrawn_categories on lawful_basis
  for each row when (new.withdrawn_categories <> old.withdrawn_categories)
  execute function access.tell_withdrawn();

-- Only of consents that fall or rise with this very person, not of those another one fells too.
create function access.tell_suspect() returns trigger language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  b record;
begin
  for b in
    select l.id, array(select unnest(l.categories) except select unnest(l.withdrawn_categories))
                   as categories
    from lawful_basis l join handoff h on h.id = l.handoff_id
    where h.case_id = new.case_id and l.kind = 'CONSENT'
      and access.same_person(l.giver_relation, l.giver_keys, new.relation, new.keys)
      and not exists (
        select from case_suspect s
        where s.case_id = new.case_id and s.id <> new.id and s.retracted_at is null
          and access.same_person(l.giver_relation, l.giver_keys, s.relation, s.keys))
    order by l.id
  loop
    perform access.tell(
      case when new.retracted_at is null then 'GUARDIAN_CONFLICT'
           else 'GUARDIAN_CONFLICT_LIFTED' end, array[b.id], b.categories, new.named_by, null)
    where b.categories <> '{}';
  end loop;
  return null;
end $$;
comment on function access.tell_suspect() is
  'Everybody of the case who is concerned is told that a consent does not count, or counts again.';
create trigger case_suspect_told after insert or update of retracted_at on case_suspect
  for each row execute function access.tell_suspect();

do $$ declare f text; begin
  foreach f in array array['take_turn()', 'resting_on(uuid[], text[])', 'tell_withdrawn()',
                           'tell(text, uuid[], text[], uuid, text)', 'tell_suspect()'] loop
    execute format('alter function access.%s owner to rangkul_rules', f);
    execute format('revoke execute on function access.%s from public', f);
  end loop;
end $$;

grant insert on withdrawal_notice to rangkul_rules;
create policy told on withdrawal_notice for insert to rangkul_rules with check (true);
-- What the database tells, nobody else does.
alter policy record on handoff_event with check (
  actor_id = (select access.me()) and (select access.has('handoff:write'))
  and kind not like 'EMERGENCY_%' and kind not like 'GUARDIAN_CONFLICT%'
  and kind <> 'CONSENT_WITHDRAWN'
  and exists (select from handoff h
              where h.id = handoff_id and (select access.me()) in (h.sender_id, h.receiver_id)));
create policy consent_told on handoff_event for insert to rangkul_rules with check (
  kind in ('CONSENT_WITHDRAWN', 'GUARDIAN_CONFLICT', 'GUARDIAN_CONFLICT_LIFTED'));
"""

# Before the tables go; what hangs on them goes with them.
UNDO_CONSENT = """
drop policy consent_told on handoff_event;
drop policy name on lawful_basis;
drop trigger case_suspect_told on case_suspect;
drop trigger case_suspect_turn on case_suspect;
drop trigger lawful_basis_told on lawful_basis;
drop trigger lawful_basis_turn on lawful_basis;
drop function access.tell_suspect(), access.tell_withdrawn(),
  access.tell(text, uuid[], text[], uuid, text), access.resting_on(uuid[], text[]),
  access.take_turn(), access.may_rest_on(uuid, uuid, text, text[], text[]),
  access.basis_states(uuid), access.person_of(uuid);
"""
