// Usage: npm install && node audit.mjs http://127.0.0.1:8000/graphql [bearer token]
// Prints each audit of GraphQL over HTTP; fails if any MUST or SHOULD does.
import { serverAudits } from "graphql-http";

const [url, token] = process.argv.slice(2);
if (!url) {
  console.error("usage: node audit.mjs <url> [token]");
  process.exit(2);
}

const fetchFn = (address, options = {}) => {
  const headers = { ...options.headers };
  if (token) headers.authorization = `Bearer ${token}`;
  return fetch(address, { ...options, headers });
};

const counted = { ok: 0, notice: 0, warn: 0, error: 0 };
let failed = 0;
for (const audit of serverAudits({ url, fetchFn })) {
  const result = await audit.fn();
  counted[result.status] += 1;
  const binding = /^(MUST|SHOULD)\b/.test(audit.name);
  if (result.status !== "ok" && binding) failed += 1;
  const reason = result.status === "ok" ? "" : `: ${result.reason}`;
  console.log(`${result.status.padEnd(6)} ${audit.id} ${audit.name}${reason}`);
}

const total = Object.values(counted).reduce((sum, count) => sum + count);
console.log(`\n${counted.ok} of ${total} pass; MUST or SHOULD failing: ${failed}`);
process.exit(failed ? 1 : 0);
