"""Agreements: versions, parties, clauses, signatures; when one is in force; who may see which.

The rules of `domain.md` that everything else rests on are the three functions `mou_status`,
`mou_in_force` and `live_clauses_to`: access between organisations is asked of them at the moment of
reading and kept nowhere.
"""

from migrations.sql import run

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = """
create table mou (
  id uuid primary key,
  kind varchar(40) not null check (kind in ('MEMORANDUM', 'COOPERATION_AGREEMENT', 'WORK_PLAN')),
  parent_id uuid constraint mou_parent_id_fkey references mou,
  proposer_id uuid not null constraint mou_proposer_id_fkey references organisation,
  suspended_at timestamptz,
  suspended_by uuid constraint mou_suspended_by_fkey references organisation,
  suspension_reason text,
  terminated_on date,
  terminated_by uuid constraint mou_terminated_by_fkey references organisation,
  termination_reason text,
  created_at timestamptz not null default now(),
  check ((suspended_at is null) = (suspension_reason is null)),
  check ((terminated_on is null) = (termination_reason is null)),
  check (parent_id <> id)
);
create index mou_parent_id_idx on mou (parent_id);
create index mou_proposer_id_idx on mou (proposer_id);
create index mou_created_at_id_idx on mou (created_at, id);

create table mou_version (
  id uuid primary key,
  mou_id uuid not null constraint mou_version_mou_id_fkey references mou,
  number integer not null check (number > 0),
  instrument varchar(40) not null check (instrument in ('ORIGINAL', 'AMENDMENT', 'EXTENSION')),
  stage varchar(40) not null check (stage in ('DRAFT', 'REVIEW', 'SIGNED', 'WITHDRAWN')),
  drafted_by uuid not null constraint mou_version_drafted_by_fkey references organisation,
  title text not null,
  purpose text not null,
  scope text not null,
  valid_from date not null,
  valid_until date not null,
  takes_effect_on date,
  obligations text,
  confidentiality text,
  evaluation text,
  disputes text,
  extension text,
  termination text,
  notice_days integer not null check (notice_days between 0 and 365),
  content_hash text not null,
  submitted_at timestamptz,
  signed_at timestamptz,
  in_force_from date,
  created_at timestamptz not null default now(),
  constraint mou_version_mou_id_number_key unique (mou_id, number),
  check (valid_until >= valid_from),
  check ((stage = 'SIGNED') = (in_force_from is not null))
);
create index mou_version_drafted_by_idx on mou_version (drafted_by);
-- One unfinished version at a time: an amendment starts from what is signed, not from a rival draft.
create unique index mou_version_one_open_key on mou_version (mou_id)
  where stage in ('DRAFT', 'REVIEW');

create table mou_party (
  id uuid primary key,
  version_id uuid not null constraint mou_party_version_id_fkey references mou_version,
  organisation_id uuid not null constraint mou_party_organisation_id_fkey references organisation,
  ordinal integer not null check (ordinal > 0),
  covers_branches boolean not null,
  constraint mou_party_version_id_organisation_id_key unique (version_id, organisation_id),
  constraint mou_party_version_id_ordinal_key unique (version_id, ordinal)
);
create index mou_party_organisation_id_idx on mou_party (organisation_id);

create table mou_clause (
  id uuid primary key,
  version_id uuid not null constraint mou_clause_version_id_fkey references mou_version,
  number integer not null check (number > 0),
  discloser_id uuid not null constraint mou_clause_discloser_id_fkey references organisation,
  recipient_id uuid not null constraint mou_clause_recipient_id_fkey references organisation,
  categories text[] not null check (cardinality(categories) > 0 and categories <@ array[
    'IDENTITY', 'CONTACT', 'FAMILY', 'INCIDENT', 'HEALTH', 'PSYCHOLOGICAL', 'LEGAL', 'EDUCATION',
    'SUSPECT', 'EVIDENCE', 'SERVICE', 'OUTCOME', 'AGGREGATE']),
  purposes text[] not null check (cardinality(purposes) > 0 and purposes <@ array[
    'PROTECTION', 'SERVICE_DELIVERY', 'LAW_ENFORCEMENT', 'COORDINATION', 'OVERSIGHT',
    'EVALUATION']),
  case_roles text[] not null check (cardinality(case_roles) > 0 and case_roles <@ array[
    'VICTIM', 'WITNESS', 'CHILD_OFFENDER']),
  valid_from date,
  valid_until date,
  onward_sharing boolean not null,
  retention_days integer not null check (retention_days between 1 and 36500),
  legal_basis text not null,
  constraint mou_clause_version_id_number_key unique (version_id, number),
  check (discloser_id <> recipient_id),
  check (valid_until >= valid_from)
);
create index mou_clause_recipient_id_idx on mou_clause (recipient_id);
create index mou_clause_discloser_id_idx on mou_clause (discloser_id);

create table mou_comment (
  id uuid primary key,
  version_id uuid not null constraint mou_comment_version_id_fkey references mou_version,
  organisation_id uuid not null constraint mou_comment_organisation_id_fkey references organisation,
  body text not null,
  created_at timestamptz not null default clock_timestamp()
);
create index mou_comment_version_id_idx on mou_comment (version_id, created_at, id);

create table mou_approval (
  id uuid primary key,
  version_id uuid not null constraint mou_approval_version_id_fkey references mou_version,
  organisation_id uuid not null
    constraint mou_approval_organisation_id_fkey references organisation,
  content_hash text not null,
  created_at timestamptz not null default clock_timestamp(),
  constraint mou_approval_version_id_organisation_id_content_hash_key
    unique (version_id, organisation_id, content_hash)
);

create table mou_signature (
  id uuid primary key,
  version_id uuid not null constraint mou_signature_version_id_fkey references mou_version,
  organisation_id uuid not null
    constraint mou_signature_organisation_id_fkey references organisation,
  document_number text not null,
  signatory_name text not null,
  signatory_office text not null,
  delegation_letter text,
  content_hash text not null,
  created_at timestamptz not null default clock_timestamp(),
  constraint mou_signature_version_id_organisation_id_key unique (version_id, organisation_id)
);

create table mou_event (
  id uuid primary key,
  mou_id uuid not null constraint mou_event_mou_id_fkey references mou,
  version_id uuid not null constraint mou_event_version_id_fkey references mou_version,
  kind text not null,
  actor_id uuid not null constraint mou_event_actor_id_fkey references organisation,
  note text,
  created_at timestamptz not null default clock_timestamp()
);
create index mou_event_mou_id_idx on mou_event (mou_id, created_at, id);

-- What a party has signed stays as it was, whoever asks.
create function access.keep_signed() returns trigger language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  version uuid := case when tg_table_name = 'mou_version' then (to_jsonb(old) ->> 'id')::uuid
                       else (to_jsonb(coalesce(new, old)) ->> 'version_id')::uuid end;
begin
  if exists (select from mou_signature s where s.version_id = version) then
    raise exception 'the content of a signed version does not change'
      using errcode = 'check_violation', constraint = 'mou_signed_content_stays';
  end if;
  if tg_table_name = 'mou_version' and access.me() <> (to_jsonb(old) ->> 'drafted_by')::uuid
     and not access.is_mou_admin() then
    raise exception 'the content of a version is its drafter''s'
      using errcode = 'insufficient_privilege';
  end if;
  return coalesce(new, old);
end $$;
alter function access.keep_signed() owner to rangkul_rules;

-- An agreement binds once every party has signed the very content, and then stays as concluded.
create function access.keep_concluded() returns trigger language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if old.stage = 'SIGNED' and access.me() is not null then
    raise exception 'a concluded version does not change'
      using errcode = 'check_violation', constraint = 'mou_concluded_stays';
  end if;
  if new.stage = 'SIGNED' and exists (
    select from mou_party p where p.version_id = new.id and not exists (
      select from mou_signature s where s.version_id = p.version_id
       and s.organisation_id = p.organisation_id and s.content_hash = new.content_hash))
  then
    raise exception 'not every party has signed this content'
      using errcode = 'check_violation', constraint = 'mou_signed_by_all';
  end if;
  return new;
end $$;
alter function access.keep_concluded() owner to rangkul_rules;
create trigger concluded_by_all before update on mou_version
  for each row execute function access.keep_concluded();
create trigger signed_content_stays before update of title, purpose, scope, valid_from, valid_until,
    takes_effect_on, obligations, confidentiality, evaluation, disputes, extension, termination,
    notice_days, content_hash, number, instrument on mou_version
  for each row execute function access.keep_signed();
create trigger signed_content_stays before insert or update or delete on mou_party
  for each row execute function access.keep_signed();
create trigger signed_content_stays before insert or update or delete on mou_clause
  for each row execute function access.keep_signed();
"""

