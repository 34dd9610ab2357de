"""Who may do what, as written by hand, and a look at whether the database's catalogue agrees.

The matrix is the whole power of our roles over tables. A line is changed only when a rule is.
"""

from typing import NamedTuple

import asyncpg

APP, RULES, AUTH = "rangkul_app", "rangkul_rules", "rangkul_auth"
LEDGER = "rangkul_ledger"


class Held(NamedTuple):
    """What a role may do with a table; and with which columns, where it is not all of them."""

    table: str = ""
    updates: str = ""
    reads: str = ""
    adds: str = ""


_EVENT = "address by_client_id by_user_id client_id facts id kind organisation_id user_id"

# Table: what the API may do with it.
GRANTS: dict[str, Held] = {
    "activity_comment": Held("INSERT SELECT", "body edited_at withdrawn_at"),
    "activity_decision": Held("INSERT SELECT"),
    "activity_document": Held("INSERT SELECT"),
    "activity_document_version": Held("INSERT SELECT"),
    "activity_agenda": Held("SELECT"),
    "activity_now": Held("SELECT"),
    "activity_participant": Held("INSERT SELECT", "reason responded_at role status"),
    "activity_past": Held("SELECT"),
    "activity_task": Held("INSERT SELECT", "assignee_id description done_at due_on status title"),
    "allowance": Held(),
    "calendar_feed": Held("", reads="created_at grant_id id name organisation_id"),
    "case_file": Held("INSERT SELECT"),
    "case_suspect": Held(
        "INSERT", "retracted_at", reads="case_id created_at id keys named_by relation retracted_at"
    ),
    "clarification": Held(
        "INSERT SELECT",
        "addressee_id answered_at asked_until assessed_at due_on questions sent_at status subject"
        " verdict verdict_note withdraw_reason",
    ),
    "clarification_answer": Held("INSERT SELECT", "evidence text verdict verdict_note"),
    "clarification_event": Held("INSERT SELECT"),
    "client": Held(
        "INSERT SELECT",
        "auth_method disabled_at dpop_bound grant_types jwks jwks_uri name open_to_all"
        " par_required redirect_uris scopes",
    ),
    "client_secret": Held(),
    "clock_now": Held("SELECT"),
    "computed_figure": Held(),
    "data_request": Held("INSERT SELECT", "answer answered_at lift_reason lifted_at status"),
    "data_request_details": Held("INSERT SELECT"),
    "device_request": Held(),
    "education_session": Held(
        "INSERT SELECT",
        "age_bands audiences cancel_reason channel ends_at held_from held_until host_id place"
        " region_code starts_at status title topics",
    ),
    "emergency_access": Held("INSERT SELECT", "closed_at finding review_note"),
    "evaluation": Held(
        "INSERT SELECT", "concluded_at content_hash document reasons recommendation summary"
    ),
    "evaluation_promise": Held("INSERT SELECT", "answer evidence note"),
    "evaluation_voice": Held("INSERT SELECT", "body recommendation"),
    "exchange_reference": Held("INSERT SELECT"),
    "external_identity": Held(),
    "finding": Held(
        "INSERT SELECT",
        "concerns_id confirmed_at evidence legal_basis region_code sector severity statement status"
        " visit_id withdraw_reason",
    ),
    "framework_result": Held("INSERT SELECT"),
    "handoff": Held(
        "INSERT SELECT",
        "accepted_at cancellation_requested_at due_at ended_at listed_at police_report_number"
        " police_reported_at requested_at resume_status status updated_at victim_reported_at",
    ),
    "handoff_event": Held("INSERT SELECT"),
    "handoff_section": Held("DELETE INSERT SELECT"),
    "handoff_section_body": Held("INSERT SELECT"),
    "handoff_section_now": Held("SELECT"),
    "identity_provider": Held(
        "INSERT",
        "client_id disabled_at issuer name only_way secret_jwe",
        reads="client_id created_at disabled_at id issuer name only_way organisation_id",
    ),
    "indicator": Held(
        "INSERT SELECT",
        "baseline baseline_on baseline_source definition dimensions direction frequency measure"
        " name responsible_id service source targets unit unit_label",
    ),
    "inquiry": Held("INSERT SELECT", "answer answered_at status"),
    "instrument": Held("INSERT SELECT", "open"),
    "instrument_version": Held("INSERT SELECT", "content published_at retired_at status"),
    "joint_activity": Held(
        "INSERT SELECT",
        "announced_at cancel_reason description ends_at outcome place region_code starts_at"
        " status title",
    ),
    "lawful_basis": Held(
        "INSERT",
        "withdrawal_reason withdrawn_at withdrawn_categories",
        reads="author_id categories created_at document_hash given_at giver_relation handoff_id id"
        " kind legal_source purposes rests_on valid_until withdrawal_reason withdrawn_at"
        " withdrawn_categories",
    ),
    "ledger_entry": Held("SELECT"),
    "ledger_head": Held("SELECT"),
    "ledger_key": Held(),
    "ledger_leaf": Held("SELECT"),
    "ledger_node": Held("SELECT"),
    "ledger_number": Held("SELECT"),
    "ledger_part": Held("SELECT"),
    "ledger_pending": Held(),
    "legal_hold": Held("INSERT SELECT", "lift_reason lifted_at"),
    "material": Held("INSERT SELECT"),
    "material_version": Held("INSERT SELECT", "published_at"),
    "measurement": Held("INSERT SELECT", "corrected_at"),
    "measurement_due": Held("SELECT"),
    "mou": Held(
        "INSERT SELECT",
        "suspended_at suspended_by suspension_reason terminated_by terminated_on"
        " termination_reason",
    ),
    "mou_approval": Held("INSERT SELECT"),
    "mou_clause": Held("DELETE INSERT SELECT"),
    "mou_comment": Held("INSERT SELECT"),
    "mou_event": Held("INSERT SELECT"),
    "mou_now": Held("SELECT"),
    "mou_party": Held("DELETE INSERT SELECT"),
    "mou_signature": Held("INSERT SELECT"),
    "mou_version": Held(
        "INSERT SELECT",
        "confidentiality content_hash disputes emergency_excluded evaluation extension"
        " in_force_from notice_days obligations purpose scope signed_at stage"
        " submitted_at takes_effect_on termination title valid_from valid_until",
    ),
    "oauth_grant": Held("SELECT", "end_reason ended_at"),
    "organisation": Held(
        "INSERT SELECT", "dissolved_at dpop name parent_id region_code scopes short_name"
    ),
    "organisation_key": Held(
        "",
        "retired_at",
        reads="attested created_at custodial id jwk kid organisation_id retired_at",
        adds="attested id jwk kid organisation_id",
    ),
    "oversight_plan": Held(
        "INSERT SELECT",
        "ends_on published_at shared_with starts_on status title withdraw_reason",
    ),
    "oversight_plan_item": Held("DELETE INSERT SELECT"),
    "oversight_report": Held(
        "INSERT SELECT",
        "activity_ids clarification_ids content content_hash finding_ids for_participants"
        " published_at reader_ids recommendation_ids summary title visit_ids",
    ),
    "passkey": Held(),
    "password": Held(),
    "programme": Held("INSERT SELECT", "description name valid_until"),
    "programme_member": Held("DELETE INSERT SELECT"),
    "rate_budget": Held("INSERT SELECT UPDATE", "client_id filled_at points"),
    "receipt": Held("SELECT", adds="document handoff_id hash id kind number signers version_id"),
    "receipt_signature": Held(
        "SELECT", adds="id kid organisation_id protected receipt_id signature"
    ),
    "recommendation": Held(
        "INSERT SELECT",
        "addressee_id due_on expected_evidence issued_at planned_on responded_at response"
        " response_note status text verified_at withdraw_reason",
    ),
    "recommendation_finding": Held("DELETE INSERT SELECT"),
    "recommendation_follow_up": Held("INSERT SELECT", "judged_at verdict verdict_reason"),
    "recovery_code": Held(),
    "refresh_token": Held(),
    "results_framework": Held("INSERT SELECT", "description name period_from period_until"),
    "section_word": Held("INSERT"),
    "security_event": Held("SELECT", adds=_EVENT),
    "session": Held(
        "",
        "ended_at",
        reads="address created_at ended_at expires_at id methods seen_at user_agent user_id",
    ),
    "session_figures": Held("INSERT SELECT"),
    "session_material": Held("DELETE INSERT SELECT"),
    "session_test": Held("INSERT SELECT"),
    "signing_key": Held("INSERT SELECT", "verifies_until"),
    "staff_role": Held(),
    "statistics_cell": Held("SELECT"),
    "statistics_release": Held("SELECT"),
    "statistics_row": Held(),
    "term": Held("SELECT"),
    "ticket": Held("INSERT"),
    "totp": Held(),
    "used_once": Held(),
    "user_account": Held("INSERT SELECT", "disabled_at language name roles"),
    "vault_key": Held("INSERT SELECT"),
    "visit": Held(
        "INSERT SELECT",
        "cancel_reason held_on plan_item_id planned_on region_code shared_at status team"
        " version_id",
    ),
    "visit_note": Held("INSERT SELECT"),
    "visit_response": Held("INSERT SELECT", "answers score status submitted_at version_id"),
    "withdrawal_notice": Held("SELECT", "acknowledged_at"),
    "assessment": Held("INSERT SELECT"),
    "assessment_score": Held("INSERT SELECT"),
    "checklist": Held("INSERT SELECT"),
    "checklist_item": Held("INSERT SELECT"),
    "policy_answer": Held("INSERT SELECT"),
    "policy_comment": Held("INSERT SELECT"),
    "policy_cosigner": Held("DELETE INSERT SELECT"),
    "policy_evidence": Held("DELETE INSERT SELECT"),
    "policy_input": Held("INSERT SELECT", "published_at"),
    "policy_item": Held("DELETE INSERT SELECT"),
    "policy_outcome": Held("INSERT SELECT"),
    "policy_signature": Held("INSERT SELECT"),
    "policy_submission": Held("INSERT SELECT"),
    "policy_version": Held("INSERT SELECT", "closed_at content_hash summary title"),
    "regulation": Held("INSERT SELECT", "became_id known_as number source_url stage title"),
    "regulation_stage": Held("INSERT SELECT"),
    "alembic_version": Held(),
}

