"""Who is calling, now also a person and a grant; and what the API may do with clients and people.

What a token may is asked when the transaction begins and never before: the scopes it carries, that
its client still has, that KPAI still grants the organisation, and that a role of the person still
covers. Ending any of them, or the grant itself, closes it at the next request.
"""

from migrations.sql import run

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ENTER = """
create function access.person() returns uuid language sql stable parallel safe
return nullif(current_setting('app.user_id', true), '')::uuid;
comment on function access.person() is 'The person who is calling, or null when none takes part.';

grant select on user_account, oauth_grant, staff_role to rangkul_rules;
create policy rules on user_account for select to rangkul_rules using (true);
create policy rules on oauth_grant for select to rangkul_rules using (true);
create policy rules on staff_role for select to rangkul_rules using (true);

drop function access.enter(uuid, text, integer);
create function access.enter(client_id uuid, scopes text, statement_timeout_ms integer,
                             user_id uuid default null, grant_id uuid default null,
                             bound boolean default false)
returns uuid language plpgsql volatile
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  found record;
  carried text[] := string_to_array(enter.scopes, ' ');
begin
  select o.id, c.id as client, u.id as person, u.roles,
         c.scopes as of_client, o.scopes as of_organisation,
         o.dpop = 'IDENTITY' and not enter.bound as unbound
  into found
  from client c
  left join user_account u on u.id = enter.user_id
  join organisation owner on owner.id = c.organisation_id
  join organisation o on o.id = coalesce(u.organisation_id, c.organisation_id)
  where c.id = enter.client_id and c.disabled_at is null
    and owner.dissolved_at is null and o.dissolved_at is null
    and (o.dpop <> 'REQUIRED' or enter.bound)
    and (enter.user_id is null
         or u.disabled_at is null and u.id is not null
            and (c.open_to_all or u.organisation_id = c.organisation_id))
    -- The one look-up that revocation costs: whatever ended the grant, the next request knows.
    -- Nobody acts for a person without one.
    and (coalesce(enter.grant_id, enter.user_id) is null
         or exists (select from oauth_grant g
                    where g.id = enter.grant_id and g.ended_at is null and g.expires_at > now()
                      and g.client_id = enter.client_id
                      and g.user_id is not distinct from enter.user_id));
  perform set_config('app.organisation_id', coalesce(found.id::text, ''), true),
          set_config('app.client_id', coalesce(found.client::text, ''), true),
          set_config('app.user_id', coalesce(found.person::text, ''), true),
          set_config('app.scopes', coalesce((
            select string_agg(s, ' ') from unnest(carried) s
            where s = any (found.of_client) and s = any (found.of_organisation)
              and (found.roles is null
                   or s in (select unnest(r.scopes) from staff_role r
                            where r.code = any (found.roles)))
              and not (found.unbound and s = 'handoff:identity')), ''), true),
          set_config('statement_timeout', enter.statement_timeout_ms::text, true),
          set_config('jit', 'off', true);  -- short statements: compiling costs more than it saves
  return found.id;
end $$;
alter function access.enter(uuid, text, integer, uuid, uuid, boolean) owner to rangkul_rules;
comment on function access.enter(uuid, text, integer, uuid, uuid, boolean) is
  'Begin to act for a client, and a person: null when any of what the token rests on has ended.';

create function access.scopes() returns text[] language sql stable parallel safe
return string_to_array(coalesce(current_setting('app.scopes', true), ''), ' ');
comment on function access.scopes() is 'What the calling token may do in this transaction.';

revoke execute on function access.person(), access.scopes(),
  access.enter(uuid, text, integer, uuid, uuid, boolean) from public;
grant execute on function access.person(), access.scopes(),
  access.enter(uuid, text, integer, uuid, uuid, boolean) to rangkul_app;
"""

