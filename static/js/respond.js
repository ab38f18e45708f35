// Saves the page while it is being filled in: posts the same form to the same address as the button does.
// Without this script every "Save and continue" saves. The server decides everything.
(() => {
  "use strict";
  const PAUSE = 600, RETRY = 5000;
  const form = document.getElementById("page"), status = document.getElementById("status");
  if (!form || !status || !window.fetch) return;
  let timer = 0, dirty = false, failed = false, sending = null, leaving = false;

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
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
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
      form.elements.save_key.value = reply.save_key;
      if (reply.shown) form.elements.shown.value = reply.shown;
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

  // A press waits for the save under way, and does not leave the page while there is no connection.
  form.addEventListener("submit", async (event) => {
    if (leaving || !(sending || failed || navigator.onLine === false)) return;
    event.preventDefault();
    leaving = true;
    const stored = (await sending) && !failed || await save();
    if (stored) form.requestSubmit(event.submitter);
    else {
      leaving = false;
      later(RETRY);
      status.scrollIntoView({ block: "center" });
    }
  });
})();