_EVERYTHING = Held("DELETE INSERT SELECT UPDATE")

# What the authorization server may: it knows people and what they hold, and nothing of any case.
AUTH_GRANTS: dict[str, Held] = {
    "client": Held("SELECT"),
    "client_secret": Held("SELECT"),
    "identity_provider": Held("SELECT"),
    "organisation": Held("", reads="dissolved_at dpop id name scopes short_name type_code"),
    "security_event": Held("", adds=_EVENT),
    "staff_role": Held("SELECT"),
    "user_account": Held("SELECT", "joined_at language"),
    **dict.fromkeys(
        ("allowance", "device_request", "external_identity", "oauth_grant", "passkey", "password",
         "recovery_code", "refresh_token", "session", "ticket", "totp", "used_once"),
        _EVERYTHING,
    ),
}  # fmt: skip

# What the owner of the access functions may: it reads to decide, and writes what follows.
RULES_GRANTS: dict[str, Held] = {
    **dict.fromkeys(
        ("assessment", "checklist", "policy_cosigner", "policy_input", "policy_signature",
         "policy_submission", "policy_version", "regulation", "alembic_version",
         "case_suspect", "client", "clock_now",
         "data_request", "education_session", "emergency_access", "lawful_basis",
         "legal_hold", "material_version", "mou", "mou_clause",
         "mou_party", "mou_signature", "mou_version", "receipt",
         "recommendation_finding", "staff_role", "term",
         "user_account", "session_figures", "results_framework", "recommendation",
         "programme_member", "programme", "measurement", "indicator", "evaluation",
         "instrument", "instrument_version", "oversight_plan",
         "oversight_plan_item", "visit", "visit_response"),
        Held("SELECT"),
    ),
    "activity_participant": Held("SELECT", "organisation_id reason responded_at starts_at"),
    "activity_past": Held("INSERT SELECT"),
    "computed_figure": Held("INSERT SELECT"),
    "joint_activity": Held("SELECT", "lead_id"),
    "withdrawal_notice": Held("INSERT SELECT"),
    "calendar_feed": Held("INSERT SELECT"),
    "case_file": Held("SELECT", "destroyed_at wrapped"),
    "client_secret": Held("INSERT SELECT", "expires_at"),
    "external_identity": Held("DELETE SELECT"),
    "handoff": Held("SELECT", "updated_at"),
    "handoff_event": Held("INSERT SELECT"),
    "handoff_section": Held("SELECT", "corrected_at destroyed_at destruction"),
    "handoff_section_body": Held("DELETE SELECT", "sealed sealed_key"),
    "ledger_entry": Held("INSERT"),
    "ledger_part": Held("INSERT SELECT"),
    "ledger_pending": Held("INSERT"),
    "oauth_grant": Held("INSERT SELECT", "end_reason ended_at"),
    "organisation": Held("SELECT", "path"),
    "organisation_key": Held("INSERT SELECT"),
    "section_word": Held("DELETE SELECT"),
    "session": Held("SELECT", "ended_at"),
    "ticket": Held("SELECT", "used_at"),
}  # fmt: skip

