import { randomBytes, randomUUID } from "node:crypto";

let last = 0;

/** A UUIDv7: milliseconds, a counter that keeps the order in which ids were made, random bits. */
export function newId() {
  last = Math.max(Date.now() * 4096, last + 1);
  const time = Math.floor(last / 4096).toString(16).padStart(12, "0");
  const counter = (last % 4096).toString(16).padStart(3, "0");
  const random = randomBytes(8);
  random[0] = 0x80 | (random[0] & 0x3f);
  const rest = random.toString("hex");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter}-${rest.slice(0, 4)}-${rest.slice(4)}`;
}

/** Of a case; it tells nothing, not even when the case began. */
export const newCaseId = randomUUID;
