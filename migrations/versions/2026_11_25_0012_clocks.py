"""Statutory clocks: what is due, by which law, and how late it is. Computed, and kept nowhere.

Each arm of the view reads the events of one kind of duty: what started it, and what met it. Whoever
may see those rows sees the clock (the view runs with the caller's own rights).
"""

from migrations.explaining import CLOSED_WHILE_VIEWING
from migrations.sql import run

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

REPORTED = """
alter table handoff
  add column police_reported_at timestamptz,
  add column police_report_number text,
  add constraint handoff_police_report_check
    check ((police_reported_at is null) = (police_report_number is null));
grant update (victim_reported_at, police_reported_at, police_report_number) on handoff
  to rangkul_app;

-- Only its sender says when the child reported, and when the police were told; once said, it stays.
create function access.keep_report() returns trigger language plpgsql as $$
begin
  if new.sender_id <> access.me()
     or old.police_reported_at is not null
        and (new.police_reported_at, new.police_report_number)
            is distinct from (old.police_reported_at, old.police_report_number)
     or old.victim_reported_at is not null
        and new.victim_reported_at is distinct from old.victim_reported_at then
    raise exception 'what was reported is its sender''s, and stays'
      using errcode = 'check_violation', constraint = 'handoff_report_stays';
  end if;
  return new;
end $$;
revoke execute on function access.keep_report() from public;
create trigger handoff_report_stays
  before update of victim_reported_at, police_reported_at, police_report_number on handoff
  for each row execute function access.keep_report();
"""

