"""Who reads the words of a section: the same policy and view, asked for less. Part of 0023."""

BODIES = """
alter policy disclosed on handoff_section_body using (
  author_id <> (select access.me()) and exists (
    select from handoff h
    where h.id = handoff_id and (select access.me()) in (h.sender_id, h.receiver_id)
      and access.discloses_in(h.status)
      and case
        -- Nearly always a clause of the author's own opens it, and the time of keeping runs not yet.
        when h.ended_at is null and (select access.my_grants())
             ? concat(h.mou_id, '=', author_id, category, h.purpose, h.child_role) then true
        else exists (
          select from organisation o cross join unnest(o.path) party
          cross join lateral (select ((select access.my_grants()) ->> concat(
            h.mou_id, case when party = author_id then '=' else '<' end, party,
            category, h.purpose, h.child_role))::integer as days) g
          where o.id = author_id and g.days is not null
            and (h.ended_at is null or now() < access.kept_until(h.ended_at, g.days))) end
      -- A basis in law that nothing can end, of a handoff about which nobody asked for anything:
      -- both sides see that, and beyond it the rule is asked.
      and (exists (select from lawful_basis b
                   where b.handoff_id = h.id and b.author_id = handoff_section_body.author_id
                     and handoff_section_body.category = any (b.categories)
                     and h.purpose = any (b.purposes) and b.kind <> 'CONSENT'
                     and b.rests_on is null and b.valid_until is null
                     and not exists (select from data_request r where r.handoff_id = b.handoff_id))
        or access.barred_by(h.id, author_id, category, h.purpose) is null)));

-- The case depends on the handoff alone, so that it is looked up once, and not for each section.
create or replace view handoff_section_now with (security_invoker = true) as
select s.id, s.handoff_id, s.author_id, s.category, s.created_at, s.source_id, s.corrected_at,
       s.destroyed_at, s.destruction, coalesce(s.origin_id, s.id) as origin_id, b.handoff_id
       as origin_handoff_id, b.sealed, b.sealed_key, h.case_id,
       case when b.section_id is not null then c.kek_id end as kek_id,
       case when b.section_id is not null then c.wrapped end as wrapped,
       case when b.section_id is null then coalesce(
         (select v.code from access.verdict(s.id) v where not v.open), 'NOT_COVERED')
       end::varchar(40) as withheld
from handoff_section s
join handoff h on h.id = s.handoff_id
left join case_file c on c.id = h.case_id
left join handoff_section_body b
  on b.section_id = case when s.origin_id is null then s.id else s.origin_id end;
"""

UNDO_BODIES = """
alter policy disclosed on handoff_section_body using (
  author_id <> (select access.me()) and exists (
    select from handoff h
    cross join unnest((select o.path from organisation o where o.id = author_id)) party
    cross join lateral (select ((select access.my_grants()) ->> concat(
      h.mou_id, case when party = author_id then '=' else '<' end, party,
      category, h.purpose, h.child_role))::integer as days) g
    where h.id = handoff_id and (select access.me()) in (h.sender_id, h.receiver_id)
      and access.discloses_in(h.status)
      and g.days is not null
      and (h.ended_at is null or now() < access.kept_until(h.ended_at, g.days))
      and access.barred_by(h.id, author_id, category, h.purpose) is null));
create or replace view handoff_section_now with (security_invoker = true) as
select s.id, s.handoff_id, s.author_id, s.category, s.created_at, s.source_id, s.corrected_at,
       s.destroyed_at, s.destruction, coalesce(s.origin_id, s.id) as origin_id, b.handoff_id
       as origin_handoff_id, b.sealed, b.sealed_key, h.case_id, c.kek_id, c.wrapped,
       case when b.section_id is null then coalesce(
         (select v.code from access.verdict(s.id) v where not v.open), 'NOT_COVERED')
       end::varchar(40) as withheld
from handoff_section s
join handoff h on h.id = s.handoff_id
left join handoff_section_body b
  on b.section_id = case when s.origin_id is null then s.id else s.origin_id end
left join case_file c on c.id = h.case_id and b.section_id is not null;
"""