# What the role that seals the ledger may: it adds to the tree, and changes nothing that stands.
LEDGER_GRANTS: dict[str, Held] = {
    "ledger_entry": Held("SELECT"),
    "ledger_head": Held("INSERT SELECT"),
    "ledger_key": Held("INSERT SELECT"),
    "ledger_leaf": Held("INSERT SELECT"),
    "ledger_node": Held("INSERT SELECT"),
    "ledger_number": Held("INSERT SELECT"),
    "ledger_part": Held("SELECT"),
    "ledger_pending": Held("DELETE SELECT"),
}

MATRIX = {APP: GRANTS, AUTH: AUTH_GRANTS, RULES: RULES_GRANTS, LEDGER: LEDGER_GRANTS}

# Functions of the schema `access` that the API may not call itself: triggers, and parts of others.
NOT_FOR_THE_API = {
    "count_up", "figure", "frameworks_of", "keep_framework", "keep_indicator", "keep_measurement",
    "clause_between", "conflicted", "date_request", "destroy", "draw", "end_former_links",
    "end_with_client", "end_with_person", "forget_identities", "held", "keep_client",
    "keep_concluded", "keep_emergency", "keep_lifted", "keep_past", "keep_path", "keep_report",
    "keep_planned", "keep_published", "keep_said",
    "touch", "keep_request", "keep_roles",
    "keep_session", "keep_signed", "keep_withdrawn", "live_clauses_to", "my_emergencies",
    "keep_part", "keep_place", "keep_steps", "keep_task",
    "name_reviewers", "statistics_rows", "statistics_since",
    "resting_on", "same_person", "take_turn", "tell", "tell_suspect", "tell_withdrawn",
    "retention", "retention_days", "retention_holds", "retention_report", "spent_cases",
    "tell_emergency", "live_clauses", "mou_paper", "supposed", "supposed_clauses", "open_to",
}  # fmt: skip
FOR_THE_AUTHORITY = {"draw"}

