// Sending, as the floor does it: a statement for each table in one transaction, since the policies
// on a section look for its handoff, which a statement does not see while it writes it.
import { createHmac } from "node:crypto";

import { sideEffectWithPgClient } from "postgraphile/@dataplan/pg";
import { extendSchema, gql } from "postgraphile/utils";

import { caller } from "./caller.mjs";
import { hexOf, uuidOf } from "./ids.mjs";
import { newKey, row, seal, sealCase } from "./seals.mjs";
import { newCaseId, newId } from "./uuid.mjs";

const CASE = "insert into case_file (id, kek_id, wrapped) values ($1, 'derived', $2)";
const HANDOFF = `insert into handoff (id, case_id, number, kind, status, sender_id, receiver_id,
    mou_id, purpose, urgency, child_role, case_categories, services, requested_at, due_at)
  values ($1, $2, $3, $4, 'REQUESTED', $5, $6, $7, $8, $9, $10, $11, $12, now(),
    now() + interval '72 hours')
  returning number, status`;
const BASIS = `insert into lawful_basis (id, handoff_id, author_id, kind, categories, purposes,
    legal_source)
  values ($1, $2, $3, $4, $5, $6, $7)`;
const SECTIONS = `insert into handoff_section (id, handoff_id, author_id, category)
  select unnest($1::uuid[]), $2, $3, unnest($4::text[])`;
const BODIES = `insert into handoff_section_body (section_id, handoff_id, author_id, category,
    sealed, sealed_key)
  select unnest($1::uuid[]), $2, $3, unnest($4::text[]), unnest($5::bytea[]), unnest($6::bytea[])`;
const WORDS = `insert into section_word (section_id, organisation_id, words)
  select s, o.id, o.words::bigint[] from unnest($1::uuid[]) s,
    (values ($2::uuid, $3::text), ($4::uuid, $5::text)) o(id, words)`;
const EVENT = `insert into handoff_event (id, handoff_id, kind, actor_id, to_status)
  values ($1, $2, 'SENT', $3, 'REQUESTED')`;

// What can be found is hashed once, when the server starts, as the floor does: it measures writing.
const hashed = ["isi", "bagi"].map((stem) =>
  createHmac("sha256", Buffer.alloc(32)).update(stem).digest().readBigInt64BE(0),
);
const words = `{${hashed.join(",")}}`;

async function send(client, input) {
  const sender = caller.settings["app.organisation_id"];
  const [receiver, mou] = [uuidOf(input.receiverId), uuidOf(input.mouId)];
  const [id, caseId, caseKey] = [newId(), newCaseId(), newKey()];
  const categories = input.sections.map((section) => section.category);
  const sections = categories.map(newId);
  const keys = categories.map(newKey);
  const rows = sections.map((section, n) => row(section, id, sender, categories[n]));
  const bodies = rows.map((at, n) => seal(keys[n], Buffer.from(input.sections[n].body), at));
  const sealedKeys = rows.map((at, n) => seal(caseKey, keys[n], at));
  const run = (name, text, ...values) => client.query({ name, text, values });

  await run("send case", CASE, caseId, sealCase(caseId, caseKey));
  const { rows: [sent] } = await run(
    "send handoff", HANDOFF, id, caseId, hexOf(id), input.kind, sender, receiver, mou,
    input.purpose, input.urgency, input.childRole, input.caseCategories, input.services,
  );
  for (const basis of input.bases) {
    await run(
      "send basis", BASIS, newId(), id, sender, basis.kind, basis.categories, [input.purpose],
      basis.legalSource,
    );
  }
  await run("send sections", SECTIONS, sections, id, sender, categories);
  await run("send bodies", BODIES, sections, id, sender, categories, bodies, sealedKeys);
  await run("send words", WORDS, sections, sender, words, receiver, words);
  await run("send event", EVENT, newId(), id, sender);
  return { id: `handoff_${hexOf(id)}`, number: sent.number, status: sent.status };
}

export const sendPlugin = extendSchema((build) => {
  const executor = build.pgExecutor;
  return {
    typeDefs: gql`
      extend type Mutation {
        sendHandoff(input: SendHandoffInput!): SentHandoff
      }
      type SentHandoff {
        id: ID!
        number: String!
        status: String!
      }
      input SendHandoffInput {
        kind: String!
        receiverId: ID!
        mouId: ID!
        purpose: String!
        urgency: String!
        childRole: String!
        caseCategories: [String!]!
        services: [String!]!
        sections: [SendSectionInput!]!
        bases: [SendBasisInput!]!
      }
      input SendSectionInput {
        category: String!
        body: String!
      }
      input SendBasisInput {
        kind: String!
        categories: [String!]!
        legalSource: String!
      }
    `,
    objects: {
      Mutation: {
        plans: {
          // With settings given, a client comes with a transaction of its own.
          sendHandoff: (_, { $input }) => sideEffectWithPgClient(executor, $input, send),
        },
      },
    },
  };
});
