"""What the authorization server keeps: grants, tickets, refresh tokens, and its own role.

`rangkul_auth` is the role in which people sign in and tokens are made. The API's login can take it
on (``set local role``) but does not inherit it, so a transaction that serves data has no password
hash and no ticket within its reach, and one that signs a person in has no case within its own.
"""

from migrations.sql import run

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KPAI = "019abc00-0000-7000-8000-000000000001"
EVERY = (
    "{organisation:read,organisation:write,mou:read,mou:write,mou:sign,mou:admin,activity:read,"
    "activity:write,handoff:read,handoff:write,handoff:identity,client:read,client:write,"
    "user:read,user:write,security:read}"
)
PARTNER = (
    "{organisation:read,mou:read,mou:write,mou:sign,activity:read,activity:write,handoff:read,"
    "handoff:write,handoff:identity,client:read,client:write,user:read,user:write,security:read}"
)

ROLE = """
do $$ begin
  if not exists (select from pg_roles where rolname = 'rangkul_auth') then
    create role rangkul_auth nologin;
  end if;
  -- Reached by SET ROLE only, on every version: inheriting stops at a role that does not inherit.
  -- Where another database of the server has seen to it already, nobody need be able to.
  if (select rolinherit from pg_roles where rolname = 'rangkul_app') then
    alter role rangkul_app noinherit;
  end if;
  if not pg_has_role('rangkul_app', 'rangkul_auth', 'member') then
    grant rangkul_auth to rangkul_app;
  end if;
end $$;
grant usage on schema public, access to rangkul_auth;
"""

GRANTED = f"""
-- What KPAI granted an organisation: no client and no person of it can have more.
alter table organisation
  add column scopes text[] not null default '{PARTNER}',
  add column dpop varchar(40) not null default 'OPTIONAL'
    check (dpop in ('OPTIONAL', 'IDENTITY', 'REQUIRED'));
update organisation set scopes = '{EVERY}' where id = '{KPAI}';
grant update (scopes, dpop) on organisation to rangkul_app;

alter table client
  add column auth_method text not null default 'client_secret_basic'
    check (auth_method in ('client_secret_basic', 'private_key_jwt', 'none')),
  add column grant_types text[] not null default '{{client_credentials}}'
    check (grant_types <@ array['client_credentials', 'authorization_code', 'refresh_token',
      'urn:ietf:params:oauth:grant-type:device_code']),
  add column redirect_uris text[] not null default '{{}}',
  add column jwks jsonb,
  add column jwks_uri text,
  add column dpop_bound boolean not null default false,
  add column par_required boolean not null default false,
  -- a portal of KPAI at which people of every organisation sign in, each for their own
  add column open_to_all boolean not null default false,
  add check (auth_method <> 'private_key_jwt' or num_nonnulls(jwks, jwks_uri) = 1),
  add check (auth_method = 'private_key_jwt' or num_nonnulls(jwks, jwks_uri) = 0),
  add check (auth_method <> 'none' or not 'client_credentials' = any (grant_types));

-- A role of a person (peran) is a ceiling of scopes. The list is auth/roles.py's.
create table staff_role (
  code text primary key,
  scopes text[] not null
);
insert into staff_role values
  ('ADMINISTRATOR', '{{organisation:read,organisation:write,mou:read,mou:admin,activity:read,'
    'client:read,client:write,user:read,user:write,security:read}}'),
  ('AGREEMENT_OFFICER', '{{organisation:read,mou:read,mou:write,mou:sign,mou:admin,activity:read,'
    'activity:write}}'),
  ('CASE_WORKER', '{{organisation:read,mou:read,activity:read,activity:write,handoff:read,'
    'handoff:write,handoff:identity}}'),
  ('SUPERVISOR', '{{organisation:read,mou:read,mou:write,activity:read,activity:write,handoff:read,'
    'handoff:write,handoff:identity,user:read}}'),
  ('AUDITOR', '{{organisation:read,mou:read,activity:read,handoff:read,client:read,user:read,'
    'security:read}}');

create table user_account (
  id uuid primary key,
  organisation_id uuid not null constraint user_account_organisation_id_fkey
    references organisation,
  email text not null constraint user_account_email_key unique
    check (email = lower(email) and length(email) between 3 and 254),
  name text not null check (length(name) between 1 and 200),
  roles text[] not null check (cardinality(roles) between 1 and 5 and roles <@ array[
    'ADMINISTRATOR', 'AGREEMENT_OFFICER', 'CASE_WORKER', 'SUPERVISOR', 'AUDITOR']),
  language text not null default 'id' check (language in ('id', 'en')),
  joined_at timestamptz,
  disabled_at timestamptz,
  created_at timestamptz not null default now()
);
create index user_account_organisation_id_idx on user_account (organisation_id, id);
"""

