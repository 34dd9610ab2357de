"""Oversight: findings, clarifications, recommendations and reports.

What was said to somebody else stays as it was said: triggers hold that, and which side may add what.
That a recommendation is closed by its issuer alone is held by the policies on it.
"""

from migrations.explaining import CLOSED_WHILE_VIEWING
from migrations.sql import run

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

FINDINGS = """
create table finding (
  id uuid primary key,
  activity_id uuid not null constraint finding_activity_id_fkey references joint_activity,
  organisation_id uuid not null constraint finding_organisation_id_fkey references organisation,
  severity varchar(40) not null check (severity in ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
  visit_id uuid constraint finding_visit_id_fkey references visit,
  sector varchar(40) not null check (sector in ('EDUCATION', 'HEALTH', 'SOCIAL_SERVICES',
    'VICTIM_SERVICES', 'LAW_ENFORCEMENT', 'JUSTICE', 'LOCAL_GOVERNMENT', 'NATIONAL_GOVERNMENT',
    'COMMUNITY', 'DIGITAL')),
  statement text not null,
  evidence jsonb not null,
  legal_basis text,
  concerns_id uuid constraint finding_concerns_id_fkey references organisation,
  region_code text check (region_code ~ '^[0-9]{2}([.][0-9]{2})?$'),
  status varchar(40) not null check (status in ('DRAFT', 'CONFIRMED', 'WITHDRAWN')),
  confirmed_at timestamptz,
  withdraw_reason text,
  changed_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  check (status = 'WITHDRAWN' or (status = 'CONFIRMED') = (confirmed_at is not null)),
  check ((status = 'WITHDRAWN') = (withdraw_reason is not null))
);
create index finding_activity_id_idx on finding (activity_id, created_at desc, id desc);
create index finding_organisation_id_idx on finding (organisation_id, created_at desc, id desc);

create function access.keep_said() returns trigger language plpgsql as $$
begin
  if to_jsonb(new) - tg_argv <> to_jsonb(old) - tg_argv then
    raise exception 'what was said stays as it was said'
      using errcode = 'check_violation', constraint = 'said_stays';
  end if;
  return new;
end $$;
comment on function access.keep_said() is
  'Lets only the columns named change; when it is to hold stands on the trigger.';
revoke execute on function access.keep_said() from public;
create trigger keep_confirmed before update on finding for each row
  when (old.confirmed_at is not null and access.me() is not null)
  execute function access.keep_said('status', 'withdraw_reason');
create trigger keep_withdrawn before update on finding for each row
  when (old.status = 'WITHDRAWN' and access.me() is not null)
  execute function access.keep_said('changed_at');
"""

