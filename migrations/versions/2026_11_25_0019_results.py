"""Monitoring and evaluation: results frameworks, indicators, measurements, evaluations.

A framework is seen through the agreement in force, or the programme, that it measures; nobody is
given a copy of that right. Figures computed from handoffs come out of one function alone, which
computes each of them once (ADR 24).
"""

from migrations.computing import COMPUTING, UNDO_COMPUTING
from migrations.explaining import CLOSED_WHILE_VIEWING
from migrations.sql import run

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = """
create table programme (
  id uuid primary key,
  name text not null,
  description text,
  valid_from date not null,
  valid_until date not null,
  lead_id uuid not null constraint programme_lead_id_fkey references organisation,
  created_at timestamptz not null default now(),
  check (valid_until >= valid_from)
);
create index programme_lead_id_idx on programme (lead_id);
create index programme_valid_from_id_idx on programme (valid_from desc, id desc);

create table programme_member (
  id uuid primary key,
  programme_id uuid not null constraint programme_member_programme_id_fkey references programme,
  organisation_id uuid not null
    constraint programme_member_organisation_id_fkey references organisation,
  created_at timestamptz not null default now(),
  constraint programme_member_programme_id_organisation_id_key
    unique (programme_id, organisation_id)
);
create index programme_member_organisation_id_idx on programme_member (organisation_id);

create table results_framework (
  id uuid primary key,
  name text not null,
  description text,
  mou_id uuid constraint results_framework_mou_id_fkey references mou,
  programme_id uuid constraint results_framework_programme_id_fkey references programme,
  owner_id uuid not null constraint results_framework_owner_id_fkey references organisation,
  period_from date not null,
  period_until date not null,
  created_at timestamptz not null default now(),
  check (mou_id is not null or programme_id is not null),
  check (period_until >= period_from)
);
create index results_framework_mou_id_idx on results_framework (mou_id);
create index results_framework_programme_id_idx on results_framework (programme_id);
create index results_framework_owner_id_idx on results_framework (owner_id);
create index results_framework_period_from_id_idx on results_framework
  (period_from desc, id desc);

create table framework_result (
  id uuid primary key,
  framework_id uuid not null
    constraint framework_result_framework_id_fkey references results_framework,
  parent_id uuid,
  level varchar(40) not null check (level in ('IMPACT', 'OUTCOME', 'OUTPUT')),
  statement text not null,
  created_at timestamptz not null default now(),
  constraint framework_result_id_framework_id_key unique (id, framework_id),
  constraint framework_result_parent_id_framework_id_fkey foreign key (parent_id, framework_id)
    references framework_result (id, framework_id)
);
create index framework_result_framework_id_idx on framework_result (framework_id, id);

create table indicator (
  id uuid primary key,
  framework_id uuid not null,
  result_id uuid not null,
  code text not null,
  version integer not null check (version > 0),
  supersedes_id uuid constraint indicator_supersedes_id_key unique,
  name text not null,
  definition text not null,
  unit varchar(40) not null check (unit in ('COUNT', 'PERCENT', 'HOURS', 'DAYS', 'SCORE', 'RUPIAH',
    'OTHER')),
  unit_label text,
  direction varchar(40) not null check (direction in ('HIGHER', 'LOWER')),
  dimensions text[] not null check (dimensions <@ array['SEX', 'AGE_BAND', 'DISABILITY', 'REGION',
    'ORGANISATION_TYPE']),
  baseline numeric,
  baseline_on date,
  baseline_source text,
  targets jsonb not null,
  source text,
  frequency varchar(40) not null check (frequency in ('MONTHLY', 'QUARTERLY', 'SEMESTERLY',
    'YEARLY')),
  kind varchar(40) not null check (kind in ('SELF_REPORTED', 'COMPUTED')),
  measure varchar(40) check (measure in ('HANDOFFS', 'HOURS_TO_ACCEPTANCE', 'ACCEPTED_IN_TIME',
    'REPORTED_TO_POLICE_IN_TIME', 'COMPLETION', 'SESSIONS_HELD', 'PEOPLE_REACHED',
    'RECOMMENDATIONS_IN_TIME')),
  service text,
  responsible_id uuid not null constraint indicator_responsible_id_fkey references organisation,
  created_at timestamptz not null default now(),
  constraint indicator_framework_id_code_version_key unique (framework_id, code, version),
  constraint indicator_id_framework_id_key unique (id, framework_id),
  constraint indicator_supersedes_id_framework_id_fkey foreign key (supersedes_id, framework_id)
    references indicator (id, framework_id),
  constraint indicator_result_id_framework_id_fkey foreign key (result_id, framework_id)
    references framework_result (id, framework_id),
  check ((unit = 'OTHER') = (unit_label is not null)),
  check ((kind = 'COMPUTED') = (measure is not null)),
  check (kind <> 'COMPUTED' or frequency in ('QUARTERLY', 'YEARLY')),
  check (service is null or measure = 'COMPLETION'),
  check (measure is distinct from 'COMPLETION' or service is not null),
  check ((baseline is null) = (baseline_on is null))
);
create index indicator_result_id_idx on indicator (result_id, id);
create index indicator_responsible_id_idx on indicator (responsible_id);

create table measurement (
  id uuid primary key,
  indicator_id uuid not null,
  framework_id uuid not null,
  organisation_id uuid not null
    constraint measurement_organisation_id_fkey references organisation,
  period text not null,
  period_from date not null,
  period_until date not null,
  value numeric not null check (abs(value) < 1e15 and scale(value) <= 6),
  breakdown jsonb not null,
  evidence jsonb not null,
  note text,
  corrects_id uuid constraint measurement_corrects_id_key unique,
  reason text,
  corrected_at timestamptz,
  created_at timestamptz not null default now(),
  constraint measurement_indicator_id_framework_id_fkey foreign key (indicator_id, framework_id)
    references indicator (id, framework_id),
  constraint measurement_id_indicator_id_organisation_id_key
    unique (id, indicator_id, organisation_id),
  constraint measurement_corrects_id_indicator_id_organisation_id_fkey
    foreign key (corrects_id, indicator_id, organisation_id)
    references measurement (id, indicator_id, organisation_id),
  check (period_until >= period_from),
  check ((corrects_id is null) = (reason is null))
);
-- Periods are whole months, quarters, half years or years: two of one indicator that overlap are
-- the same.
create unique index measurement_one_a_period_key on measurement (indicator_id, period_from)
  where corrected_at is null;
create index measurement_framework_id_idx on measurement (framework_id);
create index measurement_organisation_id_idx on measurement (organisation_id);
create index measurement_indicator_id_period_from_id_idx on measurement
  (indicator_id, period_from desc, id desc);

create table computed_figure (
  id uuid primary key default gen_random_uuid(),
  measure varchar(40) not null,
  service text not null,
  mou_id uuid not null constraint computed_figure_mou_id_fkey references mou,
  frequency varchar(40) not null check (frequency in ('QUARTERLY', 'YEARLY')),
  period text not null,
  period_from date not null,
  value numeric,
  computed_at timestamptz not null default now(),
  constraint computed_figure_mou_id_measure_service_period_key
    unique (mou_id, measure, service, period)
);

create table evaluation (
  id uuid primary key,
  mou_id uuid not null constraint evaluation_mou_id_fkey references mou,
  version_id uuid not null constraint evaluation_version_id_fkey references mou_version,
  author_id uuid not null constraint evaluation_author_id_fkey references organisation,
  summary text,
  recommendation varchar(40) check (recommendation in ('EXTEND', 'CHANGE', 'STOP')),
  reasons text,
  document text,
  content_hash text,
  concluded_at timestamptz,
  created_at timestamptz not null default now(),
  constraint evaluation_id_mou_id_key unique (id, mou_id),
  check ((concluded_at is null) = (document is null)),
  check ((concluded_at is null) = (content_hash is null)),
  check (content_hash = 'sha256:' || encode(sha256(convert_to(document, 'UTF8')), 'hex')),
  check (concluded_at is null or recommendation is not null and reasons is not null)
);
create index evaluation_mou_id_idx on evaluation (mou_id, created_at desc, id desc);
create index evaluation_version_id_idx on evaluation (version_id);
create index evaluation_author_id_idx on evaluation (author_id);

create table evaluation_promise (
  id uuid primary key,
  evaluation_id uuid not null
    constraint evaluation_promise_evaluation_id_fkey references evaluation,
  number integer not null check (number > 0),
  part varchar(40) not null check (part in ('SCOPE', 'OBLIGATIONS')),
  promise text not null,
  answer varchar(40) check (answer in ('KEPT', 'PARTLY', 'NOT_KEPT')),
  note text,
  evidence jsonb not null,
  constraint evaluation_promise_evaluation_id_number_key unique (evaluation_id, number)
);

create table evaluation_voice (
  id uuid primary key,
  evaluation_id uuid not null
    constraint evaluation_voice_evaluation_id_fkey references evaluation,
  organisation_id uuid not null
    constraint evaluation_voice_organisation_id_fkey references organisation,
  recommendation varchar(40) not null check (recommendation in ('EXTEND', 'CHANGE', 'STOP')),
  body text not null,
  created_at timestamptz not null default now(),
  constraint evaluation_voice_evaluation_id_organisation_id_key
    unique (evaluation_id, organisation_id)
);

alter table mou_version add column evaluation_id uuid,
  add constraint mou_version_evaluation_id_mou_id_fkey foreign key (evaluation_id, mou_id)
    references evaluation (id, mou_id);
"""

