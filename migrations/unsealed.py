"""The way back from sealed content to the tables as they were before revision 0009.

What was sealed cannot be opened here, so there is no way back while there is content.
"""

UNDO = """
do $$ begin
  if exists (select from handoff_section_body) then
    raise exception 'sealed content cannot be turned back into clear text: there is no way back';
  end if;
end $$;

drop view handoff_section_now;
drop function access.sections_saying(bigint[], bigint[]), access.forget_words(uuid),
  access.sealed_samples();
drop policy emergency on handoff_section_body;
drop policy at_second_hand on handoff_section_body;
drop policy disclosed on handoff_section_body;
drop policy own_words on handoff_section_body;
drop policy discard on handoff_section;
drop policy covered on handoff_section;
drop policy record on handoff_event;
drop policy seen on handoff_event;
drop policy send on handoff;
drop policy viewing on handoff;
drop policy seen on handoff;
drop policy of_mine on case_file;
drop policy rules on handoff_section;
revoke select on handoff_section from rangkul_rules;
drop table data_request, legal_hold, emergency_access, withdrawal_notice, case_suspect, lawful_basis,
  section_word, vault_key cascade;
drop trigger signed_emergency_excluded_stays on mou_version;
alter table mou_version drop column emergency_excluded;
alter table handoff_section drop column source_id, drop column origin_id, drop column corrected_at,
  drop column destroyed_at, drop column destruction;
alter table handoff drop column case_id, drop column onward_of_id, drop column victim_reported_at;
drop table case_file;
alter table handoff_section_body drop column sealed, drop column sealed_key,
  add column body text not null check (length(body) between 1 and 20000);
create index handoff_section_body_search_idx on handoff_section_body
  using gin (to_tsvector('indonesian', body));
drop function access.emergency_bar(uuid, uuid), access.my_emergencies(uuid),
  access.my_emergency_handoffs(), access.my_emergency_sections(), access.fits_case(uuid, uuid),
  access.may_pass(uuid, uuid, uuid, uuid, text), access.passes(uuid, boolean),
  access.passed_to_me(uuid),
  access.kept_until(timestamptz, integer), access.custody_moved(text, text, timestamptz),
  access.barred_by(uuid, uuid, text, text), access.basis_for(uuid, uuid, text, text),
  access.basis_state(uuid, text), access.conflicted(uuid),
  access.same_person(text, bytea[], text, bytea[]),
  access.clause_between(uuid, uuid, uuid, text, text, text), access.keep_withdrawn(),
  access.live_clauses(uuid, uuid), access.live_clauses_to(uuid);

update staff_role set scopes =
  array_remove(array_remove(scopes, 'ledger:read'), 'handoff:emergency');
alter table organisation alter column scopes set default '{organisation:read,mou:read,mou:write,'
  'mou:sign,activity:read,activity:write,handoff:read,handoff:write,handoff:identity,client:read,'
  'client:write,user:read,user:write,security:read}';
update organisation set scopes =
  array_remove(array_remove(scopes, 'ledger:read'), 'handoff:emergency');

create function access.live_clauses_to(recipient uuid)
returns table (mou_id uuid, discloser_id uuid, discloser_covers_branches boolean,
               categories text[], purposes text[], case_roles text[])
language plpgsql stable rows 20
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query
  select v.mou_id, c.discloser_id, d.covers_branches, c.categories, c.purposes, c.case_roles
  from organisation o
  join mou_clause c on c.recipient_id = any (o.path)
  join mou_version v on v.id = c.version_id
  join mou_party r on r.version_id = v.id and r.organisation_id = c.recipient_id
                  and (r.organisation_id = o.id or r.covers_branches)
  join mou_party d on d.version_id = v.id and d.organisation_id = c.discloser_id
  where o.id = recipient
    and v.stage = 'SIGNED'
    and access.today() between coalesce(c.valid_from, v.valid_from)
                           and coalesce(c.valid_until, v.valid_until)
    and v.id = access.mou_version_in_force(v.mou_id)
    and access.mou_in_force(v.mou_id);
end $$;
comment on function access.live_clauses_to(uuid) is
  'The data-sharing clauses that let anyone disclose anything to the organisation today.';

-- A grant is a key of one JSON object, so that a policy asks for it in logarithmic time, of a value
-- computed once a statement: agreement, how the discloser is reached (= itself, < through a party
-- that covers its branches), that party, category, purpose and role.
create or replace function access.my_grants() returns jsonb language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return coalesce((
    select jsonb_object_agg(
      concat(c.mou_id, reach, c.discloser_id, category, purpose, case_role), null)
    from access.live_clauses_to(access.me()) c
    cross join unnest(c.categories) category
    cross join unnest(c.purposes) purpose
    cross join unnest(c.case_roles) case_role
    cross join lateral (
      select '=' as reach union all select '<' where c.discloser_covers_branches) r
  ), '{}');
end $$;
comment on function access.my_grants() is
  'All that live clauses open to the caller today, as the keys of an object.';
alter function access.live_clauses_to(uuid) owner to rangkul_rules;
revoke execute on function access.live_clauses_to(uuid) from public;

-- Candidates only: what the caller may read among them is decided by the policies on the body.
create function access.sections_matching(words text) returns setof uuid language sql stable
security definer set search_path = pg_catalog, public, pg_temp
begin atomic
  select b.section_id
  from handoff_section_body b join handoff h on h.id = b.handoff_id
  where to_tsvector('indonesian', b.body) @@ websearch_to_tsquery('indonesian', words)
    and (select access.me()) in (h.sender_id, h.receiver_id);
end;
alter function access.sections_matching(text) owner to rangkul_rules;
comment on function access.sections_matching(text) is
  'Sections of the caller''s own handoffs in which the words stand, before row-level security.';
revoke execute on function access.sections_matching(text) from public;
grant execute on function access.sections_matching(text) to rangkul_app;
revoke execute on function access.discloses_in(text), access.identifies(text) from rangkul_rules;

create policy seen on handoff for select to rangkul_app using (
  ((select access.has('handoff:read')) or (select access.has('handoff:write')))
  and (sender_id = (select access.me())
    or receiver_id = (select access.me()) and requested_at is not null));
create policy send on handoff for insert to rangkul_app with check (
  sender_id = (select access.me()) and (select access.has('handoff:write'))
  and status in ('DRAFT', 'REQUESTED')
  and access.shares_agreement(mou_id, sender_id, receiver_id));
create policy covered on handoff_section for insert to rangkul_app with check (
  author_id = (select access.me()) and (select access.has('handoff:write')) and exists (
    select from handoff h where h.id = handoff_id and access.discloses(
      h.mou_id, author_id,
      case when h.sender_id = author_id then h.receiver_id else h.sender_id end,
      category, h.purpose, h.child_role)));
create policy discard on handoff_section for delete to rangkul_app using (
  author_id = (select access.me()) and (select access.has('handoff:write')) and exists (
    select from handoff h where h.id = handoff_id and h.status = 'DRAFT'));
create policy own_words on handoff_section_body for select to rangkul_app using (
  author_id = (select access.me()) and exists (
    select from handoff h where h.id = handoff_id
     and not (h.kind = 'TRANSFER' and h.accepted_at is not null
              and h.status not in ('FAILED', 'CANCELLED')
              and h.sender_id = (select access.me()))));
create policy disclosed on handoff_section_body for select to rangkul_app using (
  author_id <> (select access.me()) and exists (
    select from handoff h
    cross join unnest((select o.path from organisation o where o.id = author_id)) party
    where h.id = handoff_id and access.discloses_in(h.status)
      and (select access.my_grants()) ? concat(
        h.mou_id, case when party = author_id then '=' else '<' end, party,
        category, h.purpose, h.child_role)));
create policy seen on handoff_event for select to rangkul_app using (
  exists (select from handoff h where h.id = handoff_id));
create policy record on handoff_event for insert to rangkul_app with check (
  actor_id = (select access.me()) and (select access.has('handoff:write'))
  and exists (select from handoff h where h.id = handoff_id));
create view handoff_section_now with (security_invoker = true) as
select s.id, s.handoff_id, s.author_id, s.category, s.created_at, b.body,
       case when b.section_id is not null then null
            when not (select access.has('handoff:read'))
              or access.identifies(s.category) and not (select access.has('handoff:identity'))
            then 'SCOPE_MISSING'
            when s.author_id = (select access.me()) then 'CUSTODY_MOVED'
            when not access.discloses_in(h.status) then 'STATE_CLOSED'
            when not access.mou_in_force(h.mou_id) then 'AGREEMENT_NOT_IN_FORCE'
            else 'NOT_COVERED' end::varchar(40) as withheld
from handoff_section s
join handoff h on h.id = s.handoff_id
left join handoff_section_body b on b.section_id = s.id;
grant select on handoff_section_now to rangkul_app;
"""