PRIVILEGES = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]

_TABLES = """
select c.relname, c.relkind::text as kind, c.relrowsecurity, c.relforcerowsecurity,
       pg_get_userbyid(c.relowner) as owner, coalesce(c.reloptions::text, '') as options
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
"""
_HELD = """
select c.relname, coalesce((select string_agg(p, ' ' order by p) from unnest($2::text[]) p
                            where has_table_privilege($1, c.oid, p)), '') as privileges,
       coalesce((select string_agg(a.attname, ' ' order by a.attname) from pg_attribute a
                 where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                   and has_column_privilege($1, c.oid, a.attnum, 'UPDATE')), '') as updates,
       array(select coalesce((select string_agg(a.attname, ' ' order by a.attname)
                              from pg_attribute a
                              where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                                and has_column_privilege($1, c.oid, a.attnum, one)
                                and not has_table_privilege($1, c.oid, one)), '')
             from unnest(array['SELECT', 'INSERT', 'REFERENCES']) with ordinality x(one, n)
             order by n) as by_column,
       (select string_agg(a.attname, ' ' order by a.attname) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
"""
_FUNCTIONS = """
select p.oid::regprocedure::text as signature, p.proname as name, p.prosecdef as definer,
       pg_get_userbyid(p.proowner) as owner, coalesce(p.proconfig::text, '') as config,
       has_function_privilege($1, p.oid, 'EXECUTE') as for_the_api,
       has_function_privilege($2, p.oid, 'EXECUTE') as for_the_authority,
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
       (select coalesce(string_agg(g.rolname, ' '), '') from pg_auth_members m
        join pg_roles g on g.oid = m.roleid where m.member = r.oid) as member_of,
       (select coalesce(string_agg(g.rolname, ' '), '') from pg_roles g
        where g.oid <> r.oid and pg_has_role(r.oid, g.oid, 'usage')) as inherits,
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
        if row["owner"] in MATRIX:
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
    for role, matrix in MATRIX.items():
        for row in await connection.fetch(_HELD, role, PRIVILEGES):
            name = row["relname"]
            wanted = matrix.get(name, Held())
            if "UPDATE" in wanted.table.split():
                wanted = wanted._replace(updates=row["columns"])
            reads, adds, refers = row["by_column"]
            held = Held(row["privileges"], row["updates"], reads, adds)
            if held != wanted or refers:
                found.append(f"{role} on {name}: {held}, refers to {refers}")
    return found


async def _functions(connection: asyncpg.Connection) -> list[str]:
    found = []
    for row in await connection.fetch(_FUNCTIONS, APP, AUTH):
        name = row["signature"]
        if row["for_everyone"]:
            found.append(f"everyone may execute {name}")
        if row["for_the_api"] == (row["name"] in NOT_FOR_THE_API):
            found.append(f"{APP} {'may' if row['for_the_api'] else 'may not'} execute {name}")
        if row["for_the_authority"] != (row["name"] in FOR_THE_AUTHORITY):
            found.append(f"{AUTH} {'may' if row['for_the_authority'] else 'may not'} {name}")
        if row["definer"]:
            if row["owner"] != RULES:
                found.append(f"{name} runs as {row['owner']}")
            if row["config"] != '{"search_path=pg_catalog, public, pg_temp"}':
                found.append(f"{name} has the search path {row['config']}")
        elif row["owner"] in MATRIX:
            found.append(f"{name} belongs to {row['owner']} without need")
    return found


async def _roles(connection: asyncpg.Connection) -> list[str]:
    found = []
    for row in await connection.fetch(_ROLES, list(MATRIX)):
        name = row["rolname"]
        powers = [power for power in ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb",
                                      "rolcanlogin", "rolreplication", "owns", "inherits",
                                      "creates") if row[power]]  # fmt: skip
        if name != RULES and (row["functions"] or row["creates_in_access"]):
            powers.append("functions")
        # The API may become the authorization server, for a transaction; it never simply is it. So
        # with who seals the ledger.
        if set(row["member_of"].split()) != ({AUTH, LEDGER} if name == APP else set()):
            powers.append("member_of")
        if powers:
            found.append(f"{name} has {powers}")
    return found