ALLOWANCE = """
create function access.draw(key bytea, most double precision, per_minute double precision,
                            cost double precision)
returns double precision language plpgsql volatile as $$
declare
  have double precision;
begin
  insert into allowance as a values (draw.key, draw.most, now())
  on conflict on constraint allowance_pkey do update set
    points = least(draw.most, a.points
      + extract(epoch from greatest(now() - a.filled_at, '0'))::double precision
        * draw.per_minute / 60),
    filled_at = greatest(now(), a.filled_at)
  returning points into have;
  if have >= draw.cost then
    update allowance a set
      points = have - draw.cost,
      full_at = now() + make_interval(
        secs => greatest(draw.most - have + draw.cost, 0) * 60 / draw.per_minute)
    where a.key = draw.key;
    return null;
  end if;
  return (draw.cost - have) * 60 / draw.per_minute;
end $$;
comment on function access.draw(bytea, double precision, double precision, double precision) is
  'Draws from an allowance that fills steadily: null, or the seconds until there is enough.';
revoke execute on function
  access.draw(bytea, double precision, double precision, double precision) from public;
grant execute on function
  access.draw(bytea, double precision, double precision, double precision) to rangkul_auth;
"""

# An organisation keeps its own clients and people; KPAI keeps any client and administrators.
KEEPING = """
-- No client gets more than its organisation was granted, and only KPAI's portals serve everybody.
create function access.keep_client() returns trigger language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  owner record;
begin
  select o.scopes, o.type_code into owner from organisation o where o.id = new.organisation_id;
  -- What it had before may stay: `access.enter` counts what the organisation has by now.
  if not new.scopes <@ (owner.scopes || case when tg_op = 'UPDATE' then old.scopes else '{}' end)
  then
    raise exception 'a client cannot have more scopes than its organisation'
      using errcode = 'check_violation', constraint = 'client_within_grant';
  end if;
  if new.open_to_all and owner.type_code <> 'KPAI' then
    raise exception 'only a portal of KPAI is open to all organisations'
      using errcode = 'check_violation', constraint = 'client_open_to_all';
  end if;
  return new;
end $$;
alter function access.keep_client() owner to rangkul_rules;
revoke execute on function access.keep_client() from public;
create trigger client_within_grant before insert or update of scopes, open_to_all on client
  for each row execute function access.keep_client();

-- The authorization server reads hashes by itself now: none is within the API's reach.
drop function access.secrets_of(text);

drop policy own on client;
create policy own on client for select to rangkul_app
  using (id = (select access.client())
         or ((select access.has('client:read')) or (select access.has('client:write')))
            and (organisation_id = (select access.me()) or (select access.is_kpai())));
grant insert on client to rangkul_app;
grant update (name, scopes, redirect_uris, grant_types, auth_method, jwks, jwks_uri, dpop_bound,
  par_required, open_to_all, disabled_at) on client to rangkul_app;
create policy register on client for insert to rangkul_app
  with check ((select access.has('client:write'))
              and (organisation_id = (select access.me()) or (select access.is_kpai())));
create policy keep on client for update to rangkul_app
  using ((select access.has('client:write'))
         and (organisation_id = (select access.me()) or (select access.is_kpai())));

-- A new secret; the former ones run out. The hashes themselves stay out of the API's sight.
grant insert, update (expires_at) on client_secret to rangkul_rules;
create policy rules_add on client_secret for insert to rangkul_rules with check (true);
create policy rules_end on client_secret for update to rangkul_rules using (true);
create function access.add_secret(id uuid, client_id uuid, hash text, overlap interval)
returns boolean language plpgsql volatile
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform from client c where c.id = add_secret.client_id
    and access.has('client:write') and (c.organisation_id = access.me() or access.is_kpai());
  if not found then
    return false;
  end if;
  update client_secret s
  set expires_at = least(coalesce(s.expires_at, now() + overlap), now() + overlap)
  where s.client_id = add_secret.client_id;
  insert into client_secret (id, client_id, hash)
  values (add_secret.id, add_secret.client_id, add_secret.hash);
  return true;
end $$;
alter function access.add_secret(uuid, uuid, text, interval) owner to rangkul_rules;
grant execute on function access.is_kpai() to rangkul_rules;
comment on function access.add_secret(uuid, uuid, text, interval) is
  'Gives a client another secret, as its keeper; false when there is no such client to keep.';
revoke execute on function access.add_secret(uuid, uuid, text, interval) from public;
grant execute on function access.add_secret(uuid, uuid, text, interval) to rangkul_app;

-- People. KPAI invites the first administrator of an organisation, and sees administrators only. It
-- can shut one out, but makes nobody there a case worker: what they do is their organisation's.
grant select, insert on user_account to rangkul_app;
grant update (name, roles, disabled_at, language) on user_account to rangkul_app;
create policy own on user_account for select to rangkul_app
  using (id = (select access.person())
         or ((select access.has('user:read')) or (select access.has('user:write')))
            and (organisation_id = (select access.me())
                 or 'ADMINISTRATOR' = any (roles) and (select access.is_kpai())));
create policy invite on user_account for insert to rangkul_app
  with check ((select access.has('user:write')) and joined_at is null
              and (organisation_id = (select access.me())
                   or roles = '{ADMINISTRATOR}' and (select access.is_kpai())));
create policy keep on user_account for update to rangkul_app
  using ((select access.has('user:write'))
         and (organisation_id = (select access.me())
              or 'ADMINISTRATOR' = any (roles) and (select access.is_kpai())));
create function access.keep_roles() returns trigger language plpgsql as $$
begin
  if new.roles <> old.roles and old.organisation_id <> access.me() then
    raise exception 'the roles of a person are given by their own organisation'
      using errcode = 'check_violation', constraint = 'user_account_roles_of_its_own';
  end if;
  return new;
end $$;
revoke execute on function access.keep_roles() from public;
create trigger user_account_roles before update of roles on user_account
  for each row execute function access.keep_roles();

grant select (id, user_id, methods, address, user_agent, seen_at, expires_at, ended_at, created_at)
  on session to rangkul_app;
grant update (ended_at) on session to rangkul_app;
create policy own on session for select to rangkul_app
  using ((user_id = (select access.person()) or (select access.has('user:read'))
          or (select access.has('user:write')))
         and user_id in (select u.id from user_account u where u.organisation_id = access.me()));
-- What has ended stays so, and keeps the reason why.
create policy finish on session for update to rangkul_app
  using (ended_at is null
         and (user_id = (select access.person()) or (select access.has('user:write')))
         and user_id in (select u.id from user_account u where u.organisation_id = access.me()))
  with check (ended_at is not null);

grant select on oauth_grant to rangkul_app;
grant update (ended_at, end_reason) on oauth_grant to rangkul_app;
create policy own on oauth_grant for select to rangkul_app
  using (user_id = (select access.person())
         or ((select access.has('user:read')) or (select access.has('user:write')))
            and user_id in (select u.id from user_account u where u.organisation_id = access.me())
         or user_id is null
            and ((select access.has('client:read')) or (select access.has('client:write')))
            and client_id in (select c.id from client c));
create policy finish on oauth_grant for update to rangkul_app
  using (ended_at is null
         and (user_id = (select access.person())
              or (select access.has('user:write'))
                 and user_id in (select u.id from user_account u
                                 where u.organisation_id = access.me())
              or user_id is null and (select access.has('client:write'))
                 and client_id in (select c.id from client c)))
  with check (ended_at is not null);

grant insert on ticket to rangkul_app;
create policy invite on ticket for insert to rangkul_app
  with check (kind = 'INVITATION' and (select access.has('user:write'))
              and user_id in (select u.id from user_account u
                              where u.organisation_id = access.me()
                                 or u.roles = '{ADMINISTRATOR}' and access.is_kpai()));

grant select (id, organisation_id, name, issuer, client_id, only_way, disabled_at, created_at)
  on identity_provider to rangkul_app;
grant insert on identity_provider to rangkul_app;
grant update (name, issuer, client_id, secret_jwe, only_way, disabled_at) on identity_provider
  to rangkul_app;
create policy own on identity_provider for select to rangkul_app
  using (organisation_id = (select access.me())
         and ((select access.has('user:read')) or (select access.has('user:write'))));
create policy add on identity_provider for insert to rangkul_app
  with check (organisation_id = (select access.me()) and (select access.has('user:write')));
create policy keep on identity_provider for update to rangkul_app
  using (organisation_id = (select access.me()) and (select access.has('user:write')));

-- The security log: appended to by whoever acts, read by the organisation it concerns.
grant select,
  insert (id, organisation_id, kind, client_id, user_id, by_client_id, by_user_id, address, facts)
  on security_event to rangkul_app;
create policy own on security_event for select to rangkul_app
  using (organisation_id = (select access.me()) and (select access.has('security:read')));
create policy append on security_event for insert to rangkul_app
  with check (by_client_id = (select access.client())
              and by_user_id is not distinct from (select access.person())
              and (organisation_id = (select access.me()) or (select access.is_kpai())));
"""

