// Keeps what is typed in a form marked data-autosave: some seconds after a change, and when the page is left or
// hidden. It says so in the form's [data-autosave-status]. Without script the form is saved by its buttons.

const PAUSE = 3000;
const MOST_KEPT_ALIVE = 60_000; // bytes that a browser still sends for a page that is gone
const NOT_SAVED = "The draft is not saved.";
const reasons = {
  signedOut: `${NOT_SAVED} You may have been signed out. Copy what you wrote, then sign in again.`,
  elsewhere: `${NOT_SAVED} This page was changed, perhaps in another tab. The page that comes next shows you both.`,
  aside:
    "This page is not asked any more, because another answer was changed, perhaps in another tab. " +
    "What you typed is kept. It is not sent unless the page is asked again.",
  gone: `${NOT_SAVED} This page is not asked any more. Copy what you wrote.`,
  sent: "This form was sent or discarded, perhaps in another tab. What you type here is not added to it.",
  code: `${NOT_SAVED} Copy what you wrote, then open the link again and type the code.`,
  unreachable: `${NOT_SAVED} Handrail cannot be reached. Keep this page open: it tries again.`,
};
const FINAL = new Set(["sent", "elsewhere", "aside", "gone", "code"]); // trying again changes nothing

class Draft {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[data-autosave-status]") ?? this.ownStatus();
    this.place = this.status.textContent.trim();
    this.changed = false;
    this.saving = false;
  }

  ownStatus() {
    const status = document.createElement("p");
    status.className = "govuk-body-s";
    status.setAttribute("role", "status");
    this.form.append(status);
    return status;
  }

  say(words) {
    this.status.textContent = this.place ? `${this.place}. ${words}` : words;
  }

  note() {
    this.changed = true;
    this.later();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  stop() {
    this.changed = false;
    clearTimeout(this.timer);
  }

  async save() {
    if (!this.changed || this.saving) return;
    clearTimeout(this.timer);
    this.changed = false;
    this.saving = true;
    try {
      this.say(`Draft saved at ${await this.send()}`);
    } catch (error) {
      this.changed = !FINAL.has(error.message);
      this.say(reasons[error.message] ?? reasons.unreachable);
    } finally {
      this.saving = false;
    }
    if (this.changed) this.later();
  }

  async send() {
    const body = new URLSearchParams(new FormData(this.form));
    const answer = await fetch(this.form.action, {
      method: "POST",
      headers: { "X-Autosave": "1" },
      body,
      keepalive: body.toString().length < MOST_KEPT_ALIVE,
    });
    if (answer.redirected || answer.status === 403) throw new Error("signedOut");
    if (answer.status === 409) throw new Error(Object.keys(await answer.json())[0]);
    if (!answer.ok) throw new Error("unreachable");
    return (await answer.json()).saved;
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const draft = new Draft(form);
  form.addEventListener("input", () => draft.note());
  form.addEventListener("submit", () => draft.stop());
  addEventListener("pagehide", () => draft.save());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") draft.save();
  });
}