TABLES = """
create table session (
  id uuid primary key,
  user_id uuid not null constraint session_user_id_fkey references user_account,
  hash bytea not null constraint session_hash_key unique,
  methods text[] not null,
  address text,
  user_agent text check (length(user_agent) <= 300),
  seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz,
  created_at timestamptz not null default now()
);
create index session_user_id_idx on session (user_id, id);

create table oauth_grant (
  id uuid primary key,
  client_id uuid not null constraint oauth_grant_client_id_fkey references client,
  user_id uuid constraint oauth_grant_user_id_fkey references user_account,
  session_id uuid constraint oauth_grant_session_id_fkey references session,
  kind text not null check (kind in
    ('CLIENT_CREDENTIALS', 'AUTHORIZATION_CODE', 'DEVICE_CODE', 'DEMO')),
  scopes text[] not null,
  jkt text,
  expires_at timestamptz not null,
  ended_at timestamptz,
  end_reason text check ((end_reason is null) = (ended_at is null)),
  created_at timestamptz not null default now()
);
create index oauth_grant_client_id_idx on oauth_grant (client_id, id);
create index oauth_grant_user_id_idx on oauth_grant (user_id, id);
create index oauth_grant_session_id_idx on oauth_grant (session_id);
create index oauth_grant_expires_at_idx on oauth_grant (expires_at);

create table refresh_token (
  hash bytea primary key,
  grant_id uuid not null constraint refresh_token_grant_id_fkey
    references oauth_grant on delete cascade,
  used_at timestamptz,
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index refresh_token_grant_id_idx on refresh_token (grant_id);

-- Everything that may be presented once, within minutes or days: the secret itself is not kept.
create table ticket (
  hash bytea primary key,
  kind text not null check (kind in ('PUSHED_REQUEST', 'AUTHORIZATION', 'CODE', 'INVITATION',
    'SIGN_IN', 'CHALLENGE', 'UPSTREAM')),
  client_id uuid constraint ticket_client_id_fkey references client,
  user_id uuid constraint ticket_user_id_fkey references user_account,
  grant_id uuid constraint ticket_grant_id_fkey references oauth_grant on delete cascade,
  data jsonb not null default '{}',
  used_at timestamptz,
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index ticket_expires_at_idx on ticket (expires_at);
create index ticket_user_id_idx on ticket (user_id);
create index ticket_grant_id_idx on ticket (grant_id);

create table device_request (
  hash bytea primary key,
  user_code text not null constraint device_request_user_code_key unique,
  client_id uuid not null constraint device_request_client_id_fkey references client,
  scopes text[] not null,
  jkt text,
  status text not null default 'PENDING' check (status in ('PENDING', 'APPROVED', 'DENIED')),
  grant_id uuid constraint device_request_grant_id_fkey references oauth_grant on delete cascade,
  polled_at timestamptz,
  interval_seconds integer not null default 5,
  used_at timestamptz,
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index device_request_expires_at_idx on device_request (expires_at);
create index device_request_grant_id_idx on device_request (grant_id);

-- Ids of proofs and assertions that were seen, until they would be too old anyway.
create table used_once (
  key bytea primary key,
  expires_at timestamptz not null
);
create index used_once_expires_at_idx on used_once (expires_at);

-- Unlogged: after a crash everybody simply has a full allowance again.
create unlogged table allowance (
  key bytea primary key,
  points double precision not null,
  filled_at timestamptz not null,
  -- when it will be as if nobody had drawn from it, and the row may go
  full_at timestamptz not null default now()
);
create index allowance_full_at_idx on allowance (full_at);

create table password (
  user_id uuid primary key constraint password_user_id_fkey references user_account,
  hash text not null,
  changed_at timestamptz not null default now()
);
create table totp (
  user_id uuid primary key constraint totp_user_id_fkey references user_account,
  secret_jwe text not null,
  last_step bigint not null default 0,
  created_at timestamptz not null default now()
);
create table recovery_code (
  hash bytea primary key,
  user_id uuid not null constraint recovery_code_user_id_fkey references user_account,
  used_at timestamptz
);
create index recovery_code_user_id_idx on recovery_code (user_id);
create table passkey (
  id uuid primary key,
  user_id uuid not null constraint passkey_user_id_fkey references user_account,
  credential_id bytea not null constraint passkey_credential_id_key unique,
  public_key bytea not null,
  sign_count bigint not null,
  name text not null check (length(name) between 1 and 100),
  transports text[] not null default '{}',
  used_at timestamptz,
  created_at timestamptz not null default now()
);
create index passkey_user_id_idx on passkey (user_id);

-- An organisation's own accounts: its OpenID Connect issuer, and who of ours is who there.
create table identity_provider (
  id uuid primary key,
  organisation_id uuid not null constraint identity_provider_organisation_id_key unique
    constraint identity_provider_organisation_id_fkey references organisation,
  name text not null check (length(name) between 1 and 200),
  issuer text not null,
  client_id text not null,
  secret_jwe text,
  -- people of the organisation may sign in there alone, and with no password of ours
  only_way boolean not null default false,
  disabled_at timestamptz,
  created_at timestamptz not null default now()
);
create table external_identity (
  provider_id uuid not null constraint external_identity_provider_id_fkey
    references identity_provider,
  subject text not null,
  user_id uuid not null constraint external_identity_user_id_fkey references user_account,
  created_at timestamptz not null default now(),
  primary key (provider_id, subject)
);
create index external_identity_user_id_idx on external_identity (user_id);

create table security_event (
  id uuid primary key,
  organisation_id uuid constraint security_event_organisation_id_fkey references organisation,
  kind text not null,
  client_id uuid,
  user_id uuid,
  by_client_id uuid,
  by_user_id uuid,
  address text,
  facts jsonb not null default '{}',
  created_at timestamptz not null default now()
);
create index security_event_organisation_id_idx on security_event (organisation_id, id);
"""

