"""Mutants that nothing can notice, and what makes them harmless."""

IMPLIED = {
    **{
        f"ledger_{table}.viewing {change}": "ledger_part, asked as well, shows nothing then"
        for table in ("leaf", "number")
        for change in ("dropped", "using (true)")
    },
    **{
        f"{table}.viewing {change}": "view_as leaves no scope, person or client that shows any"
        for table in (
            "client",
            "identity_provider",
            "oauth_grant",
            "rate_budget",
            "security_event",
            "session",
            "user_account",
        )
        for change in ("dropped", "using (true)")
    },
    **{
        f"mou_{table}.viewing {change}": "it hangs on a version, which is not there then"
        for table in ("clause", "party", "signature")
        for change in ("dropped", "using (true)")
    },
    "handoff_section_body.disclosed using: h.ended_at IS NULL OR now < access.kept_until"
    "h.ended_at,: < -> <=": "a moment has no length",
    "handoff_section_body.disclosed using: h.ended_at IS NULL AND SELECT access.my_grants AS"
    " my_grants ? concath.mou_id, '=', handoff_section_body.author_id,"
    " handoff_section_body.category, h.purpose, h.child_role -> false": "it saves"
    " work: grants are looked for one by one then",
    "handoff_section_body.disclosed using: EXISTS SELECT FROM lawful_basis b WHERE b.handoff_id ="
    " h.id AND b.author_id = handoff_section_body.author_id AND handoff_section_body.category ="
    " ANY b.categories AND h.purpose = ANY b.purposes AND b.kind <> 'CONSENT' AND b.rests_on IS"
    " NULL AND b.valid_until IS NULL AND NOT EXISTS SELECT FROM data_request r WHERE r.handoff_id"
    " = b.handoff_id -> false": "it saves work: barred_by says the same",
    "handoff_section_body.disclosed using: r.handoff_id = b.handoff_id -> true": "it saves work:"
    " barred_by is asked then wherever there is any request",
    "access.basis_for: b.kind <> 'CONSENT' and b.rests_on is null and b.valid_until is null"
    " -> false": "it saves work: nothing is wrong with such a basis, says basis_state as well",
    "access.enter: d_at is null and g.expires_at > now() a: > -> >=": "a grant lives a microsecond"
    " longer",
    "access.enter: u.id is not null -> true": "no grant is of a person who is not there, and people"
    " need one",
    "ledger_entry.concerned using: reader_id = SELECT access.me AS me AND SELECT access.has"
    " 'ledger:read' AS has -> false": "it saves work: the reader sees the parts",
    "oauth_grant.own using: SELECT access.has 'user:read' AS has OR SELECT access.has 'user:write'"
    " AS has -> true": "user_account, which is asked as well, shows nobody else's people",
    "session.own using: user_id = SELECT access.person AS person OR SELECT access.has 'user:read'"
    " AS has OR SELECT access.has 'user:write' AS has -> true": "as with oauth_grant.own",
    "ticket.invite with check: access.is_kpai -> true": "user_account shows administrators"
    " elsewhere to KPAI alone",
    "access.keep_concluded: access.me() is not null -> true": "the owner alone is not a caller",
    "access.keep_concluded: s.content_hash = new.content_hash -> true": "who signs names the hash"
    " of then (mou_signature.sign), and keep_signed keeps it: both would have to fail",
    "access.keep_path: tg_op = 'UPDATE' and new.parent_id is not distinct from old.parent_id"
    " -> false": "it saves work: the path comes out the same",
    "access.keep_signed: tg_table_name = 'mou_version' -> true": "parties and clauses have no"
    " drafter of their own, and nothing is unequal to null",
    "access.mou_paper: x.stage = 'SIGNED' -> true": "a check gives a day to count from"
    " to signed versions only",
    "receipt_signature.viewing dropped": "it hangs on a receipt, which is not there then",
    "receipt_signature.viewing using true": "it hangs on a receipt, which is not there then",
}
