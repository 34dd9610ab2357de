"""What the ledger is told of a page that was read, for a hundred sections about as fast as for one.

Row-level security says again which bodies are open; by what they are, is looked up. Part of 0009.
"""

READINGS = """
-- As access.my_grants(), with the paper: [days, version, clause], of the clause that lets it be kept
-- longest.
create function access.my_papers() returns jsonb language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return coalesce((
    select jsonb_object_agg(p.key, p.paper) from (
      select distinct on (1)
             concat(c.mou_id, reach, c.discloser_id, category, purpose, case_role) as key,
             jsonb_build_array(c.retention_days, c.version_id, c.number) as paper
      from access.live_clauses_to(access.me()) c
      cross join unnest(c.categories) category
      cross join unnest(c.purposes) purpose
      cross join unnest(c.case_roles) case_role
      cross join lateral (
        select '=' as reach union all select '<' where c.discloser_covers_branches) r
      order by 1, c.retention_days desc, c.number) p
  ), '{}');
end $$;
comment on function access.my_papers() is
  'The clauses by which anything is open to the caller today, by what they open.';

-- access.verdict() says the same of one section. Of many, the usual is seen at a glance: received
-- from its author and open by a clause. What else may have opened it is asked of the verdict.
create function access.by_what(sections uuid[])
returns table (section_id uuid, handoff_id uuid, author_id uuid, category text, mou_id uuid,
               version_id uuid, clause integer, basis_id uuid, emergency_id uuid, code text)
language plpgsql stable rows 100
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  me uuid := access.me();
  papers jsonb := access.my_papers();
  emergencies uuid[] := access.my_emergency_sections();
begin
  return query
  select x.id, x.handoff_id, x.author_id, x.category::text, x.mou_id,
         coalesce(x.version_id, (x.judged ->> 'version_id')::uuid),
         coalesce(x.number, (x.judged ->> 'clause')::integer),
         case when x.judged is null
              then (select b.id from lawful_basis b  -- as access.basis_for(), but at once
                    where b.handoff_id = x.handoff_id and b.author_id = x.author_id
                      and x.category = any (b.categories) and x.purpose = any (b.purposes)
                      and (b.kind <> 'CONSENT' and b.rests_on is null and b.valid_until is null
                           or access.basis_state(b.id, x.category) is null)
                    order by b.created_at, b.id limit 1)
              else (x.judged ->> 'basis_id')::uuid end,
         (x.judged ->> 'emergency_id')::uuid, coalesce(x.judged ->> 'code', 'CLAUSE')
  from (
    select s.*, h.mou_id, h.purpose, p.version_id, p.number,
           case when p.version_id is null
                then (select to_jsonb(v) from access.verdict(s.id) v) end as judged
    from handoff_section s
    join handoff h on h.id = s.handoff_id
    join organisation o on o.id = s.author_id
    left join lateral (
      select (g.paper ->> 1)::uuid as version_id, (g.paper ->> 2)::integer as number
      from unnest(o.path) party
      cross join lateral (select papers -> concat(
        h.mou_id, case when party = s.author_id then '=' else '<' end, party,
        s.category, h.purpose, h.child_role) as paper) g
      where g.paper is not null
      order by (g.paper ->> 0)::integer desc, 2
      limit 1) p
      on s.source_id is null and not s.id = any (emergencies)
         and (me = h.sender_id or me = h.receiver_id and h.requested_at is not null)
         and not exists (select from handoff_section o where o.origin_id = s.id)
    where s.id = any (sections) and s.author_id <> me) x
  where x.version_id is not null or x.judged is not null;
end $$;
comment on function access.by_what(uuid[]) is
  'By which clause and basis, or what else, the caller may read sections that are open to it.';

-- As the caller: which bodies are open, row-level security says.
create function access.reading_of(section_ids uuid[])
returns table (section_id uuid, handoff_id uuid, author_id uuid, category text, mou_id uuid,
               version_id uuid, clause integer, basis_id uuid, emergency_id uuid, code text)
language plpgsql stable as $$
declare
  readable uuid[] := array(select b.section_id from handoff_section_body b
                           where b.section_id = any (section_ids));
begin
  if cardinality(readable) < cardinality(section_ids) then  -- some were passed on, or are shut
    readable := readable || array(
      select s.id from handoff_section s join handoff_section_body b on b.section_id = s.origin_id
      where s.id = any (section_ids));
  end if;
  return query select * from access.by_what(readable);
end $$;
comment on function access.reading_of(uuid[]) is
  'Of the bodies the caller may read now and did not write: whose they are, and by what it may.';

alter function access.my_papers() owner to rangkul_rules;
alter function access.by_what(uuid[]) owner to rangkul_rules;
revoke execute on function access.my_papers(), access.by_what(uuid[]), access.reading_of(uuid[])
  from public;
grant execute on function access.by_what(uuid[]), access.reading_of(uuid[]) to rangkul_app;
"""

UNDO_READINGS = """
drop function access.reading_of(uuid[]), access.by_what(uuid[]), access.my_papers();
"""
