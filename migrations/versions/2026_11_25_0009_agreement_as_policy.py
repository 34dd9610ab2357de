"""What opens and closes content beside the clause: basis, emergency, restriction, retention, passing
on; and content that is sealed before it comes here.

A section is open to the other side while its handoff discloses, a live clause covers it, the clause's
time of keeping has not run out, and `access.barred_by` finds nothing: a lawful basis of its author
holds (UU PDP article 20) and nobody restricted it (article 41). Beside that stand an emergency (akses
darurat) and what was passed on. `access.verdict` says which of these it was; the policies on the body
decide, and tests hold the two together.
"""

from alembic import op

from migrations.clock_rules import HOURS, UNDO_HOURS, insert_clock_rules
from migrations.consent import CONSENT, UNDO_CONSENT
from migrations.disclosing import HELD, RULES
from migrations.emergencies import CUSTODY, EMERGENCIES, UNDO_EMERGENCIES
from migrations.explaining import (
    CLOSED_WHILE_VIEWING,
    EXPLAINING,
    UNDO_EXPLAINING,
    UNDO_VIEWING,
    VIEWING,
)
from migrations.preview import PREVIEW, SUPPOSING, UNDO_PREVIEW, UNDO_SUPPOSING
from migrations.readings import READINGS, UNDO_READINGS
from migrations.retention import RETENTION, UNDO_RETENTION
from migrations.sql import run
from migrations.unsealed import UNDO

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

CATEGORIES = (
    "array['IDENTITY', 'CONTACT', 'FAMILY', 'INCIDENT', 'HEALTH', 'PSYCHOLOGICAL', 'LEGAL',"
    " 'EDUCATION', 'SUSPECT', 'EVIDENCE', 'SERVICE', 'OUTCOME', 'AGGREGATE']"
)
PURPOSES = (
    "array['PROTECTION', 'SERVICE_DELIVERY', 'LAW_ENFORCEMENT', 'COORDINATION', 'OVERSIGHT',"
    " 'EVALUATION']"
)
RELATIONS = (
    "('CHILD', 'FATHER', 'MOTHER', 'STEP_PARENT', 'FOSTER_PARENT', 'GUARDIAN', 'SIBLING',"
    " 'RELATIVE', 'OTHER')"
)
BASES = (
    "('CONSENT', 'CONTRACT', 'LEGAL_OBLIGATION', 'VITAL_INTEREST', 'PUBLIC_TASK',"
    " 'LEGITIMATE_INTEREST')"
)

SCOPES = """
alter table organisation alter column scopes set default '{organisation:read,mou:read,mou:write,'
  'mou:sign,activity:read,activity:write,handoff:read,handoff:write,handoff:identity,'
  'handoff:emergency,ledger:read,client:read,client:write,user:read,user:write,security:read}';
update organisation set scopes = scopes || '{handoff:emergency,ledger:read}'::text[];
update staff_role set scopes = scopes || '{ledger:read}'::text[]
  where code in ('ADMINISTRATOR', 'AGREEMENT_OFFICER', 'SUPERVISOR', 'AUDITOR');
update staff_role set scopes = scopes || '{handoff:emergency}'::text[]
  where code in ('CASE_WORKER', 'SUPERVISOR');
"""

