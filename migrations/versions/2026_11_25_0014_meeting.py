"""Working together: comments, decisions, documents and calendar feeds.

A calendar program can send no token, so its link is the secret itself: only a hash is kept, and
behind it stands a grant like any other, which ends with its client, its person or by hand.
"""

from migrations.explaining import CLOSED_WHILE_VIEWING
from migrations.sql import run

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MEETING = """
create table activity_comment (
  id uuid primary key,
  activity_id uuid not null constraint activity_comment_activity_id_fkey references joint_activity,
  organisation_id uuid not null
    constraint activity_comment_organisation_id_fkey references organisation,
  body text,
  edited_at timestamptz,
  withdrawn_at timestamptz,
  changed_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  check ((body is null) = (withdrawn_at is not null))
);
create index activity_comment_activity_id_idx on activity_comment (activity_id, id);

create table activity_decision (
  id uuid primary key,
  activity_id uuid not null constraint activity_decision_activity_id_fkey references joint_activity,
  organisation_id uuid not null
    constraint activity_decision_organisation_id_fkey references organisation,
  text text not null,
  decided_on date not null,
  supersedes_id uuid,
  changed_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  constraint activity_decision_activity_id_id_key unique (activity_id, id),
  constraint activity_decision_supersedes_id_key unique (supersedes_id),
  constraint activity_decision_activity_id_supersedes_id_fkey foreign key (activity_id, supersedes_id)
    references activity_decision (activity_id, id)
);

create table activity_document (
  id uuid primary key,
  activity_id uuid not null constraint activity_document_activity_id_fkey references joint_activity,
  organisation_id uuid not null
    constraint activity_document_organisation_id_fkey references organisation,
  kind varchar(40) not null check (kind in ('TERMS_OF_REFERENCE', 'INVITATION', 'AGENDA',
    'ATTENDANCE', 'MINUTES', 'REPORT', 'OTHER')),
  title text not null,
  language text not null check (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
  changed_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  constraint activity_document_activity_id_id_key unique (activity_id, id)
);

-- What was added stays: a later version stands beside it.
create table activity_document_version (
  id uuid primary key,
  activity_id uuid not null,
  document_id uuid not null,
  organisation_id uuid not null
    constraint activity_document_version_organisation_id_fkey references organisation,
  number integer not null check (number > 0),
  files jsonb not null,
  note text,
  changed_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  constraint activity_document_version_document_id_number_key unique (document_id, number),
  constraint activity_document_version_activity_id_document_id_fkey
    foreign key (activity_id, document_id) references activity_document (activity_id, id)
);

do $$ declare t text; begin
  foreach t in array array['activity_comment', 'activity_decision', 'activity_document',
                           'activity_document_version'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('grant select, insert on %I to rangkul_app', t);
    execute format('create trigger touch before insert or update on %I'
                   ' for each row execute function access.touch()', t);
    execute format('create policy seen on %I for select to rangkul_app using ('
                   ' organisation_id = (select access.me())'
                   ' or changed_at <= access.seen_until(activity_id))', t);
  end loop;
end $$;
grant update (body, edited_at, withdrawn_at) on activity_comment to rangkul_app;

create policy say on activity_comment for insert to rangkul_app with check (
  (select access.has('activity:write')) and organisation_id = (select access.me())
  and access.part(activity_id) is not null);
create policy keep on activity_comment for update to rangkul_app using (
  (select access.has('activity:write')) and organisation_id = (select access.me())
  and access.part(activity_id) is not null);
create policy decide on activity_decision for insert to rangkul_app with check (
  (select access.has('activity:write')) and organisation_id = (select access.me())
  and access.part(activity_id) in ('LEAD', 'CO_ORGANISER'));
create policy add on activity_document for insert to rangkul_app with check (
  (select access.has('activity:write')) and organisation_id = (select access.me())
  and access.part(activity_id) in ('LEAD', 'CO_ORGANISER', 'CONTRIBUTOR'));
create policy add on activity_document_version for insert to rangkul_app with check (
  (select access.has('activity:write')) and organisation_id = (select access.me())
  and access.part(activity_id) in ('LEAD', 'CO_ORGANISER', 'CONTRIBUTOR'));
"""

