"""Working together: parts in an activity, leaving it, and what somebody who left still sees.

Whoever declined or left sees an activity as it stood at that moment: a change writes down the state
before it (`activity_past`), and `activity_now` shows each caller the state that is its own to see.
Everything else that hangs on an activity carries `changed_at` and asks `access.seen_until`.
"""

from migrations.explaining import CLOSED_WHILE_VIEWING
from migrations.sql import run

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_BEFORE = (
    "'{organisation:read,mou:read,mou:write,"
    "mou:sign,activity:read,activity:write,handoff:read,handoff:write,handoff:identity,"
    "handoff:emergency,ledger:read,client:read,client:write,user:read,user:write,security:read}'"
)
_NEW = "'{oversight:read,oversight:write,result:read,result:write,statistics:read}'::text[]"

SCOPES = f"""
alter table organisation alter column scopes set default
  '{{organisation:read,mou:read,mou:write,mou:sign,activity:read,activity:write,oversight:read,'
  'oversight:write,result:read,result:write,statistics:read,handoff:read,handoff:write,handoff:identity,'
  'handoff:emergency,ledger:read,client:read,client:write,user:read,user:write,security:read}}';
update organisation set scopes = scopes || {_NEW};
update staff_role set scopes = scopes || {_NEW} where code in ('AGREEMENT_OFFICER', 'SUPERVISOR');
update staff_role set scopes = scopes ||
  '{{oversight:read,oversight:write,result:read,statistics:read}}'::text[]
  where code = 'CASE_WORKER';
update staff_role set scopes = scopes ||
  '{{oversight:read,result:read,statistics:read}}'::text[]
  where code in ('ADMINISTRATOR', 'AUDITOR');
"""

