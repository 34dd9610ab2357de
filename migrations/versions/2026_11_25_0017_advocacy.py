"""Policy advocacy: regulations, policy inputs, and how far laws in force are carried out.

What was closed for signing never changes, and what follows (submission, answers, outcomes) is only
ever added: each row says when, so that whoever left an activity sees what was there before.
"""

from alembic import op

from migrations.explaining import CLOSED_WHILE_VIEWING
from migrations.regulations import insert_regulations
from migrations.sql import run

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

REGULATION = """
create table regulation (
  id uuid primary key,
  kind varchar(40) not null check (kind in ('UU', 'RUU', 'PP', 'RPP', 'PERPRES', 'PERMEN', 'PERDA',
    'RAPERDA')),
  number text,
  year integer not null check (year between 1945 and 2200),
  title text not null,
  issuer text,
  region_code text check (region_code ~ '^[0-9]{2}([.][0-9]{2})?$'),
  known_as text not null,
  stage varchar(40) not null,
  source_url text not null,
  became_id uuid constraint regulation_became_id_fkey references regulation,
  registered_by uuid not null constraint regulation_registered_by_fkey references organisation,
  created_at timestamptz not null default now(),
  constraint regulation_known_as_key
    unique nulls not distinct (kind, year, known_as, issuer, region_code),
  check ((kind in ('PERDA', 'RAPERDA')) = (region_code is not null)),
  check ((kind = 'PERMEN') = (issuer is not null)),
  check (became_id is null or kind in ('RUU', 'RPP', 'RAPERDA'))
);
create index regulation_year_id_idx on regulation (year desc, id desc);
create index regulation_became_id_idx on regulation (became_id);

create table regulation_stage (
  id uuid primary key,
  regulation_id uuid not null constraint regulation_stage_regulation_id_fkey references regulation,
  stage varchar(40) not null check (stage in ('PLANNED', 'DRAFTING', 'HARMONISATION',
    'DELIBERATION', 'ADOPTED', 'PROMULGATED', 'IN_FORCE', 'AMENDED', 'REPEALED', 'ANNULLED',
    'WITHDRAWN')),
  since date not null,
  note text,
  organisation_id uuid not null
    constraint regulation_stage_organisation_id_fkey references organisation,
  created_at timestamptz not null default clock_timestamp()
);
create index regulation_stage_regulation_id_idx on regulation_stage (regulation_id, since, id);
"""

