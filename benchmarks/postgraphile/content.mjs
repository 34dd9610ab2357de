// What sections say, and what else of a handoff no column holds.
import { TYPES } from "postgraphile/@dataplan/pg";
import { constant, context, loadOne } from "postgraphile/grafast";
import { extendSchema, gql } from "postgraphile/utils";

import { bare, caller } from "./caller.mjs";
import { newId } from "./uuid.mjs";
import { openCase, row, unseal } from "./seals.mjs";

const BARE = "Isi bagian.";
const RECORD = `select access.record_reading($1, $2, 10000, null, null, false, $3, $4, 'bench', $5,
  '{}', '{}', '[]')`;

/** All sections of a request in one pass; then it is written down that they were shown. */
async function open(sealed, { shared: { withPgClient } }) {
  const keys = new Map();
  const shown = [];
  const bodies = sealed.map((text) => {
    const [id, handoff, author, category, said, sealedKey, caseId, , wrapped] = JSON.parse(text);
    let key = keys.get(caseId);
    if (key === undefined) {
      key = openCase(caseId, Buffer.from(wrapped, "base64"));
      keys.set(caseId, key);
    }
    const boundTo = row(id, handoff, author, category);
    const own = unseal(key, Buffer.from(sealedKey, "base64"), boundTo);
    shown.push(id);
    return unseal(own, Buffer.from(said, "base64"), boundTo).toString();
  });
  const organisation = caller.settings["app.organisation_id"];
  const values = [caller.client, caller.scopes, organisation, newId(), shown];
  await withPgClient(null, (client) => client.query({ name: "record", text: RECORD, values }));
  return bodies;
}

export const contentPlugin = extendSchema(() => {
  const opening = {
    load: open,
    shared: () => ({ withPgClient: context().get("withPgClient") }),
  };
  return {
    typeDefs: gql`
      extend type Handoff {
        overdue: Boolean!
      }
      extend type HandoffSectionNow {
        content: Content!
      }
      union Content = Disclosed | Withheld
      type Disclosed {
        body: String!
      }
      type Withheld {
        code: String!
      }
    `,
    objects: {
      Handoff: {
        plans: {
          overdue: ($handoff) =>
            $handoff.select(
              (sql) => sql`coalesce(${$handoff}.due_at < now()
                and ${$handoff}.status in ('REQUESTED', 'RECEIVED'), false)`,
              TYPES.boolean,
            ),
        },
      },
      HandoffSectionNow: { plans: { content: ($section) => $section } },
      Disclosed: {
        plans: {
          body($section) {
            if (bare) return constant(BARE);
            const $sealed = $section.select(
              (sql) => sql`json_build_array(${$section}.id, ${$section}.origin_handoff_id,
                ${$section}.author_id, ${$section}.category, encode(${$section}.sealed, 'base64'),
                encode(${$section}.sealed_key, 'base64'), ${$section}.case_id, ${$section}.kek_id,
                encode(${$section}.wrapped, 'base64'))`,
              TYPES.text,
            );
            return loadOne($sealed, opening);
          },
        },
      },
      Withheld: { plans: { code: ($section) => $section.get("withheld") } },
    },
    unions: {
      Content: {
        toSpecifier: ($section) =>
          $section.select(
            (sql) => sql`case when ${$section}.sealed is null then 'Withheld' else 'Disclosed' end`,
            TYPES.text,
          ),
        planType: ($__typename, { $original }) => ({ $__typename, planForType: () => $original }),
      },
    },
  };
});
