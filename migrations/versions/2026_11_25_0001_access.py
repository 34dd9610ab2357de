"""Roles, the schema `access`, and the functions that say who is calling.

Every later policy rests on these. Settings are local to the transaction; a function that reads one
is wrapped as a scalar sub-select in policies, so that it runs once a statement, not once a row.
"""

from migrations.sql import run

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UPGRADE = r"""
do $$ begin
  if not exists (select from pg_roles where rolname = 'rangkul_app') then
    create role rangkul_app nologin;
  end if;
  if not exists (select from pg_roles where rolname = 'rangkul_rules') then
    create role rangkul_rules nologin;
  end if;
  -- To make a function the rules role's own, the migrating role must be able to become it. From
  -- PostgreSQL 16 on, whoever makes a role is a member of it, but may not become it by that.
  if not pg_has_role(current_user, 'rangkul_rules',
                     case when current_setting('server_version_num')::int < 160000 then 'member'
                          else 'set' end) then
    execute format('grant rangkul_rules to %I', current_user);
  end if;
end $$;

revoke create on schema public from public;
grant usage on schema public to rangkul_app, rangkul_rules;

create schema access;
comment on schema access is 'Who may see what: the functions that row-level security rests on.';
grant usage on schema access to rangkul_app, rangkul_rules;
grant create on schema access to rangkul_rules;

create function access.me() returns uuid language sql stable parallel safe
return nullif(current_setting('app.organisation_id', true), '')::uuid;
comment on function access.me() is 'The organisation that is calling, or null for nobody.';

create function access.client() returns uuid language sql stable parallel safe
return nullif(current_setting('app.client_id', true), '')::uuid;
comment on function access.client() is 'The OAuth client that is calling, or null for nobody.';

create function access.has(scope text) returns boolean language sql stable parallel safe
return scope = any (string_to_array(coalesce(current_setting('app.scopes', true), ''), ' '));
comment on function access.has(text) is 'Whether the calling token carries the scope.';

create function access.today() returns date language sql stable parallel safe
return (now() at time zone 'Asia/Jakarta')::date;
comment on function access.today() is 'Today where KPAI sits (WIB): agreements begin and end by it.';

revoke execute on all functions in schema access from public;
grant execute on function access.me(), access.client(), access.has(text), access.today()
  to rangkul_app, rangkul_rules;
"""

DOWNGRADE = """
drop schema access cascade;
revoke usage on schema public from rangkul_app, rangkul_rules;
"""  # the roles stay: other databases of the same server may use them


def upgrade() -> None:
    run(UPGRADE)


def downgrade() -> None:
    run(DOWNGRADE)