POLICY = """
create table policy_input (
  id uuid primary key,
  regulation_id uuid not null constraint policy_input_regulation_id_fkey references regulation,
  activity_id uuid constraint policy_input_activity_id_fkey references joint_activity,
  organisation_id uuid not null constraint policy_input_organisation_id_fkey references organisation,
  published_at timestamptz,
  changed_at timestamptz not null default now(),
  created_at timestamptz not null default now()
);
create index policy_input_organisation_id_idx on policy_input (organisation_id, id);
create index policy_input_regulation_id_idx on policy_input (regulation_id, id);
create index policy_input_activity_id_idx on policy_input (activity_id, id);
create trigger touch before insert or update on policy_input
  for each row execute function access.touch();

create table policy_cosigner (
  id uuid primary key,
  input_id uuid not null constraint policy_cosigner_input_id_fkey references policy_input,
  organisation_id uuid not null
    constraint policy_cosigner_organisation_id_fkey references organisation,
  created_at timestamptz not null default now(),
  constraint policy_cosigner_input_id_organisation_id_key unique (input_id, organisation_id)
);
create index policy_cosigner_organisation_id_idx on policy_cosigner (organisation_id);

create table policy_version (
  id uuid primary key,
  input_id uuid not null constraint policy_version_input_id_fkey references policy_input,
  number integer not null check (number > 0),
  title text not null,
  summary text not null,
  content_hash text,
  closed_at timestamptz,
  created_at timestamptz not null default now(),
  constraint policy_version_input_id_number_key unique (input_id, number),
  check ((content_hash is null) = (closed_at is null))
);

create table policy_item (
  id uuid primary key,
  version_id uuid not null constraint policy_item_version_id_fkey references policy_version,
  number integer not null check (number > 0),
  article text not null,
  problem text not null,
  draft_wording text,
  proposed_wording text not null,
  reasoning text not null,
  constraint policy_item_version_id_number_key unique (version_id, number)
);

create table policy_evidence (
  id uuid primary key,
  version_id uuid not null constraint policy_evidence_version_id_fkey references policy_version,
  number integer not null check (number > 0),
  statement text not null,
  finding_id uuid constraint policy_evidence_finding_id_fkey references finding,
  figures jsonb,
  sources jsonb not null,
  constraint policy_evidence_version_id_number_key unique (version_id, number),
  check (finding_id is null or figures is null)
);

create table policy_comment (
  id uuid primary key,
  version_id uuid not null constraint policy_comment_version_id_fkey references policy_version,
  organisation_id uuid not null
    constraint policy_comment_organisation_id_fkey references organisation,
  body text not null,
  created_at timestamptz not null default clock_timestamp()
);
create index policy_comment_version_id_idx on policy_comment (version_id, id);

create table policy_signature (
  id uuid primary key,
  version_id uuid not null constraint policy_signature_version_id_fkey references policy_version,
  organisation_id uuid not null
    constraint policy_signature_organisation_id_fkey references organisation,
  signatory_name text not null,
  signatory_office text not null,
  content_hash text not null,
  created_at timestamptz not null default clock_timestamp(),
  constraint policy_signature_version_id_organisation_id_key unique (version_id, organisation_id)
);
create index policy_signature_organisation_id_idx on policy_signature (organisation_id);

create table policy_submission (
  id uuid primary key,
  input_id uuid not null constraint policy_submission_input_id_fkey references policy_input
    constraint policy_submission_input_id_key unique,
  version_id uuid not null constraint policy_submission_version_id_fkey references policy_version,
  recipient_id uuid constraint policy_submission_recipient_id_fkey references organisation,
  recipient_name text,
  submitted_on date not null,
  letter_number text not null,
  documents jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  check ((recipient_id is null) <> (recipient_name is null))
);
create index policy_submission_recipient_id_idx on policy_submission (recipient_id);

create table policy_answer (
  id uuid primary key,
  input_id uuid not null constraint policy_answer_input_id_fkey references policy_input,
  organisation_id uuid not null
    constraint policy_answer_organisation_id_fkey references organisation,
  answered_on date not null,
  body text not null,
  documents jsonb not null,
  created_at timestamptz not null default clock_timestamp()
);
create index policy_answer_input_id_idx on policy_answer (input_id, id);

create table policy_outcome (
  id uuid primary key,
  input_id uuid not null constraint policy_outcome_input_id_fkey references policy_input,
  item_id uuid not null constraint policy_outcome_item_id_fkey references policy_item,
  outcome varchar(40) not null check (outcome in ('ADOPTED', 'PARTLY', 'REJECTED', 'PENDING')),
  adopted_wording text,
  note text,
  created_at timestamptz not null default clock_timestamp()
);
create index policy_outcome_input_id_idx on policy_outcome (input_id, item_id, id);
create index policy_outcome_item_id_idx on policy_outcome (item_id, id);
"""

