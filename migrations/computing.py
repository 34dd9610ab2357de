"""Figures computed from what really happened: one function computes each once, and keeps it.

A figure is of one agreement and one calendar quarter or year that is over. It counts what *happened*
in that time (an acceptance, a due date, an end), so that waiting does not make it another. Figures
that would tell of fewer than `access.smallest_cell()` are kept as null. ADR 24 says what this
withstands.
"""

COMPUTING = """
grant select on evaluation to rangkul_rules;
create policy rules on evaluation for select to rangkul_rules using (true);
grant select on education_session, session_figures, recommendation to rangkul_rules;
do $$ declare t text; begin
  foreach t in array array['education_session', 'session_figures', 'recommendation'] loop
    if not exists (select from pg_policy p where p.polrelid = t::regclass
                    and 'rangkul_rules'::regrole = any (p.polroles)) then
      execute format('create policy rules on %I for select to rangkul_rules using (true)', t);
    end if;
  end loop;
end $$;

-- How many it rests on; of these, how many count for a share (null where it is none); the value.
create function access.count_up(measure text, service text, mou uuid, first date, after date)
returns table (counted bigint, share bigint, value numeric) language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_variable
declare
  since timestamptz := first::timestamp at time zone 'Asia/Jakarta';
  until timestamptz := after::timestamp at time zone 'Asia/Jakarta';
begin
  case measure
  when 'HANDOFFS' then return query
    select count(*), null::bigint, count(*)::numeric from handoff h
    where h.mou_id = mou and h.requested_at >= since and h.requested_at < until;
  when 'HOURS_TO_ACCEPTANCE' then return query
    select count(*), null::bigint,
           round((percentile_cont(0.5) within group (
             order by extract(epoch from h.accepted_at - h.requested_at) / 3600))::numeric)
    from handoff h
    where h.mou_id = mou and h.accepted_at >= since and h.accepted_at < until;
  when 'ACCEPTED_IN_TIME' then return query
    select count(*), count(*) filter (where h.accepted_at <= c.due_at), null::numeric
    from clock_now c join handoff h on h.id = c.handoff_id
    where c.mou_id = mou and c.rule = 'ANSWER' and c.due_at >= since and c.due_at < until;
  when 'REPORTED_TO_POLICE_IN_TIME' then return query
    select count(*), count(*) filter (where c.met_at <= c.due_at), null::numeric
    from clock_now c
    where c.mou_id = mou and c.rule = 'REPORT_TO_POLICE' and c.due_at >= since
      and c.due_at < until;
  when 'COMPLETION' then return query
    select count(*), count(*) filter (where h.status = 'COMPLETED'), null::numeric
    from handoff h
    where h.mou_id = mou and service = any (h.services) and h.accepted_at is not null
      and h.ended_at >= since and h.ended_at < until;
  when 'SESSIONS_HELD' then return query
    select null::bigint, null::bigint, count(*)::numeric
    from education_session s join joint_activity a on a.id = s.activity_id
    where a.mou_id = mou and s.status = 'HELD' and s.held_from >= since and s.held_from < until;
  when 'PEOPLE_REACHED' then return query
    select coalesce(sum(f.people), 0)::bigint, null::bigint, coalesce(sum(f.people), 0)
    from education_session s join joint_activity a on a.id = s.activity_id
    cross join lateral (
      select (select sum((c.cell ->> 'count')::numeric)
              from jsonb_array_elements(n.cells) c(cell)) as people
      from session_figures n where n.session_id = s.id order by n.number desc limit 1) f
    where a.mou_id = mou and s.status = 'HELD' and s.held_from >= since and s.held_from < until;
  when 'RECOMMENDATIONS_IN_TIME' then return query
    select count(*), count(*) filter (
      where (r.verified_at at time zone 'Asia/Jakarta')::date <= r.due_on), null::numeric
    from recommendation r join joint_activity a on a.id = r.activity_id
    where a.mou_id = mou and r.issued_at is not null and r.status <> 'WITHDRAWN'
      and r.due_on >= first and r.due_on < after;
  end case;
end $$;
comment on function access.count_up(text, text, uuid, date, date) is
  'What a measure comes to now, not yet suppressed: for access.figure alone.';

-- A year is counted by quarters or as a whole, whichever was asked first, and never both: the
-- other way would be the difference that gives a suppressed quarter back.
create function access.figure(measure text, service text, mou uuid, frequency text, day date)
returns numeric language plpgsql volatile
security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_variable
declare
  first date := access.period_start(frequency, day);
  after date := first + make_interval(months => access.months_of(frequency));
  k integer := access.smallest_cell();
  kept record;
  found record;
  figure numeric;
begin
  if after > access.today() then
    return null;
  end if;
  for attempt in 1..2 loop
    select f.frequency, max(f.value) filter (where f.period_from = first) as value,
           bool_or(f.period_from = first) as known
      into kept
    from computed_figure f
    where f.mou_id = mou and f.measure = measure and f.service = service
      and extract(year from f.period_from) = extract(year from first)
    group by f.frequency;
    if kept.known or kept.frequency <> frequency then
      return case when kept.frequency = frequency then kept.value end;
    end if;
    perform pg_advisory_xact_lock(hashtextextended(mou::text, 19));  -- then look once more
  end loop;
  select * into found from access.count_up(measure, service, mou, first, after);
  figure := coalesce(found.value, round(100.0 * found.share / nullif(found.counted, 0)));
  if found.counted < k or found.share between 1 and k - 1
     or found.counted - found.share between 1 and k - 1 then
    figure := null;
  end if;
  insert into computed_figure (measure, service, mou_id, frequency, period, period_from, value)
    values (measure, service, mou, frequency, access.period_code(frequency, first), first, figure);
  return figure;
end $$;
comment on function access.figure(text, text, uuid, text, date) is
  'A figure of an agreement, computed when it is first asked for and never again; null while its'
  ' period runs, and where it would tell of too few.';

create function access.computed(indicator uuid)
returns table (period text, period_from date, period_until date, value numeric)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
  return query
  select access.period_code(i.frequency, s.first), s.first,
         (s.first + make_interval(months => access.months_of(i.frequency)))::date - 1,
         access.figure(i.measure, coalesce(i.service, ''), f.mou_id, i.frequency, s.first)
  from indicator i join results_framework f on f.id = i.framework_id
  cross join lateral (
    select g::date as first
    from generate_series(
      access.period_start(i.frequency, f.period_from)::timestamp,
      least(f.period_until,
            access.period_start(i.frequency, access.today()) - 1)::timestamp,
      make_interval(months => access.months_of(i.frequency))) g) s
  where i.id = computed.indicator and i.kind = 'COMPUTED' and f.mou_id is not null
    and access.has('result:read') and access.viewing() is null
    and i.framework_id in (select o.framework_id from access.my_frameworks() o)
  order by s.first;
end $$;
comment on function access.computed(uuid) is
  'The figures of a computed indicator, a line for each period that is over; nothing for whoever'
  ' does not see its framework today.';

create function access.done_under(evaluation uuid)
returns table (what text, period text, value numeric)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare
  paper record;
begin
  select e.mou_id, v.valid_from, least(v.valid_until, access.today()) as until into paper
  from evaluation e join mou_version v on v.id = e.version_id
  where e.id = done_under.evaluation and e.author_id = access.me()
    and exists (select from mou_party p
                where p.version_id = access.mou_version_in_force(e.mou_id)
                  and p.organisation_id = access.me());
  return query
  select a.kind::text, null::text, count(*)::numeric from joint_activity a
  where a.mou_id = paper.mou_id and a.status = 'COMPLETED' and a.kind <> 'CASE_CONFERENCE'
    and (a.starts_at at time zone 'Asia/Jakarta')::date between paper.valid_from and paper.until
  group by a.kind order by a.kind;
  return query
  select m.measure, access.period_code(s.frequency, s.first),
         access.figure(m.measure, '', paper.mou_id, s.frequency, s.first)
  from unnest(array['HANDOFFS', 'HOURS_TO_ACCEPTANCE', 'RECOMMENDATIONS_IN_TIME'])
         with ordinality m(measure, place)
  cross join lateral generate_series(
    extract(year from greatest(paper.valid_from, access.today() - 3660))::integer,
    extract(year from paper.until)::integer) y(year)
  cross join lateral (
    select case when exists (
      select from computed_figure f
      where f.mou_id = paper.mou_id and f.measure = m.measure and f.service = ''
        and f.frequency = 'YEARLY' and extract(year from f.period_from) = y.year)
      then 'YEARLY' else 'QUARTERLY' end as frequency) g
  cross join lateral (
    select g.frequency, d::date as first
    from generate_series(make_date(y.year, 1, 1)::timestamp, make_date(y.year, 12, 31)::timestamp,
                         make_interval(months => access.months_of(g.frequency))) d) s
  where s.first + make_interval(months => access.months_of(s.frequency)) <= access.today()
    and s.first + make_interval(months => access.months_of(s.frequency)) > paper.valid_from
    and s.first <= paper.until
  order by m.place, s.first;
end $$;
comment on function access.done_under(uuid) is
  'What was done under the agreement that the caller evaluates: activities that were completed, and'
  ' the figures of periods that are over, by the rules of access.figure.';

do $$ declare f regprocedure; begin
  foreach f in array array[
    'access.done_under(uuid)',
    'access.count_up(text, text, uuid, date, date)',
    'access.figure(text, text, uuid, text, date)', 'access.computed(uuid)']::regprocedure[] loop
    execute format('alter function %s owner to rangkul_rules', f);
    execute format('revoke execute on function %s from public', f);
  end loop;
end $$;
grant execute on function access.computed(uuid), access.done_under(uuid) to rangkul_app;
"""

UNDO_COMPUTING = """
drop function access.done_under(uuid), access.computed(uuid), access.figure(text, text, uuid, text, date),
  access.count_up(text, text, uuid, date, date);
"""
