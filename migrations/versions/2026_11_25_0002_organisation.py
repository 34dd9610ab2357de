"""Organisations, OAuth clients, signing keys, and the dated vocabularies."""

from alembic import op

from migrations.sql import run
from migrations.terms import insert_terms

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KPAI = "019abc00-0000-7000-8000-000000000001"

ORGANISATION = f"""
create table organisation (
  id uuid primary key,
  parent_id uuid constraint organisation_parent_id_fkey references organisation,
  type_code text not null,
  name text not null check (length(name) between 1 and 200),
  short_name text check (length(short_name) between 1 and 60),
  region_code text check (region_code ~ '^[0-9]{{2}}([.][0-9]{{2}})?$'),
  path uuid[] not null default '{{}}',
  dissolved_at timestamptz,
  created_at timestamptz not null default now()
);
create index organisation_parent_id_idx on organisation (parent_id);
create index organisation_name_id_idx on organisation (name, id);
create index organisation_path_idx on organisation using gin (path);

-- The path is derived from the tree and kept by the database alone, whoever writes. It runs as the
-- rules role, which needs to read every ancestor and rewrite every descendant.
create function access.keep_path() returns trigger language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'UPDATE' and new.parent_id is not distinct from old.parent_id then
    return null;
  end if;
  -- One change of the tree at a time: two moves at once could close a circle, or miss a newcomer.
  perform pg_advisory_xact_lock('organisation'::regclass::bigint);
  if exists (select from organisation p where p.id = new.parent_id and new.id = any (p.path)) then
    raise exception 'an organisation cannot stand under itself'
      using errcode = 'check_violation', constraint = 'organisation_no_cycle';
  end if;
  with recursive tree as (
    select new.id,
           coalesce((select p.path from organisation p where p.id = new.parent_id), '{{}}')
             || new.id as path
    union all
    select o.id, t.path || o.id from organisation o join tree t on o.parent_id = t.id
  )
  update organisation o set path = tree.path from tree where o.id = tree.id;
  return null;
end $$;
alter function access.keep_path() owner to rangkul_rules;
create trigger organisation_path after insert or update of parent_id on organisation
  for each row execute function access.keep_path();

grant select, insert on organisation to rangkul_app;
grant update (name, short_name, region_code, parent_id, dissolved_at) on organisation
  to rangkul_app;
grant select, update (path) on organisation to rangkul_rules;

-- KPAI is the one organisation every installation has; it registers the others.
insert into organisation (id, type_code, name, short_name, region_code, path)
values ('{KPAI}', 'KPAI', 'Komisi Perlindungan Anak Indonesia', 'KPAI', '31.71', '{{{KPAI}}}');

alter table organisation enable row level security;
alter table organisation force row level security;
create policy rules on organisation to rangkul_rules using (true);
-- The operator: whoever migrates also registers the first organisations and clients (`rangkul`).
create policy operator on organisation to current_user using (true);

create function access.is_kpai() returns boolean language sql stable
security definer set search_path = pg_catalog, public, pg_temp
begin atomic
  select exists (select from organisation o
                 where o.id = access.me() and o.type_code = 'KPAI' and o.dissolved_at is null);
end;
alter function access.is_kpai() owner to rangkul_rules;
comment on function access.is_kpai() is 'Whether KPAI itself is calling.';
revoke execute on function access.is_kpai(), access.keep_path() from public;
grant execute on function access.is_kpai() to rangkul_app;

-- The directory: who exists is no secret among partners.
create policy directory on organisation for select to rangkul_app
  using ((select access.me()) is not null);
create policy register on organisation for insert to rangkul_app
  with check ((select access.is_kpai()) and (select access.has('organisation:write')));
create policy administer on organisation for update to rangkul_app
  using ((select access.is_kpai()) and (select access.has('organisation:write')));
"""