CHECKLIST = """
create table checklist (
  id uuid primary key,
  regulation_id uuid not null constraint checklist_regulation_id_fkey references regulation,
  number integer not null check (number > 0),
  title text not null,
  note text,
  organisation_id uuid not null constraint checklist_organisation_id_fkey references organisation,
  created_at timestamptz not null default now(),
  constraint checklist_regulation_id_number_key unique (regulation_id, number)
);

create table checklist_item (
  id uuid primary key,
  checklist_id uuid not null constraint checklist_item_checklist_id_fkey references checklist,
  number integer not null check (number > 0),
  article text not null,
  duty text not null,
  organisation_types text[] not null check (cardinality(organisation_types) > 0),
  verification text not null,
  weight integer not null check (weight between 1 and 10),
  constraint checklist_item_checklist_id_number_key unique (checklist_id, number)
);

create table assessment (
  id uuid primary key,
  checklist_id uuid not null constraint assessment_checklist_id_fkey references checklist,
  organisation_id uuid not null constraint assessment_organisation_id_fkey references organisation,
  assessor_id uuid not null constraint assessment_assessor_id_fkey references organisation,
  period text not null check (period ~ '^[0-9]{4}-S[12]$'),
  revision integer not null check (revision > 0),
  type_code text not null,
  region_code text,
  score integer check (score between 0 and 100),
  note text,
  created_at timestamptz not null default now(),
  constraint assessment_revision_key
    unique (checklist_id, organisation_id, assessor_id, period, revision)
);
create index assessment_organisation_id_idx on assessment (organisation_id, period);
create index assessment_assessor_id_idx on assessment (assessor_id, period);

create table assessment_score (
  id uuid primary key,
  assessment_id uuid not null constraint assessment_score_assessment_id_fkey references assessment,
  item_id uuid not null constraint assessment_score_item_id_fkey references checklist_item,
  status varchar(40) not null
    check (status in ('NOT_STARTED', 'PARTLY', 'DONE', 'NOT_APPLICABLE')),
  note text,
  evidence jsonb not null,
  constraint assessment_score_assessment_id_item_id_key unique (assessment_id, item_id)
);
"""

