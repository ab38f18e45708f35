// While work goes on in the background: fetch the page again every two seconds and show what changed.
// Without script the page has a link that does the same. Nothing moves the focus or the scroll position.
"use strict";

(() => {
  const SECONDS = 2;
  const me = document.currentScript.src;

  async function look() {
    let answer;
    try {
      answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    } catch {
      return again(); // the network is away for a moment
    }
    if (!answer.ok || answer.redirected) {
      return location.reload(); // signed out, or gone: let the server say so
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const goesOn = [...page.scripts].some((script) => script.src === me);
    const fresh = page.querySelector("main");
    const shown = document.querySelector("main");
    if (fresh && shown && !shown.contains(document.activeElement)) {
      shown.replaceChildren(...fresh.childNodes);
    } else if (!goesOn) {
      return location.reload();
    }
    if (goesOn) {
      again();
    }
  }

  function again() {
    setTimeout(look, SECONDS * 1000);
  }

  again();
})();