PARTS = """
drop policy seen on joint_activity;
drop policy seen on activity_participant;
drop policy seen on activity_task;
drop policy work on activity_task;
drop policy assign on activity_task;
drop policy invite on activity_participant;
drop policy answer on activity_participant;
drop policy manage on joint_activity;
drop function access.my_activities();

alter table activity_participant
  add column role varchar(40) not null default 'CONTRIBUTOR'
    check (role in ('CO_ORGANISER', 'CONTRIBUTOR', 'OBSERVER')),
  add column changed_at timestamptz not null default now(),
  drop constraint activity_participant_status_check,
  add constraint activity_participant_status_check
    check (status in ('INVITED', 'ACCEPTED', 'DECLINED', 'LEFT')),
  add constraint activity_participant_answer_check
    check ((status = 'INVITED') = (responded_at is null));
grant update (role) on activity_participant to rangkul_app;
-- Where it stands in the calendar of whoever is invited: kept here by the database, so that a list is
-- read along one index; null until the activity is announced, and as it was then for who is gone.
alter table activity_participant add column starts_at timestamptz;
update activity_participant p set starts_at = a.starts_at
  from joint_activity a where a.id = p.activity_id and a.announced_at is not null;
drop index activity_participant_organisation_id_idx, joint_activity_lead_id_idx;
create index activity_participant_calendar_idx
  on activity_participant (organisation_id, starts_at desc, activity_id desc);
create index joint_activity_calendar_idx on joint_activity (lead_id, starts_at desc, id desc);
alter table joint_activity add column changed_at timestamptz not null default now();
alter table activity_task
  add column description text,
  add column changed_at timestamptz not null default now();
grant update (title, description, due_on, assignee_id) on activity_task to rangkul_app;

create table activity_past (
  id uuid primary key default gen_random_uuid(),
  activity_id uuid not null constraint activity_past_activity_id_fkey references joint_activity,
  kind varchar(40) not null,
  status varchar(40) not null,
  title text not null,
  description text,
  lead_id uuid not null constraint activity_past_lead_id_fkey references organisation,
  mou_id uuid constraint activity_past_mou_id_fkey references mou,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  place text,
  region_code text,
  outcome text,
  cancel_reason text,
  announced_at timestamptz,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  until_at timestamptz not null
);
create index activity_past_activity_id_idx on activity_past (activity_id, changed_at);

create function access.touch() returns trigger language plpgsql as $$
begin
  new.changed_at := clock_timestamp();
  return new;
end $$;
comment on function access.touch() is
  'Says when a row last changed, for whoever may only see what was there before.';
revoke execute on function access.touch() from public;
create trigger touch
  before insert or update of organisation_id, role, status, reason, responded_at
  on activity_participant for each row execute function access.touch();
create trigger touch before insert or update on activity_task
  for each row execute function access.touch();

create function access.keep_past() returns trigger language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  new.changed_at := clock_timestamp();
  if old.announced_at is not null then
    insert into activity_past (activity_id, kind, status, title, description, lead_id, mou_id,
        starts_at, ends_at, place, region_code, outcome, cancel_reason, announced_at, created_at,
        changed_at, until_at)
      values (old.id, old.kind, old.status, old.title, old.description, old.lead_id, old.mou_id,
        old.starts_at, old.ends_at, old.place, old.region_code, old.outcome, old.cancel_reason,
        old.announced_at, old.created_at, old.changed_at, new.changed_at);
  end if;
  return new;
end $$;
comment on function access.keep_past() is
  'Keeps how an activity stood, for those who left it then.';
alter function access.keep_past() owner to rangkul_rules;
revoke execute on function access.keep_past() from public;
create trigger keep_past before update on joint_activity
  for each row execute function access.keep_past();

grant update (starts_at) on activity_participant to rangkul_rules;
create function access.keep_place() returns trigger language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_table_name = 'joint_activity' then
    update activity_participant p set starts_at = new.starts_at
    where p.activity_id = new.id and p.status in ('INVITED', 'ACCEPTED')
      and new.announced_at is not null;
  elsif new.status in ('INVITED', 'ACCEPTED') then
    new.starts_at := (select a.starts_at from joint_activity a
                      where a.id = new.activity_id and a.announced_at is not null);
  end if;
  return new;
end $$;
comment on function access.keep_place() is
  'Keeps where an activity stands in the calendars of those invited, for whoever is not gone.';
alter function access.keep_place() owner to rangkul_rules;
revoke execute on function access.keep_place() from public;
create trigger keep_place after update of starts_at, announced_at on joint_activity
  for each row execute function access.keep_place();
create trigger keep_place before insert or update of status on activity_participant
  for each row execute function access.keep_place();

create function access.part(activity uuid) returns text language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return coalesce(
    (select 'LEAD' from joint_activity a where a.id = activity and a.lead_id = access.me()),
    (select p.role from activity_participant p
     where p.activity_id = activity and p.organisation_id = access.me()
       and p.status = 'ACCEPTED' and p.starts_at is not null));
end $$;
comment on function access.part(uuid) is
  'The part of the caller in an activity now: LEAD, CO_ORGANISER, CONTRIBUTOR or OBSERVER; null for'
  ' whoever has not accepted, or left.';

create function access.seen_until(activity uuid) returns timestamptz language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return coalesce(
    (select timestamptz 'infinity' from joint_activity a
     where a.id = activity and a.lead_id = access.me()),
    (select case when p.status = 'ACCEPTED' then 'infinity' else p.responded_at end
     from activity_participant p
     where p.activity_id = activity and p.organisation_id = access.me()
       and p.status in ('ACCEPTED', 'LEFT') and p.starts_at is not null));
end $$;
comment on function access.seen_until(uuid) is
  'Until when the caller sees what hangs on an activity: for ever while it takes part, up to the'
  ' moment it left; null for whoever never took part.';

create function access.worked_until(activity uuid) returns timestamptz language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return case when exists (
    select from activity_participant p
    where p.activity_id = activity and p.organisation_id = access.me() and p.role = 'OBSERVER')
    then null else access.seen_until(activity) end;
end $$;
comment on function access.worked_until(uuid) is
  'As access.seen_until, for what observers do not see: notes, answers and drafts.';

create function access.led_by(activity uuid) returns uuid language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return (select a.lead_id from joint_activity a
          where a.id = activity and access.part(activity) is not null);
end $$;
comment on function access.led_by(uuid) is
  'Who leads an activity, for whoever takes part in it: a policy that looks itself would be asked'
  ' for by the policies it asks.';

create function access.guests_until(activity uuid) returns timestamptz language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return coalesce(access.seen_until(activity), (
    select timestamptz 'infinity' from activity_participant p
    where p.activity_id = activity and p.organisation_id = access.me()
      and p.status = 'INVITED' and p.starts_at is not null));
end $$;
comment on function access.guests_until(uuid) is
  'As access.seen_until, for who else is invited: those who have not answered see that too.';

do $$ declare f text; begin
  foreach f in array array['part(uuid)', 'seen_until(uuid)', 'worked_until(uuid)',
                           'led_by(uuid)', 'guests_until(uuid)'] loop
    execute format('alter function access.%s owner to rangkul_rules', f);
    execute format('revoke execute on function access.%s from public', f);
    execute format('grant execute on function access.%s to rangkul_app, rangkul_rules', f);
  end loop;
end $$;

create function access.smallest_cell() returns integer language sql immutable parallel safe
return 5;
comment on function access.smallest_cell() is
  'A figure over organisations that counts fewer than this many is not shown.';
revoke execute on function access.smallest_cell() from public;
grant execute on function access.smallest_cell() to rangkul_app, rangkul_rules;

alter table activity_past enable row level security;
alter table activity_past force row level security;
grant select on activity_past to rangkul_app;
grant select, insert on activity_past to rangkul_rules;
create policy rules on activity_past to rangkul_rules using (true) with check (true);
create policy seen on activity_past for select to rangkul_app using (exists (
  select from activity_participant p
  where p.activity_id = activity_past.activity_id and p.organisation_id = (select access.me())
    and p.status in ('DECLINED', 'LEFT')
    and activity_past.changed_at <= p.responded_at and p.responded_at < activity_past.until_at));

create policy seen on joint_activity for select to rangkul_app using (
  lead_id = (select access.me())
  or exists (
    select from activity_participant p
    where p.activity_id = joint_activity.id and p.organisation_id = (select access.me())
      and p.starts_at is not null
      and (p.status not in ('DECLINED', 'LEFT') or joint_activity.changed_at <= p.responded_at)));
-- Who else takes part is shown to the lead and to those who have not declined.
create policy seen on activity_participant for select to rangkul_app using (
  organisation_id = (select access.me()) and starts_at is not null
  or changed_at <= access.guests_until(activity_id));
create policy invite on activity_participant for insert to rangkul_app with check (
  (select access.has('activity:write')) and status = 'INVITED'
  and (access.part(activity_id) = 'LEAD'
       or access.part(activity_id) = 'CO_ORGANISER' and role <> 'CO_ORGANISER')
  and organisation_id <> access.led_by(activity_id));
create policy answer on activity_participant for update to rangkul_app using (
  (select access.has('activity:write'))
  and (organisation_id = (select access.me())
            and starts_at is not null
       or access.part(activity_id) in ('LEAD', 'CO_ORGANISER')));
-- What becomes of a task after its assignee left is not for it to see; what it has done stays so.
create policy seen on activity_task for select to rangkul_app using (
  changed_at <= access.seen_until(activity_id)
  or assignee_id = (select access.me()) and status = 'DONE'
     and done_at <= access.seen_until(activity_id));
create policy assign on activity_task for insert to rangkul_app with check (
  (select access.has('activity:write'))
  and access.part(activity_id) in ('LEAD', 'CO_ORGANISER'));
create policy work on activity_task for update to rangkul_app using (
  (select access.has('activity:write'))
  and (access.part(activity_id) in ('LEAD', 'CO_ORGANISER')
       or assignee_id = (select access.me()) and access.part(activity_id) = 'CONTRIBUTOR'));
create policy manage on joint_activity for update to rangkul_app using (
  (select access.has('activity:write'))
  and (lead_id = (select access.me()) or access.part(id) = 'CO_ORGANISER'));

create view activity_now with (security_invoker = true) as
select id, kind, status, title, description, lead_id, mou_id, starts_at, ends_at, place,
       region_code, outcome, cancel_reason, announced_at, created_at, changed_at
from joint_activity
union all
select activity_id, kind, status, title, description, lead_id, mou_id, starts_at, ends_at, place,
       region_code, outcome, cancel_reason, announced_at, created_at, changed_at
from activity_past;
comment on view activity_now is 'Joint activities, each as it is the caller''s to see.';
-- Without a condition in its arms: so PostgreSQL merges two indexes in the order of a list.
create view activity_agenda with (security_invoker = true) as
select lead_id as organisation_id, id, starts_at from joint_activity
union all
select organisation_id, activity_id, starts_at from activity_participant;
comment on view activity_agenda is
  'Which activity stands where in whose agenda; nowhere until it is announced.';
grant select on activity_now, activity_agenda to rangkul_app;
"""

