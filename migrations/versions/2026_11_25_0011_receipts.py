"""Receipts (berita acara), and the keys organisations sign them with.

A receipt is made in the transaction of what it attests, and in no other: the policies ask whether
the handoff was accepted, or the version concluded, at this very `now()`. Nobody changes one later.
"""

from migrations.explaining import CLOSED_WHILE_VIEWING
from migrations.sql import run

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = """
create table organisation_key (
  id uuid primary key,
  organisation_id uuid not null constraint organisation_key_organisation_id_fkey
    references organisation,
  kid text not null constraint organisation_key_kid_key unique,
  jwk jsonb not null,
  -- the private half, sealed; null where the organisation keeps it itself
  sealed text,
  custodial boolean not null default false check (custodial = (sealed is not null)),
  -- a keyed hash of whose key it is: a row that was not written by us vouches for nobody
  attested text not null,
  created_at timestamptz not null default now(),
  retired_at timestamptz,
  constraint organisation_key_kid_organisation_id_key unique (kid, organisation_id)
);
create unique index organisation_key_one_live_key on organisation_key (organisation_id)
  where retired_at is null;

create table receipt (
  id uuid primary key,
  kind varchar(40) not null check (kind in ('HANDOFF_ACCEPTED', 'AGREEMENT_SIGNED')),
  number text not null constraint receipt_number_key unique,
  handoff_id uuid constraint receipt_handoff_id_key unique
    constraint receipt_handoff_id_fkey references handoff,
  version_id uuid constraint receipt_version_id_key unique
    constraint receipt_version_id_fkey references mou_version,
  signers uuid[] not null check (cardinality(signers) > 1),
  document text not null,
  hash text not null check (hash = 'sha256:' || encode(sha256(convert_to(document, 'UTF8')), 'hex')),
  created_at timestamptz not null default now(),
  check ((kind = 'HANDOFF_ACCEPTED') = (handoff_id is not null)),
  check ((kind = 'AGREEMENT_SIGNED') = (version_id is not null))
);

create table receipt_signature (
  id uuid primary key,
  receipt_id uuid not null constraint receipt_signature_receipt_id_fkey references receipt,
  organisation_id uuid not null constraint receipt_signature_organisation_id_fkey
    references organisation,
  kid text not null,
  protected text not null,
  signature text not null,
  signed_at timestamptz not null default clock_timestamp(),
  constraint receipt_signature_receipt_id_organisation_id_key unique (receipt_id, organisation_id),
  constraint receipt_signature_kid_fkey foreign key (kid, organisation_id)
    references organisation_key (kid, organisation_id)
);
"""

RULES = """
grant select, insert on organisation_key to rangkul_rules;
grant select on receipt, handoff_section to rangkul_rules;

-- Whose signatures a receipt needs: two sides, or every party; nobody's, unless the caller is the
-- one who accepts or concludes it in this transaction.
create function access.receipt_signers(handoff uuid, version uuid) returns uuid[]
language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return coalesce(
    (select array[h.sender_id, h.receiver_id] from handoff h
     where h.id = receipt_signers.handoff and h.receiver_id = access.me()
       and h.status = 'ACCEPTED' and h.accepted_at = now()),
    (select array_agg(p.organisation_id order by p.ordinal)
     from mou_version v join mou_party p on p.version_id = v.id
     where v.id = receipt_signers.version and v.stage = 'SIGNED' and v.signed_at = now()
     having access.me() = any (array_agg(p.organisation_id))),
    '{}');
end $$;
comment on function access.receipt_signers(uuid, uuid) is
  'Who signs the receipt of what the caller brings about in this transaction; of anything else, no one.';

create function access.receipt_keys(handoff uuid, version uuid)
returns table (organisation_id uuid, kid text, jwk jsonb, sealed text, attested text)
language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query
  select k.organisation_id, k.kid, k.jwk, k.sealed, k.attested
  from organisation_key k
  where k.organisation_id = any (access.receipt_signers(receipt_keys.handoff, receipt_keys.version))
    and k.retired_at is null;
end $$;
comment on function access.receipt_keys(uuid, uuid) is
  'The living keys of those who sign, with private halves as they are sealed.';

create function access.add_receipt_key(handoff uuid, version uuid, id uuid, organisation_id uuid,
                                       kid text, jwk jsonb, sealed text, attested text)
returns void language plpgsql volatile
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if add_receipt_key.organisation_id = any (access.receipt_signers(
       add_receipt_key.handoff, add_receipt_key.version)) then
    insert into organisation_key (id, organisation_id, kid, jwk, sealed, custodial, attested)
    values (add_receipt_key.id, add_receipt_key.organisation_id, add_receipt_key.kid,
            add_receipt_key.jwk, add_receipt_key.sealed, true, add_receipt_key.attested)
    on conflict do nothing;
  end if;
end $$;
comment on function access.add_receipt_key(uuid, uuid, uuid, uuid, text, jsonb, text, text) is
  'The first key of an organisation that signs now and has none; one that is there stays.';

-- What was handed over, and a hash of the sealed bytes: who may not read a section may yet attest
-- that it was there, and nobody can guess content by trying hashes.
create function access.receipt_sections(handoff uuid)
returns table (section_id uuid, author_id uuid, category text, created_at timestamptz, sealed text)
language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query
  select s.id, s.author_id, s.category::text, s.created_at,
         'sha256:' || encode(sha256(b.sealed), 'hex')
  from handoff_section s
  left join handoff_section_body b on b.section_id = coalesce(s.origin_id, s.id)
  where s.handoff_id = receipt_sections.handoff
    and cardinality(access.receipt_signers(receipt_sections.handoff, null)) > 0
  order by s.id;
end $$;
comment on function access.receipt_sections(uuid) is
  'The sections of a handoff that is being accepted, each with the hash of its sealed bytes.';

create function access.receipt_being_made(receipt uuid, organisation uuid) returns boolean
language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return (select receipt_being_made.organisation
                 = any (access.receipt_signers(r.handoff_id, r.version_id))
          from receipt r where r.id = receipt_being_made.receipt);
end $$;
comment on function access.receipt_being_made(uuid, uuid) is
  'Whether the organisation signs this receipt, which the caller makes in this transaction.';

create policy rules on organisation_key for select to rangkul_rules using (true);
create policy rules_add on organisation_key for insert to rangkul_rules with check (true);
create policy rules on receipt for select to rangkul_rules using (true);

do $$ declare f regprocedure; begin
  foreach f in array array[
    'access.receipt_signers(uuid, uuid)', 'access.receipt_keys(uuid, uuid)',
    'access.add_receipt_key(uuid, uuid, uuid, uuid, text, jsonb, text, text)',
    'access.receipt_sections(uuid)', 'access.receipt_being_made(uuid, uuid)']::regprocedure[]
  loop
    execute format('alter function %s owner to rangkul_rules', f);
    execute format('revoke execute on function %s from public', f);
    execute format('grant execute on function %s to rangkul_app', f);
  end loop;
end $$;
"""

