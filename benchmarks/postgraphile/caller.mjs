// Who is calling, as the floor says it: no token is checked on either side.
const organisation =
  process.env.BENCH_CALLER === "sender"
    ? "00000001-0000-7000-8000-000000000001"
    : "00000001-0000-7000-8000-000000000002";
const client = organisation.replace("00000001-", "00000002-");
const scopes =
  "activity:read handoff:identity handoff:read handoff:write mou:read organisation:read";

export const caller = {
  client,
  scopes,
  settings: {
    "app.organisation_id": organisation,
    "app.client_id": client,
    "app.scopes": scopes,
    // With these PostgreSQL reads a page from the index that is made for it, and C takes a third of
    // the time. B takes as long as without.
    enable_bitmapscan: "off",
    enable_sort: "off",
  },
};
export const bare = "BENCH_BARE" in process.env;
