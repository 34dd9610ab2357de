"""A handoff is written by one statement, and less is asked for it. Part of 0024."""

from importlib import import_module

from migrations.disclosing import RULES
from migrations.former import former

WRITING = """
-- As the caller, so that row-level security decides of every row. They are functions because the
-- policies on a section look for its handoff, which no statement sees while it writes it.
create function access.begin_handoff(said jsonb, case_key bytea) returns setof handoff
language plpgsql volatile rows 1 as $$
begin
  if case_key is not null then
    insert into case_file (id, kek_id, wrapped)
    values ((said ->> 'case_id')::uuid, said ->> 'kek_id', case_key);
  end if;
  return query
  insert into handoff (id, number, kind, status, sender_id, receiver_id, mou_id, inquiry_id,
    case_id, onward_of_id, purpose, urgency, child_role, child_age_band, case_categories, services,
    case_reference, victim_reported_at, idempotency_key, request_hash, requested_at, due_at)
  select h.id, h.number, h.kind, h.status, h.sender_id, h.receiver_id, h.mou_id, h.inquiry_id,
    h.case_id, h.onward_of_id, h.purpose, h.urgency, h.child_role, h.child_age_band,
    h.case_categories, h.services, h.case_reference, h.victim_reported_at, h.idempotency_key,
    h.request_hash, case when h.status = 'REQUESTED' then now() end,
    case when h.status = 'REQUESTED'
         then now() + make_interval(hours => (said ->> 'hours')::integer) end
  from jsonb_populate_record(null::handoff, said) h
  on conflict (sender_id, idempotency_key) do nothing
  returning *;
end $$;
comment on function access.begin_handoff(jsonb, bytea) is
  'Writes a handoff, with a case of its own when its key is given; no row when its key came before.';

create function access.fill_handoff(of_handoff uuid, said jsonb, seals bytea[], keys bytea[])
returns void language plpgsql volatile as $$
declare
  me uuid := access.me();
begin
  with named as (
    insert into lawful_basis (id, handoff_id, author_id, kind, categories, purposes, legal_source,
      document_hash, valid_until)
    select b.id, of_handoff, me, b.kind, b.categories, b.purposes, b.legal_source,
           b.document_hash, b.valid_until
    from jsonb_populate_recordset(null::lawful_basis, said -> 'bases') b
  ), step as (
    insert into handoff_event (id, handoff_id, kind, actor_id, to_status)
    select e.id, of_handoff, e.kind, me, e.to_status
    from jsonb_populate_record(null::handoff_event, said -> 'step') e where e.id is not null
  )
  insert into handoff_section (id, handoff_id, author_id, category)
  select s.id, of_handoff, me, s.category
  from jsonb_populate_recordset(null::handoff_section, said -> 'sections') s;
  with said_in as (
    insert into handoff_section_body
      (section_id, handoff_id, author_id, category, sealed, sealed_key)
    select (s.section ->> 'id')::uuid, of_handoff, me, s.section ->> 'category',
           s.seal, s.seal_key
    from rows from (jsonb_array_elements(said -> 'sections'), unnest(seals), unnest(keys))
      s (section, seal, seal_key)
  )
  insert into section_word (section_id, organisation_id, words)
  select w.section_id, w.organisation_id, w.words::bigint[]
  from jsonb_to_recordset(said -> 'words') w (section_id uuid, organisation_id uuid, words text);
  if exists (
    select from jsonb_array_elements_text(said -> 'wanted') w (category)
    where access.basis_for(of_handoff, me, w.category, said ->> 'purpose') is null) then
    raise exception 'a category rests on nothing' using errcode = 'RL422';
  end if;
end $$;
comment on function access.fill_handoff(uuid, jsonb, bytea[], bytea[]) is
  'Adds the caller''s sections to a handoff, and bases and a step; fails when one rests on nothing.';

-- The clauses between the two are looked for in the one agreement.
create or replace function access.discloses(mou uuid, discloser uuid, recipient uuid,
                                            category text, purpose text, case_role text)
returns boolean language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return exists (
    select from access.live_clauses(recipient, mou) c
    join organisation o on o.id = discloser
    where (c.discloser_id = o.id or c.discloser_covers_branches and c.discloser_id = any (o.path))
      and category = any (c.categories) and purpose = any (c.purposes)
      and case_role = any (c.case_roles));
end $$;

-- What cannot but hold is not asked.
create or replace function access.basis_for(handoff uuid, author uuid, category text, purpose text)
returns uuid language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return (select b.id from lawful_basis b
          where b.handoff_id = handoff and b.author_id = author
            and category = any (b.categories) and purpose = any (b.purposes)
            and (b.kind <> 'CONSENT' and b.rests_on is null and b.valid_until is null
                 or access.basis_state(b.id, category) is null)
          order by b.created_at, b.id limit 1);
end $$;

do $$ declare f regprocedure; begin
  foreach f in array array['access.begin_handoff(jsonb, bytea)',
                           'access.fill_handoff(uuid, jsonb, bytea[], bytea[])']::regprocedure[]
  loop
    execute format('revoke execute on function %s from public', f);
    execute format('grant execute on function %s to rangkul_app', f);
  end loop;
end $$;
"""

_MOU = import_module("migrations.versions.2026_11_25_0003_mou").RULES
UNDO_WRITING = f"""
drop function access.begin_handoff(jsonb, bytea);
drop function access.fill_handoff(uuid, jsonb, bytea[], bytea[]);
{former(_MOU, "discloses")}
{former(RULES, "basis_for")}
"""
