"use strict";
// Two comforts; everything works without them.

// Ctrl+Enter in the editor sends the query.
for (const area of document.querySelectorAll("textarea[data-run]")) {
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      area.form.requestSubmit();
    }
  });
}

// Names of actors are proposed while they are typed.
const names = document.getElementById("names");
let waiting = 0;
for (const input of document.querySelectorAll("input[data-suggest]")) {
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    const text = input.value.trim();
    if (text.length < 2) return;
    waiting = setTimeout(async () => {
      try {
        const answer = await fetch("/suggest?" + new URLSearchParams({ q: text }));
        if (!answer.ok || input.value.trim() !== text) return;
        names.replaceChildren(...(await answer.json()).map((name) => new Option(name, name)));
      } catch {
        // without proposals the name can still be typed
      }
    }, 150);
  });
}
