// Keeps a page as things are: one tab of a browser asks what the state is, all are told, each looks again when it must.
//
// Streams would be no better: a browser keeps six connections to a host, so that six tabs would leave none for pages.
// The server says how often to ask (`pause`): the more look on, the longer.
(() => {
  const page = document.body.dataset.live;
  if (page === undefined || !window.htmx) return;
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("fullautoci") : null;
  let shown = page, known = page, pause = 500, looked = 0, timer = 0, waiting = false, failures = 0;

  const look = async () => {
    timer = 0;
    if (waiting) return;
    waiting = true;
    const wanted = known;
    try {
      await htmx.ajax("GET", location.pathname + location.search, { source: "#main", target: "#main", select: "#main", swap: "morph:outerHTML" });
      shown = wanted;
    } finally {
      waiting = false;
      looked = performance.now();
      soon();
    }
  };
  const soon = () => {
    if (document.hidden || shown === known || timer || waiting || busy()) return;
    const spread = document.hasFocus() ? 0 : Math.random() * pause;
    timer = setTimeout(look, Math.max(0, looked + pause / 2 - performance.now()) + spread);
  };
  // Nobody's typing, selection or open dialog is taken away.
  const typed = (field) => (field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked
    : field.options ? [...field.options].some((one) => one.selected !== one.defaultSelected) && field.selectedIndex > 0
    : field.value !== field.defaultValue);
  const busy = () => {
    const active = document.activeElement;
    return document.querySelector("dialog[open]") || (active && active.closest("main form") && active.value)
      || [...document.querySelectorAll("main form[method=post] :is(input, select, textarea)")].some(typed);
  };
  const told = (state, rate) => {
    known = state;
    pause = rate;
    soon();
  };
  if (channel) channel.onmessage = (message) => told(message.data.state, message.data.pause);

  const ask = async () => {
    try {
      const answer = await fetch("/live", { cache: "no-store" });
      if (answer.status === 401) return location.reload();
      if (!answer.ok) throw new Error(answer.status);
      const { state, pause_ms } = await answer.json();
      failures = 0;
      if (channel && state !== known) channel.postMessage({ state, pause: pause_ms });
      told(state, pause_ms);
    } catch {
      failures += 1;
    }
    document.documentElement.classList.toggle("away", failures > 2);
    const rest = document.hidden && !channel ? 10_000 : pause;
    setTimeout(ask, Math.min(rest * 2 ** failures, 15_000));
  };
  const lead = () => (navigator.locks ? navigator.locks.request("fullautoci-live", () => new Promise(() => ask())) : ask());
  lead();
  document.addEventListener("visibilitychange", soon);
  document.addEventListener("focusout", () => setTimeout(soon, 0));

  // What a reader has opened stays open; the state shows in title and icon.
  Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, element) => !(name === "open" && /^(DETAILS|DIALOG)$/.test(element.tagName));
  document.body.addEventListener("htmx:afterSettle", () => {
    const mood = document.getElementById("main").dataset.mood;
    const icon = document.getElementById("icon");
    const wanted = icon.dataset[mood || "plain"];
    if (icon.getAttribute("href") !== wanted) icon.href = wanted;
  });
})();