POLICIES = """
do $$ declare t text; begin
  foreach t in array array['organisation_key', 'receipt', 'receipt_signature'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy operator on %I to current_user using (true)', t);
  end loop;
end $$;
-- Nobody dates what they write.
grant select (id, organisation_id, kid, jwk, custodial, attested, created_at, retired_at),
  insert (id, organisation_id, kid, jwk, attested), update (retired_at) on organisation_key
  to rangkul_app;
grant select, insert (id, kind, number, handoff_id, version_id, signers, document, hash)
  on receipt to rangkul_app;
grant select, insert (id, receipt_id, organisation_id, kid, protected, signature)
  on receipt_signature to rangkul_app;

-- Public keys are public: whoever holds a receipt must be able to verify it, with no token.
create policy published on organisation_key for select to rangkul_app using (true);
create policy register on organisation_key for insert to rangkul_app with check (
  organisation_id = (select access.me()) and (select access.has('mou:sign')));
create policy retire on organisation_key for update to rangkul_app using (
  organisation_id = (select access.me()) and (select access.has('mou:sign')))
  with check (retired_at is not null);

create policy seen on receipt for select to rangkul_app using (
  (select access.has('handoff:read')) and exists (select from handoff h where h.id = handoff_id)
  or (select access.has('mou:read')) and exists (select from mou_version v where v.id = version_id));
create policy make on receipt for insert to rangkul_app with check (
  signers = access.receipt_signers(handoff_id, version_id));

create policy seen on receipt_signature for select to rangkul_app using (
  exists (select from receipt r where r.id = receipt_id));
create policy made on receipt_signature for insert to rangkul_app with check (
  access.receipt_being_made(receipt_id, organisation_id));
-- An organisation that keeps its own key signs afterwards, for itself.
create policy sign on receipt_signature for insert to rangkul_app with check (
  organisation_id = (select access.me()) and (select access.has('mou:sign'))
  and exists (select from receipt r
              where r.id = receipt_id and organisation_id = any (r.signers)));
"""

DOWNGRADE = """
revoke select on handoff_section from rangkul_rules;
drop table receipt_signature, receipt, organisation_key cascade;
drop function access.receipt_being_made(uuid, uuid), access.receipt_sections(uuid),
  access.add_receipt_key(uuid, uuid, uuid, uuid, text, jsonb, text, text),
  access.receipt_keys(uuid, uuid), access.receipt_signers(uuid, uuid);
"""


def upgrade() -> None:
    run(TABLES)
    run(RULES)
    run(POLICIES)
    run(CLOSED_WHILE_VIEWING)


def downgrade() -> None:
    run(DOWNGRADE)