# Content is sealed by the application, under a key of the case that is itself sealed. What was
# written in clear before cannot be sealed here, where no key is.
SEALED = """
do $$ begin
  if exists (select from handoff_section_body) then
    raise exception 'there is content written before it was sealed: this version takes none over';
  end if;
end $$;

create table case_file (
  id uuid primary key,
  kek_id text not null,
  wrapped bytea,
  destroyed_at timestamptz,
  created_at timestamptz not null default now(),
  check ((wrapped is null) = (destroyed_at is not null))
);
-- case_file: A case (berkas kasus) and its key, sealed; without it nothing opens.
create index case_file_kek_id_idx on case_file (kek_id);

create table vault_key (
  name text primary key,
  kek_id text not null,
  wrapped bytea not null
);
-- vault_key: Keys of the installation, sealed: for the index of words.

drop view handoff_section_now;
drop function access.sections_matching(text);
alter table handoff
  add column case_id uuid not null constraint handoff_case_id_fkey references case_file,
  add column onward_of_id uuid constraint handoff_onward_of_id_fkey references handoff,
  add column victim_reported_at timestamptz;
create index handoff_case_id_idx on handoff (case_id);
create index handoff_onward_of_id_idx on handoff (onward_of_id) where onward_of_id is not null;

alter table handoff_section
  add column source_id uuid constraint handoff_section_source_id_fkey references handoff_section,
  add column origin_id uuid constraint handoff_section_origin_id_fkey references handoff_section,
  add column corrected_at timestamptz,
  add column destroyed_at timestamptz,
  add column destruction varchar(40) check (destruction in ('RETENTION', 'ERASURE')),
  add constraint handoff_section_passed_on_check check ((source_id is null) = (origin_id is null)),
  add constraint handoff_section_destroyed_check
    check ((destroyed_at is null) = (destruction is null));
create index handoff_section_source_id_idx on handoff_section (source_id)
  where source_id is not null;
create index handoff_section_origin_id_idx on handoff_section (origin_id)
  where origin_id is not null;

drop index handoff_section_body_search_idx;
alter table handoff_section_body drop column body,
  add column sealed bytea not null check (octet_length(sealed) between 29 and 80100),
  add column sealed_key bytea not null check (octet_length(sealed_key) = 60);

create table section_word (
  section_id uuid not null
    constraint section_word_section_id_fkey references handoff_section_body on delete cascade,
  organisation_id uuid not null
    constraint section_word_organisation_id_fkey references organisation,
  words bigint[] not null,
  primary key (section_id, organisation_id)
);
-- section_word: Keyed hashes of the words of a section, under a key of each organisation that may
--  look for them.
create index section_word_words_idx on section_word using gin (words);

alter table mou_version add column emergency_excluded text[] not null default '{}'
  check (emergency_excluded <@ CATEGORIES);
create trigger signed_emergency_excluded_stays before update of emergency_excluded on mou_version
  for each row execute function access.keep_signed();
grant update (emergency_excluded) on mou_version to rangkul_app;
""".replace("CATEGORIES", CATEGORIES)