RULES = """
grant select on programme, programme_member, results_framework, indicator, measurement
  to rangkul_rules;

create function access.my_programmes() returns table (programme_id uuid, leads boolean)
language plpgsql stable rows 50
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query
  select p.id, true from programme p where p.lead_id = access.me()
  union all
  select m.programme_id, false from programme_member m where m.organisation_id = access.me();
end $$;
comment on function access.my_programmes() is
  'The programmes the caller leads, or is a member of.';

create function access.frameworks_of(organisation uuid)
returns table (framework_id uuid, writes boolean) language plpgsql stable rows 50
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query
  with agreement as (
    select v.mou_id, bool_or(p.organisation_id = o.id) as as_party
    from organisation o
    join mou_party p on p.organisation_id = any (o.path)
                    and (p.organisation_id = o.id or p.covers_branches)
    join mou_version v on v.id = p.version_id and v.stage = 'SIGNED'
    where o.id = organisation and o.dissolved_at is null
      and v.id = access.mou_version_in_force(v.mou_id)
    group by v.mou_id
    having access.mou_in_force(v.mou_id)
  ), working as (
    select p.id, true as leads from programme p where p.lead_id = organisation
    union all
    select m.programme_id, false from programme_member m where m.organisation_id = organisation
  ), shown as (
    select f.id from results_framework f where f.mou_id in (select a.mou_id from agreement a)
    union
    select f.id from results_framework f where f.programme_id in (select w.id from working w)
  )
  select f.id, f.owner_id = organisation
               and (f.mou_id is null or coalesce(a.as_party, false))
               and (f.programme_id is null or coalesce(w.leads, false))
  from shown s join results_framework f on f.id = s.id
  left join agreement a on a.mou_id = f.mou_id
  left join working w on w.id = f.programme_id;
end $$;
comment on function access.frameworks_of(uuid) is
  'The results frameworks an organisation sees today, by an agreement in force to which it is a'
  ' party or by which it is covered, or by a programme; and whether it may write them.';

create function access.my_frameworks() returns table (framework_id uuid, writes boolean)
language plpgsql stable rows 50
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query select f.framework_id, f.writes from access.frameworks_of(access.me()) f;
end $$;
comment on function access.my_frameworks() is 'The results frameworks open to the caller today.';

create function access.takes_part(framework uuid, organisation uuid) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return framework in (select f.framework_id from access.frameworks_of(access.me()) f)
     and framework in (select f.framework_id from access.frameworks_of(organisation) f);
end $$;
comment on function access.takes_part(uuid, uuid) is
  'Whether a framework the caller sees is open to an organisation too: it may then report to it.';

-- Two frameworks of one agreement, or of one programme, measure different times.
create function access.keep_framework() returns trigger language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(x::text, 19))
    from unnest(array[new.mou_id, new.programme_id]) x where x is not null order by x;
  if exists (select from results_framework f
             where f.id <> new.id and (f.mou_id = new.mou_id or f.programme_id = new.programme_id)
               and f.period_from <= new.period_until and new.period_from <= f.period_until) then
    raise exception 'the periods of two frameworks overlap'
      using errcode = 'check_violation', constraint = 'results_framework_periods';
  end if;
  return new;
end $$;
create trigger periods before insert or update on results_framework
  for each row execute function access.keep_framework();

-- What was said is corrected once, and then it stays corrected.
create function access.keep_measurement() returns trigger language plpgsql as $$
begin
  if old.corrected_at is not null then
    raise exception 'it has been corrected already'
      using errcode = 'check_violation', constraint = 'measurement_corrected_stays';
  end if;
  new.corrected_at := now();
  return new;
end $$;
revoke execute on function access.keep_measurement() from public;
create trigger corrected_stays before update on measurement
  for each row execute function access.keep_measurement();

-- Once measured, what is measured stays.
create function access.keep_indicator() returns trigger language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if (new.definition, new.unit, new.unit_label, new.direction, new.dimensions, new.frequency,
      new.baseline, new.baseline_on, new.measure, new.service)
     is distinct from
     (old.definition, old.unit, old.unit_label, old.direction, old.dimensions, old.frequency,
      old.baseline, old.baseline_on, old.measure, old.service)
     and (old.kind = 'COMPUTED'
          or exists (select from measurement m where m.indicator_id = old.id)) then
    raise exception 'what was measured stays as it was'
      using errcode = 'check_violation', constraint = 'indicator_measured_stays';
  end if;
  return new;
end $$;
create trigger measured_stays before update on indicator
  for each row execute function access.keep_indicator();

create function access.months_of(frequency text) returns integer language sql immutable
parallel safe
return case frequency when 'MONTHLY' then 1 when 'QUARTERLY' then 3 when 'SEMESTERLY' then 6
                      when 'YEARLY' then 12 end;
create function access.period_start(frequency text, day date) returns date language sql immutable
parallel safe
return make_date(extract(year from day)::integer,
                 (extract(month from day)::integer - 1) / access.months_of(frequency)
                 * access.months_of(frequency) + 1, 1);
create function access.period_code(frequency text, day date) returns text language sql immutable
parallel safe
return to_char(day, 'YYYY') || case frequency
  when 'MONTHLY' then to_char(day, '-MM')
  when 'QUARTERLY' then to_char(day, '"-Q"Q')
  when 'SEMESTERLY' then '-S' || (extract(month from day)::integer + 5) / 6
  else '' end;
comment on function access.months_of(text) is 'How many months a period of this frequency has.';
comment on function access.period_start(text, date) is 'The first day of the period of this day.';
comment on function access.period_code(text, date) is
  'How the period of this day is written: 2026-03, 2026-Q1, 2026-S1 or 2026.';

do $$ declare f regprocedure; begin
  foreach f in array array[
    'access.my_programmes()', 'access.frameworks_of(uuid)', 'access.my_frameworks()',
    'access.takes_part(uuid, uuid)', 'access.keep_framework()', 'access.keep_indicator()'
  ]::regprocedure[] loop
    execute format('alter function %s owner to rangkul_rules', f);
    execute format('revoke execute on function %s from public', f);
  end loop;
  foreach f in array array[
    'access.my_programmes()', 'access.my_frameworks()', 'access.takes_part(uuid, uuid)',
    'access.months_of(text)', 'access.period_start(text, date)', 'access.period_code(text, date)'
  ]::regprocedure[] loop
    execute format('revoke execute on function %s from public', f);
    execute format('grant execute on function %s to rangkul_app, rangkul_rules', f);
  end loop;
end $$;
"""