# What follows from an act follows whoever acts, and whether or not they may see all of it.
FOLLOWING = """
grant update (ended_at, end_reason) on oauth_grant to rangkul_rules;
grant select, update (ended_at) on session to rangkul_rules;
grant select, update (used_at) on ticket to rangkul_rules;
grant select, delete on external_identity to rangkul_rules;
create policy rules_end on oauth_grant for update to rangkul_rules using (true);
create policy rules on session for select to rangkul_rules using (true);
create policy rules_end on session for update to rangkul_rules using (true);
create policy rules on ticket for select to rangkul_rules using (true);
create policy rules_end on ticket for update to rangkul_rules using (true);
create policy rules on external_identity for select to rangkul_rules using (true);
create policy rules_end on external_identity for delete to rangkul_rules using (true);

-- Shutting out ends what is held, for good: to be let in again is to begin anew.
create function access.end_with_client() returns trigger language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update oauth_grant g set ended_at = now(), end_reason = 'DISABLED'
  where g.client_id = new.id and g.ended_at is null;
  return null;
end $$;
create trigger client_disabled after update of disabled_at on client
  for each row when (new.disabled_at is not null and old.disabled_at is null)
  execute function access.end_with_client();

create function access.end_with_person() returns trigger language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update oauth_grant g set ended_at = now(), end_reason = 'DISABLED'
  where g.user_id = new.id and g.ended_at is null;
  update session s set ended_at = now() where s.user_id = new.id and s.ended_at is null;
  update ticket t set used_at = now() where t.user_id = new.id and t.used_at is null;
  return null;
end $$;
-- At letting in again as well: for what was begun at the very moment of shutting out.
create trigger user_account_disabled after update of disabled_at on user_account
  for each row when (new.disabled_at is distinct from old.disabled_at)
  execute function access.end_with_person();

-- Of the links a person was given, the last one counts.
create function access.end_former_links() returns trigger language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update ticket t set used_at = now()
  where t.user_id = new.user_id and t.kind = 'INVITATION' and t.hash <> new.hash
    and t.used_at is null;
  return null;
end $$;
create trigger ticket_invited after insert on ticket
  for each row when (new.kind = 'INVITATION') execute function access.end_former_links();

-- Somebody called the same at another issuer is somebody else.
create function access.forget_identities() returns trigger language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from external_identity e where e.provider_id = new.id;
  return null;
end $$;
create trigger identity_provider_moved after update of issuer on identity_provider
  for each row when (new.issuer <> old.issuer) execute function access.forget_identities();

alter function access.end_with_client() owner to rangkul_rules;
alter function access.end_with_person() owner to rangkul_rules;
alter function access.end_former_links() owner to rangkul_rules;
alter function access.forget_identities() owner to rangkul_rules;
revoke execute on function access.end_with_client(), access.end_with_person(),
  access.end_former_links(), access.forget_identities() from public;
"""

