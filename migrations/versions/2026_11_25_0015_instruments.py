"""Oversight: plans, instruments with their versions, visits and what was answered."""

from migrations.explaining import CLOSED_WHILE_VIEWING
from migrations.sql import run

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES = """
create table oversight_plan (
  id uuid primary key,
  organisation_id uuid not null
    constraint oversight_plan_organisation_id_fkey references organisation,
  status varchar(40) not null check (status in ('DRAFT', 'PUBLISHED', 'WITHDRAWN')),
  title text not null,
  starts_on date not null,
  ends_on date not null,
  shared_with uuid[] not null default '{}',
  withdraw_reason text,
  published_at timestamptz,
  created_at timestamptz not null default now(),
  check (ends_on >= starts_on),
  check ((status = 'WITHDRAWN') = (withdraw_reason is not null)),
  check ((status = 'DRAFT') = (published_at is null))
);
create index oversight_plan_organisation_id_idx on oversight_plan (organisation_id);
create index oversight_plan_starts_on_id_idx on oversight_plan (starts_on desc, id desc);

create table oversight_plan_item (
  id uuid primary key,
  plan_id uuid not null constraint oversight_plan_item_plan_id_fkey references oversight_plan,
  number integer not null,
  sector varchar(40) not null check (sector in ('EDUCATION', 'HEALTH', 'SOCIAL_SERVICES',
    'VICTIM_SERVICES', 'LAW_ENFORCEMENT', 'JUSTICE', 'LOCAL_GOVERNMENT', 'NATIONAL_GOVERNMENT',
    'COMMUNITY', 'DIGITAL')),
  focus text not null,
  region_code text check (region_code ~ '^[0-9]{2}([.][0-9]{2})?$'),
  organisation_ids uuid[] not null default '{}',
  visits integer not null check (visits between 1 and 1000),
  month date not null check (extract(day from month) = 1),
  constraint oversight_plan_item_plan_id_number_key unique (plan_id, number)
);

create table instrument (
  id uuid primary key,
  organisation_id uuid not null constraint instrument_organisation_id_fkey references organisation,
  title text not null,
  description text,
  open boolean not null default false,
  created_at timestamptz not null default now()
);
create index instrument_organisation_id_idx on instrument (organisation_id);
create index instrument_title_id_idx on instrument (title, id);

create table instrument_version (
  id uuid primary key,
  instrument_id uuid not null
    constraint instrument_version_instrument_id_fkey references instrument,
  number integer not null,
  status varchar(40) not null check (status in ('DRAFT', 'PUBLISHED', 'RETIRED')),
  content jsonb not null,
  published_at timestamptz,
  retired_at timestamptz,
  created_at timestamptz not null default now(),
  constraint instrument_version_instrument_id_number_key unique (instrument_id, number),
  check ((status = 'DRAFT') = (published_at is null)),
  check ((status = 'RETIRED') = (retired_at is not null))
);
create unique index instrument_version_draft_key on instrument_version (instrument_id)
  where status = 'DRAFT';

create table visit (
  id uuid primary key,
  activity_id uuid not null constraint visit_activity_id_fkey references joint_activity,
  organisation_id uuid not null constraint visit_organisation_id_fkey references organisation,
  status varchar(40) not null check (status in ('PLANNED', 'HELD', 'CANCELLED')),
  subject varchar(40) not null check (subject in ('ORGANISATION', 'PLACE', 'PROGRAMME')),
  visited_id uuid constraint visit_visited_id_fkey references organisation,
  name text,
  region_code text check (region_code ~ '^[0-9]{2}([.][0-9]{2})?$'),
  planned_on date not null,
  version_id uuid not null constraint visit_version_id_fkey references instrument_version,
  plan_item_id uuid constraint visit_plan_item_id_fkey references oversight_plan_item,
  team uuid[] not null,
  held_on date,
  cancel_reason text,
  shared_at timestamptz,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  check ((subject = 'ORGANISATION') = (visited_id is not null)),
  check ((visited_id is null) = (name is not null)),
  check ((status = 'HELD') = (held_on is not null)),
  check ((status = 'CANCELLED') = (cancel_reason is not null)),
  check (shared_at is null or status = 'HELD' and visited_id is not null)
);
create index visit_activity_id_idx on visit (activity_id, planned_on, id);
create index visit_planned_on_id_idx on visit (planned_on desc, id desc);
create index visit_organisation_id_idx on visit (organisation_id);
create index visit_visited_id_idx on visit (visited_id) where shared_at is not null;
create index visit_version_id_idx on visit (version_id);
create index visit_plan_item_id_idx on visit (plan_item_id) where plan_item_id is not null;

create table visit_note (
  id uuid primary key,
  visit_id uuid not null constraint visit_note_visit_id_fkey references visit,
  activity_id uuid not null constraint visit_note_activity_id_fkey references joint_activity,
  organisation_id uuid not null constraint visit_note_organisation_id_fkey references organisation,
  body text not null,
  changed_at timestamptz not null default now()
);
create index visit_note_visit_id_idx on visit_note (visit_id, id);

create table visit_response (
  id uuid primary key,
  visit_id uuid not null constraint visit_response_visit_id_fkey references visit,
  activity_id uuid not null constraint visit_response_activity_id_fkey references joint_activity,
  organisation_id uuid not null
    constraint visit_response_organisation_id_fkey references organisation,
  version_id uuid not null constraint visit_response_version_id_fkey references instrument_version,
  status varchar(40) not null check (status in ('DRAFT', 'SUBMITTED')),
  answers jsonb not null,
  score jsonb,
  corrects_id uuid constraint visit_response_corrects_id_fkey references visit_response,
  reason text,
  submitted_at timestamptz,
  changed_at timestamptz not null default now(),
  constraint visit_response_corrects_id_key unique (corrects_id),
  check ((status = 'SUBMITTED') = (submitted_at is not null)),
  check (status = 'SUBMITTED' or score is null and corrects_id is null),
  check ((corrects_id is null) = (reason is null))
);
create unique index visit_response_first_key on visit_response (visit_id, organisation_id)
  where corrects_id is null;
create index visit_response_visit_id_idx on visit_response (visit_id, id);
create index visit_response_activity_id_idx on visit_response (activity_id);
create index visit_response_organisation_id_idx on visit_response (organisation_id, version_id);
"""

