"""What is measured: four operations, and the floor of each, in hand-written SQL.

Of what sections say, the floor's SQL gives what is needed to open it; or, bare, the same few words
for each, as our own server does then.
"""

from dataclasses import dataclass

from benchmarks import activities

ONE = """
query($id: ID!) { handoff(id: $id) {
  id number kind status purpose urgency childRole caseCategories services caseReference
  createdAt requestedAt dueAt overdue acceptedAt
  sender { id name } receiver { id name }
  mou { id kind status inForce version { title } }
  sections { nodes { id category createdAt content { __typename
    ... on Disclosed { body } ... on Withheld { code } } } }
  events(last: 4) { nodes { kind toStatus createdAt } }
} }
"""
PAGE = """
{ handoffs(box: INBOX, first: 20) { edges { cursor node {
    id number kind status urgency requestedAt dueAt overdue
    sender { id name } receiver { id name }
    mou { id kind status inForce version { title } }
    sections { nodes { id category content { __typename
      ... on Disclosed { body } ... on Withheld { code } } } }
    events(last: 4) { nodes { kind toStatus createdAt } }
  } } pageInfo { hasNextPage endCursor } } }
"""
SCALARS = """
{ handoffs(box: INBOX, first: 100) { nodes {
    id number kind status purpose urgency childRole createdAt requestedAt dueAt overdue
} } }
"""
SEND = """
mutation($input: HandoffInput!) { sendHandoff(input: $input) {
  __typename ... on Handoff { id number status } ... on Refused { code field } } }
"""

_ID = "'{0}_' || replace({1}::text, '-', '')"
_SECTIONS = """
  'sections', json_build_object('nodes', (
    select json_agg(json_build_object('id', {id}, 'category', s.category, {created}
      'content', case when s.sealed is not null
        then json_build_object('__typename', 'Disclosed', 'body', {body})
        else json_build_object('__typename', 'Withheld', 'code', s.withheld) end) order by s.id)
    from (select * from handoff_section_now s where s.handoff_id = h.id order by id limit 21) s)),
"""
_EVENTS = """
  'events', json_build_object('nodes', (
    select json_agg(json_build_object('kind', e.kind, 'toStatus', e.to_status,
                                      'createdAt', e.created_at) order by e.created_at, e.id)
    from (select * from handoff_event e where e.handoff_id = h.id
          order by created_at desc, id desc limit 4) e))
"""
_AROUND = f"""
  'sender', (select json_build_object('id', {_ID.format("organisation", "o.id")}, 'name', o.name)
             from organisation o where o.id = h.sender_id),
  'receiver', (select json_build_object('id', {_ID.format("organisation", "o.id")}, 'name', o.name)
               from organisation o where o.id = h.receiver_id),
  'mou', (select json_build_object('id', {_ID.format("mou", "m.id")}, 'kind', m.kind,
            'status', m.status, 'inForce', m.in_force,
            'version', (select json_build_object('title', v.title)
                        from mou_version v where v.id = m.version_id))
          from mou_now m where m.id = h.mou_id),
"""
_OVERDUE = "coalesce(h.due_at < now() and h.status in ('REQUESTED', 'RECEIVED'), false)"
SEALED = """json_build_array(s.id, s.origin_handoff_id, s.author_id, s.category,
  encode(s.sealed, 'base64'), encode(s.sealed_key, 'base64'), s.case_id, s.kek_id,
  encode(s.wrapped, 'base64'))"""
BARE = "Isi bagian."
_HEAD = f"""'id', {_ID.format("handoff", "h.id")}, 'number', h.number, 'kind', h.kind,
  'status', h.status, 'urgency', h.urgency, 'requestedAt', h.requested_at, 'dueAt', h.due_at,
  'overdue', {_OVERDUE}"""


def _sections(body: str, created: str = "") -> str:
    return _SECTIONS.format(id=_ID.format("section", "s.id"), created=created, body=body)


def floor_one(body: str) -> str:
    return f"""
select json_build_object('data', json_build_object('handoff', (
  select json_build_object({_HEAD}, 'purpose', h.purpose, 'childRole', h.child_role,
    'caseCategories', h.case_categories, 'services', h.services,
    'caseReference', h.case_reference, 'createdAt', h.created_at, 'acceptedAt', h.accepted_at,
    {_AROUND}
    {_sections(body, "'createdAt', s.created_at,")}
    {_EVENTS})
  from handoff h where h.id = $1)))::text
"""


_CURSOR = """translate(rtrim(encode(convert_to('["handoff", ' || to_json(h.listed_at) || ', "'
  || replace(h.id::text, '-', '') || '"]', 'UTF8'), 'base64'), '='), E'+/\\n', '-_')"""


