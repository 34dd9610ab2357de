"""Inquiries and handoffs: headers, sections, their bodies, the timeline, and who may read which.

The body of a section is a row of its own, and the policies on it are the second wall: content that
no live clause covers never leaves the database.
"""

from migrations.sql import run

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KINDS = "('REFERRAL', 'TRANSFER', 'CONSULTATION')"
PURPOSES = (
    "('PROTECTION', 'SERVICE_DELIVERY', 'LAW_ENFORCEMENT', 'COORDINATION', 'OVERSIGHT',"
    " 'EVALUATION')"
)
URGENCIES = "('DARURAT', 'MENDESAK', 'SEGERA', 'BIASA')"
ROLES = "('VICTIM', 'WITNESS', 'CHILD_OFFENDER')"
CATEGORIES = (
    "('IDENTITY', 'CONTACT', 'FAMILY', 'INCIDENT', 'HEALTH', 'PSYCHOLOGICAL', 'LEGAL',"
    " 'EDUCATION', 'SUSPECT', 'EVIDENCE', 'SERVICE', 'OUTCOME', 'AGGREGATE')"
)
STATUSES = (
    "('DRAFT', 'REQUESTED', 'RECEIVED', 'INFO_REQUESTED', 'ACCEPTED', 'REJECTED', 'IN_PROGRESS',"
    " 'COMPLETED', 'FAILED', 'CANCELLED', 'REVOKED')"
)

TABLES = f"""
create table inquiry (
  id uuid primary key,
  kind varchar(40) not null check (kind in ('HANDOFF', 'CAPACITY')),
  status varchar(40) not null check (status in ('OPEN', 'AGREED', 'DECLINED', 'WITHDRAWN')),
  asker_id uuid not null constraint inquiry_asker_id_fkey references organisation,
  asked_id uuid not null constraint inquiry_asked_id_fkey references organisation,
  mou_id uuid not null constraint inquiry_mou_id_fkey references mou,
  handoff_kind varchar(40) not null check (handoff_kind in {KINDS}),
  purpose varchar(40) not null check (purpose in {PURPOSES}),
  urgency varchar(40) not null check (urgency in {URGENCIES}),
  child_role varchar(40) not null check (child_role in {ROLES}),
  services text[] not null,
  question text not null,
  answer text,
  answered_at timestamptz,
  created_at timestamptz not null default now(),
  check (asker_id <> asked_id)
);
create index inquiry_asked_by_idx on inquiry (asker_id, created_at desc, id desc);
create index inquiry_asked_of_idx on inquiry (asked_id, created_at desc, id desc);

create table handoff (
  id uuid primary key,
  number text not null constraint handoff_number_key unique,
  kind varchar(40) not null check (kind in {KINDS}),
  status varchar(40) not null check (status in {STATUSES}),
  sender_id uuid not null constraint handoff_sender_id_fkey references organisation,
  receiver_id uuid not null constraint handoff_receiver_id_fkey references organisation,
  mou_id uuid not null constraint handoff_mou_id_fkey references mou,
  inquiry_id uuid constraint handoff_inquiry_id_fkey references inquiry,
  purpose varchar(40) not null check (purpose in {PURPOSES}),
  urgency varchar(40) not null check (urgency in {URGENCIES}),
  child_role varchar(40) not null check (child_role in {ROLES}),
  case_categories text[] not null,
  services text[] not null,
  case_reference text,
  idempotency_key text,
  request_hash text,
  resume_status varchar(40) check (resume_status in {STATUSES}),
  cancellation_requested_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  listed_at timestamptz not null default now(),
  requested_at timestamptz,
  due_at timestamptz,
  accepted_at timestamptz,
  ended_at timestamptz,
  constraint handoff_sender_id_idempotency_key_key unique (sender_id, idempotency_key),
  check (sender_id <> receiver_id),
  check ((status = 'INFO_REQUESTED') = (resume_status is not null))
);
create index handoff_outbox_idx on handoff (sender_id, listed_at desc, id desc);
create index handoff_inbox_idx on handoff (receiver_id, listed_at desc, id desc);
create index handoff_mou_id_idx on handoff (mou_id, listed_at desc, id desc);
create index handoff_sent_status_idx on handoff (sender_id, status);
create index handoff_received_status_idx on handoff (receiver_id, status);

create table handoff_section (
  id uuid primary key,
  handoff_id uuid not null constraint handoff_section_handoff_id_fkey references handoff,
  author_id uuid not null constraint handoff_section_author_id_fkey references organisation,
  category varchar(40) not null check (category in {CATEGORIES}),
  created_at timestamptz not null default clock_timestamp(),
  constraint handoff_section_id_handoff_id_author_id_category_key
    unique (id, handoff_id, author_id, category)
);
create index handoff_section_handoff_id_idx on handoff_section (handoff_id, id);

create table handoff_section_body (
  section_id uuid primary key,
  handoff_id uuid not null,
  author_id uuid not null,
  category varchar(40) not null,
  body text not null check (length(body) between 1 and 20000),
  constraint handoff_section_body_section_fkey
    foreign key (section_id, handoff_id, author_id, category)
    references handoff_section (id, handoff_id, author_id, category) on delete cascade
);
create index handoff_section_body_handoff_id_idx on handoff_section_body (handoff_id);
create index handoff_section_body_search_idx on handoff_section_body
  using gin (to_tsvector('indonesian', body));

create table handoff_event (
  id uuid primary key,
  handoff_id uuid not null constraint handoff_event_handoff_id_fkey references handoff,
  kind text not null,
  actor_id uuid not null constraint handoff_event_actor_id_fkey references organisation,
  from_status varchar(40) check (from_status in {STATUSES}),
  to_status varchar(40) not null check (to_status in {STATUSES}),
  note text,
  created_at timestamptz not null default clock_timestamp()
);
create index handoff_event_handoff_id_idx on handoff_event (handoff_id, created_at, id);
"""