FUNCTIONS = """
create function access.keeps_regulation(regulation uuid) returns boolean language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return access.is_kpai() or exists (
    select from regulation r
    where r.id = keeps_regulation.regulation and r.registered_by = access.me());
end $$;
comment on function access.keeps_regulation(uuid) is
  'Whether the caller keeps the entry of a regulation: who registered it, or KPAI.';

create function access.policy_part(input uuid) returns text language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return coalesce(
    (select 'LEAD' from policy_input i where i.id = input and i.organisation_id = access.me()),
    (select 'COSIGNER' from policy_cosigner c
     where c.input_id = input and c.organisation_id = access.me()));
end $$;
comment on function access.policy_part(uuid) is
  'Whether the caller writes a policy input: its lead, an invited co-signer, or neither.';

create function access.sees_submission(input uuid, at timestamptz) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return access.policy_part(input) is not null or exists (
    select from policy_input i join policy_submission s on s.input_id = i.id
    where i.id = input
      and (i.published_at is not null and access.me() is not null
           or s.recipient_id = access.me()
           or at <= access.seen_until(i.activity_id)));
end $$;
comment on function access.sees_submission(uuid, timestamptz) is
  'Whether the caller sees what was said of a policy input at that moment, once it was submitted.';

create function access.reads_policy_version(version uuid) returns boolean language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return exists (
    select from policy_version v join policy_input i on i.id = v.input_id
    where v.id = version
      and (access.policy_part(i.id) is not null
           or v.closed_at <= access.worked_until(i.activity_id)
           or exists (select from policy_signature g
                      where g.version_id = v.id and g.organisation_id = access.me())
           or exists (select from policy_submission s
                      where s.version_id = v.id and access.sees_submission(i.id, s.created_at))));
end $$;
comment on function access.reads_policy_version(uuid) is
  'Lead and co-signers read every version, who works on the activity those closed for signing, and'
  ' observers, the recipient and after publication everyone the one that was submitted.';

create function access.writes_policy_version(version uuid) returns boolean language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return access.has('activity:write') and exists (
    select from policy_version v join policy_input i on i.id = v.input_id
    where v.id = version and i.organisation_id = access.me() and v.closed_at is null);
end $$;
comment on function access.writes_policy_version(uuid) is
  'Whether the caller leads the policy input and this version of it is not closed yet.';

create function access.period_begins(period text) returns date
language sql immutable parallel safe
return make_date(left(period, 4)::integer, case right(period, 1) when '1' then 1 else 7 end, 1);
comment on function access.period_begins(text) is 'The first day of a half-year, `2026-S1`.';

create function access.period_closes(period text) returns date
language sql immutable parallel safe
return (access.period_begins(period) + interval '9 months')::date;
comment on function access.period_closes(text) is
  'From when a half-year is assessed no more: three months after its end.';

create function access.may_assess(organisation uuid) returns boolean language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return exists (
    select from organisation o, organisation me
    where o.id = may_assess.organisation and me.id = access.me()
      and (me.id = any (o.path) or me.type_code = 'KPAI'
           or me.type_code = 'KPAD' and starts_with(o.region_code, me.region_code)));
end $$;
comment on function access.may_assess(uuid) is
  'An organisation is assessed by itself, those above it, KPAI, and the KPAD of its region.';

create function access.implementation_averages(regulation uuid)
returns table (period text, region_code text, type_code text, score integer,
               organisations integer)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query
  select c.period, c.province, c.type_code, (round(avg(c.score) / 5) * 5)::integer,
         (count(*) / access.smallest_cell() * access.smallest_cell())::integer
  from (
    select distinct on (a.period, a.organisation_id)
           a.period, left(a.region_code, 2) as province, a.type_code, a.score,
           access.me() in (a.organisation_id, a.assessor_id) or access.me() = any (o.path) as known
    from assessment a
    join checklist l on l.id = a.checklist_id
    join organisation o on o.id = a.organisation_id
    where l.regulation_id = implementation_averages.regulation
      and access.period_closes(a.period) <= access.today()
    order by a.period, a.organisation_id, a.assessor_id = a.organisation_id,
             a.created_at desc, a.id desc) c
  where c.score is not null and c.province is not null and access.me() is not null
  group by c.period, c.province, c.type_code
  having count(*) >= access.smallest_cell()
     and (bool_and(c.known) or count(*) filter (where not c.known) >= access.smallest_cell())
  order by c.period, c.province, c.type_code;
end $$;
comment on function access.implementation_averages(uuid) is
  'How far a regulation is carried out, by half-year, province and type of organisation: averages'
  ' over at least five, in one division only and after nothing can be changed any more.';

do $$ declare f text; begin
  foreach f in array array['keeps_regulation(uuid)', 'policy_part(uuid)',
      'sees_submission(uuid, timestamptz)', 'reads_policy_version(uuid)',
      'writes_policy_version(uuid)', 'may_assess(uuid)', 'implementation_averages(uuid)'] loop
    execute format('alter function access.%s owner to rangkul_rules', f);
    execute format('revoke execute on function access.%s from public', f);
    execute format('grant execute on function access.%s to rangkul_app, rangkul_rules', f);
  end loop;
end $$;
revoke execute on function access.period_begins(text), access.period_closes(text) from public;
grant execute on function access.period_begins(text), access.period_closes(text)
  to rangkul_app, rangkul_rules;
"""

