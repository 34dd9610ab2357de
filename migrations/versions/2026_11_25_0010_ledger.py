"""The access ledger: who read what, when, under which clause; sealed into a Merkle tree.

A request that showed content, or was denied something, is one entry; what concerns one organisation
of it is one part. They are written by `access.append_reading` alone: the API's role reads what
concerns its caller, and can change nothing. Sealing is another role's, `rangkul_ledger`, which
numbers, hashes and signs, and reads no case.
"""

from migrations.explaining import CLOSED_WHILE_VIEWING
from migrations.sql import run

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ROLE = """
do $$ begin
  if not exists (select from pg_roles where rolname = 'rangkul_ledger') then
    create role rangkul_ledger nologin;
  end if;
  -- Reached by SET ROLE only, as rangkul_auth is: rangkul_app does not inherit.
  if not pg_has_role('rangkul_app', 'rangkul_ledger', 'member') then
    grant rangkul_ledger to rangkul_app;
  end if;
end $$;
grant usage on schema public to rangkul_ledger;
"""

TABLES = """
-- One request that showed content or was denied it.
create table ledger_entry (
  id uuid primary key,
  at timestamptz not null default clock_timestamp(),
  reader_id uuid not null constraint ledger_entry_reader_id_fkey references organisation,
  client_id uuid not null,
  user_id uuid,
  request_id text not null check (length(request_id) between 1 and 64),
  constraint ledger_entry_id_reader_id_key unique (id, reader_id)
);
create index ledger_entry_reader_id_idx on ledger_entry (reader_id, id);

-- What of an entry concerns one organisation; its salt hides it.
create table ledger_part (
  entry_id uuid not null,
  owner_id uuid not null constraint ledger_part_owner_id_fkey references organisation,
  reader_id uuid not null,
  salt bytea not null default uuid_send(gen_random_uuid()),
  kinds text[] not null
    check (kinds <@ array['DISCLOSED', 'DENIED', 'EMERGENCY', 'EXPORTED']),
  handoffs uuid[] not null,
  items jsonb not null,
  primary key (entry_id, owner_id),
  constraint ledger_part_entry_id_fkey
    foreign key (entry_id, reader_id) references ledger_entry (id, reader_id)
);
create index ledger_part_owner_id_idx on ledger_part (owner_id, entry_id);
create index ledger_part_handoffs_idx on ledger_part using gin (handoffs);

-- Entries that are not sealed yet.
create table ledger_pending (
  entry_id uuid primary key constraint ledger_pending_entry_id_fkey references ledger_entry
);

-- The place of each sealed entry in the tree.
create table ledger_leaf (
  index bigint primary key check (index >= 0),
  entry_id uuid not null constraint ledger_leaf_entry_id_key unique
    constraint ledger_leaf_entry_id_fkey references ledger_entry,
  parts bytea[] not null
);

-- Every owner counts its own parts, so that it notices when one is kept from it.
-- The running number of a sealed part for its owner.
create table ledger_number (
  owner_id uuid not null,
  number bigint not null check (number > 0),
  entry_id uuid not null,
  primary key (owner_id, number),
  constraint ledger_number_entry_id_owner_id_key unique (entry_id, owner_id),
  constraint ledger_number_part_fkey
    foreign key (entry_id, owner_id) references ledger_part (entry_id, owner_id)
);

-- The complete subtrees of the Merkle tree, leaves on level 0.
create table ledger_node (
  level smallint not null check (level between 0 and 62),
  index bigint not null check (index >= 0),
  hash bytea not null check (length(hash) = 32),
  primary key (level, index)
);

-- Signed tree heads; what is signed stands in the JWS as well.
create table ledger_head (
  size bigint primary key check (size > 0),
  root bytea not null check (length(root) = 32),
  at timestamptz not null,
  jws text not null
);

-- The keys of tree heads, sealed under the key-encryption key.
create table ledger_key (
  kid text primary key,
  public_jwk jsonb not null,
  private_jwe text not null,
  from_size bigint not null check (from_size >= 0),
  created_at timestamptz not null default clock_timestamp()
);
"""