RULES = """
grant select on mou, mou_version, mou_party, mou_clause, mou_signature to rangkul_rules;

-- plpgsql throughout: it keeps its plans for the session, on every version of PostgreSQL.
create function access.mou_version_in_force(mou uuid) returns uuid language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return (select v.id from mou_version v
          where v.mou_id = mou and v.stage = 'SIGNED' and v.in_force_from <= access.today()
          order by v.number desc limit 1);
end $$;
comment on function access.mou_version_in_force(uuid) is
  'The newest signed version whose day has come.';

create function access.mou_status(mou uuid) returns text language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  today date := access.today();
  paper record;
  current record;
begin
  select m.terminated_on, m.suspended_at into paper from mou m where m.id = mou;
  if paper.terminated_on <= today then
    return 'TERMINATED';
  end if;
  select v.valid_from, v.valid_until into current
  from mou_version v where v.id = access.mou_version_in_force(mou);
  if current is null then  -- no version counts yet: the paper's own stage
    return coalesce(
      (select 'SIGNED' where exists (
         select from mou_version v where v.mou_id = mou and v.stage = 'SIGNED')),
      (select v.stage from mou_version v where v.mou_id = mou order by v.number desc limit 1));
  end if;
  return case when current.valid_from > today then 'SIGNED'  -- counts already, begins later
              when current.valid_until < today then 'EXPIRED'
              when paper.suspended_at is not null then 'SUSPENDED'
              else 'ACTIVE' end;
end $$;
comment on function access.mou_status(uuid) is 'The state of an agreement today.';

create function access.mou_in_force(mou uuid) returns boolean language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  above uuid := mou;
begin
  while above is not null loop
    if access.mou_status(above) is distinct from 'ACTIVE' then
      return false;
    end if;
    above := (select m.parent_id from mou m where m.id = above);
  end loop;
  return mou is not null;
end $$;
comment on function access.mou_in_force(uuid) is
  'Whether the agreement is active and so is every agreement it stands under.';

create function access.live_clauses_to(recipient uuid)
returns table (mou_id uuid, discloser_id uuid, discloser_covers_branches boolean,
               categories text[], purposes text[], case_roles text[])
language plpgsql stable rows 20
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query
  select v.mou_id, c.discloser_id, d.covers_branches, c.categories, c.purposes, c.case_roles
  from organisation o
  join mou_clause c on c.recipient_id = any (o.path)
  join mou_version v on v.id = c.version_id
  join mou_party r on r.version_id = v.id and r.organisation_id = c.recipient_id
                  and (r.organisation_id = o.id or r.covers_branches)
  join mou_party d on d.version_id = v.id and d.organisation_id = c.discloser_id
  where o.id = recipient
    and v.stage = 'SIGNED'
    and access.today() between coalesce(c.valid_from, v.valid_from)
                           and coalesce(c.valid_until, v.valid_until)
    and v.id = access.mou_version_in_force(v.mou_id)
    and access.mou_in_force(v.mou_id);
end $$;
comment on function access.live_clauses_to(uuid) is
  'The data-sharing clauses that let anyone disclose anything to the organisation today.';

-- A grant is a key of one JSON object, so that a policy asks for it in logarithmic time, of a value
-- computed once a statement: agreement, how the discloser is reached (= itself, < through a party
-- that covers its branches), that party, category, purpose and role.
create function access.my_grants() returns jsonb language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return coalesce((
    select jsonb_object_agg(
      concat(c.mou_id, reach, c.discloser_id, category, purpose, case_role), null)
    from access.live_clauses_to(access.me()) c
    cross join unnest(c.categories) category
    cross join unnest(c.purposes) purpose
    cross join unnest(c.case_roles) case_role
    cross join lateral (
      select '=' as reach union all select '<' where c.discloser_covers_branches) r
  ), '{}');
end $$;
comment on function access.my_grants() is
  'All that live clauses open to the caller today, as the keys of an object.';

create function access.discloses(mou uuid, discloser uuid, recipient uuid,
                                 category text, purpose text, case_role text)
returns boolean language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return exists (
    select from access.live_clauses_to(recipient) c
    join organisation o on o.id = discloser
    where c.mou_id = mou
      and (c.discloser_id = o.id or c.discloser_covers_branches and c.discloser_id = any (o.path))
      and category = any (c.categories) and purpose = any (c.purposes)
      and case_role = any (c.case_roles));
end $$;
comment on function access.discloses(uuid, uuid, uuid, text, text, text) is
  'Whether a live clause lets one organisation disclose a category to another for a purpose.';

create function access.shares_agreement(mou uuid, one uuid, other uuid)
returns boolean language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return access.mou_in_force(mou) and (
    select count(distinct o.id) = 2
    from organisation o join mou_party p on p.version_id = access.mou_version_in_force(mou)
     and (p.organisation_id = o.id or p.covers_branches and p.organisation_id = any (o.path))
    where o.id in (one, other) and o.dissolved_at is null);
end $$;
comment on function access.shares_agreement(uuid, uuid, uuid) is
  'Whether both organisations are parties, or covered by parties, of an agreement in force.';

create function access.my_mou_versions()
returns table (version_id uuid, mou_id uuid, as_party boolean) language plpgsql stable rows 50
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query
  select v.id, v.mou_id, true from mou_version v where v.drafted_by = access.me()
  union
  select v.id, v.mou_id, p.organisation_id = o.id
  from organisation o
  join mou_party p on p.organisation_id = any (o.path)
  join mou_version v on v.id = p.version_id
  where o.id = access.me()
    and (p.organisation_id = o.id and v.submitted_at is not null
      or p.covers_branches and v.stage = 'SIGNED');
end $$;
comment on function access.my_mou_versions() is
  'Versions the caller drafted, is a party to once submitted, or is covered by once signed.';

create function access.is_mou_admin() returns boolean language sql stable
security definer set search_path = pg_catalog, public, pg_temp
begin atomic
  select access.has('mou:admin') and access.is_kpai();
end;
comment on function access.is_mou_admin() is 'Whether a KPAI administrator of agreements is calling.';

create function access.mou_next_number(mou uuid) returns integer language sql stable
security definer set search_path = pg_catalog, public, pg_temp
begin atomic
  select case when bool_or(v.stage in ('DRAFT', 'REVIEW')) then null else max(v.number) + 1 end
  from mou_version v where v.mou_id = mou;
end;
comment on function access.mou_next_number(uuid) is
  'The number of the next version, or null while one is unfinished: drafts of others count too.';

do $$ declare f regprocedure; begin
  foreach f in array array[
    'access.mou_version_in_force(uuid)', 'access.mou_status(uuid)', 'access.mou_in_force(uuid)',
    'access.mou_next_number(uuid)',
    'access.live_clauses_to(uuid)', 'access.my_grants()',
    'access.discloses(uuid, uuid, uuid, text, text, text)',
    'access.shares_agreement(uuid, uuid, uuid)', 'access.my_mou_versions()',
    'access.is_mou_admin()']::regprocedure[]
  loop
    execute format('alter function %s owner to rangkul_rules', f);
    execute format('revoke execute on function %s from public', f);
    execute format('grant execute on function %s to rangkul_app', f);
  end loop;
end $$;
revoke execute on function access.keep_signed(), access.keep_concluded() from public;
-- The raw list of another organisation's clauses is for the rules alone.
revoke execute on function access.live_clauses_to(uuid) from rangkul_app;
"""

