"""The inputs of policy inputs, with the words clients read."""

from db.policy_input import PolicyOutcome
from domain import policy_content, policy_input, policy_result
from schema.inputs import described
from schema.vocabulary import vocabulary

vocabulary(
    PolicyOutcome,
    {
        "ADOPTED": "Diterima: the text as adopted says it.",
        "PARTLY": "Diterima sebagian.",
        "REJECTED": "Ditolak.",
        "PENDING": "Belum diketahui.",
    },
)
described(
    policy_content.PolicyItemDraft,
    "PolicyItemInput",
    {
        "article": "Pasal, ayat: up to 200 characters.",
        "problem": "What is wrong with it for a victim: up to 4,000 characters; no names of"
        " children.",
        "draft_wording": "The wording in the draft, if there is one: up to 4,000 characters.",
        "proposed_wording": "Up to 4,000 characters.",
        "reasoning": "Up to 4,000 characters; no names of children.",
    },
)
described(
    policy_content.PolicyEvidenceDraft,
    "PolicyEvidenceInput",
    {
        "statement": "What it shows, in words that everyone may read later: up to 4,000 characters;"
        " no names of children.",
        "finding_id": "A confirmed finding that you see; others see only the statement.",
        "figures": "Released figures, instead of a finding; cut to the periods that are released.",
        "sources": "Where it can be read.",
    },
)
described(
    policy_content.PolicyContent,
    "PolicyContentInput",
    {
        "title": "Up to 200 characters.",
        "summary": "Up to 4,000 characters; no names of children.",
        "items": f"1 to {policy_content.MOST_ITEMS}, in order.",
        "evidence": f"Up to {policy_content.MOST_EVIDENCE}, in order.",
    },
)
described(
    policy_input.NewPolicyInput,
    "PolicyDraftInput",
    {
        "regulation_id": "On what: a draft, or a regulation to be changed.",
        "content": "The text of the first version.",
        "activity_id": "A joint activity that you take part in, and not as an observer.",
        "cosigners": f"Whom to ask to sign as well: up to {policy_input.MOST_COSIGNERS}.",
    },
)
described(
    policy_input.PolicySigning,
    "PolicySignatureInput",
    {
        "content_hash": "The hash of the version that was read.",
        "signatory_name": "Up to 200 characters.",
        "signatory_office": "Up to 200 characters.",
    },
)
described(
    policy_input.PolicyInputFilter,
    "PolicyInputFilter",
    {
        "regulation_id": "On this regulation.",
        "activity_id": "Under this activity.",
        "lead_id": "Led by this organisation.",
        "submitted": "Whether it was submitted, as far as you know.",
        "published": "Whether everyone may read it.",
    },
)
described(
    policy_result.PolicySending,
    "PolicySubmissionInput",
    {
        "submitted_on": "Not before it was closed, nor a day to come.",
        "letter_number": "Nomor surat: up to 200 characters.",
        "recipient_id": "To an organisation of the directory, which reads it then; or",
        "recipient_name": "to somebody else, such as `Pansus DPRD ...`: up to 200 characters.",
        "documents": "What was sent.",
    },
)
described(
    policy_result.PolicyReply,
    "PolicyAnswerInput",
    {
        "answered_on": "Not before it was submitted, nor a day to come.",
        "body": "Up to 4,000 characters; no names of children.",
        "documents": "Where it can be read.",
    },
)
described(
    policy_result.ItemResult,
    "PolicyOutcomeInput",
    {
        "item_id": "An item of the submitted version.",
        "outcome": "Hasil.",
        "adopted_wording": "The wording as adopted, needed where any was: up to 4,000 characters.",
        "note": "Up to 4,000 characters.",
    },
)