# A policy says who may change a row; which step it is, these say.
STEPS = """
create function access.keep_part() returns trigger language plpgsql as $$
declare
  me uuid := access.me();
begin
  if me is null or new.organisation_id <> old.organisation_id then
    return new;  -- the operator; or the lead is handed over, by the function below
  end if;
  if old.organisation_id = me and new.role = old.role
     and (new.status = old.status
          or (old.status, new.status) in
             (('INVITED', 'ACCEPTED'), ('INVITED', 'DECLINED'), ('ACCEPTED', 'LEFT'))) then
    new.responded_at := case when new.status = old.status then old.responded_at
                             else clock_timestamp() end;
  elsif old.organisation_id <> me
     and (new.role = old.role or access.part(old.activity_id) = 'LEAD'
          or old.status in ('DECLINED', 'LEFT') and new.role <> 'CO_ORGANISER')
     and (new.status = old.status
          or old.status in ('DECLINED', 'LEFT') and new.status = 'INVITED'
             and (new.role <> 'CO_ORGANISER' or access.part(old.activity_id) = 'LEAD')) then
    new.responded_at := case when new.status = old.status then old.responded_at end;
    new.reason := case when new.status = old.status then old.reason end;
  else
    raise exception 'this is not the step of whoever takes it'
      using errcode = 'check_violation', constraint = 'activity_participant_step';
  end if;
  return new;
end $$;
comment on function access.keep_part() is
  'Answers are given by those invited, and dated here; parts are given by the lead.';
create trigger keep_part
  before update of organisation_id, role, status, reason, responded_at on activity_participant
  for each row execute function access.keep_part();

create function access.keep_steps() returns trigger language plpgsql as $$
begin
  if access.me() is not null and access.part(old.id) is distinct from 'LEAD'
     and ((new.outcome, new.cancel_reason, new.announced_at)
            is distinct from (old.outcome, old.cancel_reason, old.announced_at)
          or new.status <> old.status
             and (old.status, new.status) is distinct from ('PLANNED', 'IN_PROGRESS')) then
    raise exception 'only the lead announces, completes and calls off'
      using errcode = 'check_violation', constraint = 'joint_activity_step';
  end if;
  return new;
end $$;
comment on function access.keep_steps() is
  'Keeps for the lead what co-organisers may not do: to announce, to complete, to call off.';
create trigger keep_steps before update on joint_activity
  for each row execute function access.keep_steps();

create function access.keep_task() returns trigger language plpgsql as $$
begin
  if access.me() is not null
     and coalesce(access.part(old.activity_id), '') not in ('LEAD', 'CO_ORGANISER')
     and ((new.title, new.description, new.due_on, new.assignee_id)
            is distinct from (old.title, old.description, old.due_on, old.assignee_id)
          or new.status <> old.status
             and (old.status, new.status) is distinct from ('OPEN', 'DONE')) then
    raise exception 'an assignee marks its task done and changes nothing else'
      using errcode = 'check_violation', constraint = 'activity_task_step';
  end if;
  return new;
end $$;
comment on function access.keep_task() is 'Whoever was given a task marks it done, and no more.';
create trigger keep_task before update on activity_task
  for each row execute function access.keep_task();
revoke execute on function access.keep_part(), access.keep_steps(), access.keep_task() from public;

grant update (lead_id) on joint_activity to rangkul_rules;
grant update (organisation_id, reason, responded_at) on activity_participant to rangkul_rules;
create policy rules_hand_over on joint_activity for update to rangkul_rules using (true);
create policy rules_hand_over on activity_participant for update to rangkul_rules using (true);
create function access.hand_over(activity uuid, successor uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform from joint_activity a
  where a.id = activity and a.lead_id = access.me() and access.has('activity:write')
    and a.status in ('DRAFT', 'PLANNED', 'IN_PROGRESS');
  if not found then
    return false;
  end if;
  -- One place is exchanged for the other: nobody who leads is among those invited.
  update activity_participant p
  set organisation_id = access.me(), reason = null, responded_at = clock_timestamp()
  where p.activity_id = activity and p.organisation_id = successor
    and p.status = 'ACCEPTED' and p.role = 'CO_ORGANISER';
  if not found then
    return false;
  end if;
  update joint_activity a set lead_id = successor where a.id = activity;
  return true;
end $$;
alter function access.hand_over(uuid, uuid) owner to rangkul_rules;
comment on function access.hand_over(uuid, uuid) is
  'Makes a co-organiser the lead of an activity, and its lead a co-organiser; false when it cannot.';
revoke execute on function access.hand_over(uuid, uuid) from public;
grant execute on function access.hand_over(uuid, uuid) to rangkul_app;
"""