TABLES = f"""
create table lawful_basis (
  id uuid primary key,
  handoff_id uuid not null constraint lawful_basis_handoff_id_fkey references handoff,
  author_id uuid not null constraint lawful_basis_author_id_fkey references organisation,
  kind varchar(40) not null check (kind in {BASES}),
  categories text[] not null
    check (cardinality(categories) > 0 and categories <@ {CATEGORIES}),
  purposes text[] not null check (cardinality(purposes) > 0 and purposes <@ {PURPOSES}),
  legal_source text,
  giver_relation varchar(40) check (giver_relation in {RELATIONS}),
  giver_sealed bytea,
  giver_keys bytea[] not null default '{{}}',
  given_at timestamptz,
  document_hash text,
  valid_until date,
  rests_on uuid constraint lawful_basis_rests_on_fkey references lawful_basis,
  withdrawn_categories text[] not null default '{{}}',
  withdrawn_at timestamptz,
  withdrawal_reason text,
  created_at timestamptz not null default clock_timestamp(),
  check (withdrawn_categories <@ categories),
  check ((withdrawn_at is null) = (withdrawn_categories = '{{}}')),
  check ((kind = 'CONSENT') = (giver_relation is not null)),
  check ((kind = 'CONSENT') = (given_at is not null)),
  check (kind = 'CONSENT' or legal_source is not null),
  check (rests_on <> id)
);
-- lawful_basis: On what a handoff rests (dasar pemrosesan, UU PDP article 20), as each author
--  names it.
create index lawful_basis_handoff_id_idx on lawful_basis (handoff_id, author_id);
create index lawful_basis_rests_on_idx on lawful_basis (rests_on) where rests_on is not null;

create table case_suspect (
  id uuid primary key,
  case_id uuid not null constraint case_suspect_case_id_fkey references case_file,
  named_by uuid not null constraint case_suspect_named_by_fkey references organisation,
  relation varchar(40) not null check (relation in {RELATIONS} and relation <> 'CHILD'),
  sealed bytea,
  keys bytea[] not null default '{{}}',
  created_at timestamptz not null default clock_timestamp(),
  retracted_at timestamptz
);
-- case_suspect: Who is the reported person (terlapor) of a case, so that no consent of theirs
--  counts.
create index case_suspect_case_id_idx on case_suspect (case_id);

create table withdrawal_notice (
  id uuid primary key,
  basis_id uuid not null constraint withdrawal_notice_basis_id_fkey references lawful_basis,
  handoff_id uuid not null constraint withdrawal_notice_handoff_id_fkey references handoff,
  receiver_id uuid not null constraint withdrawal_notice_receiver_id_fkey references organisation,
  cause varchar(40) not null check (cause in ('WITHDRAWN', 'GUARDIAN_CONFLICT')),
  categories text[] not null,
  created_at timestamptz not null default now(),
  acknowledged_at timestamptz
);
-- withdrawal_notice: That a receiver was told to stop (UU PDP article 40), and when it said it
--  had.
create index withdrawal_notice_handoff_id_idx on withdrawal_notice (handoff_id);
create index withdrawal_notice_receiver_id_idx on withdrawal_notice (receiver_id);
create index withdrawal_notice_basis_id_idx on withdrawal_notice (basis_id);

create table emergency_access (
  id uuid primary key,
  handoff_id uuid not null constraint emergency_access_handoff_id_fkey references handoff,
  organisation_id uuid not null
    constraint emergency_access_organisation_id_fkey references organisation,
  section_ids uuid[] not null check (cardinality(section_ids) > 0),
  reason_sealed bytea not null,
  opened_at timestamptz not null default now(),
  ends_at timestamptz not null,
  closed_at timestamptz,
  client_id uuid not null constraint emergency_access_client_id_fkey references client,
  user_id uuid constraint emergency_access_user_id_fkey references user_account,
  reviewed_at timestamptz,
  reviewed_by uuid constraint emergency_access_reviewed_by_fkey references organisation,
  finding varchar(40) check (finding in ('JUSTIFIED', 'NOT_JUSTIFIED')),
  review_note text,
  origin_ids uuid[] not null,
  reviewer_ids uuid[] not null,
  review_due_at timestamptz not null,
  check (ends_at > opened_at and ends_at <= opened_at + interval '72 hours'),
  check ((reviewed_at is null) = (finding is null)),
  check ((reviewed_at is null) = (reviewed_by is null))
);
-- emergency_access: Break-glass (akses darurat): opened, ended, and reviewed.
create index emergency_access_handoff_id_idx on emergency_access (handoff_id);
create index emergency_access_organisation_id_idx on emergency_access (organisation_id, ends_at);

create table legal_hold (
  id uuid primary key,
  case_id uuid not null constraint legal_hold_case_id_fkey references case_file,
  placed_by uuid not null constraint legal_hold_placed_by_fkey references organisation,
  document_number text not null,
  reason text not null,
  created_at timestamptz not null default now(),
  lifted_at timestamptz,
  lift_reason text,
  check ((lifted_at is null) = (lift_reason is null))
);
-- legal_hold: Content tied to a legal case is not destroyed (UU PDP articles 43 and 44).
create index legal_hold_case_id_idx on legal_hold (case_id);

create table data_request (
  id uuid primary key,
  handoff_id uuid not null constraint data_request_handoff_id_fkey references handoff,
  kind varchar(40) not null check (kind in ('RECTIFICATION', 'RESTRICTION', 'ERASURE')),
  categories text[] not null
    check (cardinality(categories) > 0 and categories <@ {CATEGORIES}),
  opened_by uuid not null constraint data_request_opened_by_fkey references organisation,
  controller_id uuid not null constraint data_request_controller_id_fkey references organisation,
  requester_relation varchar(40) not null check (requester_relation in {RELATIONS}),
  details_sealed bytea not null,
  status varchar(40) not null default 'OPEN'
    check (status in ('OPEN', 'GRANTED', 'REFUSED', 'LIFTED')),
  created_at timestamptz not null default now(),
  answered_at timestamptz,
  answer text,
  lifted_at timestamptz,
  check ((status = 'OPEN') = (answered_at is null)),
  check ((status = 'LIFTED') = (lifted_at is not null))
);
-- data_request: Rectification, restriction or erasure, asked for the child (UU PDP articles 30,
--  41, 43).
create index data_request_handoff_id_idx on data_request (handoff_id);
create index data_request_controller_id_idx on data_request (controller_id, status);
create index data_request_opened_by_idx on data_request (opened_by);
"""