# Who reads what is told to whom it concerns: the owner of the data its part, the reader its entry.
POLICIES = """
do $$ declare t text; begin
  foreach t in array array['ledger_entry', 'ledger_part', 'ledger_pending', 'ledger_leaf',
                           'ledger_number', 'ledger_node', 'ledger_head', 'ledger_key'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('grant select on %I to rangkul_ledger', t);
    execute format('create policy seal on %I for select to rangkul_ledger using (true)', t);
    -- The operator (`rangkul ledger`), as in 0002.
    execute format('create policy operator on %I to current_user using (true)', t);
  end loop;
  foreach t in array array['ledger_leaf', 'ledger_number', 'ledger_node', 'ledger_head',
                           'ledger_key'] loop
    execute format('grant insert on %I to rangkul_ledger', t);
    execute format('create policy seal_add on %I for insert to rangkul_ledger with check (true)', t);
  end loop;
  foreach t in array array['ledger_entry', 'ledger_part', 'ledger_leaf', 'ledger_number',
                           'ledger_node', 'ledger_head'] loop
    execute format('grant select on %I to rangkul_app', t);
  end loop;
  foreach t in array array['ledger_entry', 'ledger_part', 'ledger_pending'] loop
    execute format('grant insert on %I to rangkul_rules', t);
    execute format('create policy rules_add on %I for insert to rangkul_rules with check (true)', t);
  end loop;
end $$;
grant delete on ledger_pending to rangkul_ledger;
create policy seal_done on ledger_pending for delete to rangkul_ledger using (true);
grant select on ledger_part to rangkul_rules;
create policy rules on ledger_part for select to rangkul_rules using (true);

create policy concerned on ledger_part for select to rangkul_app using (
  (select access.has('ledger:read')) and (select access.me()) in (owner_id, reader_id));
-- The first arm says nothing that the second would not; it is there for speed.
create policy concerned on ledger_entry for select to rangkul_app using (
  reader_id = (select access.me()) and (select access.has('ledger:read'))
  or exists (select from ledger_part p where p.entry_id = id));
create policy concerned on ledger_leaf for select to rangkul_app using (
  exists (select from ledger_entry e where e.id = entry_id));
create policy concerned on ledger_number for select to rangkul_app using (
  exists (select from ledger_part p
          where p.entry_id = ledger_number.entry_id and p.owner_id = ledger_number.owner_id));
-- Hashes and heads tell nothing of anyone, and proofs are made of them.
create policy proving on ledger_node for select to rangkul_app using (
  (select access.has('ledger:read')));
create policy proving on ledger_head for select to rangkul_app using (
  (select access.has('ledger:read')));
"""

