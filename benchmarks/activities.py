"""Joint activities in the measured world, and the lists of them that are measured.

With forty organisations each sees a tenth of all: it leads a fortieth and is invited to three times
as many; of those invitations most are accepted, some stand open, were declined, or were left again
before the activity changed.
"""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
EVERY = timedelta(minutes=10)

ACTIVITY = """
insert into joint_activity (id, kind, status, title, description, lead_id, mou_id, starts_at,
  ends_at, place, region_code, announced_at, created_at, changed_at)
select pg_temp.uuid_of(21, n), (array['ADVOCACY', 'OVERSIGHT', 'EDUCATION',
         'MONITORING_EVALUATION'])[n % 4 + 1],
       (array['PLANNED', 'IN_PROGRESS'])[n % 2 + 1], 'Kegiatan bersama ' || n, 'Uraian kegiatan.',
       pg_temp.uuid_of(1, n % :orgs + 1), pg_temp.uuid_of(3, n % :orgs + 1), at,
       at + interval '3 hours', 'Aula', '31.71', at - interval '30 days', at - interval '40 days',
       '2026-01-01Z'
from (select n, timestamptz '2024-01-01Z' + n * interval '10 minutes' as at
      from generate_series($1::bigint, $2::bigint) n) x
"""
REST = (
    """
insert into activity_past (activity_id, kind, status, title, description, lead_id, mou_id,
  starts_at, ends_at, place, region_code, announced_at, created_at, changed_at, until_at)
select id, kind, 'PLANNED', 'Rencana semula', description, lead_id, mou_id, starts_at, ends_at,
       place, region_code, announced_at, created_at, created_at, changed_at
from joint_activity where id between pg_temp.uuid_of(21, $1) and pg_temp.uuid_of(21, $2)
""",
    # The k-th guest is some way on, another way for each forty: so everybody meets many others.
    """
insert into activity_participant (id, activity_id, organisation_id, role, status, responded_at,
  changed_at, starts_at)
select pg_temp.uuid_of(22, n * 3 + k), pg_temp.uuid_of(21, n),
       pg_temp.uuid_of(1, (n + k * (n / :orgs % (greatest(:orgs, 8) / 3 - 1) + 1)) % :orgs + 1),
       (array['CONTRIBUTOR', 'OBSERVER', 'CO_ORGANISER'])[k], s.status,
       case when s.status <> 'INVITED' then timestamptz '2025-12-01Z' end, '2025-12-01Z',
       timestamptz '2024-01-01Z' + n * interval '10 minutes'
from generate_series($1::bigint, $2::bigint) n, generate_series(1, 3) k
cross join lateral (select case when (n / :orgs + k) % 10 < 7 then 'ACCEPTED'
  else (array['INVITED', 'DECLINED', 'LEFT'])[(n / :orgs + k) % 10 - 6] end as status) s
""",
    """
insert into activity_task (id, activity_id, title, assignee_id, due_on, status, changed_at)
select pg_temp.uuid_of(23, n * 3 + k), pg_temp.uuid_of(21, n), 'Tugas ' || k,
       pg_temp.uuid_of(1, n % :orgs + 1), '2026-12-31', 'OPEN', '2025-11-01Z'
from generate_series($1::bigint, $2::bigint) n, generate_series(1, 3) k
""",
)

_NODE = """id kind status title startsAt endsAt place
  lead { id name }
  mou { id kind status inForce version { title } }
  participants { nodes { role status organisation { id name } } }
  tasks { nodes { id title status dueOn assignee { id name } } }"""
PAGE = (
    "query($after: String) { jointActivities(first: 20, after: $after) { edges { cursor node { "
    + _NODE
    + " } } pageInfo { hasNextPage endCursor } } }"
)
SCALARS = """
{ jointActivities(first: 100) { nodes { id kind status title startsAt endsAt place regionCode } } }
"""
COUNTED = "{ jointActivities(first: 20) { totalCount nodes { id title startsAt } } }"