DOWNGRADE = """
drop function access.hand_over(uuid, uuid);
drop policy rules_hand_over on activity_participant;
drop policy rules_hand_over on joint_activity;
revoke update (lead_id) on joint_activity from rangkul_rules;
revoke update (organisation_id, reason, responded_at, starts_at) on activity_participant from rangkul_rules;
drop trigger keep_part on activity_participant;
drop trigger keep_steps on joint_activity;
drop trigger keep_task on activity_task;
drop function access.keep_part(), access.keep_steps(), access.keep_task();
drop view activity_agenda, activity_now;
drop policy invite on activity_participant;
drop policy answer on activity_participant;
drop policy assign on activity_task;
drop policy manage on joint_activity;
drop policy seen on activity_participant;
drop policy seen on joint_activity;
drop policy seen on activity_task;
drop policy work on activity_task;
drop trigger keep_place on joint_activity;
drop trigger keep_place on activity_participant;
drop function access.keep_place();
drop trigger touch on activity_participant;
drop trigger touch on activity_task;
drop trigger keep_past on joint_activity;
drop policy seen on activity_past;
drop function access.smallest_cell(), access.touch(), access.keep_past(), access.led_by(uuid),
  access.guests_until(uuid),
  access.worked_until(uuid), access.seen_until(uuid), access.part(uuid);
drop table activity_past;
-- One who left has declined, as far as the older rules can say it.
update activity_participant set status = 'DECLINED' where status = 'LEFT';
alter table activity_participant
  drop constraint activity_participant_answer_check,
  drop constraint activity_participant_status_check,
  add constraint activity_participant_status_check
    check (status in ('INVITED', 'ACCEPTED', 'DECLINED')),
  drop column role, drop column changed_at, drop column starts_at;
drop index joint_activity_calendar_idx;
create index activity_participant_organisation_id_idx on activity_participant (organisation_id);
create index joint_activity_lead_id_idx on joint_activity (lead_id);
alter table joint_activity drop column changed_at;
revoke update (title, description, due_on, assignee_id) on activity_task from rangkul_app;
alter table activity_task drop column changed_at, drop column description;

create function access.my_activities() returns table (activity_id uuid, status text)
language sql stable rows 50 security definer set search_path = pg_catalog, public, pg_temp
begin atomic
  select p.activity_id, p.status::text
  from activity_participant p join joint_activity a on a.id = p.activity_id
  where p.organisation_id = (select access.me()) and a.announced_at is not null;
end;
alter function access.my_activities() owner to rangkul_rules;
revoke execute on function access.my_activities() from public;
grant execute on function access.my_activities() to rangkul_app;
create policy seen on joint_activity for select to rangkul_app using (
  lead_id = (select access.me()) or id in (select activity_id from access.my_activities()));
create policy seen on activity_participant for select to rangkul_app using (
  exists (select from joint_activity a where a.id = activity_id
          and (a.lead_id = (select access.me()) or organisation_id = (select access.me())))
  or activity_id in (select m.activity_id from access.my_activities() m
                     where m.status <> 'DECLINED'));
create policy seen on activity_task for select to rangkul_app using (
  exists (select from joint_activity a where a.id = activity_id
          and a.lead_id = (select access.me()))
  or activity_id in (select m.activity_id from access.my_activities() m
                     where m.status = 'ACCEPTED'));
create policy work on activity_task for update to rangkul_app using (
  (select access.has('activity:write'))
  and (exists (select from joint_activity a where a.id = activity_id
               and a.lead_id = (select access.me()))
    or assignee_id = (select access.me())
       and activity_id in (select m.activity_id from access.my_activities() m
                           where m.status = 'ACCEPTED')));
create policy manage on joint_activity for update to rangkul_app using (
  lead_id = (select access.me()) and (select access.has('activity:write')));
create policy invite on activity_participant for insert to rangkul_app with check (
  (select access.has('activity:write')) and status = 'INVITED' and exists (
    select from joint_activity a where a.id = activity_id
     and a.lead_id = (select access.me()) and a.lead_id <> organisation_id));
create policy answer on activity_participant for update to rangkul_app using (
  (select access.has('activity:write'))
  and (organisation_id = (select access.me()) or exists (
    select from joint_activity a where a.id = activity_id and a.lead_id = (select access.me()))));
create policy assign on activity_task for insert to rangkul_app with check (
  (select access.has('activity:write')) and exists (
    select from joint_activity a where a.id = activity_id and a.lead_id = (select access.me())));
"""