POLICIES = """
do $$ declare t text; begin
  foreach t in array array['regulation', 'regulation_stage', 'policy_input', 'policy_cosigner',
      'policy_version', 'policy_item', 'policy_evidence', 'policy_comment', 'policy_signature',
      'policy_submission', 'policy_answer', 'policy_outcome', 'checklist', 'checklist_item',
      'assessment', 'assessment_score'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('grant select, insert on %I to rangkul_app', t);
  end loop;
  foreach t in array array['regulation', 'policy_input', 'policy_cosigner', 'policy_version',
      'policy_signature', 'policy_submission', 'checklist', 'assessment'] loop
    execute format('grant select on %I to rangkul_rules', t);
    execute format('create policy rules on %I for select to rangkul_rules using (true)', t);
  end loop;
end $$;

-- The directory of regulations: what the law is, is no secret.
grant update (number, title, known_as, stage, source_url, became_id) on regulation to rangkul_app;
create policy directory on regulation for select to rangkul_app
  using ((select access.me()) is not null);
create policy register on regulation for insert to rangkul_app with check (
  registered_by = (select access.me()) and (select access.has('activity:write')));
create policy keep on regulation for update to rangkul_app using (
  (select access.has('activity:write'))
  and (registered_by = (select access.me()) or (select access.is_kpai())));
create policy directory on regulation_stage for select to rangkul_app
  using ((select access.me()) is not null);
create policy keep on regulation_stage for insert to rangkul_app with check (
  organisation_id = (select access.me()) and (select access.has('activity:write'))
  and access.keeps_regulation(regulation_id));

grant update (published_at) on policy_input to rangkul_app;
create policy seen on policy_input for select to rangkul_app using (
  organisation_id = (select access.me())
  or published_at is not null and (select access.me()) is not null
  or access.policy_part(id) is not null
  or exists (select from policy_version v where v.input_id = policy_input.id));
create policy begin on policy_input for insert to rangkul_app with check (
  organisation_id = (select access.me()) and (select access.has('activity:write'))
  and published_at is null
  and (activity_id is null
       or access.part(activity_id) in ('LEAD', 'CO_ORGANISER', 'CONTRIBUTOR')));
create policy publish on policy_input for update to rangkul_app using (
  organisation_id = (select access.me()) and (select access.has('activity:write')));

grant delete on policy_cosigner to rangkul_app;
create policy seen on policy_cosigner for select to rangkul_app using (
  organisation_id = (select access.me()) or access.policy_part(input_id) is not null);
create policy invite on policy_cosigner for insert to rangkul_app with check (
  (select access.has('activity:write')) and access.policy_part(input_id) = 'LEAD'
  and organisation_id <> (select access.me())
  and not exists (select from policy_submission s where s.input_id = policy_cosigner.input_id));
create policy remove on policy_cosigner for delete to rangkul_app using (
  (select access.has('activity:write'))
  and (organisation_id = (select access.me()) or access.policy_part(input_id) = 'LEAD')
  and not exists (select from policy_submission s where s.input_id = policy_cosigner.input_id));

-- A closed version is what was signed: it is read, and never changed again.
grant update (title, summary, content_hash, closed_at) on policy_version to rangkul_app;
-- The first half is for a row that is being written, which no function sees yet.
create policy seen on policy_version for select to rangkul_app
  using (access.policy_part(input_id) is not null or access.reads_policy_version(id));
create policy draft on policy_version for insert to rangkul_app with check (
  (select access.has('activity:write')) and access.policy_part(input_id) = 'LEAD'
  and closed_at is null
  and not exists (select from policy_submission s where s.input_id = policy_version.input_id));
create policy draft_on on policy_version for update to rangkul_app using (
  (select access.has('activity:write')) and closed_at is null
  and access.policy_part(input_id) = 'LEAD') with check (true);
grant delete on policy_item, policy_evidence to rangkul_app;
create policy seen on policy_item for select to rangkul_app
  using (access.reads_policy_version(version_id));
create policy draft on policy_item for insert to rangkul_app
  with check (access.writes_policy_version(version_id));
create policy redraft on policy_item for delete to rangkul_app
  using (access.writes_policy_version(version_id));
create policy seen on policy_evidence for select to rangkul_app
  using (access.reads_policy_version(version_id));
-- A finding is cited by whoever sees it: an id alone, guessed or kept, cites nothing.
create policy draft on policy_evidence for insert to rangkul_app
  with check (access.writes_policy_version(version_id) and (finding_id is null or exists (
    select from finding f where f.id = finding_id and f.status = 'CONFIRMED')));
create policy redraft on policy_evidence for delete to rangkul_app
  using (access.writes_policy_version(version_id));

create policy seen on policy_comment for select to rangkul_app using (
  organisation_id = (select access.me())
  or exists (select from policy_version v where v.id = version_id
             and access.policy_part(v.input_id) is not null));
create policy comment on policy_comment for insert to rangkul_app with check (
  organisation_id = (select access.me()) and (select access.has('activity:write'))
  and exists (select from policy_version v where v.id = version_id
              and access.policy_part(v.input_id) is not null));
create policy seen on policy_signature for select to rangkul_app
  using (access.reads_policy_version(version_id));
create policy sign on policy_signature for insert to rangkul_app with check (
  organisation_id = (select access.me()) and (select access.has('activity:write'))
  and exists (select from policy_version v where v.id = version_id
              and v.content_hash = policy_signature.content_hash
              and access.policy_part(v.input_id) = 'COSIGNER'
              and not exists (select from policy_submission s where s.input_id = v.input_id)));

create policy seen on policy_submission for select to rangkul_app
  using (access.sees_submission(input_id, created_at));
create policy submit on policy_submission for insert to rangkul_app with check (
  (select access.has('activity:write')) and access.policy_part(input_id) = 'LEAD'
  and exists (select from policy_version v where v.id = version_id and v.closed_at is not null
              and v.input_id = policy_submission.input_id));
create policy seen on policy_answer for select to rangkul_app
  using (access.sees_submission(input_id, created_at));
create policy answer on policy_answer for insert to rangkul_app with check (
  organisation_id = (select access.me()) and (select access.has('activity:write'))
  and exists (select from policy_submission s where s.input_id = policy_answer.input_id
              and (s.recipient_id = (select access.me())
                   or access.policy_part(s.input_id) = 'LEAD')));
create policy seen on policy_outcome for select to rangkul_app
  using (access.sees_submission(input_id, created_at));
create policy record on policy_outcome for insert to rangkul_app with check (
  (select access.has('activity:write')) and access.policy_part(input_id) = 'LEAD'
  and exists (select from policy_submission s join policy_item t on t.version_id = s.version_id
              where s.input_id = policy_outcome.input_id and t.id = item_id));

-- What is asked of everyone is read by everyone; what was found at one is not.
create policy directory on checklist for select to rangkul_app
  using ((select access.me()) is not null);
create policy draw_up on checklist for insert to rangkul_app with check (
  organisation_id = (select access.me()) and (select access.has('activity:write'))
  and access.keeps_regulation(regulation_id));
create policy directory on checklist_item for select to rangkul_app
  using ((select access.me()) is not null);
create policy draw_up on checklist_item for insert to rangkul_app with check (
  (select access.has('activity:write'))
  and exists (select from checklist c where c.id = checklist_id
              and c.organisation_id = (select access.me()) and c.created_at = now()));
create policy seen on assessment for select to rangkul_app using (
  organisation_id = (select access.me()) or assessor_id = (select access.me())
  or exists (select from organisation o
             where o.id = assessment.organisation_id and (select access.me()) = any (o.path)));
create policy assess on assessment for insert to rangkul_app with check (
  assessor_id = (select access.me()) and (select access.has('activity:write'))
  and access.may_assess(organisation_id)
  and exists (select from organisation o where o.id = organisation_id
              and o.type_code = assessment.type_code
              and o.region_code is not distinct from assessment.region_code)
  and access.period_begins(period) <= access.today()
  and access.period_closes(period) > access.today());
create policy seen on assessment_score for select to rangkul_app using (
  exists (select from assessment a where a.id = assessment_id));
create policy assess on assessment_score for insert to rangkul_app with check (
  (select access.has('activity:write'))
  and exists (select from assessment a where a.id = assessment_id
              and a.assessor_id = (select access.me()) and a.created_at = now()));
"""

DOWNGRADE = """
drop table assessment_score, assessment, checklist_item, checklist, policy_outcome, policy_answer,
  policy_submission, policy_signature, policy_comment, policy_evidence, policy_item, policy_version,
  policy_cosigner, policy_input, regulation_stage, regulation cascade;
drop function access.implementation_averages(uuid), access.may_assess(uuid),
  access.period_closes(text), access.period_begins(text), access.writes_policy_version(uuid),
  access.reads_policy_version(uuid), access.sees_submission(uuid, timestamptz),
  access.policy_part(uuid), access.keeps_regulation(uuid);
"""


def upgrade() -> None:
    run(REGULATION)
    run(POLICY)
    run(CHECKLIST)
    insert_regulations(op.get_bind())
    run(FUNCTIONS)
    run(POLICIES)
    run(CLOSED_WHILE_VIEWING)


def downgrade() -> None:
    run(DOWNGRADE)