_ID = "'{0}_' || replace({1}::text, '-', '')"
_ORGANISATION = f"""(select json_build_object('id', {_ID.format("organisation", "o.id")},
  'name', o.name) from organisation o where o.id = {{}})"""
_WHOLE = f"""json_build_object('id', {_ID.format("activity", "a.id")}, 'kind', a.kind,
  'status', a.status, 'title', a.title, 'startsAt', a.starts_at, 'endsAt', a.ends_at,
  'place', a.place, 'lead', {_ORGANISATION.format("a.lead_id")},
  'mou', (select json_build_object('id', {_ID.format("mou", "m.id")}, 'kind', m.kind,
            'status', m.status, 'inForce', m.in_force, 'version',
            (select json_build_object('title', v.title)
             from mou_version v where v.id = m.version_id))
          from mou_now m where m.id = a.mou_id),
  'participants', json_build_object('nodes', coalesce((
    select json_agg(json_build_object('role', p.role, 'status', p.status,
                    'organisation', {_ORGANISATION.format("p.organisation_id")}) order by p.id)
    from (select * from activity_participant p where p.activity_id = a.id
          order by id limit 20) p), '[]')),
  'tasks', json_build_object('nodes', coalesce((
    select json_agg(json_build_object('id', {_ID.format("task", "t.id")}, 'title', t.title,
                    'status', t.status, 'dueOn', t.due_on,
                    'assignee', {_ORGANISATION.format("t.assignee_id")}) order by t.id)
    from (select * from activity_task t where t.activity_id = a.id order by id limit 20) t),
    '[]')))"""
_LIST = "select json_build_object('data', json_build_object('jointActivities', json_build_object("
FLOOR_PAGE = f"""{_LIST}
  'edges', json_agg(json_build_object('cursor', null, 'node', {_WHOLE})
                    order by a.starts_at desc, a.id desc),
  'pageInfo', json_build_object('hasNextPage', true, 'endCursor', null))))::text
from (select n.* from activity_agenda m join activity_now n on n.id = m.id
      where m.organisation_id = $3 and m.starts_at is not null
        and (m.starts_at, m.id) < ($1::timestamptz, $2::uuid)
      order by m.starts_at desc, m.id desc limit 20) a
"""
FLOOR_SCALARS = f"""{_LIST} 'nodes', json_agg(json_build_object(
  'id', {_ID.format("activity", "a.id")}, 'kind', a.kind, 'status', a.status, 'title', a.title,
  'startsAt', a.starts_at, 'endsAt', a.ends_at, 'place', a.place, 'regionCode', a.region_code)
  order by a.starts_at desc, a.id desc))))::text
from (select n.* from activity_agenda m join activity_now n on n.id = m.id
      where m.organisation_id = $1 and m.starts_at is not null
      order by m.starts_at desc, m.id desc limit 100) a
"""
FLOOR_COUNTED = f"""{_LIST} 'totalCount', (select count(*) from activity_agenda m
    where m.organisation_id = $1 and m.starts_at is not null),
  'nodes', json_agg(json_build_object('id', {_ID.format("activity", "a.id")}, 'title', a.title,
  'startsAt', a.starts_at) order by a.starts_at desc, a.id desc))))::text
from (select n.* from activity_agenda m join activity_now n on n.id = m.id
      where m.organisation_id = $1 and m.starts_at is not null
      order by m.starts_at desc, m.id desc limit 20) a
"""


@dataclass(frozen=True)
class Place:
    """A place in the list: before everything, or after so many of all activities."""

    number: int

    @property
    def starts_at(self) -> datetime:
        return FIRST + self.number * EVERY

    @property
    def id(self) -> UUID:
        return UUID(f"00000015-0000-7000-8000-{self.number:012x}")

    @property
    def variables(self) -> dict[str, Any]:
        values = ["activity_now", self.starts_at.isoformat(), self.id.hex]
        cursor = urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")
        return {"after": cursor}