RECOMMENDATIONS = """
create table recommendation (
  id uuid primary key,
  activity_id uuid not null constraint recommendation_activity_id_fkey references joint_activity,
  organisation_id uuid not null
    constraint recommendation_organisation_id_fkey references organisation,
  addressee_id uuid not null constraint recommendation_addressee_id_fkey references organisation,
  follows_id uuid,
  text text not null,
  expected_evidence text,
  due_on date not null,
  status varchar(40) not null check (status in ('DRAFT', 'ISSUED', 'RESPONDED', 'IN_PROGRESS',
    'VERIFIED', 'WITHDRAWN')),
  issued_at timestamptz,
  response varchar(40) check (response in ('ACCEPTED', 'PARTLY', 'REJECTED')),
  response_note text,
  planned_on date,
  responded_at timestamptz,
  verified_at timestamptz,
  withdraw_reason text,
  changed_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  check (organisation_id <> addressee_id),
  check (status = 'WITHDRAWN' or (status = 'DRAFT') = (issued_at is null)),
  check ((response is null) = (responded_at is null)),
  check (status not in ('RESPONDED', 'IN_PROGRESS', 'VERIFIED') or responded_at is not null),
  check ((status = 'VERIFIED') = (verified_at is not null)),
  check ((status = 'WITHDRAWN') = (withdraw_reason is not null)),
  constraint recommendation_id_organisation_id_key unique (id, organisation_id),
  -- What goes on from another goes on from one's own.
  constraint recommendation_follows_id_organisation_id_fkey foreign key (follows_id, organisation_id)
    references recommendation (id, organisation_id)
);
create index recommendation_activity_id_idx
  on recommendation (activity_id, created_at desc, id desc);
create index recommendation_organisation_id_idx
  on recommendation (organisation_id, created_at desc, id desc);
create index recommendation_addressee_id_idx
  on recommendation (addressee_id, created_at desc, id desc);

create table recommendation_finding (
  recommendation_id uuid not null
    constraint recommendation_finding_recommendation_id_fkey references recommendation,
  finding_id uuid not null constraint recommendation_finding_finding_id_fkey references finding,
  primary key (recommendation_id, finding_id)
);
create index recommendation_finding_finding_id_idx on recommendation_finding (finding_id);

create table recommendation_follow_up (
  id uuid primary key,
  recommendation_id uuid not null
    constraint recommendation_follow_up_recommendation_id_fkey references recommendation,
  organisation_id uuid not null
    constraint recommendation_follow_up_organisation_id_fkey references organisation,
  text text not null,
  evidence jsonb not null,
  verdict varchar(40) check (verdict in ('VERIFIED', 'NOT_YET')),
  verdict_reason text,
  judged_at timestamptz,
  changed_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  check ((verdict is null) = (judged_at is null)),
  check (verdict is distinct from 'NOT_YET' or verdict_reason is not null)
);
create index recommendation_follow_up_recommendation_id_idx
  on recommendation_follow_up (recommendation_id, id);

create trigger keep_issuer before update on recommendation for each row
  when (old.issued_at is not null and access.me() = old.organisation_id)
  execute function access.keep_said('status', 'verified_at', 'withdraw_reason');
create trigger keep_addressee before update on recommendation for each row
  when (access.me() = old.addressee_id)
  execute function access.keep_said('status', 'response', 'response_note', 'planned_on',
                                    'responded_at');
create trigger keep_response before update on recommendation for each row
  when (old.responded_at is not null and access.me() is not null)
  execute function access.keep_said('status', 'verified_at', 'withdraw_reason');
create trigger keep_closed before update on recommendation for each row
  when (old.status in ('VERIFIED', 'WITHDRAWN') and access.me() is not null)
  execute function access.keep_said('changed_at');
create trigger keep_judged before update on recommendation_follow_up for each row
  when (old.verdict is not null and access.me() is not null)
  execute function access.keep_said('changed_at');
"""

CLARIFICATIONS = """
create table clarification (
  id uuid primary key,
  activity_id uuid constraint clarification_activity_id_fkey references joint_activity,
  organisation_id uuid not null
    constraint clarification_organisation_id_fkey references organisation,
  addressee_id uuid not null constraint clarification_addressee_id_fkey references organisation,
  follows_id uuid,
  subject text not null,
  questions text[] not null check (cardinality(questions) > 0),
  due_on date not null,
  status varchar(40) not null check (status in ('DRAFT', 'SENT', 'ANSWERED', 'ASSESSED',
    'WITHDRAWN')),
  sent_at timestamptz,
  asked_until date,
  answered_at timestamptz,
  verdict varchar(40) check (verdict in ('SATISFACTORY', 'PARTLY', 'INSUFFICIENT')),
  verdict_note text,
  assessed_at timestamptz,
  withdraw_reason text,
  changed_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  check (organisation_id <> addressee_id),
  check (status = 'WITHDRAWN' or (status = 'DRAFT') = (sent_at is null)),
  check ((status in ('ANSWERED', 'ASSESSED')) = (answered_at is not null)),
  check ((status = 'ASSESSED') = (verdict is not null)),
  check ((verdict is null) = (assessed_at is null)),
  check ((status = 'WITHDRAWN') = (withdraw_reason is not null)),
  constraint clarification_id_organisation_id_key unique (id, organisation_id),
  -- What goes on from another goes on from one's own.
  constraint clarification_follows_id_organisation_id_fkey foreign key (follows_id, organisation_id)
    references clarification (id, organisation_id)
);
create index clarification_activity_id_idx on clarification (activity_id, created_at desc, id desc)
  where activity_id is not null;
create index clarification_organisation_id_idx
  on clarification (organisation_id, created_at desc, id desc);
create index clarification_addressee_id_idx
  on clarification (addressee_id, created_at desc, id desc);

create table clarification_answer (
  id uuid primary key,
  clarification_id uuid not null
    constraint clarification_answer_clarification_id_fkey references clarification,
  organisation_id uuid not null
    constraint clarification_answer_organisation_id_fkey references organisation,
  number integer not null,
  text text not null,
  evidence jsonb not null,
  verdict varchar(40) check (verdict in ('SATISFACTORY', 'PARTLY', 'INSUFFICIENT')),
  verdict_note text,
  changed_at timestamptz not null default now(),
  constraint clarification_answer_clarification_id_number_key unique (clarification_id, number)
);

create table clarification_event (
  id uuid primary key,
  clarification_id uuid not null
    constraint clarification_event_clarification_id_fkey references clarification,
  organisation_id uuid not null
    constraint clarification_event_organisation_id_fkey references organisation,
  kind varchar(40) not null check (kind in ('REMINDED', 'TIME_ASKED', 'TIME_GRANTED',
    'TIME_REFUSED')),
  note text,
  until_on date,
  created_at timestamptz not null default clock_timestamp(),
  check ((kind in ('TIME_ASKED', 'TIME_GRANTED')) = (until_on is not null))
);
create index clarification_event_clarification_id_idx on clarification_event (clarification_id, id);

create trigger keep_issuer before update on clarification for each row
  when (old.sent_at is not null and access.me() = old.organisation_id)
  execute function access.keep_said('status', 'due_on', 'asked_until', 'verdict', 'verdict_note',
                                    'assessed_at', 'withdraw_reason');
create trigger keep_addressee before update on clarification for each row
  when (access.me() = old.addressee_id)
  execute function access.keep_said('status', 'asked_until', 'answered_at');
create trigger keep_answered before update on clarification for each row
  when (old.answered_at is not null and access.me() = old.addressee_id)
  execute function access.keep_said('changed_at');
create trigger keep_closed before update on clarification for each row
  when (old.status in ('ASSESSED', 'WITHDRAWN') and access.me() is not null)
  execute function access.keep_said('changed_at');
create trigger keep_addressee before update on clarification_answer for each row
  when (access.me() = old.organisation_id)
  execute function access.keep_said('text', 'evidence');
create trigger keep_issuer before update on clarification_answer for each row
  when (access.me() <> old.organisation_id)
  execute function access.keep_said('verdict', 'verdict_note');
"""

