"""Who may do what, as written by hand, and a look at whether the database's catalogue agrees.

The matrix is the API role's whole power over tables. A line is changed only when a rule is.
"""

import asyncpg

APP, RULES = "rangkul_app", "rangkul_rules"

# Table: what rangkul_app may do with it, and which columns it may change.
GRANTS: dict[str, tuple[str, str]] = {
    "activity_participant": ("INSERT SELECT", "reason responded_at status"),
    "activity_task": ("INSERT SELECT", "done_at status"),
    "client": ("SELECT", ""),
    "client_secret": ("", ""),
    "handoff": (
        "INSERT SELECT",
        "accepted_at cancellation_requested_at due_at ended_at listed_at requested_at"
        " resume_status status updated_at",
    ),
    "handoff_event": ("INSERT SELECT", ""),
    "handoff_section": ("DELETE INSERT SELECT", ""),
    "handoff_section_body": ("INSERT SELECT", ""),
    "handoff_section_now": ("SELECT", ""),
    "inquiry": ("INSERT SELECT", "answer answered_at status"),
    "joint_activity": (
        "INSERT SELECT",
        "announced_at cancel_reason description ends_at outcome place region_code starts_at"
        " status title",
    ),
    "mou": (
        "INSERT SELECT",
        "suspended_at suspended_by suspension_reason terminated_by terminated_on"
        " termination_reason",
    ),
    "mou_approval": ("INSERT SELECT", ""),
    "mou_clause": ("DELETE INSERT SELECT", ""),
    "mou_comment": ("INSERT SELECT", ""),
    "mou_event": ("INSERT SELECT", ""),
    "mou_now": ("SELECT", ""),
    "mou_party": ("DELETE INSERT SELECT", ""),
    "mou_signature": ("INSERT SELECT", ""),
    "mou_version": (
        "INSERT SELECT",
        "confidentiality content_hash disputes evaluation extension in_force_from notice_days"
        " obligations purpose scope signed_at stage submitted_at takes_effect_on termination title"
        " valid_from valid_until",
    ),
    "organisation": ("INSERT SELECT", "dissolved_at name parent_id region_code short_name"),
    "rate_budget": ("INSERT SELECT UPDATE", "client_id filled_at points"),
    "signing_key": ("INSERT SELECT", "verifies_until"),
    "term": ("SELECT", ""),
    "alembic_version": ("", ""),
}

# What the owner of the access functions reads. It writes one column: the path of an organisation.
READ_BY_RULES = {
    "activity_participant", "alembic_version", "client", "client_secret", "handoff",
    "handoff_section_body", "joint_activity", "mou", "mou_clause", "mou_party", "mou_signature",
    "mou_version", "organisation",
}  # fmt: skip

# Functions of the schema `access` that the API may not call itself.
NOT_FOR_THE_API = {"keep_concluded", "keep_path", "keep_signed", "live_clauses_to"}

PRIVILEGES = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]

_TABLES = """
select c.relname, c.relkind::text as kind, c.relrowsecurity, c.relforcerowsecurity,
       pg_get_userbyid(c.relowner) as owner, coalesce(c.reloptions::text, '') as options
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
"""
_HELD = """
select c.relname, string_agg(p, ' ' order by p) as privileges,
       coalesce((select string_agg(a.attname, ' ' order by a.attname) from pg_attribute a
                 where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                   and has_column_privilege($1, c.oid, a.attnum, 'UPDATE')), '') as updates,
       coalesce((select string_agg(a.attname, ' ') from pg_attribute a
                 cross join unnest(array['SELECT', 'INSERT', 'REFERENCES']) one
                 where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                   and has_column_privilege($1, c.oid, a.attnum, one)
                   and not has_table_privilege($1, c.oid, one)), '') as by_column
from pg_class c
left join unnest($2::text[]) p on has_table_privilege($1, c.oid, p)
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
group by c.oid, c.relname
"""
_FUNCTIONS = """
select p.oid::regprocedure::text as signature, p.proname as name, p.prosecdef as definer,
       pg_get_userbyid(p.proowner) as owner, coalesce(p.proconfig::text, '') as config,
       has_function_privilege($1, p.oid, 'EXECUTE') as for_the_api,
       exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) acl
               where acl.grantee = 0) as for_everyone
from pg_proc p
where p.pronamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
  and p.pronamespace::regnamespace::text !~ '^(pg_|lab$)'
"""
_ROLES = """
select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication,
       (select count(*) from pg_shdepend d where d.refobjid = r.oid and d.deptype = 'o'
          and d.dbid in (0, (select oid from pg_database where datname = current_database()))
          and d.classid <> 'pg_proc'::regclass) as owns,
       (select count(*) from pg_proc p where p.proowner = r.oid) as functions,
       (select count(*) from pg_auth_members m where m.member = r.oid) as member_of,
       has_schema_privilege(r.oid, 'public', 'CREATE') as creates,
       has_schema_privilege(r.oid, 'access', 'CREATE') as creates_in_access
from pg_roles r where rolname = any ($1)
"""