CLOCKS = """
-- UU TPKS article 41 names them: service units, social units and community providers.
create function access.must_report(type_code text) returns boolean language sql immutable
parallel safe
return type_code in ('UPTD_PPA', 'DINAS_SOSIAL', 'COMMUNITY_PROVIDER');
comment on function access.must_report(text) is
  'The types of organisation that report to police within 3x24 hours (UU TPKS article 41).';
revoke execute on function access.must_report(text) from public;
grant execute on function access.must_report(text) to rangkul_app;

create view clock_now with (security_invoker = true) as
with clock as (
  select 'ANSWER' as rule, 'RESPONSE_TIME' as term_kind, h.urgency::text as term_code,
         h.id as subject_id, h.id as handoff_id, h.mou_id,
         h.receiver_id as owed_by, h.sender_id as owed_to, h.requested_at as started_at,
         h.due_at, null::timestamptz as met_at, false as met
  from handoff h
  where h.due_at is not null and h.status in ('REQUESTED', 'RECEIVED')
  union all
  select 'ANSWER', 'RESPONSE_TIME', h.urgency::text, h.id, h.id, h.mou_id, h.receiver_id, h.sender_id, asked.at,
         asked.at + (select make_interval(hours => t.hours) from term t
                     where t.kind = 'RESPONSE_TIME' and t.code = h.urgency
                       and (asked.at at time zone 'Asia/Jakarta')::date
                           between t.valid_from and coalesce(t.valid_until, 'infinity')
                     order by t.valid_from desc limit 1),
         answered.at, true
  from handoff h
  cross join lateral (select min(e.created_at) as at from handoff_event e
                      where e.handoff_id = h.id and e.kind in ('ACCEPTED', 'REJECTED')) answered
  cross join lateral (
    select coalesce((select max(e.created_at) from handoff_event e
                     where e.handoff_id = h.id and e.kind = 'INFO_PROVIDED'
                       and e.created_at < answered.at), h.requested_at) as at) asked
  where h.requested_at is not null and h.due_at is null and answered.at is not null
  union all
  select 'REPORT_TO_POLICE', 'STATUTORY_CLOCK', 'REPORT_TO_POLICE', h.id, h.id, h.mou_id, h.sender_id, h.receiver_id,
         h.victim_reported_at,
         h.victim_reported_at + access.hours_for('REPORT_TO_POLICE', h.victim_reported_at),
         reported.at, reported.at is not null
  from handoff h
  join organisation o on o.id = h.sender_id and access.must_report(o.type_code)
  cross join lateral (select coalesce(h.police_reported_at, (
      select min(p.requested_at) from handoff p
      join organisation q on q.id = p.receiver_id and q.type_code = 'POLICE_PPA'
      where p.case_id = h.case_id and p.purpose = 'LAW_ENFORCEMENT')) as at) reported
  where h.victim_reported_at is not null and h.onward_of_id is null
  union all
  select 'WITHDRAWAL_ACKNOWLEDGEMENT', 'STATUTORY_CLOCK', 'WITHDRAWAL_ACKNOWLEDGEMENT', n.id, h.id, h.mou_id, n.receiver_id,
         case when n.receiver_id = h.sender_id then h.receiver_id else h.sender_id end,
         n.created_at,
         n.created_at + access.hours_for('WITHDRAWAL_ACKNOWLEDGEMENT', n.created_at),
         n.acknowledged_at, n.acknowledged_at is not null
  from withdrawal_notice n join handoff h on h.id = n.handoff_id
  union all
  select 'DATA_REQUEST', 'STATUTORY_CLOCK', 'DATA_REQUEST', r.id, h.id, h.mou_id, r.controller_id,
         case when r.controller_id = h.sender_id then h.receiver_id else h.sender_id end,
         r.created_at, r.created_at + access.hours_for('DATA_REQUEST', r.created_at),
         r.answered_at, r.answered_at is not null
  from data_request r join handoff h on h.id = r.handoff_id
  union all
  select 'EMERGENCY_REVIEW', 'STATUTORY_CLOCK', 'EMERGENCY_REVIEW', e.id, h.id, h.mou_id,
         e.reviewer_ids[1], e.organisation_id, e.opened_at, e.review_due_at,
         e.reviewed_at, e.reviewed_at is not null
  from emergency_access e join handoff h on h.id = e.handoff_id
)
select concat(c.rule, ' ', c.subject_id) as key, c.rule::varchar(40), c.subject_id, c.handoff_id, c.mou_id, c.owed_by, c.owed_to,
       c.started_at, c.due_at, c.met_at, c.met,
       coalesce(c.met_at, now()) > c.due_at as overdue,
       -- Escalated by as much again, and again: to the other side, then to those above.
       case when c.met or now() <= c.due_at then 0
            else least(3, 1 + floor(extract(epoch from now() - c.due_at)
                                    / greatest(extract(epoch from c.due_at - c.started_at), 3600))
                      )::integer end as escalation,
       (select t.id from term t
        where t.kind = c.term_kind and t.code = c.term_code
          and (c.started_at at time zone 'Asia/Jakarta')::date
              between t.valid_from and coalesce(t.valid_until, 'infinity')
        order by t.valid_from desc limit 1) as term_id
from clock c
where c.due_at is not null;
grant select on clock_now to rangkul_app;

-- Counts alone, for whoever stands above the late: an escalation shows no case to them.
create function access.late_branches()
returns table (organisation_id uuid, rule text, late bigint) language plpgsql stable
security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if not access.has('handoff:read') then
    return;
  end if;
  return query
  select c.owed_by, c.rule::text, count(*)
  from clock_now c join organisation o on o.id = c.owed_by
  where access.me() = any (o.path) and o.id <> access.me() and not c.met and c.overdue
  group by c.owed_by, c.rule;
end $$;
comment on function access.late_branches() is
  'How many duties the branches of the caller''s organisation are late with, and no more.';
alter function access.late_branches() owner to rangkul_rules;
revoke execute on function access.late_branches() from public;
grant execute on function access.late_branches() to rangkul_app;
grant execute on function access.must_report(text), access.hours_for(text, timestamptz)
  to rangkul_rules;
-- Asked as the owner of the rules, the view shows what runs everywhere.
grant select on clock_now, term, handoff_event to rangkul_rules;
create policy rules on term for select to rangkul_rules using (true);
create policy rules on handoff_event for select to rangkul_rules using (true);
"""

DOWNGRADE = """
drop policy rules on term;
drop policy rules on handoff_event;
revoke select on term, handoff_event from rangkul_rules;
revoke execute on function access.hours_for(text, timestamptz) from rangkul_rules;
drop function access.late_branches();
drop view clock_now;
drop function access.must_report(text);
drop trigger handoff_report_stays on handoff;
drop function access.keep_report();
revoke update (victim_reported_at) on handoff from rangkul_app;
alter table handoff drop column police_reported_at, drop column police_report_number;
"""


def upgrade() -> None:
    run(REPORTED)
    run(CLOCKS)
    run(CLOSED_WHILE_VIEWING)


def downgrade() -> None:
    run(DOWNGRADE)