_ALL = """
  staff_role user_account session oauth_grant refresh_token ticket device_request used_once allowance
  password totp recovery_code passkey identity_provider external_identity security_event
"""

FORCED = "\n".join(
    f"alter table {table} enable row level security; alter table {table} force row level security;"
    for table in _ALL.split()
)

# What the authorization server's role may do, and with which columns. It reads whom it serves, and
# touches no agreement, no case and no activity: there is no policy that would show it one.
AUTHORITY = """
grant select (id, type_code, name, short_name, dissolved_at, scopes, dpop) on organisation
  to rangkul_auth;
grant select on client, client_secret, staff_role, identity_provider to rangkul_auth;
grant select, insert, update, delete on session, oauth_grant, refresh_token, ticket,
  device_request, used_once, allowance, password, totp, recovery_code, passkey, external_identity
  to rangkul_auth;
grant select on user_account to rangkul_auth;
grant update (joined_at, language) on user_account to rangkul_auth;
-- No event is dated by who writes it.
grant insert (id, organisation_id, kind, client_id, user_id, by_client_id, by_user_id, address,
  facts) on security_event to rangkul_auth;
create policy authority on organisation for select to rangkul_auth using (true);
create policy authority on client for select to rangkul_auth using (true);
create policy authority on client_secret for select to rangkul_auth using (true);
create policy authority on staff_role for select to rangkul_auth using (true);
create policy authority on identity_provider for select to rangkul_auth using (true);
create policy authority on user_account to rangkul_auth using (true);
create policy authority on session to rangkul_auth using (true);
create policy authority on oauth_grant to rangkul_auth using (true);
create policy authority on refresh_token to rangkul_auth using (true);
create policy authority on ticket to rangkul_auth using (true);
create policy authority on device_request to rangkul_auth using (true);
create policy authority on used_once to rangkul_auth using (true);
create policy authority on allowance to rangkul_auth using (true);
create policy authority on password to rangkul_auth using (true);
create policy authority on totp to rangkul_auth using (true);
create policy authority on recovery_code to rangkul_auth using (true);
create policy authority on passkey to rangkul_auth using (true);
create policy authority on external_identity to rangkul_auth using (true);
create policy authority on security_event for insert to rangkul_auth with check (true);

-- The operator (`rangkul client`, `rangkul user`), as in 0002.
create policy operator on user_account to current_user using (true);
create policy operator on session to current_user using (true);
create policy operator on oauth_grant to current_user using (true);
create policy operator on refresh_token to current_user using (true);
create policy operator on ticket to current_user using (true);
create policy operator on password to current_user using (true);
create policy operator on totp to current_user using (true);
create policy operator on recovery_code to current_user using (true);
create policy operator on identity_provider to current_user using (true);
create policy operator on security_event to current_user using (true);
"""

DOWNGRADE = """
drop table security_event, external_identity, identity_provider, passkey, recovery_code, totp,
  password, allowance, used_once, device_request, ticket, refresh_token, oauth_grant, session,
  user_account, staff_role;
drop policy authority on organisation;
drop policy authority on client;
drop policy authority on client_secret;
alter table client drop column auth_method, drop column grant_types, drop column redirect_uris,
  drop column jwks, drop column jwks_uri, drop column dpop_bound, drop column par_required,
  drop column open_to_all;
alter table organisation drop column scopes, drop column dpop;
revoke select on client_secret, client from rangkul_auth;
revoke select (id, type_code, name, short_name, dissolved_at) on organisation from rangkul_auth;
revoke usage on schema public, access from rangkul_auth;
"""  # people, grants and the security log are lost: there is no place for them before. The roles
# stay, and who is a member of which: other databases of the same server may use them.


def upgrade() -> None:
    run(ROLE)
    run(GRANTED)
    run(TABLES)
    run(FORCED)
    run(AUTHORITY)


def downgrade() -> None:
    run(DOWNGRADE)