POLICIES = """
do $$ declare t text; begin
  foreach t in array array['mou', 'mou_version', 'mou_party', 'mou_clause', 'mou_comment',
                           'mou_approval', 'mou_signature', 'mou_event'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('grant select, insert on %I to rangkul_app', t);
  end loop;
  foreach t in array array['mou', 'mou_version', 'mou_party', 'mou_clause', 'mou_signature'] loop
    execute format('create policy rules on %I for select to rangkul_rules using (true)', t);
  end loop;
end $$;
grant update (suspended_at, suspended_by, suspension_reason,
              terminated_on, terminated_by, termination_reason) on mou to rangkul_app;
grant update (stage, title, purpose, scope, valid_from, valid_until, takes_effect_on, obligations,
              confidentiality, evaluation, disputes, extension, termination, notice_days,
              content_hash, submitted_at, signed_at, in_force_from) on mou_version to rangkul_app;
grant delete on mou_party, mou_clause to rangkul_app;

create policy seen on mou for select to rangkul_app using (
  (select access.is_mou_admin()) or proposer_id = (select access.me())
  or id in (select mou_id from access.my_mou_versions()));
create policy propose on mou for insert to rangkul_app with check (
  proposer_id = (select access.me()) and (select access.has('mou:write')));
create policy manage on mou for update to rangkul_app using (
  (select access.has('mou:write'))
  and ((select access.is_mou_admin())
    or id in (select mou_id from access.my_mou_versions() where as_party)));

create policy seen on mou_version for select to rangkul_app using (
  (select access.is_mou_admin()) or drafted_by = (select access.me())
  or id in (select version_id from access.my_mou_versions()));
create policy draft on mou_version for insert to rangkul_app with check (
  (select access.has('mou:write')) and drafted_by = (select access.me())
  and stage = 'DRAFT'
  and ((select access.is_mou_admin())
    or mou_id in (select m.mou_id from access.my_mou_versions() m where m.as_party)
    or exists (select from mou m where m.id = mou_id and m.proposer_id = (select access.me()))));
create policy advance on mou_version for update to rangkul_app using (
  ((select access.has('mou:write')) or (select access.has('mou:sign')))
  and ((select access.is_mou_admin())
    or id in (select version_id from access.my_mou_versions() where as_party)));

create policy seen on mou_party for select to rangkul_app using (
  exists (select from mou_version v where v.id = version_id));
create policy draft on mou_party for insert to rangkul_app with check (
  (select access.has('mou:write')) and exists (
    select from mou_version v where v.id = version_id and v.stage in ('DRAFT', 'REVIEW')
     and ((select access.is_mou_admin()) or v.drafted_by = (select access.me()))));
create policy redraft on mou_party for delete to rangkul_app using (
  (select access.has('mou:write')) and exists (
    select from mou_version v where v.id = version_id and v.stage in ('DRAFT', 'REVIEW')
     and ((select access.is_mou_admin()) or v.drafted_by = (select access.me()))));

create policy seen on mou_clause for select to rangkul_app using (
  exists (select from mou_version v where v.id = version_id));
create policy draft on mou_clause for insert to rangkul_app with check (
  (select access.has('mou:write')) and exists (
    select from mou_version v where v.id = version_id and v.stage in ('DRAFT', 'REVIEW')
     and ((select access.is_mou_admin()) or v.drafted_by = (select access.me()))));
create policy redraft on mou_clause for delete to rangkul_app using (
  (select access.has('mou:write')) and exists (
    select from mou_version v where v.id = version_id and v.stage in ('DRAFT', 'REVIEW')
     and ((select access.is_mou_admin()) or v.drafted_by = (select access.me()))));

-- The talk of a review is between the parties; those merely covered see the result.
create policy seen on mou_comment for select to rangkul_app using (
  (select access.is_mou_admin())
  or version_id in (select version_id from access.my_mou_versions() where as_party));
create policy speak on mou_comment for insert to rangkul_app with check (
  (select access.has('mou:write')) and organisation_id = (select access.me())
  and ((select access.is_mou_admin())
    or version_id in (select version_id from access.my_mou_versions() where as_party)));

create policy seen on mou_approval for select to rangkul_app using (
  (select access.is_mou_admin())
  or version_id in (select version_id from access.my_mou_versions() where as_party));
create policy approve on mou_approval for insert to rangkul_app with check (
  (select access.has('mou:write')) and organisation_id = (select access.me())
  and exists (select from mou_party p
              where p.version_id = mou_approval.version_id and p.organisation_id = access.me()));

create policy seen on mou_signature for select to rangkul_app using (
  exists (select from mou_version v where v.id = version_id));
create policy sign on mou_signature for insert to rangkul_app with check (
  (select access.has('mou:sign')) and organisation_id = (select access.me())
  and exists (select from mou_party p
              where p.version_id = mou_signature.version_id and p.organisation_id = access.me())
  and exists (select from mou_version v
              where v.id = mou_signature.version_id and v.stage = 'REVIEW'
                and v.content_hash = mou_signature.content_hash));

create policy seen on mou_event for select to rangkul_app using (
  (select access.is_mou_admin())
  or version_id in (select version_id from access.my_mou_versions() where as_party));
create policy record on mou_event for insert to rangkul_app with check (
  actor_id = (select access.me())
  and ((select access.has('mou:write')) or (select access.has('mou:sign')))
  and exists (select from mou_version v where v.id = version_id and v.mou_id = mou_event.mou_id)
  and ((select access.is_mou_admin())
    or version_id in (select m.version_id from access.my_mou_versions() m where m.as_party)));

create view mou_now with (security_invoker = true) as
select m.id, m.kind, m.parent_id, m.proposer_id, m.suspended_at, m.suspension_reason,
       m.terminated_on, m.termination_reason, m.created_at,
       access.mou_status(m.id)::varchar(40) as status,
       access.mou_in_force(m.id) as in_force,
       (select v.id from mou_version v where v.mou_id = m.id
        order by (v.id = access.mou_version_in_force(m.id)) is true desc, v.number desc
        limit 1) as version_id
from mou m;
grant select on mou_now to rangkul_app;
"""

DOWNGRADE = """
drop view mou_now;
drop table mou_event, mou_signature, mou_approval, mou_comment, mou_clause, mou_party, mou_version,
  mou cascade;
drop function if exists access.keep_signed(), access.keep_concluded(), access.my_grants(), access.my_mou_versions(),
  access.is_mou_admin(), access.shares_agreement(uuid, uuid, uuid),
  access.discloses(uuid, uuid, uuid, text, text, text), access.live_clauses_to(uuid),
  access.mou_in_force(uuid), access.mou_status(uuid), access.mou_version_in_force(uuid),
  access.mou_next_number(uuid) cascade;
"""


def upgrade() -> None:
    run(TABLES)
    run(RULES)
    run(POLICIES)


def downgrade() -> None:
    run(DOWNGRADE)
