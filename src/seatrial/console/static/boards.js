// A page is whole without this. With it: values under the pointer, live refresh, a choice of theme.
// Words and figures are the server's; here they are only placed.
"use strict";

const EVERY = 10000; // milliseconds
const root = document.documentElement;
const holder = document.getElementById("panels");

// --- theme: the reader's, kept in this browser
const THEMES = ["", "light", "dark"];
const button = document.querySelector(".theme");
function themed(theme) {
  if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
  button.textContent = theme || "auto";
  button.setAttribute("aria-label", `Colours: ${theme || "as the system has them"}`);
}
let theme = "";
try { theme = localStorage.getItem("seatrial-theme") || ""; } catch { /* no storage */ }
if (button) {
  themed(theme);
  button.hidden = false;
  button.addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    try { localStorage.setItem("seatrial-theme", theme); } catch { /* no storage */ }
    themed(theme);
    draw(document);
  });
}

// --- the menu closes as menus do
const menu = document.querySelector(".menu");
if (menu) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) { menu.open = false; menu.querySelector("summary").focus(); }
  });
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
}

// --- charts
function color(place) {
  return getComputedStyle(root).getPropertyValue(`--c${place % 8}`).trim();
}

function stacked(values) {
  const sums = new Array(values[0]?.length ?? 0).fill(0);
  return values.map((line) => line.map((each, at) => (each === null ? null : (sums[at] += each))));
}

const sync = window.uPlot ? window.uPlot.sync("board") : null;

function tip(plot, data, figures) {
  const box = document.createElement("div");
  box.className = "tip";
  box.hidden = true;
  plot.over.append(box);
  return (u) => {
    const at = u.cursor.idx;
    if (at === null || at === undefined || u.cursor.left < 0) { box.hidden = true; return; }
    box.replaceChildren();
    const time = document.createElement("p");
    time.textContent = new Date(data.instants[at] * 1000).toLocaleString();
    box.append(time);
    data.names.forEach((name, place) => {
      const row = document.createElement("p");
      const mark = document.createElement("b");
      mark.style.color = color(place);
      const value = data.values[place][at];
      mark.textContent = value === null ? "no data" : figures(value);
      row.append(mark, ` ${name}`);
      if (place < 12) box.append(row);
    });
    box.hidden = false;
    const right = u.cursor.left > u.over.clientWidth / 2;
    box.style.left = right ? "" : `${u.cursor.left + 12}px`;
    box.style.right = right ? `${u.over.clientWidth - u.cursor.left + 12}px` : "";
    box.style.top = "4px";
  };
}

// three digits, in the unit of the nearest step of the axis, which the server wrote
function figures(data) {
  const sample = data.steps.find(([at]) => at > 0);
  const found = sample && /^([\d.]+)(.*)$/.exec(sample[1]);
  if (!found || !Number(found[1])) return (value) => String(Number(value.toPrecision(3)));
  const scale = Number(found[1]) / sample[0];
  return (value) => `${Number((value * scale).toPrecision(4))}${found[2]}`;
}

function chart(panel) {
  const source = panel.querySelector("script[type='application/json']");
  const place = panel.querySelector(".live-chart");
  if (!source || !place || !window.uPlot) return;
  const data = JSON.parse(source.textContent);
  const shown = [data.instants, ...(data.stacked ? stacked(data.values) : data.values)];
  panel.chart?.destroy();
  place.replaceChildren();
  const box = place.getBoundingClientRect();
  let moved = () => {};
  const options = {
    width: Math.max(50, box.width),
    height: Math.max(50, box.height),
    padding: [0, 0, 0, 0],
    legend: { show: false },
    axes: [{ show: false }, { show: false }],
    scales: { x: { time: true }, y: { range: [data.low, data.high] } },
    cursor: { sync: { key: sync.key }, y: false, points: { size: 5 }, drag: { x: true, y: false, setScale: false } },
    series: [{}, ...data.names.map((_, at) => ({
      stroke: color(at), width: 1.6, points: { show: false }, spanGaps: false,
      fill: data.stacked ? `${color(at)}26` : undefined,
    }))],
    bands: data.stacked ? data.names.slice(1).map((_, at) => ({ series: [at + 2, at + 1] })) : [],
    hooks: {
      setCursor: [(u) => moved(u)],
      setSelect: [(u) => {
        if (u.select.width < 8) return;
        const [from, to] = [u.select.left, u.select.left + u.select.width].map((x) => Math.round(u.posToVal(x, "x") * 1000));
        const url = new URL(location.href);
        url.searchParams.set("from", from);
        url.searchParams.set("to", Math.max(to, from + 60000));
        location.href = url;
      }],
    },
  };
  panel.chart = new window.uPlot(options, shown, place);
  moved = tip(panel.chart, data, figures(data));
  panel.querySelector(".plot").classList.add("charted");
}

function draw(within) {
  for (const panel of within.querySelectorAll(".panel.k-lines")) chart(panel);
}
draw(document);
let waiting = 0;
addEventListener("resize", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => draw(document), 150);
});

// --- live: only where the range ends now
const live = document.querySelector(".live");
const said = document.getElementById("said");
let timer = 0;
async function refresh() {
  try {
    const answer = await fetch(holder.dataset.url, { headers: { accept: "text/html" } });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    renew(await answer.text());
    live.classList.remove("failing");
    live.title = "";
    said.textContent = "";
  } catch (error) {
    // what is on the page is old now, and must not look fresh
    live.classList.add("failing");
    live.title = `seatrial boards does not answer: ${error.message}`;
    said.textContent = "the figures are no longer fresh: seatrial boards does not answer";
    holder.classList.add("stale");
  }
}

function renew(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  holder.classList.remove("stale");
  holder.querySelector(".asked").replaceWith(fresh.querySelector(".asked"));
  for (const now of holder.querySelectorAll(".panel")) {
    const next = fresh.getElementById(now.id);
    if (!next) continue;
    now.className = next.className;
    now.querySelector("header").lastElementChild?.matches(".pill") && now.querySelector(".pill").remove();
    const pill = next.querySelector("header .pill");
    if (pill) now.querySelector("header").append(pill);
    if (now.matches(":hover") && now.chart) continue; // nobody likes a line that moves under the pointer
    now.chart?.destroy();
    now.chart = undefined;
    now.querySelector(".body").replaceWith(next.querySelector(".body"));
    if (now.matches(".k-lines")) chart(now);
  }
}

if (holder && live && holder.dataset.to === "now") {
  live.hidden = false;
  const go = (on) => {
    clearInterval(timer);
    if (on) timer = setInterval(() => { if (!document.hidden) refresh(); }, EVERY);
    live.setAttribute("aria-pressed", String(on));
  };
  live.addEventListener("click", () => go(live.getAttribute("aria-pressed") !== "true"));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && live.getAttribute("aria-pressed") === "true") refresh();
  });
  go(true);
}
