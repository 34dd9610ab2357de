"""Joint activities, their participants and their tasks."""

from migrations.sql import run

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UPGRADE = """
create table joint_activity (
  id uuid primary key,
  kind varchar(40) not null check (kind in ('ADVOCACY', 'OVERSIGHT', 'EDUCATION',
    'MONITORING_EVALUATION', 'CAPACITY_BUILDING', 'CASE_CONFERENCE')),
  status varchar(40) not null check (status in ('DRAFT', 'PLANNED', 'IN_PROGRESS', 'COMPLETED',
    'CANCELLED')),
  title text not null,
  description text,
  lead_id uuid not null constraint joint_activity_lead_id_fkey references organisation,
  mou_id uuid constraint joint_activity_mou_id_fkey references mou,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  place text,
  region_code text check (region_code ~ '^[0-9]{2}([.][0-9]{2})?$'),
  outcome text,
  cancel_reason text,
  announced_at timestamptz,
  created_at timestamptz not null default now(),
  check (ends_at >= starts_at),
  check (status <> 'DRAFT' or announced_at is null),
  check ((status = 'CANCELLED') = (cancel_reason is not null))
);
create index joint_activity_lead_id_idx on joint_activity (lead_id);
create index joint_activity_starts_at_id_idx on joint_activity (starts_at desc, id desc);

create table activity_participant (
  id uuid primary key,
  activity_id uuid not null
    constraint activity_participant_activity_id_fkey references joint_activity,
  organisation_id uuid not null
    constraint activity_participant_organisation_id_fkey references organisation,
  status varchar(40) not null check (status in ('INVITED', 'ACCEPTED', 'DECLINED')),
  reason text,
  responded_at timestamptz,
  created_at timestamptz not null default now(),
  constraint activity_participant_activity_id_organisation_id_key
    unique (activity_id, organisation_id)
);
create index activity_participant_organisation_id_idx on activity_participant (organisation_id);

create table activity_task (
  id uuid primary key,
  activity_id uuid not null constraint activity_task_activity_id_fkey references joint_activity,
  title text not null,
  assignee_id uuid not null constraint activity_task_assignee_id_fkey references organisation,
  due_on date not null,
  status varchar(40) not null check (status in ('OPEN', 'DONE', 'DROPPED')),
  done_at timestamptz,
  created_at timestamptz not null default now()
);
create index activity_task_activity_id_idx on activity_task (activity_id, id);

create function access.my_activities() returns table (activity_id uuid, status text)
language sql stable rows 50 security definer set search_path = pg_catalog, public, pg_temp
begin atomic
  select p.activity_id, p.status::text
  from activity_participant p join joint_activity a on a.id = p.activity_id
  where p.organisation_id = (select access.me()) and a.announced_at is not null;
end;
alter function access.my_activities() owner to rangkul_rules;
comment on function access.my_activities() is
  'Activities the caller was invited to once they are announced, with its answer.';
revoke execute on function access.my_activities() from public;
grant execute on function access.my_activities() to rangkul_app;
grant select on joint_activity, activity_participant to rangkul_rules;

do $$ declare t text; begin
  foreach t in array array['joint_activity', 'activity_participant', 'activity_task'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('grant select, insert on %I to rangkul_app', t);
  end loop;
end $$;
create policy rules on joint_activity for select to rangkul_rules using (true);
create policy rules on activity_participant for select to rangkul_rules using (true);

grant update (status, title, description, starts_at, ends_at, place, region_code, outcome,
              cancel_reason, announced_at) on joint_activity to rangkul_app;
create policy seen on joint_activity for select to rangkul_app using (
  lead_id = (select access.me()) or id in (select activity_id from access.my_activities()));
create policy plan on joint_activity for insert to rangkul_app with check (
  lead_id = (select access.me()) and (select access.has('activity:write')));
create policy manage on joint_activity for update to rangkul_app using (
  lead_id = (select access.me()) and (select access.has('activity:write')));

grant update (status, reason, responded_at) on activity_participant to rangkul_app;
-- Who else takes part is shown to the lead and to those who have not declined.
create policy seen on activity_participant for select to rangkul_app using (
  exists (select from joint_activity a where a.id = activity_id
          and (a.lead_id = (select access.me()) or organisation_id = (select access.me())))
  or activity_id in (select m.activity_id from access.my_activities() m
                     where m.status <> 'DECLINED'));
create policy invite on activity_participant for insert to rangkul_app with check (
  (select access.has('activity:write')) and status = 'INVITED' and exists (
    select from joint_activity a where a.id = activity_id
     and a.lead_id = (select access.me()) and a.lead_id <> organisation_id));
create policy answer on activity_participant for update to rangkul_app using (
  (select access.has('activity:write'))
  and (organisation_id = (select access.me()) or exists (
    select from joint_activity a where a.id = activity_id and a.lead_id = (select access.me()))));

grant update (status, done_at) on activity_task to rangkul_app;
create policy seen on activity_task for select to rangkul_app using (
  exists (select from joint_activity a where a.id = activity_id
          and a.lead_id = (select access.me()))
  or activity_id in (select m.activity_id from access.my_activities() m
                     where m.status = 'ACCEPTED'));
create policy assign on activity_task for insert to rangkul_app with check (
  (select access.has('activity:write')) and exists (
    select from joint_activity a where a.id = activity_id and a.lead_id = (select access.me())));
create policy work on activity_task for update to rangkul_app using (
  (select access.has('activity:write'))
  and (exists (select from joint_activity a where a.id = activity_id
               and a.lead_id = (select access.me()))
    or assignee_id = (select access.me())
       and activity_id in (select m.activity_id from access.my_activities() m
                           where m.status = 'ACCEPTED')));
"""

DOWNGRADE = """
drop table activity_task, activity_participant, joint_activity cascade;
drop function if exists access.my_activities();
"""


def upgrade() -> None:
    run(UPGRADE)


def downgrade() -> None:
    run(DOWNGRADE)