CLIENT = """
create table client (
  id uuid primary key,
  key text not null constraint client_key_key unique,
  organisation_id uuid not null constraint client_organisation_id_fkey references organisation,
  name text not null,
  scopes text[] not null,
  disabled_at timestamptz,
  created_at timestamptz not null default now()
);
create index client_organisation_id_idx on client (organisation_id);
create table client_secret (
  id uuid primary key,
  client_id uuid not null constraint client_secret_client_id_fkey references client,
  hash text not null,
  expires_at timestamptz,
  created_at timestamptz not null default now()
);
create index client_secret_client_id_idx on client_secret (client_id);
create table signing_key (
  kid text primary key,
  public_jwk jsonb not null,
  private_jwe text not null,
  signs_from timestamptz not null,
  verifies_until timestamptz,
  created_at timestamptz not null default now()
);

alter table client enable row level security;
alter table client force row level security;
alter table client_secret enable row level security;
alter table client_secret force row level security;
alter table signing_key enable row level security;
alter table signing_key force row level security;

grant select on client to rangkul_app;
grant select, insert on signing_key to rangkul_app;
grant update (verifies_until) on signing_key to rangkul_app;
grant select on client, client_secret to rangkul_rules;
create policy rules on client for select to rangkul_rules using (true);
create policy rules on client_secret for select to rangkul_rules using (true);
create policy operator on client to current_user using (true);
create policy operator on client_secret to current_user using (true);
create policy own on client for select to rangkul_app
  using (organisation_id = (select access.me()));
-- Signing keys are used before there is a caller; their private half is ciphertext.
create policy server on signing_key to rangkul_app using (true) with check (true);

create function access.enter(client_id uuid, scopes text, statement_timeout_ms integer)
returns uuid language plpgsql volatile
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  found record;
begin
  select c.organisation_id, c.scopes into found
  from client c join organisation o on o.id = c.organisation_id
  where c.id = enter.client_id and c.disabled_at is null and o.dissolved_at is null;
  perform set_config('app.organisation_id', coalesce(found.organisation_id::text, ''), true),
          set_config('app.client_id', enter.client_id::text, true),
          set_config('app.scopes', coalesce((
            select string_agg(s, ' ') from unnest(string_to_array(enter.scopes, ' ')) s
            where s = any (found.scopes)), ''), true),
          set_config('statement_timeout', enter.statement_timeout_ms::text, true),
          set_config('jit', 'off', true);  -- short statements: compiling costs more than it saves
  return found.organisation_id;
end $$;
alter function access.enter(uuid, text, integer) owner to rangkul_rules;
comment on function access.enter(uuid, text, integer) is
  'Begin to act as a client: null when the client or its organisation is disabled or unknown.';

create function access.secrets_of(client_key text)
returns table (client_id uuid, organisation_id uuid, scopes text[], hash text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp
begin atomic
  select c.id, c.organisation_id, c.scopes, s.hash
  from client c
  join organisation o on o.id = c.organisation_id and o.dissolved_at is null
  join client_secret s on s.client_id = c.id and coalesce(s.expires_at > now(), true)
  where c.key = client_key and c.disabled_at is null;
end;
alter function access.secrets_of(text) owner to rangkul_rules;
comment on function access.secrets_of(text) is
  'The hashes the token endpoint compares a secret with; the table itself is closed to the API.';
revoke execute on function access.enter(uuid, text, integer), access.secrets_of(text) from public;
grant execute on function access.enter(uuid, text, integer), access.secrets_of(text)
  to rangkul_app;
"""

TERM = """
create table term (
  id uuid primary key,
  kind varchar(40) not null
    check (kind in ('ORGANISATION_TYPE', 'CASE_CATEGORY', 'SERVICE', 'RESPONSE_TIME')),
  code text not null,
  name_id text not null,
  name_en text not null,
  source text not null,
  hours integer check (hours > 0),
  valid_from date not null,
  valid_until date check (valid_until >= valid_from),
  constraint term_kind_code_valid_from_key unique (kind, code, valid_from)
);
create index term_kind_id_idx on term (kind, id);
"""

TERM_POLICIES = """
alter table term enable row level security;
alter table term force row level security;
grant select on term to rangkul_app;
create policy everyone on term for select to rangkul_app
  using ((select access.me()) is not null);
-- The operator who registers an organisation must name a type that the vocabulary has.
create policy operator on term to current_user using (true);
"""

DOWNGRADE = """
drop function if exists access.secrets_of(text), access.enter(uuid, text, integer);
drop table term, signing_key, client_secret, client cascade;
drop table organisation cascade;
drop function if exists access.is_kpai(), access.keep_path();
"""


def upgrade() -> None:
    run(ORGANISATION)
    run(CLIENT)
    run(TERM)
    insert_terms(op.get_bind())
    run(TERM_POLICIES)


def downgrade() -> None:
    run(DOWNGRADE)