RULES = """
create function access.keep_published() returns trigger language plpgsql as $$
begin
  if old.status <> 'DRAFT'
     and (new.status = 'DRAFT' or old.status <> 'PUBLISHED'
          or to_jsonb(old) - tg_argv is distinct from to_jsonb(new) - tg_argv) then
    raise exception 'what was published does not change'
      using errcode = 'check_violation', constraint = 'published_stays';
  end if;
  return new;
end $$;
comment on function access.keep_published() is
  'What was published stays word for word; only the columns named may change, until it is over.';
revoke execute on function access.keep_published() from public;
create trigger keep_published before update on oversight_plan for each row
  execute function access.keep_published('status', 'shared_with', 'withdraw_reason');
create trigger keep_published before update on instrument_version for each row
  execute function access.keep_published('status', 'retired_at');

do $$ declare t text; begin
  foreach t in array array['visit', 'visit_note', 'visit_response'] loop
    execute format('create trigger touch before insert or update on %I'
                   ' for each row execute function access.touch()', t);
  end loop;
  foreach t in array array['oversight_plan', 'oversight_plan_item', 'instrument',
                           'instrument_version', 'visit', 'visit_note', 'visit_response'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('grant select, insert on %I to rangkul_app', t);
  end loop;
  foreach t in array array['oversight_plan', 'oversight_plan_item', 'instrument',
                           'instrument_version', 'visit', 'visit_response'] loop
    execute format('grant select on %I to rangkul_rules', t);
    execute format('create policy rules on %I for select to rangkul_rules using (true)', t);
  end loop;
end $$;
grant update (status, title, starts_on, ends_on, shared_with, withdraw_reason, published_at)
  on oversight_plan to rangkul_app;
grant delete on oversight_plan_item to rangkul_app;
grant update (open) on instrument to rangkul_app;
grant update (status, content, published_at, retired_at) on instrument_version to rangkul_app;
grant update (status, region_code, planned_on, version_id, plan_item_id, team, held_on,
              cancel_reason, shared_at) on visit to rangkul_app;
grant update (status, version_id, answers, score, submitted_at) on visit_response to rangkul_app;

create function access.visits_made(items uuid[])
returns table (item_id uuid, made bigint) language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query
  select i.id, count(v.id)
  from oversight_plan_item i join oversight_plan p on p.id = i.plan_id
  left join visit v on v.plan_item_id = i.id and v.status = 'HELD'
  where i.id = any (items)
    and (p.organisation_id = access.me()
         or p.status <> 'DRAFT' and access.me() = any (p.shared_with))
  group by i.id;
end $$;
comment on function access.visits_made(uuid[]) is
  'How many visits were held for items of plans the caller sees; which ones is for others to say.';

create function access.shared_visit(visit uuid) returns boolean language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return exists (select from visit v where v.id = shared_visit.visit
                 and v.visited_id = access.me() and v.shared_at is not null);
end $$;
comment on function access.shared_visit(uuid) is
  'Whether the result of a visit was shared with the caller as the one visited.';

create function access.my_submission(response uuid, visit uuid) returns boolean
language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return exists (select from visit_response r
                 where r.id = response and r.visit_id = my_submission.visit
                   and r.organisation_id = access.me() and r.status = 'SUBMITTED');
end $$;
comment on function access.my_submission(uuid, uuid) is
  'Whether these are answers that the caller submitted for this visit, and may correct.';

create function access.my_versions()
returns table (instrument_id uuid, version_id uuid) language plpgsql stable rows 50
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  me uuid := access.me();
begin
  return query
  select v.instrument_id, v.id
  from instrument_version v join instrument i on i.id = v.instrument_id
  where v.status <> 'DRAFT' and (
    i.open
    or v.id in (select r.version_id from visit_response r where r.organisation_id = me)
    or v.id in (select x.version_id from visit x
                where x.organisation_id = me or x.visited_id = me and x.shared_at is not null)
    or v.id in (
      select used.version_id
      from (select x.version_id, x.activity_id, min(x.changed_at) as since from visit x
            where x.activity_id in (select a.id from joint_activity a where a.lead_id = me
                                    union all
                                    select p.activity_id from activity_participant p
                                    where p.organisation_id = me)
            group by x.version_id, x.activity_id) used
      where used.since <= access.seen_until(used.activity_id)));
end $$;
comment on function access.my_versions() is
  'Versions of the instruments of others that are open to all, or used by visits the caller sees.';

do $$ declare f text; begin
  foreach f in array array['visits_made(uuid[])', 'shared_visit(uuid)',
                           'my_submission(uuid, uuid)', 'my_versions()'] loop
    execute format('alter function access.%s owner to rangkul_rules', f);
    execute format('revoke execute on function access.%s from public', f);
    execute format('grant execute on function access.%s to rangkul_app', f);
  end loop;
end $$;

create policy seen on oversight_plan for select to rangkul_app using (
  organisation_id = (select access.me())
  or status <> 'DRAFT' and (select access.me()) = any (shared_with));
create policy draft on oversight_plan for insert to rangkul_app with check (
  organisation_id = (select access.me()) and (select access.has('oversight:write'))
  and status = 'DRAFT');
create policy keep on oversight_plan for update to rangkul_app using (
  organisation_id = (select access.me()) and (select access.has('oversight:write')));

create policy seen on oversight_plan_item for select to rangkul_app using (
  exists (select from oversight_plan p where p.id = plan_id));
create policy draft on oversight_plan_item for insert to rangkul_app with check (
  (select access.has('oversight:write'))
  and exists (select from oversight_plan p where p.id = plan_id and p.status = 'DRAFT'
              and p.organisation_id = (select access.me())));
create policy redraft on oversight_plan_item for delete to rangkul_app using (
  (select access.has('oversight:write'))
  and exists (select from oversight_plan p where p.id = plan_id and p.status = 'DRAFT'
              and p.organisation_id = (select access.me())));

create policy seen on instrument for select to rangkul_app using (
  organisation_id = (select access.me())
  or id in (select m.instrument_id from access.my_versions() m));
create policy draft on instrument for insert to rangkul_app with check (
  organisation_id = (select access.me()) and (select access.has('oversight:write')));
create policy keep on instrument for update to rangkul_app using (
  organisation_id = (select access.me()) and (select access.has('oversight:write')));

create policy seen on instrument_version for select to rangkul_app using (
  instrument_id in (select i.id from instrument i where i.organisation_id = (select access.me()))
  or id in (select m.version_id from access.my_versions() m));
create policy draft on instrument_version for insert to rangkul_app with check (
  (select access.has('oversight:write')) and status = 'DRAFT'
  and exists (select from instrument i where i.id = instrument_id
              and i.organisation_id = (select access.me())));
create policy keep on instrument_version for update to rangkul_app using (
  (select access.has('oversight:write'))
  and exists (select from instrument i where i.id = instrument_id
              and i.organisation_id = (select access.me())));

create policy seen on visit for select to rangkul_app using (
  organisation_id = (select access.me())
  or visited_id = (select access.me()) and shared_at is not null
  or changed_at <= access.seen_until(activity_id));
create policy plan on visit for insert to rangkul_app with check (
  (select access.has('oversight:write')) and organisation_id = (select access.me())
  and access.part(activity_id) in ('LEAD', 'CO_ORGANISER', 'CONTRIBUTOR')
  -- What one uses one may read: only what one may read can be used.
  and exists (select from instrument_version v where v.id = version_id)
  and (plan_item_id is null or exists (
    select from oversight_plan_item i join oversight_plan p on p.id = i.plan_id
    where i.id = plan_item_id and p.organisation_id = (select access.me()))));
create policy manage on visit for update to rangkul_app using (
  (select access.has('oversight:write'))
  and (access.part(activity_id) in ('LEAD', 'CO_ORGANISER')
       or organisation_id = (select access.me()) and access.part(activity_id) = 'CONTRIBUTOR'))
  with check (exists (select from instrument_version v where v.id = version_id));

create policy seen on visit_note for select to rangkul_app using (
  organisation_id = (select access.me()) or changed_at <= access.worked_until(activity_id));
create policy note on visit_note for insert to rangkul_app with check (
  (select access.has('oversight:write')) and organisation_id = (select access.me())
  and access.part(activity_id) in ('LEAD', 'CO_ORGANISER', 'CONTRIBUTOR')
  and exists (select from visit v
              where v.id = visit_id and v.activity_id = visit_note.activity_id));

create policy seen on visit_response for select to rangkul_app using (
  organisation_id = (select access.me())
  or status = 'SUBMITTED'
     and (changed_at <= access.seen_until(activity_id) or access.shared_visit(visit_id))
  or status = 'DRAFT' and changed_at <= access.worked_until(activity_id));
create policy answer on visit_response for insert to rangkul_app with check (
  (select access.has('oversight:write')) and organisation_id = (select access.me())
  and access.part(activity_id) in ('LEAD', 'CO_ORGANISER', 'CONTRIBUTOR')
  and exists (select from visit v where v.id = visit_id
              and v.activity_id = visit_response.activity_id
              and visit_response.organisation_id = any (v.team))
  and exists (select from instrument_version v where v.id = version_id)
  and (corrects_id is null or access.my_submission(corrects_id, visit_id)));
-- What was submitted stays; a correction is a row of its own.
create policy answer_again on visit_response for update to rangkul_app using (
  (select access.has('oversight:write')) and organisation_id = (select access.me())
  and status = 'DRAFT' and access.part(activity_id) in ('LEAD', 'CO_ORGANISER', 'CONTRIBUTOR'))
  with check (organisation_id = (select access.me())
              and exists (select from instrument_version v where v.id = version_id));
"""

DOWNGRADE = """
drop table visit_response, visit_note, visit, instrument_version, instrument, oversight_plan_item,
  oversight_plan cascade;
drop function access.my_versions(), access.my_submission(uuid, uuid), access.shared_visit(uuid),
  access.visits_made(uuid[]), access.keep_published();
"""


def upgrade() -> None:
    run(TABLES)
    run(RULES)
    run(CLOSED_WHILE_VIEWING)


def downgrade() -> None:
    run(DOWNGRADE)