RULES = """
create function access.discloses_in(status text) returns boolean language sql immutable
parallel safe
return status in ('REQUESTED', 'RECEIVED', 'INFO_REQUESTED', 'ACCEPTED', 'IN_PROGRESS',
                  'COMPLETED');
comment on function access.discloses_in(text) is
  'The states in which a handoff discloses: sent and not refused, failed, cancelled or revoked.';

create function access.identifies(category text) returns boolean language sql immutable
parallel safe
return category in ('IDENTITY', 'CONTACT', 'FAMILY');
comment on function access.identifies(text) is
  'The categories that tell who the child is (UU SPPA 19): they need the scope handoff:identity.';

-- Candidates only: what the caller may read among them is decided by the policies on the body.
create function access.sections_matching(words text) returns setof uuid language sql stable
security definer set search_path = pg_catalog, public, pg_temp
begin atomic
  select b.section_id
  from handoff_section_body b join handoff h on h.id = b.handoff_id
  where to_tsvector('indonesian', b.body) @@ websearch_to_tsquery('indonesian', words)
    and (select access.me()) in (h.sender_id, h.receiver_id);
end;
alter function access.sections_matching(text) owner to rangkul_rules;
comment on function access.sections_matching(text) is
  'Sections of the caller''s own handoffs in which the words stand, before row-level security.';
grant select on handoff, handoff_section_body to rangkul_rules;

revoke execute on function access.discloses_in(text), access.identifies(text),
  access.sections_matching(text) from public;
grant execute on function access.discloses_in(text), access.identifies(text),
  access.sections_matching(text) to rangkul_app;
"""