POLICIES = """
drop policy seen on handoff;
create policy seen on handoff for select to rangkul_app using (
  ((select access.has('handoff:read')) or (select access.has('handoff:write')))
  and (sender_id = (select access.me())
    or receiver_id = (select access.me()) and requested_at is not null
    or id = any ((select access.my_emergency_handoffs())::uuid[])));
-- Written so that PostgreSQL expects it to let many rows through: an inbox is then read along its index.
create policy viewing on handoff as restrictive for select to rangkul_app using (
  coalesce(id = (select access.viewing()), true));
drop policy send on handoff;
create policy send on handoff for insert to rangkul_app with check (
  sender_id = (select access.me()) and (select access.has('handoff:write'))
  and status in ('DRAFT', 'REQUESTED')
  and access.shares_agreement(mou_id, sender_id, receiver_id)
  and access.fits_case(case_id, onward_of_id));

-- The timeline is between the two sides, and holds reasons: an emergency does not open it.
drop policy seen on handoff_event;
create policy seen on handoff_event for select to rangkul_app using (
  exists (select from handoff h
          where h.id = handoff_id and (select access.me()) in (h.sender_id, h.receiver_id)));
drop policy covered on handoff_section;
create policy covered on handoff_section for insert to rangkul_app with check (
  (select access.has('handoff:write'))
  and case when source_id is null then
    author_id = (select access.me()) and exists (
      select from handoff h where h.id = handoff_id
       and (select access.me()) in (h.sender_id, h.receiver_id)
       and access.discloses(
         h.mou_id, author_id,
         case when h.sender_id = author_id then h.receiver_id else h.sender_id end,
         category, h.purpose, h.child_role))
  else access.may_pass(source_id, origin_id, handoff_id, author_id, category) end);
drop policy discard on handoff_section;
create policy discard on handoff_section for delete to rangkul_app using (
  (select access.has('handoff:write')) and exists (
    select from handoff h
    where h.id = handoff_id and h.status = 'DRAFT' and h.sender_id = (select access.me())));

drop policy own_words on handoff_section_body;
create policy own_words on handoff_section_body for select to rangkul_app using (
  author_id = (select access.me()) and exists (
    select from handoff h where h.id = handoff_id
     and not (access.custody_moved(h.kind, h.status, h.accepted_at)
              and h.sender_id = (select access.me()))));
drop policy disclosed on handoff_section_body;
create policy disclosed on handoff_section_body for select to rangkul_app using (
  author_id <> (select access.me()) and exists (
    select from handoff h
    cross join unnest((select o.path from organisation o where o.id = author_id)) party
    cross join lateral (select ((select access.my_grants()) ->> concat(
      h.mou_id, case when party = author_id then '=' else '<' end, party,
      category, h.purpose, h.child_role))::integer as days) g
    where h.id = handoff_id and (select access.me()) in (h.sender_id, h.receiver_id)
      and access.discloses_in(h.status)
      and g.days is not null
      and (h.ended_at is null or now() < access.kept_until(h.ended_at, g.days))
      and access.barred_by(h.id, author_id, category, h.purpose) is null));
-- PostgreSQL asks policies from the last name to the first, so that what costs most is asked last.
create policy at_second_hand on handoff_section_body for select to rangkul_app using (
  access.passed_to_me(section_id));
create policy emergency on handoff_section_body for select to rangkul_app using (
  section_id = any ((select access.my_emergency_sections())::uuid[]));

-- Not coalesce() where it joins: PostgreSQL does not know of that that it tells nothing, and would
-- look at every body before it looks at the index.
create view handoff_section_now with (security_invoker = true) as
select s.id, s.handoff_id, s.author_id, s.category, s.created_at, s.source_id, s.corrected_at,
       s.destroyed_at, s.destruction, coalesce(s.origin_id, s.id) as origin_id, b.handoff_id
       as origin_handoff_id, b.sealed, b.sealed_key, h.case_id, c.kek_id, c.wrapped,
       case when b.section_id is null then coalesce(
         (select v.code from access.verdict(s.id) v where not v.open), 'NOT_COVERED')
       end::varchar(40) as withheld
from handoff_section s
join handoff h on h.id = s.handoff_id
left join handoff_section_body b
  on b.section_id = case when s.origin_id is null then s.id else s.origin_id end
left join case_file c on c.id = h.case_id and b.section_id is not null;
grant select on handoff_section_now to rangkul_app;

create policy of_mine on case_file for select to rangkul_app using (
  exists (select from handoff h where h.case_id = case_file.id));
create policy begin on case_file for insert to rangkul_app with check (
  (select access.has('handoff:write')));

create policy root on vault_key for select to rangkul_app using (true);
create policy first on vault_key for insert to rangkul_app with check (name = 'root');

create policy write on section_word for insert to rangkul_app with check (
  (select access.has('handoff:write')) and exists (
    select from handoff_section s join handoff h on h.id = s.handoff_id
    where s.id = section_id and s.author_id = (select access.me())
      and organisation_id in (h.sender_id, h.receiver_id)));

create policy seen on lawful_basis for select to rangkul_app using (
  exists (select from handoff h
          where h.id = handoff_id and (select access.me()) in (h.sender_id, h.receiver_id)));
create policy name on lawful_basis for insert to rangkul_app with check (
  author_id = (select access.me()) and (select access.has('handoff:write'))
  and withdrawn_at is null
  and exists (select from handoff h
              where h.id = handoff_id and (select access.me()) in (h.sender_id, h.receiver_id)));
grant update (withdrawn_categories, withdrawn_at, withdrawal_reason) on lawful_basis to rangkul_app;
create policy withdraw on lawful_basis for update to rangkul_app using (
  author_id = (select access.me()) and (select access.has('handoff:write')));
create function access.keep_withdrawn() returns trigger language plpgsql as $$
begin
  if not new.withdrawn_categories @> old.withdrawn_categories then
    raise exception 'what was withdrawn stays withdrawn'
      using errcode = 'check_violation', constraint = 'lawful_basis_withdrawn_stays';
  end if;
  return new;
end $$;
revoke execute on function access.keep_withdrawn() from public;
create trigger lawful_basis_withdrawn_stays before update of withdrawn_categories on lawful_basis
  for each row execute function access.keep_withdrawn();

create policy named on case_suspect for select to rangkul_app using (
  named_by = (select access.me())
  and ((select access.has('handoff:read')) or (select access.has('handoff:write'))));
create policy name on case_suspect for insert to rangkul_app with check (
  named_by = (select access.me()) and (select access.has('handoff:write'))
  and exists (select from handoff h where h.case_id = case_suspect.case_id
              and (select access.me()) in (h.sender_id, h.receiver_id)));
grant update (retracted_at) on case_suspect to rangkul_app;
create policy retract on case_suspect for update to rangkul_app using (
  named_by = (select access.me()) and (select access.has('handoff:write')));

create policy seen on withdrawal_notice for select to rangkul_app using (
  exists (select from handoff h
          where h.id = handoff_id and (select access.me()) in (h.sender_id, h.receiver_id)));
grant update (acknowledged_at) on withdrawal_notice to rangkul_app;
create policy acknowledge on withdrawal_notice for update to rangkul_app using (
  receiver_id = (select access.me()) and (select access.has('handoff:write')));

create policy seen on legal_hold for select to rangkul_app using (
  exists (select from handoff h where h.case_id = legal_hold.case_id
          and (select access.me()) in (h.sender_id, h.receiver_id)));
create policy place on legal_hold for insert to rangkul_app with check (
  placed_by = (select access.me()) and (select access.has('handoff:write'))
  and exists (select from handoff h where h.case_id = legal_hold.case_id
              and (select access.me()) in (h.sender_id, h.receiver_id)));
grant update (lifted_at, lift_reason) on legal_hold to rangkul_app;
create policy lift on legal_hold for update to rangkul_app using (
  placed_by = (select access.me()) and lifted_at is null and (select access.has('handoff:write')))
  with check (placed_by = (select access.me()));

create policy seen on data_request for select to rangkul_app using (
  exists (select from handoff h
          where h.id = handoff_id and (select access.me()) in (h.sender_id, h.receiver_id)));
create policy ask on data_request for insert to rangkul_app with check (
  opened_by = (select access.me()) and (select access.has('handoff:write')) and status = 'OPEN'
  and exists (select from handoff h
              where h.id = handoff_id and (select access.me()) in (h.sender_id, h.receiver_id)
                and controller_id in (h.sender_id, h.receiver_id)));
grant update (status, answered_at, answer, lifted_at) on data_request to rangkul_app;
create policy answer on data_request for update to rangkul_app using (
  controller_id = (select access.me()) and (select access.has('handoff:write')));
"""

