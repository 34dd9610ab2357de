// The bar above GraphiQL: sign in, or in a demo choose an organisation and take a token; send it.
"use strict";

const TEXTS = {
  id: {
    organisation: "Bertindak sebagai",
    take: "Ambil token demo",
    taking: "Mengambil token…",
    taken: (name, time) => `${name}, token berlaku sampai ${time}`,
    failed: "Token tidak dapat diambil. Coba lagi.",
    broken: "Halaman ini tidak dapat dimuat. Coba muat ulang.",
    signIn: "Masuk",
    signedIn: "Anda sudah masuk",
    refused: "Akses tidak diberikan",
  },
  en: {
    organisation: "Act as",
    take: "Get a demo token",
    taking: "Getting a token…",
    taken: (name, time) => `${name}, token valid until ${time}`,
    failed: "No token could be had. Try again.",
    broken: "This page could not be loaded. Try to reload it.",
    signIn: "Sign in",
    signedIn: "You are signed in",
    refused: "Access was not given",
  },
};
const HOME = "/explorer/config.json";
const SOON = 15_000; // milliseconds before its end at which a token is taken anew

const language =
  navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag in TEXTS) ?? "id";
const text = TEXTS[language];

const demo = document.getElementById("demo");
const select = document.getElementById("organisation");
const status = document.getElementById("status");
const signIn = document.getElementById("sign-in");

/** The token in use: {client, authorization, ends}; null before the first. */
let current = null;
/** The person signed in; null when nobody is. */
let person = null;
/** Authorization headers this page has written, so that stale ones in other tabs are replaced. */
const written = new Set();

function say(kind, message) {
  status.dataset.kind = kind;
  status.textContent = message;
}

function headersText() {
  return current ? JSON.stringify({ Authorization: current.authorization }, null, 2) : "";
}

async function take(client) {
  const response = await fetch("/demo/token", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ client_id: client }),
  });
  if (!response.ok) throw new Error(`no token: ${response.status}`);
  const token = await response.json();
  const authorization = `Bearer ${token.access_token}`;
  written.add(authorization);
  current = { client, authorization, ends: Date.now() + token.expires_in * 1000 };
  const time = new Date(current.ends).toLocaleTimeString(language, { timeStyle: "short" });
  say("good", text.taken(nameOf(client), time));
}

function nameOf(client) {
  return [...select.options].find((option) => option.value === client)?.text ?? client;
}

/** The headers to send: a token of ours is always the current one, and is renewed in time. */
async function withFreshToken(headers) {
  const name = Object.keys(headers).find((key) => key.toLowerCase() === "authorization");
  if (!name || !written.has(headers[name])) return headers;
  if (current.ends - Date.now() < SOON) {
    await take(current.client);
    render();
  }
  return { ...headers, [name]: current.authorization };
}

let config = null;
let root = null;

async function fetcher(parameters, options = {}) {
  const given = await withFreshToken(options.headers ?? {});
  const headers = {
    ...given,
    accept: "application/graphql-response+json, application/json",
    "content-type": "application/json",
  };
  const request = { method: "POST", headers, body: JSON.stringify(parameters) };
  const named = Object.keys(given).some((key) => key.toLowerCase() === "authorization");
  if (person?.token && !named) {
    if (person.secondsLeft * 1000 < SOON) await person.renew();
    return (await person.send(location.origin + config.endpoint, request)).json();
  }
  return (await fetch(config.endpoint, request)).json();
}

function render() {
  const properties = {
    fetcher,
    defaultTabs: config.queries,
    defaultEditorToolsVisibility: window.innerWidth > 720 ? "headers" : false,
    inputValueDeprecation: true,
    schemaDescription: true,
    shouldPersistHeaders: false, // tokens are not for local storage
    storage: window.sessionStorage, // nor are names typed into variables: gone with the window
  };
  if (current) {
    properties.headers = headersText();
    properties.defaultHeaders = headersText();
  }
  root.render(React.createElement(GraphiQL, properties));
}

function translate() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = text[element.dataset.text];
  }
}

function showDemo(clients) {
  for (const client of clients) {
    select.append(new Option(client.organisation, client.client_id));
  }
  const button = demo.querySelector("button");
  demo.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    say("", text.taking);
    try {
      await take(select.value);
      render();
    } catch {
      say("bad", text.failed);
    } finally {
      button.disabled = false;
    }
  });
  demo.hidden = false;
}

/** The button, and the way back from the sign-in page. */
async function offerSignIn(clientId) {
  person = await SignedIn.prepare(clientId);
  signIn.addEventListener("click", () => person.leave());
  signIn.hidden = false;
  if (!SignedIn.isArriving()) return;
  try {
    const arrived = await person.arrive();
    signIn.hidden = arrived;
    say(arrived ? "good" : "bad", arrived ? text.signedIn : text.refused);
  } catch {
    say("bad", text.failed);
  }
}

async function start() {
  translate();
  const element = document.getElementById("explorer");
  try {
    config = await (await fetch(HOME)).json();
    if (config.clients.length) showDemo(config.clients);
    if (config.sign_in) await offerSignIn(config.sign_in);
    root = ReactDOM.createRoot(element);
    render();
  } catch (error) {
    element.textContent = text.broken;
    throw error;
  }
}

start();
