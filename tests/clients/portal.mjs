// The portal of docs/security.md, in a browser of three objects: the person's own is the test.
import { given, play, saw, sent } from "./line.mjs";

await play({
  async portal() {
    const kept = new Map();
    globalThis.sessionStorage = {
      setItem: (name, value) => kept.set(name, value),
      getItem: (name) => kept.get(name),
      removeItem: (name) => kept.delete(name),
    };
    globalThis.history = { replaceState: () => {} };
    globalThis.location = { assign: (url) => (globalThis.location.left = url) };
    const portal = await import(given.module);
    await portal.leave("mou:read organisation:read");
    globalThis.location = { href: (await sent(globalThis.location.left)).href };
    await portal.arrive();
    saw("first", await portal.ask("{ viewer { scopes } }"));
    const now = Date.now;
    Date.now = () => {
      Date.now = now;
      return now() + 290_000; // as if the token were about to end
    };
    saw("renewed", await portal.ask("{ viewer { scopes } }"));
    await portal.signOff();
    saw("left over", kept.size);
  },
});
