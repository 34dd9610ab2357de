// What people do at our pages: at a keyboard alone, and in a browser that runs no script at all.
import { given, play, saw } from "../line.mjs";
import { code, done, fresh, leave, look, press, reach, strays, type } from "./browser.mjs";

const EMAIL = "input[autocomplete=username]";
const PASSWORD = "input[autocomplete=current-password]";
const CODE = "input[autocomplete=one-time-code]";

async function signIn(page, { email, password, secret }) {
  await type(page, { [EMAIL]: email, [PASSWORD]: password });
  await type(page, { [CODE]: await code(secret) });
}

const path = (page) => new URL(page.url()).pathname;
const problem = (page) => page.locator("[role=alert]").first().innerText();

await play({
  /** From the link to an account, with every mistake on the way. */
  async invitation() {
    const page = await fresh();
    await page.goto(given.link);
    await look(page, "invitation");
    await type(page, { "#password": "sandi", "#again": "sandi" });
    await look(page, "invitation-weak");
    saw("weak", await problem(page));
    await type(page, { "#password": given.password, "#again": given.password });
    saw("app at", path(page));
    await look(page, "app");
    const secret = await page.locator("p.secret").innerText();
    await type(page, { [CODE]: "000000" });
    await look(page, "app-wrong");
    saw("wrong code", await problem(page));
    await type(page, { [CODE]: await code(await page.locator("p.secret").innerText()) });
    saw("same secret", secret === secret.toUpperCase());
    await look(page, "recovery-codes");
    const codes = await page.locator(".codes li").allInnerTexts();
    saw("codes", codes.length);
    await press(page, "main a.button");
    saw("arrived", path(page));
    await page.goto(given.link);
    await look(page, "invitation-used");
    saw("used", await page.locator("h1").innerText());

    const other = await fresh();
    await other.goto(`${given.address}/account`);
    await type(other, { [EMAIL]: given.email, [PASSWORD]: given.password });
    await press(other, "summary").catch(() => {}); // opens what is below; leads nowhere
    await type(other, { "#recovery": codes[0] }, "details button");
    saw("with a recovery code", path(other));
  },

  async "sign in"() {
    const page = await fresh({ language: given.language });
    await page.goto(`${given.address}/account`);
    await look(page, `sign-in-${given.language}`);
    saw("language", await page.locator("html").getAttribute("lang"));
    await type(page, { [EMAIL]: given.email, [PASSWORD]: "not the password" });
    await look(page, `sign-in-wrong-${given.language}`);
    saw("wrong", await problem(page));
    await type(page, { [EMAIL]: given.email, [PASSWORD]: given.password });
    await look(page, `second-factor-${given.language}`);
    await type(page, { [CODE]: await code(given.secret) });
    saw("arrived", path(page));
    await look(page, `account-${given.language}`);
  },

  /** The pages behind the account page: one after the other, as its links lead. */
  async account() {
    const page = await fresh();
    await page.goto(`${given.address}/account`);
    await signIn(page, given);
    const links = await page.locator("main a[href^='/account/']").evaluateAll((found) =>
      [...new Set(found.map((link) => link.getAttribute("href")))],
    );
    for (const link of links) {
      await page.goto(given.address + link);
      await look(page, link.slice(1).replaceAll("/", "-"));
    }
    saw("links", links);
    await page.goto(`${given.address}/account`);
    await press(page, "form[action='/sign-out'] button");
    await page.goto(`${given.address}/account`);
    saw("signed out", path(page));
  },

  async consent() {
    const page = await fresh();
    await page.goto(given.authorize);
    await signIn(page, given);
    await look(page, "consent");
    saw("words", await page.locator("main").innerText());
    await reach(page, "input[type=checkbox]");
    await page.keyboard.press("Space"); // the first scope is not given
    saw("back", await leave(page, "button[value=allow]"));
    await page.goto(given.authorize);
    saw("refused", await leave(page, "button[value=refuse]"));
  },

  async nothing() {
    const page = await fresh();
    await page.goto(given.authorize);
    await signIn(page, given);
    await look(page, "consent-nothing");
    saw("words", await page.locator("main").innerText());
  },

  async device() {
    const page = await fresh();
    await page.goto(`${given.address}/device`);
    await signIn(page, given);
    await look(page, "device");
    await type(page, { "#code": "BBBB-BBBB" });
    await look(page, "device-wrong");
    saw("wrong", await problem(page));
    await type(page, { "#code": given.code.toLowerCase().replace("-", " ") });
    await look(page, "device-consent");
    saw("words", await page.locator("main").innerText());
    await press(page, "button[value=allow]");
    await look(page, "device-done");
    saw("done", await page.locator("main").innerText());
  },

  /** Addresses that should lead nowhere, and pages of other sites that try to use ours. */
  async astray() {
    const page = await fresh();
    const ended = {};
    for (const address of given.addresses) {
      const response = await page.goto(given.address + address);
      ended[address] = [response.status(), new URL(page.url()).origin === given.address];
    }
    saw("ended", ended);
    await page.goto(given.address + given.addresses[0]);
    await look(page, "refusal");
    await page.goto(`${given.address}/sign-in?next=https://attacker.example/`);
    await signIn(page, given);
    saw("signed in", page.url());
  },

  async framed() {
    const page = await fresh({ scripts: true });
    for (const [name, address] of Object.entries(given.pages)) {
      await page.route("http://attacker.example/", (route) =>
        route.fulfill({
          contentType: "text/html",
          body: `<!doctype html><iframe src="${given.address}${address}"></iframe>`,
        }),
      );
      await page.goto("http://attacker.example/", { waitUntil: "load" });
      saw(`frame ${name}`, page.frames()[1]?.url() ?? "none");
      await page.unroute("http://attacker.example/");
    }
  },

  /** A form of another site, sent by a browser that is signed in here. */
  async forged() {
    const page = await fresh();
    await page.goto(`${given.address}/account`);
    await signIn(page, given);
    const before = path(page);
    page.scripts = true;
    await page.devtools.send("Emulation.setScriptExecutionDisabled", { value: false });
    for (const action of ["/sign-out", "/oauth/consent", "/device"]) {
      await page.route("http://attacker.example/", (route) =>
        route.fulfill({
          contentType: "text/html",
          body: `<!doctype html><form method="post" action="${given.address}${action}">
            <input name="decision" value="allow"></form>
            <script>document.forms[0].submit()</script>`,
        }),
      );
      const answered = page.waitForResponse((response) => response.url().endsWith(action));
      await page.goto("http://attacker.example/").catch(() => {});
      saw(action, (await answered).status());
      await page.unroute("http://attacker.example/");
    }
    await page.goto(`${given.address}/account`);
    saw("still signed in", path(page) === before);
  },
});

saw("strays", strays);
await done();
