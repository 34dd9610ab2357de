// How a script here talks with the test that started it: a line of JSON each way. The script is the
// client; whatever a person does in a browser is done by the test, which is asked for it.
import { createInterface } from "node:readline";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function next() {
  const { value, done } = await lines.next();
  if (done) throw new Error("the test has ended");
  return JSON.parse(value);
}

function write(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/** What the test gave: the server's address, clients and their keys. */
export const given = await next();

/** Where a person's browser ends up who is sent to this address and says yes (or no). */
export async function sent(url, answer = "yes") {
  write({ sent: String(url), answer });
  return new URL(await next());
}

/** Something for the test to look at. */
export function saw(name, value) {
  write({ saw: name, value });
}

/** Runs the scenario that was asked for. */
export async function play(scenarios) {
  try {
    await scenarios[given.scenario]();
  } catch (error) {
    console.error(error);
    if (error?.cause) console.error("because of", error.cause);
    process.exitCode = 1;
  }
  process.stdin.destroy();
}

/** The error that something must end in, by the name that matters; anything else is a failure. */
export async function refused(work) {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error("this should have been refused");
}
