// Passkeys are the one thing that a browser does for scripts only. Without this file, or in a
// browser without passkeys, what it would add stays hidden and everything else works.
"use strict";

(() => {
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const decoded = (options) => {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    for (const list of [options.excludeCredentials, options.allowCredentials]) {
      for (const each of list || []) each.id = bytes(each.id);
    }
    return options;
  };

  const encoded = (credential) => {
    const from = credential.response;
    const response = { clientDataJSON: text(from.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (from[part]) response[part] = text(from[part]);
    }
    if (from.getTransports) response.transports = from.getTransports();
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response,
      clientExtensionResults: {},
    };
  };

  const post = async (address, body) => {
    const answer = await fetch(address, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-csrf-token": document.querySelector("input[name=csrf]").value,
      },
      body: JSON.stringify(body),
    });
    const sent = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(sent.problem || "");
    return sent;
  };

  const block = document.querySelector("[data-passkey]");
  if (!block || !window.PublicKeyCredential) return;
  block.hidden = false;
  for (const each of document.querySelectorAll("[data-without]")) each.hidden = true;
  const button = block.querySelector("button");
  const problem = block.querySelector("[role=alert]");

  button.addEventListener("click", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    button.disabled = true;
    try {
      const adding = block.dataset.passkey === "add";
      const name = document.querySelector("#passkey-name");
      if (name && !name.reportValidity()) return;
      const publicKey = decoded(await post(block.dataset.options, {}));
      const made = adding
        ? await navigator.credentials.create({ publicKey })
        : await navigator.credentials.get({ publicKey });
      const done = await post(block.dataset.verify, {
        credential: encoded(made),
        name: name ? name.value : undefined,
        next: block.dataset.next,
      });
      window.location.assign(done.next);
    } catch (error) {
      const given = error instanceof DOMException ? "" : error.message;
      problem.querySelector("p").textContent = given || block.dataset.failed;
      problem.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
})();