CALENDAR = """
alter table oauth_grant drop constraint oauth_grant_kind_check;
alter table oauth_grant add constraint oauth_grant_kind_check check (kind in
  ('CLIENT_CREDENTIALS', 'AUTHORIZATION_CODE', 'DEVICE_CODE', 'CALENDAR', 'DEMO'));

create table calendar_feed (
  id uuid primary key,
  organisation_id uuid not null
    constraint calendar_feed_organisation_id_fkey references organisation,
  grant_id uuid not null constraint calendar_feed_grant_id_fkey
    references oauth_grant on delete cascade,
  name text not null,
  hash bytea not null,
  created_at timestamptz not null default now(),
  constraint calendar_feed_grant_id_key unique (grant_id),
  constraint calendar_feed_hash_key unique (hash)
);
create index calendar_feed_organisation_id_idx on calendar_feed (organisation_id, id);
alter table calendar_feed enable row level security;
alter table calendar_feed force row level security;
grant select (id, organisation_id, grant_id, name, created_at) on calendar_feed to rangkul_app;
create policy seen on calendar_feed for select to rangkul_app using (
  organisation_id = (select access.me()));

grant select, insert on calendar_feed to rangkul_rules;
grant insert on oauth_grant to rangkul_rules;
create policy rules on calendar_feed to rangkul_rules using (true) with check (true);
create policy rules_begin on oauth_grant for insert to rangkul_rules
  with check (kind = 'CALENDAR');
create function access.open_calendar(feed uuid, permit uuid, name text, hash bytea)
returns boolean language plpgsql volatile
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  -- Whoever demands tokens that are bound to a key has no use for a link that anybody may open.
  if not (access.has('activity:read') and access.has('activity:write'))
     or exists (select from organisation o where o.id = access.me() and o.dpop = 'REQUIRED') then
    return false;
  end if;
  insert into oauth_grant (id, kind, client_id, user_id, scopes, expires_at)
  values (permit, 'CALENDAR', access.client(), access.person(),
          array(select s from unnest(access.scopes()) s
                where s in ('activity:read', 'mou:read', 'oversight:read', 'result:read')),
          now() + interval '1 year');
  insert into calendar_feed (id, organisation_id, grant_id, name, hash)
  values (feed, access.me(), permit, open_calendar.name, open_calendar.hash);
  return true;
end $$;
comment on function access.open_calendar(uuid, uuid, text, bytea) is
  'A calendar to be read by whoever has its link, for a year, with what the caller may read now.';

create function access.close_calendar(feed uuid) returns boolean language plpgsql volatile
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update oauth_grant g set ended_at = now(), end_reason = 'REVOKED'
  from calendar_feed f
  where f.id = feed and f.grant_id = g.id and g.ended_at is null
    and f.organisation_id = access.me() and access.has('activity:write');
  return found;
end $$;
comment on function access.close_calendar(uuid) is
  'Ends a calendar of the caller''s organisation; false when there is none that stands.';

create function access.calendar_until(feed uuid) returns timestamptz language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return (select least(g.ended_at, g.expires_at) from calendar_feed f
          join oauth_grant g on g.id = f.grant_id
          where f.id = feed and f.organisation_id = access.me());
end $$;
comment on function access.calendar_until(uuid) is 'Until when the link of a calendar opens it.';

create function access.calendar_of(hash bytea)
returns table (organisation_id uuid, client_id uuid, client_key text, user_id uuid, grant_id uuid,
               scopes text[])
language plpgsql stable rows 1
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query
  select f.organisation_id, g.client_id, c.key, g.user_id, g.id, g.scopes
  from calendar_feed f join oauth_grant g on g.id = f.grant_id join client c on c.id = g.client_id
  where f.hash = calendar_of.hash;
end $$;
comment on function access.calendar_of(bytea) is
  'For whom a calendar is read by its link. Whether that still stands is asked by access.enter.';

do $$ declare f text; begin
  foreach f in array array['open_calendar(uuid, uuid, text, bytea)', 'close_calendar(uuid)',
                           'calendar_until(uuid)', 'calendar_of(bytea)'] loop
    execute format('alter function access.%s owner to rangkul_rules', f);
    execute format('revoke execute on function access.%s from public', f);
    execute format('grant execute on function access.%s to rangkul_app', f);
  end loop;
end $$;
grant execute on function access.scopes(), access.client(), access.person() to rangkul_rules;
"""

DOWNGRADE = """
drop function access.calendar_of(bytea), access.calendar_until(uuid), access.close_calendar(uuid),
  access.open_calendar(uuid, uuid, text, bytea);
drop table calendar_feed;
drop policy rules_begin on oauth_grant;
revoke insert on oauth_grant from rangkul_rules;
revoke execute on function access.scopes(), access.client(), access.person() from rangkul_rules;
delete from oauth_grant where kind = 'CALENDAR';
alter table oauth_grant drop constraint oauth_grant_kind_check;
alter table oauth_grant add constraint oauth_grant_kind_check check (kind in
  ('CLIENT_CREDENTIALS', 'AUTHORIZATION_CODE', 'DEVICE_CODE', 'DEMO'));
drop table activity_document_version, activity_document, activity_decision, activity_comment;
"""


def upgrade() -> None:
    run(MEETING)
    run(CALENDAR)
    run(CLOSED_WHILE_VIEWING)


def downgrade() -> None:
    run(DOWNGRADE)