DOWNGRADE = """
drop trigger identity_provider_moved on identity_provider;
drop trigger ticket_invited on ticket;
drop trigger user_account_disabled on user_account;
drop trigger client_disabled on client;
drop function access.forget_identities(), access.end_former_links(), access.end_with_person(),
  access.end_with_client();
drop policy rules_end on external_identity;
drop policy rules on external_identity;
drop policy rules_end on ticket;
drop policy rules on ticket;
drop policy rules_end on session;
drop policy rules on session;
drop policy rules_end on oauth_grant;
revoke select, delete on external_identity from rangkul_rules;
revoke select, update (used_at) on ticket from rangkul_rules;
revoke select, update (ended_at) on session from rangkul_rules;
revoke update (ended_at, end_reason) on oauth_grant from rangkul_rules;
drop policy append on security_event;
drop policy own on security_event;
revoke select,
  insert (id, organisation_id, kind, client_id, user_id, by_client_id, by_user_id, address, facts)
  on security_event from rangkul_app;
drop policy keep on identity_provider;
drop policy add on identity_provider;
drop policy own on identity_provider;
revoke select (id, organisation_id, name, issuer, client_id, only_way, disabled_at, created_at),
  insert, update (name, issuer, client_id, secret_jwe, only_way, disabled_at)
  on identity_provider from rangkul_app;
drop policy invite on ticket;
revoke insert on ticket from rangkul_app;
drop policy finish on oauth_grant;
drop policy own on oauth_grant;
revoke select, update (ended_at, end_reason) on oauth_grant from rangkul_app;
drop policy finish on session;
drop policy own on session;
revoke select (id, user_id, methods, address, user_agent, seen_at, expires_at, ended_at,
  created_at), update (ended_at) on session from rangkul_app;
drop trigger user_account_roles on user_account;
drop function access.keep_roles();
drop policy keep on user_account;
drop policy invite on user_account;
drop policy own on user_account;
revoke select, insert, update (name, roles, disabled_at, language) on user_account
  from rangkul_app;
drop function access.add_secret(uuid, uuid, text, interval);
drop policy rules_end on client_secret;
drop policy rules_add on client_secret;
revoke insert, update (expires_at) on client_secret from rangkul_rules;
drop policy keep on client;
drop policy register on client;
drop policy own on client;
create policy own on client for select to rangkul_app
  using (organisation_id = (select access.me()));
revoke insert, update (name, scopes, redirect_uris, grant_types, auth_method, jwks, jwks_uri,
  dpop_bound, par_required, open_to_all, disabled_at) on client from rangkul_app;
drop trigger client_within_grant on client;
drop function access.keep_client();
revoke execute on function access.is_kpai() from rangkul_rules;
drop function access.draw(bytea, double precision, double precision, double precision);
drop function access.scopes();
drop function access.enter(uuid, text, integer, uuid, uuid, boolean);
drop policy rules on staff_role;
drop policy rules on oauth_grant;
drop policy rules on user_account;
revoke select on user_account, oauth_grant, staff_role from rangkul_rules;
drop function access.person();

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
          set_config('jit', 'off', true);
  return found.organisation_id;
end $$;
alter function access.enter(uuid, text, integer) owner to rangkul_rules;
revoke execute on function access.enter(uuid, text, integer) from public;
grant execute on function access.enter(uuid, text, integer) to rangkul_app;

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
revoke execute on function access.secrets_of(text) from public;
grant execute on function access.secrets_of(text) to rangkul_app;
"""


def upgrade() -> None:
    run(ENTER)
    run(ALLOWANCE)
    run(KEEPING)
    run(FOLLOWING)


def downgrade() -> None:
    run(DOWNGRADE)