FUNCTIONS = """
create function access.append_reading(entry_id uuid, request_id text, items jsonb)
returns void language plpgsql volatile
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into ledger_entry (id, reader_id, client_id, user_id, request_id)
  values (append_reading.entry_id, access.me(), access.client(), access.person(),
          append_reading.request_id);
  insert into ledger_part (entry_id, owner_id, reader_id, kinds, handoffs, items)
  select append_reading.entry_id, coalesce((i.item ->> 'owner')::uuid, access.me()), access.me(),
         array_agg(distinct i.item ->> 'kind'),
         coalesce(array_agg(distinct (i.item ->> 'handoff')::uuid)
                  filter (where i.item ? 'handoff'), '{}'),
         jsonb_agg(i.item - 'owner' order by i.n)
  from jsonb_array_elements(append_reading.items) with ordinality i(item, n)
  group by 2;
  insert into ledger_pending (entry_id) values (append_reading.entry_id);
end $$;
alter function access.append_reading(uuid, text, jsonb) owner to rangkul_rules;
grant execute on function access.person() to rangkul_rules;
comment on function access.append_reading(uuid, text, jsonb) is
  'Appends an entry in the caller''s own name, with a part for each owner that an item names.';

-- As the caller, so that row-level security decides again: what was shown a moment ago and is shut
-- by now must not be served. The whole is one statement, and thereby one transaction.
create function access.record_reading(
  client_id uuid, scopes text, statement_timeout_ms integer, user_id uuid, grant_id uuid,
  bound boolean, organisation_id uuid, entry_id uuid, request_id text, disclosed uuid[],
  withheld uuid[], codes text[], denied jsonb)
returns void language plpgsql volatile as $$
declare
  items jsonb;
  served integer;
begin
  if access.enter(client_id, scopes, statement_timeout_ms, user_id, grant_id, bound)
     is distinct from organisation_id then
    raise exception 'nobody is calling' using errcode = 'RL401';
  end if;
  select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
      'owner', r.author_id,
      'kind', case when r.emergency_id is null then 'DISCLOSED' else 'EMERGENCY' end,
      'handoff', r.handoff_id, 'section', r.section_id, 'category', r.category,
      'mou', r.mou_id, 'version', r.version_id, 'clause', r.clause,
      'basis', r.basis_id, 'emergency', r.emergency_id))), '[]'),
    count(distinct r.section_id)
  into items, served
  from access.reading_of(disclosed) r;
  if served <> cardinality(disclosed) then
    raise exception 'something that was shown is shut by now' using errcode = 'RL409';
  end if;
  if withheld <> '{}' then
    items := items || (
      select coalesce(jsonb_agg(jsonb_build_object(
          'owner', s.author_id, 'kind', 'DENIED', 'handoff', s.handoff_id, 'section', s.id,
          'category', s.category, 'code', w.code)), '[]')
      from unnest(withheld, codes) w(id, code) join handoff_section s on s.id = w.id);
  end if;
  items := items || denied;
  if items <> '[]' then
    perform access.append_reading(entry_id, request_id, items);
  end if;
end $$;
comment on function access.record_reading(uuid, text, integer, uuid, uuid, boolean, uuid, uuid,
                                          text, uuid[], uuid[], text[], jsonb) is
  'Writes down what a request showed and was denied; fails when it may not be served any more.';

-- Candidates only: which of them the caller may see is decided by the policies.
create function access.readings_about(handoff uuid) returns setof uuid language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query
  select p.entry_id from ledger_part p
  where p.handoffs @> array[handoff] and access.me() in (p.owner_id, p.reader_id);
end $$;
alter function access.readings_about(uuid) owner to rangkul_rules;
comment on function access.readings_about(uuid) is
  'Entries that concern a handoff and the caller, found by the index, before row-level security.';

do $$ declare f regprocedure; begin
  foreach f in array array[
    'access.append_reading(uuid, text, jsonb)', 'access.readings_about(uuid)',
    'access.record_reading(uuid, text, integer, uuid, uuid, boolean, uuid, uuid, text, uuid[],'
    ' uuid[], text[], jsonb)']::regprocedure[]
  loop
    execute format('revoke execute on function %s from public', f);
    execute format('grant execute on function %s to rangkul_app', f);
  end loop;
end $$;
"""

DOWNGRADE = """
drop function access.readings_about(uuid);
drop function access.record_reading(uuid, text, integer, uuid, uuid, boolean, uuid, uuid, text,
                                    uuid[], uuid[], text[], jsonb);
drop function access.append_reading(uuid, text, jsonb);
revoke execute on function access.person() from rangkul_rules;
drop table ledger_key, ledger_head, ledger_node, ledger_number, ledger_leaf, ledger_pending,
  ledger_part, ledger_entry;
revoke usage on schema public from rangkul_ledger;
"""  # the role stays: other databases of the same server may use it


def upgrade() -> None:
    run(ROLE)
    run(TABLES)
    run(POLICIES)
    run(FUNCTIONS)
    run(CLOSED_WHILE_VIEWING)


def downgrade() -> None:
    run(DOWNGRADE)