POLICIES = """
do $$ declare t text; begin
  foreach t in array array['inquiry', 'handoff', 'handoff_section', 'handoff_section_body',
                           'handoff_event'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('grant select, insert on %I to rangkul_app', t);
  end loop;
end $$;
create policy rules on handoff for select to rangkul_rules using (true);
create policy rules on handoff_section_body for select to rangkul_rules using (true);

grant update (status, answer, answered_at) on inquiry to rangkul_app;
create policy seen on inquiry for select to rangkul_app using (
  (select access.me()) in (asker_id, asked_id));
create policy ask on inquiry for insert to rangkul_app with check (
  asker_id = (select access.me()) and (select access.has('handoff:write'))
  and access.shares_agreement(mou_id, asker_id, asked_id));
create policy answer on inquiry for update to rangkul_app using (
  (select access.me()) in (asker_id, asked_id) and (select access.has('handoff:write')));

-- Sender and receiver each have an index of their own; the two arms are written so that each uses it.
grant update (status, resume_status, cancellation_requested_at, updated_at, listed_at,
              requested_at, due_at, accepted_at, ended_at) on handoff to rangkul_app;
create policy seen on handoff for select to rangkul_app using (
  ((select access.has('handoff:read')) or (select access.has('handoff:write')))
  and (sender_id = (select access.me())
    or receiver_id = (select access.me()) and requested_at is not null));
create policy send on handoff for insert to rangkul_app with check (
  sender_id = (select access.me()) and (select access.has('handoff:write'))
  and status in ('DRAFT', 'REQUESTED')
  and access.shares_agreement(mou_id, sender_id, receiver_id));
create policy advance on handoff for update to rangkul_app using (
  (select access.has('handoff:write'))
  and (sender_id = (select access.me())
    or receiver_id = (select access.me()) and requested_at is not null));

create policy seen on handoff_section for select to rangkul_app using (
  exists (select from handoff h where h.id = handoff_id));
create policy covered on handoff_section for insert to rangkul_app with check (
  author_id = (select access.me()) and (select access.has('handoff:write')) and exists (
    select from handoff h where h.id = handoff_id and access.discloses(
      h.mou_id, author_id,
      case when h.sender_id = author_id then h.receiver_id else h.sender_id end,
      category, h.purpose, h.child_role)));
grant delete on handoff_section to rangkul_app;
create policy discard on handoff_section for delete to rangkul_app using (
  author_id = (select access.me()) and (select access.has('handoff:write')) and exists (
    select from handoff h where h.id = handoff_id and h.status = 'DRAFT'));

-- Wall two. The scope narrows every reading; then an author reads its own words, and the other side
-- reads what a live clause covers while the handoff is in a state that discloses.
create policy scoped on handoff_section_body as restrictive for select to rangkul_app using (
  (select access.has('handoff:read'))
  and (not access.identifies(category) or (select access.has('handoff:identity'))));
-- After a transfer is accepted its sender keeps a stub without content; custody comes back when the
-- receiver fails or gives it up, so that no case is left that nobody can read.
create policy own_words on handoff_section_body for select to rangkul_app using (
  author_id = (select access.me()) and exists (
    select from handoff h where h.id = handoff_id
     and not (h.kind = 'TRANSFER' and h.accepted_at is not null
              and h.status not in ('FAILED', 'CANCELLED')
              and h.sender_id = (select access.me()))));
create policy disclosed on handoff_section_body for select to rangkul_app using (
  author_id <> (select access.me()) and exists (
    select from handoff h
    cross join unnest((select o.path from organisation o where o.id = author_id)) party
    where h.id = handoff_id and access.discloses_in(h.status)
      and (select access.my_grants()) ? concat(
        h.mou_id, case when party = author_id then '=' else '<' end, party,
        category, h.purpose, h.child_role)));
create policy write on handoff_section_body for insert to rangkul_app with check (
  author_id = (select access.me()) and (select access.has('handoff:write'))
  and exists (select from handoff_section s where s.id = section_id));

create policy seen on handoff_event for select to rangkul_app using (
  exists (select from handoff h where h.id = handoff_id));
create policy record on handoff_event for insert to rangkul_app with check (
  actor_id = (select access.me()) and (select access.has('handoff:write'))
  and exists (select from handoff h where h.id = handoff_id));

create view handoff_section_now with (security_invoker = true) as
select s.id, s.handoff_id, s.author_id, s.category, s.created_at, b.body,
       case when b.section_id is not null then null
            when not (select access.has('handoff:read'))
              or access.identifies(s.category) and not (select access.has('handoff:identity'))
            then 'SCOPE_MISSING'
            when s.author_id = (select access.me()) then 'CUSTODY_MOVED'
            when not access.discloses_in(h.status) then 'STATE_CLOSED'
            when not access.mou_in_force(h.mou_id) then 'AGREEMENT_NOT_IN_FORCE'
            else 'NOT_COVERED' end::varchar(40) as withheld
from handoff_section s
join handoff h on h.id = s.handoff_id
left join handoff_section_body b on b.section_id = s.id;
grant select on handoff_section_now to rangkul_app;
"""

DOWNGRADE = """
drop view handoff_section_now;
drop table handoff_event, handoff_section_body, handoff_section, handoff, inquiry cascade;
drop function if exists access.sections_matching(text);
drop function if exists access.identifies(text), access.discloses_in(text);
"""


def upgrade() -> None:
    run(TABLES)
    run(RULES)
    run(POLICIES)


def downgrade() -> None:
    run(DOWNGRADE)