REPORTS = """
create table oversight_report (
  id uuid primary key,
  organisation_id uuid not null
    constraint oversight_report_organisation_id_fkey references organisation,
  title text not null,
  summary text not null,
  activity_ids uuid[] not null check (cardinality(activity_ids) > 0),
  finding_ids uuid[] not null,
  clarification_ids uuid[] not null,
  recommendation_ids uuid[] not null,
  visit_ids uuid[] not null,
  for_participants boolean not null,
  reader_ids uuid[] not null,
  content text,
  content_hash text,
  published_at timestamptz,
  created_at timestamptz not null default now(),
  check ((content is null) = (published_at is null)),
  check ((content_hash is null) = (published_at is null))
);
create index oversight_report_organisation_id_idx
  on oversight_report (organisation_id, created_at desc, id desc);
create index oversight_report_activity_ids_idx on oversight_report using gin (activity_ids);
create index oversight_report_reader_ids_idx on oversight_report using gin (reader_ids);
create trigger keep_published before update on oversight_report for each row
  when (old.published_at is not null and access.me() is not null)
  execute function access.keep_said('for_participants', 'reader_ids');
"""

ACCESS = """
do $$ declare t text; begin
  foreach t in array array['finding', 'recommendation', 'recommendation_finding',
    'recommendation_follow_up', 'clarification', 'clarification_answer', 'clarification_event',
    'oversight_report'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('grant select, insert on %I to rangkul_app', t);
  end loop;
  foreach t in array array['finding', 'recommendation', 'recommendation_follow_up',
    'clarification', 'clarification_answer'] loop
    execute format('create trigger touch before insert or update on %I'
                   ' for each row execute function access.touch()', t);
  end loop;
end $$;
grant delete on recommendation_finding to rangkul_app;
grant update (severity, sector, statement, evidence, legal_basis, concerns_id, region_code, visit_id,
              status, confirmed_at, withdraw_reason) on finding to rangkul_app;
grant update (addressee_id, text, expected_evidence, due_on, status, issued_at, response,
              response_note, planned_on, responded_at, verified_at, withdraw_reason)
  on recommendation to rangkul_app;
grant update (verdict, verdict_reason, judged_at) on recommendation_follow_up to rangkul_app;
grant update (addressee_id, subject, questions, due_on, status, sent_at, asked_until, answered_at,
              verdict, verdict_note, assessed_at, withdraw_reason) on clarification to rangkul_app;
grant update (text, evidence, verdict, verdict_note) on clarification_answer to rangkul_app;
grant update (title, summary, activity_ids, finding_ids, clarification_ids, recommendation_ids,
              visit_ids, for_participants, reader_ids, content, content_hash, published_at)
  on oversight_report to rangkul_app;

grant select on recommendation, recommendation_finding to rangkul_rules;
create policy rules on recommendation for select to rangkul_rules using (true);
create policy rules on recommendation_finding for select to rangkul_rules using (true);
create function access.told_of(finding uuid) returns boolean language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return exists (select from recommendation_finding f
                 join recommendation r on r.id = f.recommendation_id
                 where f.finding_id = told_of.finding and r.addressee_id = access.me()
                   and r.issued_at is not null);
end $$;
comment on function access.told_of(uuid) is
  'Whether a recommendation that was issued to the caller rests on a finding.';
alter function access.told_of(uuid) owner to rangkul_rules;
revoke execute on function access.told_of(uuid) from public;
grant execute on function access.told_of(uuid) to rangkul_app;

create policy seen on recommendation for select to rangkul_app using (
  organisation_id = (select access.me())
  or issued_at is not null and (addressee_id = (select access.me())
                                or changed_at <= access.seen_until(activity_id)));
create policy draft on recommendation for insert to rangkul_app with check (
  (select access.has('oversight:write')) and organisation_id = (select access.me())
  and status = 'DRAFT' and access.part(activity_id) in ('LEAD', 'CO_ORGANISER', 'CONTRIBUTOR'));
create policy issue on recommendation for update to rangkul_app using (
  (select access.has('oversight:write')) and organisation_id = (select access.me())
  and (issued_at is not null
       or access.part(activity_id) in ('LEAD', 'CO_ORGANISER', 'CONTRIBUTOR')))
  with check (organisation_id = (select access.me()));
-- The addressee answers and reports; what closes a recommendation is not its to write.
create policy answer on recommendation for update to rangkul_app using (
  (select access.has('oversight:write')) and issued_at is not null
  and addressee_id = (select access.me()))
  with check (addressee_id = (select access.me()) and status in ('RESPONDED', 'IN_PROGRESS'));

create policy seen on recommendation_finding for select to rangkul_app using (
  exists (select from recommendation r where r.id = recommendation_id));
create policy drop_from_draft on recommendation_finding for delete to rangkul_app using (
  (select access.has('oversight:write')) and exists (
    select from recommendation r where r.id = recommendation_id and r.status = 'DRAFT'
    and r.organisation_id = (select access.me())));

create policy seen on recommendation_follow_up for select to rangkul_app using (
  exists (select from recommendation r where r.id = recommendation_id
          and ((select access.me()) in (r.organisation_id, r.addressee_id)
               or recommendation_follow_up.changed_at <= access.seen_until(r.activity_id))));
create policy report on recommendation_follow_up for insert to rangkul_app with check (
  (select access.has('oversight:write')) and organisation_id = (select access.me())
  and verdict is null and exists (
    select from recommendation r where r.id = recommendation_id
    and r.addressee_id = (select access.me()) and r.status in ('RESPONDED', 'IN_PROGRESS')));
create policy judge on recommendation_follow_up for update to rangkul_app using (
  (select access.has('oversight:write')) and exists (
    select from recommendation r where r.id = recommendation_id
    and r.organisation_id = (select access.me()) and r.status = 'IN_PROGRESS'));

-- A draft is for those who work on the activity. Whoever a recommendation is addressed to sees the
-- confirmed findings it rests on, and nothing else of the activity.
create policy seen on finding for select to rangkul_app using (
  organisation_id = (select access.me())
  or changed_at <= case when confirmed_at is null then access.worked_until(activity_id)
                        else access.seen_until(activity_id) end
  or access.told_of(id));
create policy draft on finding for insert to rangkul_app with check (
  (select access.has('oversight:write')) and organisation_id = (select access.me())
  and status = 'DRAFT' and access.part(activity_id) in ('LEAD', 'CO_ORGANISER', 'CONTRIBUTOR')
  and (visit_id is null or exists (
    select from visit v where v.id = visit_id and v.activity_id = finding.activity_id)));
create policy change on finding for update to rangkul_app using (
  (select access.has('oversight:write')) and organisation_id = (select access.me())
  and access.part(activity_id) in ('LEAD', 'CO_ORGANISER', 'CONTRIBUTOR'))
  with check (organisation_id = (select access.me()) and (visit_id is null or exists (
    select from visit v where v.id = visit_id and v.activity_id = finding.activity_id)));
-- Others learn of a finding by this: so it is one's own, or of an activity one leads.
create policy rest on recommendation_finding for insert to rangkul_app with check (
  (select access.has('oversight:write'))
  and exists (select from recommendation r where r.id = recommendation_id and r.status = 'DRAFT'
              and r.organisation_id = (select access.me()))
  and exists (select from finding f where f.id = finding_id and f.status = 'CONFIRMED'
              and (f.organisation_id = (select access.me())
                   or access.part(f.activity_id) in ('LEAD', 'CO_ORGANISER'))));

create policy seen on clarification for select to rangkul_app using (
  organisation_id = (select access.me())
  or sent_at is not null and (addressee_id = (select access.me())
                              or changed_at <= access.seen_until(activity_id)));
create policy draft on clarification for insert to rangkul_app with check (
  (select access.has('oversight:write')) and organisation_id = (select access.me())
  and status = 'DRAFT' and (activity_id is null
    or access.part(activity_id) in ('LEAD', 'CO_ORGANISER', 'CONTRIBUTOR')));
create policy issue on clarification for update to rangkul_app using (
  (select access.has('oversight:write')) and organisation_id = (select access.me())
  and (sent_at is not null or activity_id is null
       or access.part(activity_id) in ('LEAD', 'CO_ORGANISER', 'CONTRIBUTOR')))
  with check (organisation_id = (select access.me()));
create policy answer on clarification for update to rangkul_app using (
  (select access.has('oversight:write')) and sent_at is not null
  and addressee_id = (select access.me()))
  with check (addressee_id = (select access.me()) and status in ('SENT', 'ANSWERED'));

-- Until it is handed in, an answer is a draft of the addressee's own.
create policy seen on clarification_answer for select to rangkul_app using (
  organisation_id = (select access.me())
  or exists (select from clarification c where c.id = clarification_id
             and c.answered_at is not null
             and (c.organisation_id = (select access.me())
                  or clarification_answer.changed_at <= access.seen_until(c.activity_id))));
create policy draft on clarification_answer for insert to rangkul_app with check (
  (select access.has('oversight:write')) and organisation_id = (select access.me())
  and verdict is null and exists (
    select from clarification c where c.id = clarification_id
    and c.addressee_id = (select access.me()) and c.status = 'SENT'));
create policy change on clarification_answer for update to rangkul_app using (
  (select access.has('oversight:write')) and exists (
    select from clarification c where c.id = clarification_id
    and (c.addressee_id = (select access.me()) and c.status = 'SENT'
         or c.organisation_id = (select access.me()) and c.status = 'ANSWERED')));

create policy seen on clarification_event for select to rangkul_app using (
  exists (select from clarification c where c.id = clarification_id
          and ((select access.me()) in (c.organisation_id, c.addressee_id)
               or clarification_event.created_at <= access.seen_until(c.activity_id))));
create policy note on clarification_event for insert to rangkul_app with check (
  (select access.has('oversight:write')) and organisation_id = (select access.me()) and exists (
    select from clarification c where c.id = clarification_id and c.status = 'SENT'
    and (select access.me()) = case when kind = 'TIME_ASKED' then c.addressee_id
                                    else c.organisation_id end));

create policy seen on oversight_report for select to rangkul_app using (
  organisation_id = (select access.me())
  or published_at is not null and (
    (select access.me()) = any (reader_ids)
    or for_participants and exists (select from unnest(activity_ids) a
                                    where published_at <= access.seen_until(a))));
create policy draft on oversight_report for insert to rangkul_app with check (
  (select access.has('oversight:write')) and organisation_id = (select access.me())
  and published_at is null and not exists (
    select from unnest(activity_ids) a
    where coalesce(access.part(a), '') not in ('LEAD', 'CO_ORGANISER')));
create policy publish on oversight_report for update to rangkul_app using (
  (select access.has('oversight:write')) and organisation_id = (select access.me())
  and (published_at is not null or not exists (
    select from unnest(activity_ids) a
    where coalesce(access.part(a), '') not in ('LEAD', 'CO_ORGANISER'))));
"""

DOWNGRADE = """
drop table oversight_report, clarification_event, clarification_answer, clarification,
  recommendation_follow_up, recommendation_finding, recommendation, finding cascade;
drop function access.keep_said(), access.told_of(uuid);
"""


def upgrade() -> None:
    run(FINDINGS)
    run(RECOMMENDATIONS)
    run(CLARIFICATIONS)
    run(REPORTS)
    run(ACCESS)
    run(CLOSED_WHILE_VIEWING)


def downgrade() -> None:
    run(DOWNGRADE)
