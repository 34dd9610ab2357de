// Opening and making what the database holds sealed: AES-256-GCM, bound to its row.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const CIPHER = "aes-256-gcm";
const NONCE = 12;
const TAG = 16;
const SECRET = Buffer.alloc(32); // as `benchmarks.servers` has it
const KEK = Buffer.from(hkdfSync("sha256", SECRET, "", "rangkul content", 32));

export function unseal(key, sealed, boundTo) {
  const cipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE));
  cipher.setAAD(Buffer.from(boundTo));
  cipher.setAuthTag(sealed.subarray(-TAG));
  const said = cipher.update(sealed.subarray(NONCE, -TAG));
  cipher.final();
  return said;
}

export function seal(key, secret, boundTo) {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(CIPHER, key, nonce);
  cipher.setAAD(Buffer.from(boundTo));
  return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
}

export const openCase = (id, wrapped) => unseal(KEK, wrapped, `case ${id}`);
export const sealCase = (id, key) => seal(KEK, key, `case ${id}`);
export const newKey = () => randomBytes(32);
export const row = (id, handoff, author, category) =>
  `section ${id} ${handoff} ${author} ${category}`;
