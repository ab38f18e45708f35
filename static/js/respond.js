// Saves the page while it is being filled in: posts the same form to the same address as the button does.
// Without this script every "Save and continue" saves. The server decides everything.
(() => {
  "use strict";
  const PAUSE = 600, RETRY = 5000;
  const BEYOND_THE_PAGE = 60000; // what a browser sends for a page that is gone already
  const form = document.getElementById("page"), status = document.getElementById("status");
  if (!form || !status || !window.fetch) return;
  let timer = 0, dirty = false, failed = false, sending = null, leaving = false;
  const field = form.elements;
  // What the person came to: the next page says what has become of it.
  field.first.value ||= field.shown.value;

  const say = (text, bad) => {
    status.textContent = text;
    status.classList.toggle("status-bad", Boolean(bad));
  };
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };

  async function post() {
    const body = new URLSearchParams(new FormData(form));
    body.set("go", "stay");
    body.set("automatic", "1");
    const answer = await fetch(form.action, {
      method: "POST", body, headers: { Accept: "application/json" },
      keepalive: String(body).length < BEYOND_THE_PAGE,
    });
    if (!(answer.headers.get("Content-Type") || "").startsWith("application/json")) throw new Error(answer.status);
    return answer.json();
  }

  // Saves what is on the page; true when it is stored or the server itself has something to say about it.
  async function save() {
    clearTimeout(timer);
    if (sending) return sending;
    dirty = false;
    say(form.dataset.saving);
    sending = post().then((reply) => {
      failed = false;
      field.save_key.value = reply.save_key;
      if (reply.saved) {
        field.shown.value = reply.shown;
        field.elsewhere.value = reply.elsewhere;
      }
      say(reply.said, !reply.saved);
      return true;
    }, () => {
      failed = dirty = true;
      say(form.dataset.unsaved, true);
      return false;
    });
    const stored = await sending;
    sending = null;
    if (dirty && !leaving) later(failed ? RETRY : PAUSE);
    return stored;
  }

  form.addEventListener("input", (event) => {
    if (event.target.name === "language") return;
    dirty = true;
    if (!sending) later(PAUSE);
  });
  addEventListener("online", () => { if (dirty) save(); });
  // Whoever closes the page or turns away from it does not wait for the pause.
  addEventListener("visibilitychange", () => { if (document.hidden && dirty && !leaving) save(); });
  addEventListener("pageshow", () => { leaving = false; });
  // What could not be saved is not left without a question.
  addEventListener("beforeunload", (event) => { if (failed && !leaving) event.preventDefault(); });

  // A press waits for the save under way, and does not leave the page while there is no connection.
  form.addEventListener("submit", async (event) => {
    if (leaving) return;
    leaving = true; // the button saves it all: the page itself must not save beside it
    clearTimeout(timer);
    if (!(sending || failed || navigator.onLine === false)) return;
    event.preventDefault();
    const stored = (await sending) && !failed || await save();
    if (stored) form.requestSubmit(event.submitter);
    else {
      leaving = false;
      later(RETRY);
      status.scrollIntoView({ block: "center" });
    }
  });
})();
