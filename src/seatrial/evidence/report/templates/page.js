"use strict";
(() => {
  const cards = [...document.querySelectorAll("details.card")];
  const bar = document.getElementById("filters");
  if (!bar || cards.length === 0) return;
  const bad = new Set(["failed", "unknown", "stale", "excepted"]);
  const choices = [
    ["Everything", () => true],
    ["Needs attention", (card) => bad.has(card.dataset.verdict)],
    ["Proven", (card) => card.dataset.verdict === "proven"],
    ["Control not run", (card) => card.dataset.control === "open"],
  ];
  const buttons = choices.map(([name, keeps]) => {
    const count = cards.filter(keeps).length;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `${name} ${count}`;
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => choose(button, keeps));
    bar.append(button);
    return button;
  });
  const unfold = document.createElement("button");
  unfold.type = "button";
  unfold.className = "unfold";
  unfold.textContent = "Unfold all";
  unfold.addEventListener("click", () => {
    const open = unfold.textContent === "Unfold all";
    for (const card of cards) card.open = open;
    unfold.textContent = open ? "Fold all" : "Unfold all";
  });
  bar.append(unfold);
  bar.hidden = false;

  function choose(chosen, keeps) {
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button === chosen));
    }
    for (const card of cards) card.hidden = !keeps(card);
    for (const part of document.querySelectorAll("article.requirement")) {
      const own = [...part.querySelectorAll("details.card")];
      part.hidden = chosen !== buttons[0] && !own.some((card) => !card.hidden);
    }
    for (const part of document.querySelectorAll("details.unbuilt")) {
      part.hidden = chosen !== buttons[0];
    }
  }

  buttons[0].setAttribute("aria-pressed", "true");

  function reveal() {
    const card = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!card || !card.matches("details.card")) return;
    if (card.hidden) choose(buttons[0], choices[0][1]);
    card.open = true;
    card.scrollIntoView();
  }
  addEventListener("hashchange", reveal);
  reveal();

  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const each of folded) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of folded) each.open = false;
  });
})();
