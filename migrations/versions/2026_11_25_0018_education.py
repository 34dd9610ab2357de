"""Public education: sessions of a campaign, materials, who was reached, and tests before and after.

The campaign is a joint activity; what hangs on it is seen by those who take part. Figures count
people and name nobody; each correction is a row of its own, so that what was said before stays.
"""

from migrations.explaining import CLOSED_WHILE_VIEWING
from migrations.sql import run

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

UPGRADE = """
create table material (
  id uuid primary key,
  organisation_id uuid not null constraint material_organisation_id_fkey references organisation,
  title text not null,
  topics text[] not null,
  audiences text[] not null,
  created_at timestamptz not null default now(),
  constraint material_id_organisation_id_key unique (id, organisation_id)
);
create index material_organisation_id_idx on material (organisation_id);

create table material_version (
  id uuid primary key,
  material_id uuid not null,
  organisation_id uuid not null
    constraint material_version_organisation_id_fkey references organisation,
  number integer not null check (number > 0),
  languages text[] not null,
  files jsonb not null,
  note text,
  published_at timestamptz,
  created_at timestamptz not null default now(),
  constraint material_version_material_id_fkey
    foreign key (material_id, organisation_id) references material (id, organisation_id),
  constraint material_version_material_id_number_key unique (material_id, number)
);

create table education_session (
  id uuid primary key,
  activity_id uuid not null
    constraint education_session_activity_id_fkey references joint_activity,
  organisation_id uuid not null
    constraint education_session_organisation_id_fkey references organisation,
  title text not null,
  topics text[] not null,
  audiences text[] not null,
  age_bands text[] not null,
  channel varchar(40) not null check (channel in ('IN_PERSON', 'WEBINAR', 'RADIO', 'TELEVISION',
    'SOCIAL_MEDIA', 'WEBSITE', 'MESSAGING', 'PRINT')),
  place text,
  region_code text check (region_code ~ '^[0-9]{2}([.][0-9]{2})?$'),
  host_id uuid constraint education_session_host_id_fkey references organisation,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  status varchar(40) not null check (status in ('PLANNED', 'HELD', 'CANCELLED')),
  held_from timestamptz,
  held_until timestamptz,
  cancel_reason text,
  changed_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  check (ends_at >= starts_at),
  check (held_until >= held_from),
  check (channel = 'IN_PERSON' or place is null),
  check (channel <> 'IN_PERSON' or place is not null or host_id is not null),
  check ((status = 'HELD') = (held_from is not null)),
  check ((status = 'HELD') = (held_until is not null)),
  check ((status = 'CANCELLED') = (cancel_reason is not null))
);
create index education_session_activity_id_starts_at_id_idx
  on education_session (activity_id, starts_at, id);
create index education_session_starts_at_id_idx on education_session (starts_at desc, id desc);

create table session_material (
  id uuid primary key,
  session_id uuid not null
    constraint session_material_session_id_fkey references education_session,
  version_id uuid not null constraint session_material_version_id_fkey references material_version,
  changed_at timestamptz not null default now(),
  constraint session_material_session_id_version_id_key unique (session_id, version_id)
);
create index session_material_version_id_idx on session_material (version_id);

create table session_figures (
  id uuid primary key,
  session_id uuid not null constraint session_figures_session_id_fkey references education_session,
  activity_id uuid not null constraint session_figures_activity_id_fkey references joint_activity,
  organisation_id uuid not null
    constraint session_figures_organisation_id_fkey references organisation,
  number integer not null check (number > 0),
  cells jsonb not null
    check (not jsonb_path_exists(cells, '$[*] ? (@.count < 0 || !(@.count <= 2000000000))')),
  method text,
  source text,
  reason text,
  changed_at timestamptz not null default now(),
  recorded_at timestamptz not null default now(),
  check ((number > 1) = (reason is not null)),
  check ((method is null) = (source is null)),
  constraint session_figures_session_id_number_key unique (session_id, number)
);
create index session_figures_activity_id_idx on session_figures (activity_id);

create table session_test (
  id uuid primary key,
  session_id uuid not null constraint session_test_session_id_fkey references education_session,
  activity_id uuid not null constraint session_test_activity_id_fkey references joint_activity,
  organisation_id uuid not null
    constraint session_test_organisation_id_fkey references organisation,
  audience varchar(40) not null,
  number integer not null check (number > 0),
  maximum numeric(8, 2) not null check (maximum > 0),
  before_tested integer not null check (before_tested > 0),
  before_mean numeric(8, 2) not null check (before_mean between 0 and maximum),
  after_tested integer not null check (after_tested > 0),
  after_mean numeric(8, 2) not null check (after_mean between 0 and maximum),
  reason text,
  changed_at timestamptz not null default now(),
  recorded_at timestamptz not null default now(),
  check ((number > 1) = (reason is not null)),
  constraint session_test_session_id_audience_number_key unique (session_id, audience, number)
);
create index session_test_activity_id_idx on session_test (activity_id);

do $$ declare t text; begin
  foreach t in array array['material', 'material_version', 'education_session', 'session_material',
                           'session_figures', 'session_test'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('grant select, insert on %I to rangkul_app', t);
  end loop;
  foreach t in array array['education_session', 'session_figures', 'session_test'] loop
    execute format('create trigger touch before insert or update on %I'
                   ' for each row execute function access.touch()', t);
    execute format(
      'create policy seen on %I for select to rangkul_app using ('
      'organisation_id = (select access.me()) or changed_at <= access.seen_until(activity_id))', t);
  end loop;
end $$;
grant update (published_at) on material_version to rangkul_app;
grant update (title, topics, audiences, age_bands, channel, place, region_code, host_id, starts_at,
              ends_at, status, held_from, held_until, cancel_reason)
  on education_session to rangkul_app;
grant delete on session_material to rangkul_app;
grant select on education_session, material_version to rangkul_rules;
create policy rules on education_session for select to rangkul_rules using (true);
create policy rules on material_version for select to rangkul_rules using (true);

create function access.may_use_material(version uuid) returns boolean language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return exists (select from material_version v where v.id = version
                 and (v.organisation_id = access.me() or v.published_at is not null));
end $$;
comment on function access.may_use_material(uuid) is
  'Whether the caller may use a version of a material: its own, or one that is published.';

create function access.runs_session(session uuid) returns boolean language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return coalesce((
    select access.part(s.activity_id) in ('LEAD', 'CO_ORGANISER')
           or s.organisation_id = access.me() and access.part(s.activity_id) = 'CONTRIBUTOR'
    from education_session s where s.id = session), false);
end $$;
comment on function access.runs_session(uuid) is
  'Whether a session is the caller''s to run: it planned it and still takes part, or it leads.';

create function access.keep_session() returns trigger language plpgsql as $$
begin
  if old.status <> 'PLANNED' then
    raise exception 'a session that is over stays as it is' using errcode = '23514';
  end if;
  return new;
end $$;
comment on function access.keep_session() is 'A session that was held or called off changes no more.';
revoke execute on function access.keep_session() from public;
create trigger keep_session before update on education_session
  for each row execute function access.keep_session();

do $$ declare f text; begin
  foreach f in array array['may_use_material(uuid)', 'runs_session(uuid)'] loop
    execute format('alter function access.%s owner to rangkul_rules', f);
    execute format('revoke execute on function access.%s from public', f);
    execute format('grant execute on function access.%s to rangkul_app, rangkul_rules', f);
  end loop;
end $$;

create policy plan on education_session for insert to rangkul_app with check (
  organisation_id = (select access.me()) and (select access.has('activity:write'))
  and status = 'PLANNED'
  and access.part(activity_id) in ('LEAD', 'CO_ORGANISER', 'CONTRIBUTOR'));
create policy run on education_session for update to rangkul_app using (
  (select access.has('activity:write')) and access.runs_session(id));

create trigger touch before insert or update on session_material
  for each row execute function access.touch();
create policy seen on session_material for select to rangkul_app using (exists (
  select from education_session s
  where s.id = session_id
    and (s.organisation_id = (select access.me())
         or session_material.changed_at <= access.seen_until(s.activity_id))));
create policy use on session_material for insert to rangkul_app with check (
  (select access.has('activity:write')) and access.runs_session(session_id)
  and access.may_use_material(version_id));
create policy drop on session_material for delete to rangkul_app using (
  (select access.has('activity:write')) and access.runs_session(session_id)
  and session_id in (select s.id from education_session s where s.status = 'PLANNED'));

-- A version that was used is seen by whoever sees a session of it.
create policy seen on material_version for select to rangkul_app using (
  organisation_id = (select access.me())
  or published_at is not null and (select access.me()) is not null
  or id in (select u.version_id from session_material u));
create policy make on material_version for insert to rangkul_app with check (
  organisation_id = (select access.me()) and (select access.has('activity:write'))
  and published_at is null);
create policy publish on material_version for update to rangkul_app using (
  organisation_id = (select access.me()) and (select access.has('activity:write')));
create policy seen on material for select to rangkul_app using (
  organisation_id = (select access.me()) or id in (select v.material_id from material_version v));
create policy make on material for insert to rangkul_app with check (
  organisation_id = (select access.me()) and (select access.has('activity:write')));

create policy record on session_figures for insert to rangkul_app with check (
  organisation_id = (select access.me()) and (select access.has('activity:write'))
  and access.runs_session(session_id)
  and exists (select from education_session s where s.id = session_id and s.status = 'HELD'
              and s.activity_id = session_figures.activity_id));
create policy record on session_test for insert to rangkul_app with check (
  organisation_id = (select access.me()) and (select access.has('activity:write'))
  and access.runs_session(session_id)
  and exists (select from education_session s where s.id = session_id and s.status = 'HELD'
              and s.activity_id = session_test.activity_id));
"""

DOWNGRADE = """
drop policy publish on material_version;
drop policy seen on material_version;
drop policy seen on material;
drop table session_test, session_figures, session_material, education_session, material_version,
  material;
drop function access.keep_session(), access.runs_session(uuid), access.may_use_material(uuid);
"""


def upgrade() -> None:
    run(UPGRADE)
    run(CLOSED_WHILE_VIEWING)


def downgrade() -> None:
    run(DOWNGRADE)