# The index of words is closed to the API but for these two: an operator such as @> tells of rows that
# a policy hides, so that under one PostgreSQL would not use the index.
WORDS = """
revoke select on section_word from rangkul_app;
grant select, delete on section_word to rangkul_rules;
create policy rules on section_word to rangkul_rules using (true);

create function access.sections_saying(wanted bigint[], unwanted bigint[]) returns setof uuid
language plpgsql stable rows 100
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query
  select w.section_id from section_word w
  where w.words @> wanted and not w.words && unwanted
    and w.organisation_id = (select access.me()) and (select access.has('handoff:read'));
end $$;
comment on function access.sections_saying(bigint[], bigint[]) is
  'Sections that the caller''s organisation may look for and that have the words, before row-level'
  ' security on what they say.';

create function access.forget_words(section uuid) returns void language plpgsql
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from section_word w using handoff_section s
  where w.section_id = section and s.id = section and s.author_id = (select access.me())
    and (select access.has('handoff:write'));
end $$;
comment on function access.forget_words(uuid) is
  'Take a section of the caller''s own words out of the index, so that it can be put in anew.';

-- `rangkul keys rotate-content-keys`, as in 0002.
create policy operator on case_file to current_user using (true);
create policy operator on vault_key to current_user using (true);

-- For the server when it starts, which is nobody then: does it hold the keys of what is here?
create function access.sealed_samples() returns table (case_id uuid, kek_id text, wrapped bytea)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  after text := '';
  sample record;
begin
  loop
    select c.id, c.kek_id, c.wrapped into sample from case_file c
    where c.kek_id > after and c.wrapped is not null order by c.kek_id limit 1;
    exit when not found;
    case_id := sample.id;
    kek_id := sample.kek_id;
    wrapped := sample.wrapped;
    after := sample.kek_id;
    return next;
  end loop;
end $$;
comment on function access.sealed_samples() is
  'The sealed key of one case for each key-encryption key: of no use without the latter.';

do $$ declare f text; begin
  foreach f in array array['sections_saying(bigint[], bigint[])', 'forget_words(uuid)',
                           'sealed_samples()'] loop
    execute format('alter function access.%s owner to rangkul_rules', f);
    execute format('revoke execute on function access.%s from public', f);
    execute format('grant execute on function access.%s to rangkul_app', f);
  end loop;
end $$;
"""


def upgrade() -> None:
    run(SCOPES)
    run(SEALED)
    run(TABLES)
    run(RULES)
    run(SUPPOSING)
    run(HELD)
    run(EXPLAINING)
    run(POLICIES)
    run(HOURS)
    insert_clock_rules(op.get_bind())
    run(READINGS)
    run(WORDS)
    run(EMERGENCIES)
    run(CONSENT)
    run(CUSTODY)
    run(RETENTION)
    run(PREVIEW)
    run(VIEWING)
    run(CLOSED_WHILE_VIEWING)


def downgrade() -> None:
    run(UNDO_VIEWING)
    run(UNDO_PREVIEW)
    run(UNDO_RETENTION)
    run(UNDO_HOURS)
    run(UNDO_CONSENT)
    run(UNDO_EMERGENCIES)
    run(UNDO_READINGS)
    run(UNDO)
    run(UNDO_EXPLAINING)
    run(UNDO_SUPPOSING)