def floor_page(body: str) -> str:
    """One row more than the page is read, so that it can say whether there is another page. What
    several rows of it point to is read once."""
    return f"""
with page as materialized (
  select h.*, row_number() over () as place, {_CURSOR} as cursor
  from (select * from handoff where receiver_id = $1
        order by listed_at desc, id desc limit 21) h
), agreements as materialized (
  select m.id, json_build_object('id', {_ID.format("mou", "m.id")}, 'kind', m.kind,
    'status', m.status, 'inForce', m.in_force,
    'version', (select json_build_object('title', v.title)
                from mou_version v where v.id = m.version_id)) as told
  from (select distinct mou_id from page) p join mou_now m on m.id = p.mou_id
), organisations as materialized (
  select o.id, json_build_object('id', {_ID.format("organisation", "o.id")},
                                 'name', o.name) as told
  from organisation o where o.id in (select sender_id from page union select receiver_id from page)
)
select json_build_object('data', json_build_object('handoffs', json_build_object(
  'edges', json_agg(json_build_object('cursor', h.cursor, 'node', json_build_object({_HEAD},
    'sender', (select told from organisations o where o.id = h.sender_id),
    'receiver', (select told from organisations o where o.id = h.receiver_id),
    'mou', (select told from agreements m where m.id = h.mou_id),
    {_sections(body)} {_EVENTS})) order by h.place) filter (where h.place <= 20),
  'pageInfo', json_build_object('hasNextPage', count(*) > 20, 'endCursor',
    (array_agg(h.cursor order by h.place desc) filter (where h.place <= 20))[1]))))::text
from page h
"""


FLOOR_SCALARS = f"""
select json_build_object('data', json_build_object('handoffs', json_build_object('nodes',
  json_agg(json_build_object({_HEAD}, 'purpose', h.purpose, 'childRole', h.child_role,
    'createdAt', h.created_at) order by h.listed_at desc, h.id desc))))::text
from (select * from handoff where receiver_id = $1
      order by listed_at desc, id desc limit 100) h
"""
# The policies on a section look for its handoff, which a statement does not see while it writes it,
# and those on its words look for the section: so sending is three statements in one transaction.
FLOOR_SEND = (
    """
  with begun as (insert into case_file (id, kek_id, wrapped) values ($6, $7, $8))
  insert into handoff (id, case_id, number, kind, status, sender_id, receiver_id, mou_id, purpose,
    urgency, child_role, case_categories, services, requested_at, due_at)
  values ($1, $6, $2, 'REFERRAL', 'REQUESTED', $3, $4, $5, 'SERVICE_DELIVERY', 'SEGERA', 'VICTIM',
    '{CHILD_OBSCENE_ACTS}', '{PSYCHOLOGICAL}', now(), now() + interval '72 hours')
  returning json_build_object('data', json_build_object('sendHandoff', json_build_object(
    '__typename', 'Handoff', 'id', 'handoff_' || replace(id::text, '-', ''), 'number', number,
    'status', status)))::text
""",
    """
  with basis as (
    insert into lawful_basis (id, handoff_id, author_id, kind, categories, purposes, legal_source)
    values ($5, $1, $2, 'PUBLIC_TASK', $4, '{SERVICE_DELIVERY}', 'UU 35/2014 pasal 76')
  ), event as (
    insert into handoff_event (id, handoff_id, kind, actor_id, to_status)
    values ($6, $1, 'SENT', $2, 'REQUESTED')
  )
  insert into handoff_section (id, handoff_id, author_id, category)
  select unnest($3::uuid[]), $1, $2, unnest($4::text[])
""",
    """
  with bodies as (
    insert into handoff_section_body
      (section_id, handoff_id, author_id, category, sealed, sealed_key)
    select unnest($3::uuid[]), $1, $2, unnest($4::text[]), unnest($5::bytea[]), unnest($6::bytea[])
  )
  insert into section_word (section_id, organisation_id, words)
  select s, o.id, o.words::bigint[] from unnest($3::uuid[]) s,
    (values ($2, $7::text), ($8::uuid, $9::text)) o(id, words)
""",
)


@dataclass(frozen=True)
class Operation:
    """One thing measured."""

    key: str
    title: str
    document: str


OPERATIONS = (
    Operation("one", "A  one handoff with everything", ONE),
    Operation("page", "B  page of 20 with sender, receiver, agreement, sections, 4 events", PAGE),
    Operation("scalars", "C  100 handoffs, scalars", SCALARS),
    Operation("send", "D  sending a handoff of 5 sections", SEND),
    Operation("activities", "E  page of 20 activities with lead, agreement, guests, tasks",
              activities.PAGE),
    Operation("deep", "F  the same, half way down", activities.PAGE),
    Operation("listed", "G  100 activities, scalars", activities.SCALARS),
    Operation("counted", "H  20 activities, and how many there are", activities.COUNTED),
)  # fmt: skip
