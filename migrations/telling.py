"""What a page shows is told to the ledger by the statement that reads it. Part of 0023."""

from importlib import import_module

from migrations.former import former
from migrations.readings import READINGS

TELLING = """
create or replace function access.by_what(sections uuid[])
returns table (section_id uuid, handoff_id uuid, author_id uuid, category text, mou_id uuid,
               version_id uuid, clause integer, basis_id uuid, emergency_id uuid, code text)
language plpgsql stable rows 100
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  me uuid := access.me();
  emergencies uuid[] := access.my_emergency_sections();
begin
  return query
  with asked as materialized (
    select s.id, s.handoff_id, s.author_id, s.category, h.mou_id, h.purpose, h.child_role,
           s.source_id is null and not s.id = any (emergencies)
           and (me = h.sender_id or me = h.receiver_id and h.requested_at is not null)
           and not exists (select from handoff_section o where o.origin_id = s.id) as usual
    from handoff_section s join handoff h on h.id = s.handoff_id
    where s.id = any (sections) and s.author_id <> me
  ), alike as (  -- on a page many are: their clause is looked for once
    select distinct a.mou_id, a.author_id, a.category, a.purpose, a.child_role
    from asked a where a.usual
  ), paper as (
    select distinct on (a.mou_id, a.author_id, a.category, a.purpose, a.child_role)
           a.*, c.version_id, c.number
    from alike a
    join organisation o on o.id = a.author_id
    join access.live_clauses(me) c
      on c.mou_id = a.mou_id
      and (c.discloser_id = o.id or c.discloser_covers_branches and c.discloser_id = any (o.path))
      and a.category = any (c.categories) and a.purpose = any (c.purposes)
      and a.child_role = any (c.case_roles)
    order by a.mou_id, a.author_id, a.category, a.purpose, a.child_role,
             c.retention_days desc, c.number
  )
  select a.id, a.handoff_id, a.author_id, a.category::text, a.mou_id,
         coalesce(p.version_id, (v.judged ->> 'version_id')::uuid),
         coalesce(p.number, (v.judged ->> 'clause')::integer),
         case when v.judged is null
              then (select b.id from lawful_basis b  -- as access.basis_for(), but at once
                    where b.handoff_id = a.handoff_id and b.author_id = a.author_id
                      and a.category = any (b.categories) and a.purpose = any (b.purposes)
                      and (b.kind <> 'CONSENT' and b.rests_on is null and b.valid_until is null
                           or access.basis_state(b.id, a.category) is null)
                    order by b.created_at, b.id limit 1)
              else (v.judged ->> 'basis_id')::uuid end,
         (v.judged ->> 'emergency_id')::uuid, coalesce(v.judged ->> 'code', 'CLAUSE')
  from asked a
  left join paper p
    on a.usual and p.mou_id = a.mou_id and p.author_id = a.author_id
    and p.category = a.category and p.purpose = a.purpose and p.child_role = a.child_role
  cross join lateral (
    select case when p.version_id is null
                then (select to_jsonb(j) from access.verdict(a.id) j where j.open) end as judged
    offset 0) v  -- so that it is asked once, and not wherever it is looked at
  where p.version_id is not null or v.judged is not null;
end $$;

-- With what was shown, of which only the ids are said: what else is to be told of it is found here.
drop function access.append_reading(uuid, text, jsonb);
create function access.append_reading(entry_id uuid, request_id text, items jsonb,
                                      shown uuid[] default '{}')
returns void language plpgsql volatile
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  me uuid := access.me();
  told integer;
begin
  insert into ledger_entry (id, reader_id, client_id, user_id, request_id)
  values (append_reading.entry_id, me, access.client(), access.person(),
          append_reading.request_id);
  with item as (
    -- As text, which becomes one object for each owner in half the time; nothing in it is quoted.
    select r.author_id as owner, k.kind, r.handoff_id as handoff, 0 as n, 1 as told,
           concat('{"kind":"', k.kind, '","handoff":"', r.handoff_id,
                  '","section":"', r.section_id, '","category":"', r.category,
                  '","mou":"', r.mou_id, '"', ',"version":"' || r.version_id || '"',
                  ',"clause":' || r.clause, ',"basis":"' || r.basis_id || '"',
                  ',"emergency":"' || r.emergency_id || '"', '}') as item
    from access.by_what(shown) r
    cross join lateral (
      select case when r.emergency_id is null then 'DISCLOSED' else 'EMERGENCY' end as kind) k
    union all
    select coalesce((i.item ->> 'owner')::uuid, me), i.item ->> 'kind',
           (i.item ->> 'handoff')::uuid, i.n, 0, (i.item - 'owner')::text
    from jsonb_array_elements(append_reading.items) with ordinality i(item, n)
  ), part as materialized (
    select x.owner, array_agg(distinct x.kind) as kinds,
           coalesce(array_agg(distinct x.handoff) filter (where x.handoff is not null), '{}')
             as handoffs,
           concat('[', string_agg(x.item, ',' order by x.n), ']')::jsonb as items,
           sum(x.told) as told
    from item x group by x.owner
  ), added as (
    insert into ledger_part (entry_id, owner_id, reader_id, kinds, handoffs, items)
    select append_reading.entry_id, p.owner, me, p.kinds, p.handoffs, p.items from part p
  )
  select coalesce(sum(p.told), 0) into told from part p;
  if told is distinct from (select count(distinct s) from unnest(shown) s) then
    raise exception 'something is shown that nothing opens' using errcode = 'RL409';
  end if;
  insert into ledger_pending (entry_id) values (append_reading.entry_id);
end $$;
alter function access.append_reading(uuid, text, jsonb, uuid[]) owner to rangkul_rules;
comment on function access.append_reading(uuid, text, jsonb, uuid[]) is
  'Appends an entry in the caller''s own name, with a part for each owner that an item names.';

-- As the caller. Of what was shown, row-level security is not asked again: the very statement that
-- calls this has read it, as the same caller, and so by the same policies at the same moment. Whoever
-- else calls it with other sections tells the ledger of what it never read, in its own name alone.
create function access.read_out(entry_id uuid, request_id text, disclosed uuid[], withheld uuid[],
                                codes text[], denied jsonb default '[]')
returns void language plpgsql volatile
-- Of a few sections PostgreSQL would plan anew what is asked, each time: half a millisecond.
set plan_cache_mode = force_generic_plan as $$
declare
  items jsonb := denied;
begin
  if withheld <> '{}' then
    items := (
      select coalesce(jsonb_agg(jsonb_build_object(
          'owner', s.author_id, 'kind', 'DENIED', 'handoff', s.handoff_id, 'section', s.id,
          'category', s.category, 'code', w.code)), '[]')
      from (select distinct * from unnest(withheld, codes)) w(id, code)
      join handoff_section s on s.id = w.id) || items;
  end if;
  if disclosed <> '{}' or items <> '[]' then
    perform access.append_reading(entry_id, request_id, items, disclosed);
  end if;
end $$;
comment on function access.read_out(uuid, text, uuid[], uuid[], text[], jsonb) is
  'Writes down what the statement that calls it shows and withholds; fails when nothing opens it.';

-- As the caller, so that row-level security decides again: what was shown a moment ago and is shut
-- by now must not be served. The whole is one statement, and thereby one transaction.
create or replace function access.record_reading(
  client_id uuid, scopes text, statement_timeout_ms integer, user_id uuid, grant_id uuid,
  bound boolean, organisation_id uuid, entry_id uuid, request_id text, disclosed uuid[],
  withheld uuid[], codes text[], denied jsonb)
returns void language plpgsql volatile as $$
begin
  if access.enter(client_id, scopes, statement_timeout_ms, user_id, grant_id, bound)
     is distinct from organisation_id then
    raise exception 'nobody is calling' using errcode = 'RL401';
  end if;
  if cardinality(disclosed) <> (
    select count(*) from handoff_section s
    join handoff_section_body b
      on b.section_id = case when s.origin_id is null then s.id else s.origin_id end
    where s.id = any (disclosed)) then
    raise exception 'something that was shown is shut by now' using errcode = 'RL409';
  end if;
  perform access.read_out(entry_id, request_id, disclosed, withheld, codes, denied);
end $$;

drop function access.reading_of(uuid[]), access.my_papers();
do $$ declare f regprocedure; begin
  foreach f in array array[
    'access.append_reading(uuid, text, jsonb, uuid[])',
    'access.read_out(uuid, text, uuid[], uuid[], text[], jsonb)']::regprocedure[]
  loop
    execute format('revoke execute on function %s from public', f);
    execute format('grant execute on function %s to rangkul_app', f);
  end loop;
end $$;
"""

_LEDGER = import_module("migrations.versions.2026_11_25_0010_ledger").FUNCTIONS
UNDO_TELLING = f"""
drop function access.read_out(uuid, text, uuid[], uuid[], text[], jsonb);
drop function access.append_reading(uuid, text, jsonb, uuid[]);
{former(_LEDGER, "append_reading", "record_reading")}
{former(READINGS, "my_papers", "by_what", "reading_of")}
alter function access.append_reading(uuid, text, jsonb) owner to rangkul_rules;
alter function access.my_papers() owner to rangkul_rules;
revoke execute on function access.append_reading(uuid, text, jsonb), access.my_papers(),
  access.reading_of(uuid[]) from public;
grant execute on function access.append_reading(uuid, text, jsonb), access.reading_of(uuid[])
  to rangkul_app;
"""
