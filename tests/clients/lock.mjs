// Leaves names, versions and hashes in package-lock.json, and no address of any kind: where packages
// come from is for npm's own settings on the machine that installs them.
import { readFileSync, writeFileSync } from "node:fs";

const KEPT = ["version", "integrity", "dev", "optional", "peer", "engines", "bin", "license"];
const LISTS = [
  "dependencies", "devDependencies", "optionalDependencies", "peerDependencies",
  "peerDependenciesMeta", // without it, peers that are optional would be wanted
];

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
for (const [path, entry] of Object.entries(lock.packages)) {
  if (path === "") continue;
  for (const name of Object.keys(entry)) {
    if (![...KEPT, ...LISTS].includes(name)) delete entry[name];
  }
}
const text = `${JSON.stringify(lock, null, 2)}\n`;
if (/:\/\//.test(text)) throw new Error("the lock file holds an address");
writeFileSync("package-lock.json", text);