POLICIES = """
do $$ declare t text; begin
  foreach t in array array['programme', 'programme_member', 'results_framework', 'framework_result',
                           'indicator', 'measurement', 'evaluation', 'evaluation_promise',
                           'evaluation_voice', 'computed_figure'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    if t <> 'computed_figure' then
      execute format('grant select, insert on %I to rangkul_app', t);
    end if;
  end loop;
  foreach t in array array['programme', 'programme_member', 'results_framework', 'indicator',
                           'measurement'] loop
    execute format('create policy rules on %I for select to rangkul_rules using (true)', t);
  end loop;
end $$;
grant select, insert on computed_figure to rangkul_rules;
create policy rules on computed_figure to rangkul_rules using (true) with check (true);

grant update (name, description, valid_until) on programme to rangkul_app;
grant delete on programme_member to rangkul_app;
create policy seen on programme for select to rangkul_app using (
  lead_id = (select access.me()) or id in (select m.programme_id from access.my_programmes() m));
create policy start on programme for insert to rangkul_app with check (
  lead_id = (select access.me()) and (select access.has('result:write')));
create policy manage on programme for update to rangkul_app using (
  lead_id = (select access.me()) and (select access.has('result:write')));
create policy seen on programme_member for select to rangkul_app using (
  programme_id in (select m.programme_id from access.my_programmes() m));
create policy admit on programme_member for insert to rangkul_app with check (
  (select access.has('result:write'))
  and programme_id in (select m.programme_id from access.my_programmes() m where m.leads));
create policy dismiss on programme_member for delete to rangkul_app using (
  (select access.has('result:write'))
  and programme_id in (select m.programme_id from access.my_programmes() m where m.leads));

grant update (name, description, period_from, period_until) on results_framework to rangkul_app;
create policy seen on results_framework for select to rangkul_app using (
  owner_id = (select access.me()) or id in (select f.framework_id from access.my_frameworks() f));
-- A party of the agreement in force, itself; the lead of the programme.
create policy found on results_framework for insert to rangkul_app with check (
  owner_id = (select access.me()) and (select access.has('result:write'))
  and (mou_id is null or access.mou_in_force(mou_id) and exists (
    select from mou_party p
    where p.version_id = access.mou_version_in_force(mou_id)
      and p.organisation_id = (select access.me())))
  and (programme_id is null or programme_id in (
    select m.programme_id from access.my_programmes() m where m.leads)));
create policy manage on results_framework for update to rangkul_app using (
  (select access.has('result:write'))
  and id in (select f.framework_id from access.my_frameworks() f where f.writes));

create policy seen on framework_result for select to rangkul_app using (
  exists (select from results_framework f where f.id = framework_id));
create policy write on framework_result for insert to rangkul_app with check (
  (select access.has('result:write'))
  and framework_id in (select f.framework_id from access.my_frameworks() f where f.writes));

grant update (name, definition, unit, unit_label, direction, dimensions, baseline, baseline_on,
              baseline_source, targets, source, frequency, measure, service, responsible_id)
  on indicator to rangkul_app;
create policy seen on indicator for select to rangkul_app using (
  exists (select from results_framework f where f.id = framework_id));
create policy write on indicator for insert to rangkul_app with check (
  (select access.has('result:write'))
  and framework_id in (select f.framework_id from access.my_frameworks() f where f.writes));
create policy manage on indicator for update to rangkul_app using (
  (select access.has('result:write'))
  and framework_id in (select f.framework_id from access.my_frameworks() f where f.writes));

-- What one reported stays one's own, also when the agreement is over; the others' closes with it.
grant update (corrected_at) on measurement to rangkul_app;
create policy seen on measurement for select to rangkul_app using (
  organisation_id = (select access.me())
  or framework_id in (select f.framework_id from access.my_frameworks() f));
create policy report on measurement for insert to rangkul_app with check (
  (select access.has('result:write')) and organisation_id = (select access.me())
  and framework_id in (select f.framework_id from access.my_frameworks() f)
  and exists (select from indicator i
              where i.id = indicator_id and i.kind = 'SELF_REPORTED'
                and i.responsible_id = (select access.me())));
create policy correct on measurement for update to rangkul_app using (
  (select access.has('result:write')) and organisation_id = (select access.me())
  and framework_id in (select f.framework_id from access.my_frameworks() f));

-- An evaluation is among those who were parties to the very version it evaluates.
grant update (summary, recommendation, reasons, document, content_hash, concluded_at)
  on evaluation to rangkul_app;
create policy seen on evaluation for select to rangkul_app using (
  author_id = (select access.me())
  or version_id in (select v.version_id from access.my_mou_versions() v where v.as_party));
create policy start on evaluation for insert to rangkul_app with check (
  author_id = (select access.me()) and (select access.has('result:write'))
  and exists (select from mou_party p join mou_version v on v.id = p.version_id
              where v.id = evaluation.version_id and v.mou_id = evaluation.mou_id
                and v.id = access.mou_version_in_force(v.mou_id)
                and p.organisation_id = (select access.me())));
create policy work on evaluation for update to rangkul_app using (
  author_id = (select access.me()) and (select access.has('result:write'))
  and concluded_at is null)
  with check (author_id = (select access.me()));

grant update (answer, note, evidence) on evaluation_promise to rangkul_app;
create policy seen on evaluation_promise for select to rangkul_app using (
  exists (select from evaluation e where e.id = evaluation_id));
create policy draw on evaluation_promise for insert to rangkul_app with check (
  (select access.has('result:write')) and exists (
    select from evaluation e where e.id = evaluation_id and e.concluded_at is null
     and e.author_id = (select access.me())));
create policy answer on evaluation_promise for update to rangkul_app using (
  (select access.has('result:write')) and exists (
    select from evaluation e where e.id = evaluation_id and e.concluded_at is null
     and e.author_id = (select access.me())));

grant update (recommendation, body) on evaluation_voice to rangkul_app;
create policy seen on evaluation_voice for select to rangkul_app using (
  exists (select from evaluation e where e.id = evaluation_id));
create policy speak on evaluation_voice for insert to rangkul_app with check (
  (select access.has('result:write')) and organisation_id = (select access.me()) and exists (
    select from evaluation e join mou_party p on p.version_id = e.version_id
    where e.id = evaluation_id and e.concluded_at is null
      and p.organisation_id = (select access.me())));
create policy speak_again on evaluation_voice for update to rangkul_app using (
  (select access.has('result:write')) and organisation_id = (select access.me())
  and exists (select from evaluation e where e.id = evaluation_id and e.concluded_at is null));

create policy evaluated on mou_version as restrictive for insert to rangkul_app with check (
  evaluation_id is null or exists (
    select from evaluation e where e.id = evaluation_id and e.concluded_at is not null));

create view measurement_due with (security_invoker = true) as
select concat(i.id, ' ', access.period_code(i.frequency, s.first)) as key,
       i.id as indicator_id, i.framework_id, i.responsible_id,
       access.period_code(i.frequency, s.first) as period,
       least(s.last, f.period_until) as period_until,
       least(s.last, f.period_until) + 15 as due_on,
       access.today() > least(s.last, f.period_until) + 15 as overdue
from indicator i join results_framework f on f.id = i.framework_id
cross join lateral (
  select g::date as first,
         (g + make_interval(months => access.months_of(i.frequency)))::date - 1 as last
  from generate_series(
    access.period_start(i.frequency, greatest(
      f.period_from, (i.created_at at time zone 'Asia/Jakarta')::date))::timestamp,
    least(f.period_until, access.today())::timestamp,
    make_interval(months => access.months_of(i.frequency))) g) s
where i.kind = 'SELF_REPORTED'
  and i.framework_id in (select o.framework_id from access.my_frameworks() o)
  and not exists (select from indicator n where n.supersedes_id = i.id)
  and not exists (select from measurement m where m.indicator_id = i.id
                   and m.period_from = s.first and m.corrected_at is null);
comment on view measurement_due is
  'Periods that have begun and are not measured yet: due 15 days after their last day.';
grant select on measurement_due to rangkul_app;
"""

DOWNGRADE = """
drop view measurement_due;
drop policy evaluated on mou_version;
alter table mou_version drop column evaluation_id;
drop table evaluation_voice, evaluation_promise, evaluation, computed_figure, measurement,
  indicator, framework_result, results_framework, programme_member, programme;
drop function access.keep_measurement(), access.period_code(text, date), access.period_start(text, date),
  access.months_of(text), access.keep_indicator(), access.keep_framework(),
  access.takes_part(uuid, uuid), access.my_frameworks(), access.frameworks_of(uuid),
  access.my_programmes();
"""


def upgrade() -> None:
    run(TABLES)
    run(RULES)
    run(POLICIES)
    run(COMPUTING)
    run(CLOSED_WHILE_VIEWING)


def downgrade() -> None:
    run(UNDO_COMPUTING)
    run(DOWNGRADE)
