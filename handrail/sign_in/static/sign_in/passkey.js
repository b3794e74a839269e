// Asks the browser for a passkey and sends its answer with the form around the button. What to ask for comes from
// the site, so that each question is answered once.

const WORDS = {
  get: "No passkey was used. Try again, or sign in another way.",
  create: "No passkey was made. Try again, or set up an app that shows codes.",
  unable: "This browser cannot use passkeys here. They need https, or localhost, and a browser of today.",
};

const bytesOf = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const textOf = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

function understood({ publicKey }) {
  const named = (list) => (list ?? []).map((each) => ({ ...each, id: bytesOf(each.id) }));
  const options = { ...publicKey, challenge: bytesOf(publicKey.challenge) };
  if (options.user) options.user = { ...options.user, id: bytesOf(options.user.id) };
  options.excludeCredentials = named(options.excludeCredentials);
  options.allowCredentials = named(options.allowCredentials);
  return { publicKey: options };
}

function told(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = textOf(credential.response[part]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

class Passkey {
  constructor(place) {
    this.place = place;
    this.act = place.dataset.passkey;
    this.form = place.closest("form");
    this.button = place.querySelector("button");
    this.error = place.querySelector("[data-passkey-error]");
    this.input = place.querySelector(`input[name="${place.dataset.passkeyInput}"]`);
  }

  start() {
    if (!globalThis.PublicKeyCredential) return this.say(WORDS.unable);
    this.button.hidden = false;
    this.form.addEventListener("submit", (event) => this.submitted(event));
  }

  say(words) {
    this.error.textContent = words;
    this.error.hidden = !words;
  }

  submitted(event) {
    if (this.input.value) return;
    event.preventDefault();
    this.ask();
  }

  async ask() {
    this.say("");
    try {
      const credential = await navigator.credentials[this.act](understood(await this.options()));
      this.input.value = told(credential);
    } catch {
      return this.say(WORDS[this.act]);
    }
    this.form.submit();
  }

  async options() {
    const body = new URLSearchParams({ csrfmiddlewaretoken: this.form.elements.csrfmiddlewaretoken.value });
    const answer = await fetch(this.place.dataset.passkeyOptions, { method: "POST", body });
    if (!answer.ok) throw new Error("no options");
    return answer.json();
  }
}

for (const place of document.querySelectorAll("[data-passkey]")) new Passkey(place).start();