UNSCOPED = f"""
alter table organisation alter column scopes set default {_BEFORE};
update organisation set scopes = array(select s from unnest(scopes) with ordinality u(s, n)
  where s not in ('oversight:read', 'oversight:write', 'result:read', 'result:write',
                  'statistics:read') order by n);
update staff_role set scopes = array(select s from unnest(scopes) with ordinality u(s, n)
  where s not in ('oversight:read', 'oversight:write', 'result:read', 'result:write',
                  'statistics:read') order by n);
"""


# As it was, each of these was expected to let half a percent through, so that lists were sorted.
VIEWING = """
do $$ declare t name; begin
  for t in select c.relname from pg_policy p join pg_class c on c.oid = p.polrelid
           where p.polname = 'viewing'
             and pg_get_expr(p.polqual, p.polrelid) ~ '^\\(\\( ?SELECT access.viewing\\(\\) [^=]*IS NULL\\)$'
  loop
    execute format('alter policy viewing on %I using ((select access.viewing() is null))', t);
  end loop;
end $$;
"""


def upgrade() -> None:
    run(SCOPES)
    run(VIEWING)
    run(PARTS)
    run(STEPS)
    run(CLOSED_WHILE_VIEWING)


def downgrade() -> None:
    run(DOWNGRADE)
    run(UNSCOPED)
