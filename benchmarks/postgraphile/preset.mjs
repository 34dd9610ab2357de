// PostGraphile as its documentation recommends it: the Amber preset, smart tags for what the
// database does not say of its views, and `extendSchema` for what no column holds.
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { makePgService } from "postgraphile/adaptors/pg";
import { jsonPgSmartTags } from "postgraphile/utils";

import { caller } from "./caller.mjs";
import { contentPlugin } from "./content.mjs";
import { idsPlugin } from "./ids.mjs";
import { sendPlugin } from "./send.mjs";

const tagsPlugin = jsonPgSmartTags({
  version: 1,
  config: {
    class: {
      handoff: { tags: { foreignKey: "(mou_id) references mou_now (id)|@fieldName mou" } },
      handoff_section_now: {
        tags: {
          primaryKey: "id",
          foreignKey: "(handoff_id) references handoff (id)|@foreignFieldName sections",
        },
      },
      mou_now: {
        tags: {
          primaryKey: "id",
          foreignKey: "(version_id) references mou_version (id)|@fieldName version",
        },
      },
    },
    constraint: {
      handoff_mou_id_fkey: { tags: { fieldName: "agreement" } },
      handoff_receiver_id_fkey: { tags: { fieldName: "receiver" } },
      handoff_sender_id_fkey: { tags: { fieldName: "sender" } },
      handoff_event_handoff_id_fkey: { tags: { foreignFieldName: "events" } },
    },
    attribute: {
      // Not the first column of any index, so not offered by itself; one index is made for it.
      "handoff.listed_at": { tags: { behavior: "orderBy" } },
      "handoff_event.created_at": { tags: { behavior: "orderBy" } },
    },
  },
});

export const preset = {
  extends: [PostGraphileAmberPreset],
  plugins: [tagsPlugin, idsPlugin, contentPlugin, sendPlugin],
  pgServices: [
    makePgService({
      connectionString: process.env.BENCH_DATABASE_URL,
      schemas: ["public"],
      poolConfig: { max: 16 },
    }),
  ],
  schema: { defaultNodeIdCodec: "noun" },
  grafast: { context: () => ({ pgSettings: caller.settings }) },
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false },
};
