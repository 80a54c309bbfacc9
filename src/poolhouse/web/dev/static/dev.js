// The inbox looks for new messages by itself. Without this script the page reloads every 5 seconds.
"use strict";
(() => {
  const LOOK = 2000, AGES = 30000; // milliseconds
  const status = document.querySelector("[role=status]");
  let last = document.querySelector(".inbox").dataset.last;
  let drawn = Date.now();

  async function fetched(address) {
    const answer = await fetch(address, { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.status);
    return answer;
  }

  // Take the list from the page as it is now; the opened message stays, with what is selected in it.
  async function redraw() {
    const text = await (await fetched(location.href)).text();
    const page = new DOMParser().parseFromString(text, "text/html");
    const list = document.querySelector(".mails"), fresh = page.querySelector(".mails");
    if (list && fresh) {
      const focused = list.contains(document.activeElement) && document.activeElement.getAttribute("href");
      list.replaceWith(fresh);
      if (focused) [...fresh.querySelectorAll("a")].find(a => a.getAttribute("href") === focused)?.focus();
    } else {
      document.querySelector(".inbox").replaceWith(page.querySelector(".inbox"));
    }
    document.querySelector(".count").replaceWith(page.querySelector(".count"));
    document.title = page.title;
    drawn = Date.now();
  }

  async function look() {
    const query = last ? "?after=" + encodeURIComponent(last) : "";
    const arrived = await (await fetched("/_dev/messages" + query)).json();
    if (arrived.length) {
      last = arrived.at(-1).at;
      await redraw();
      status.textContent = status.dataset.new + " " + arrived.at(-1).to;
    } else if (status.textContent === status.dataset.away) {
      status.textContent = status.dataset.fresh;
    } else if (Date.now() - drawn > AGES) {
      await redraw();
    }
  }

  async function watch() {
    try {
      if (!document.hidden) await look();
    } catch {
      status.textContent = status.dataset.away;
    }
    setTimeout(watch, LOOK);
  }

  setTimeout(watch, LOOK);
})();
