// Chromium, and what every page of ours is held to in it: no violation of WCAG 2.1 A and AA that
// axe-core can find, at the width of a phone and of a desk, by day and by night, without sideways
// scrolling; a picture of each is kept.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { userInfo } from "node:os";

import { chromium } from "playwright-core";

import { given, saw } from "../line.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
const WIDTHS = { phone: { width: 360, height: 740 }, desk: { width: 1280, height: 800 } };

mkdirSync(given.screenshots, { recursive: true });

const root = userInfo().uid === 0; // as root Chromium has no sandbox of its own
const browser = await chromium.launch({
  executablePath: given.chromium,
  args: root ? ["--no-sandbox"] : [],
});

export async function done() {
  await browser.close();
}

/** What pages of ours fetched from elsewhere. */
export const strays = [];

/** A browser nobody has used yet. Pages that need no script get none. */
export async function fresh({ scripts = false, language = "en", ...more } = {}) {
  const context = await browser.newContext({ locale: language, ...more });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  page.devtools = await context.newCDPSession(page);
  page.scripts = scripts;
  await allowScripts(page, scripts);
  page.on("request", (request) => {
    const ours = request.frame().url().startsWith(given.address);
    const within = request.url().startsWith(given.address) || request.url().startsWith("data:");
    if (ours && !within && !request.isNavigationRequest()) strays.push(request.url());
  });
  return page;
}

/** Whether pages may run scripts. Ours from here run in any case, but not what they wait for. */
function allowScripts(page, allowed) {
  return page.devtools.send("Emulation.setScriptExecutionDisabled", { value: !allowed });
}

/** Take a picture of a page at each width, and hold it against the rules. */
export async function look(page, name, { without = [] } = {}) {
  await allowScripts(page, true);
  await page.evaluate(AXE);
  const found = [];
  for (const [width, size] of Object.entries(WIDTHS)) {
    await page.setViewportSize(size);
    found.push(...(await violations(page, width, { type: "tag", values: RULES }, without)));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) found.push(`${width}: ${wide} pixels too wide`);
    await page.screenshot({ path: `${given.screenshots}/${name}-${width}.png`, fullPage: true });
  }
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" }); // colours alone differ
  found.push(...(await violations(page, "dark", { type: "rule", values: ["color-contrast"] }, without)));
  await page.screenshot({ path: `${given.screenshots}/${name}-dark.png`, fullPage: true });
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await allowScripts(page, page.scripts);
  saw(`page ${name}`, found);
}

async function violations(page, where, runOnly, without) {
  const found = await page.evaluate(run, { runOnly, without });
  return found.map((one) => `${where}: ${one}`);
}

/** Runs in the page. */
async function run({ runOnly, without }) {
  const context = { include: [["html"]], exclude: without.map((selector) => [selector]) };
  const { violations } = await globalThis.axe.run(context, { runOnly });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(" ")}: ${failureSummary}`),
  );
}

/** Go on by the Tab key until this is reached, which must be visible to who looks at the page. */
export async function reach(page, selector) {
  const wanted = await page.locator(selector).first().elementHandle();
  for (let pressed = 0; pressed < 80; pressed += 1) {
    const [here, marked] = await page.evaluate((element) => {
      const style = getComputedStyle(document.activeElement);
      const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
      return [document.activeElement === element, outlined || style.boxShadow !== "none"];
    }, wanted);
    if (here) {
      if (!marked) throw new Error(`nobody sees that ${selector} has the focus`);
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`${selector} cannot be reached by the keyboard`);
}

/** Fill in a form by the keyboard alone, and press the button that was named. */
export async function type(page, values, button = "button[type=submit], main button") {
  for (const [selector, value] of Object.entries(values)) {
    await reach(page, selector);
    await page.keyboard.press("Control+A");
    await page.keyboard.type(value);
  }
  await press(page, button);
}

export async function press(page, selector) {
  await reach(page, selector);
  await Promise.all([page.waitForNavigation({ waitUntil: "load" }), page.keyboard.press("Enter")]);
}

/** Press what sends the person to a client, whose site nobody has: where it led. */
export async function leave(page, selector) {
  await reach(page, selector);
  const elsewhere = (request) =>
    request.isNavigationRequest() && !request.url().startsWith(given.address);
  const [request] = await Promise.all([
    page.waitForRequest(elsewhere),
    page.waitForEvent("framenavigated", (frame) => frame.url().startsWith("chrome-error:")),
    page.keyboard.press("Enter"),
  ]);
  return request.url();
}

/** A code of an authenticator app (RFC 6238), of this half minute or one that follows. */
export async function code(secret, later = 0) {
  const bits = [...secret.replaceAll(/[ =]/g, "").toUpperCase()]
    .map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0"))
    .join("");
  const bytes = Uint8Array.from(bits.match(/.{8}/g), (byte) => parseInt(byte, 2));
  const algorithm = { name: "HMAC", hash: "SHA-1" };
  const key = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign"]);
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(Math.floor(Date.now() / 30_000) + later));
  const mac = new DataView(await crypto.subtle.sign("HMAC", key, counter.buffer));
  const number = mac.getUint32(mac.getUint8(19) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}