async def problems(connection: asyncpg.Connection) -> list[str]:
    """Everything in which the catalogue is not as it must be; nothing when all is well."""
    return [
        *await _tables(connection),
        *await _grants(connection),
        *await _functions(connection),
        *await _roles(connection),
    ]


async def _tables(connection: asyncpg.Connection) -> list[str]:
    found = []
    for row in await connection.fetch(_TABLES):
        name = row["relname"]
        if name not in GRANTS:
            found.append(f"{name} is not in the matrix")
        if row["owner"] in (APP, RULES):
            found.append(f"{name} belongs to {row['owner']}")
        if row["kind"] == "v" and "security_invoker=true" not in row["options"]:
            found.append(f"the view {name} reads as its owner")
        if row["kind"] in "mf":
            found.append(f"{name} is a kind of table that knows no row-level security")
        if row["kind"] in "rp" and name != "alembic_version":
            if not row["relrowsecurity"]:
                found.append(f"{name} has no row-level security")
            if not row["relforcerowsecurity"]:
                found.append(f"{name} does not force row-level security on its owner")
    return found


async def _grants(connection: asyncpg.Connection) -> list[str]:
    found = []
    for row in await connection.fetch(_HELD, APP, PRIVILEGES):
        name, held, updates = row["relname"], row["privileges"] or "", row["updates"]
        if (held, updates) != GRANTS.get(name) or row["by_column"]:
            found.append(f"{APP} on {name}: {held}, updates {updates}, also {row['by_column']}")
    for row in await connection.fetch(_HELD, RULES, PRIVILEGES):
        name, held, updates = row["relname"], row["privileges"] or "", row["updates"]
        reads = "SELECT" if name in READ_BY_RULES else ""
        writes = "path" if name == "organisation" else ""
        if (held, updates, row["by_column"]) != (reads, writes, ""):
            found.append(f"{RULES} on {name}: {held}, updates {updates}")
    return found


async def _functions(connection: asyncpg.Connection) -> list[str]:
    found = []
    for row in await connection.fetch(_FUNCTIONS, APP):
        name = row["signature"]
        if row["for_everyone"]:
            found.append(f"everyone may execute {name}")
        if row["for_the_api"] == (row["name"] in NOT_FOR_THE_API):
            found.append(f"{APP} {'may' if row['for_the_api'] else 'may not'} execute {name}")
        if row["definer"]:
            if row["owner"] != RULES:
                found.append(f"{name} runs as {row['owner']}")
            if row["config"] != '{"search_path=pg_catalog, public, pg_temp"}':
                found.append(f"{name} has the search path {row['config']}")
        elif row["owner"] in (APP, RULES):
            found.append(f"{name} belongs to {row['owner']} without need")
    return found


async def _roles(connection: asyncpg.Connection) -> list[str]:
    found = []
    for row in await connection.fetch(_ROLES, [APP, RULES]):
        name = row["rolname"]
        powers = [power for power in ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb",
                                      "rolcanlogin", "rolreplication", "owns", "member_of",
                                      "creates") if row[power]]  # fmt: skip
        if name == APP and (row["functions"] or row["creates_in_access"]):
            powers.append("functions")
        if powers:
            found.append(f"{name} has {powers}")
    return found
