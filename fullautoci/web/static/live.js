// Keeps a page as things are: one tab of a browser asks what the state is, all are told, each looks again when it must.
//
// Streams would be no better: a browser keeps six connections to a host, so that six tabs would leave none for pages.
// The server says how often to ask (`pause`): the more look on, the longer. Where a browser has no locks (plain HTTP to
// another machine), each tab asks for itself.
(() => {
  const main = () => document.getElementById("main");
  const shown = () => main().dataset.live;
  if (shown() === undefined || !window.htmx) return;
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("fullautoci") : null;
  const rest = (ms) => new Promise((done) => setTimeout(done, ms));
  const HIDDEN = 30_000;  // how long what nobody sees but its title and icon may be as it was
  let known = shown(), pause = 500, failures = 0, heard = performance.now();
  let looked = 0, misses = 0, timer = 0, waiting = false;

  const look = async () => {
    timer = 0;
    waiting = true;
    const before = shown();
    try {
      await alone(() => htmx.ajax("GET", location.pathname + location.search, { source: "#main", target: "#main", select: "#main", swap: "morph:outerHTML" }));
    } catch { /* counted below, and tried again */ } finally {
      waiting = false;
      looked = performance.now();
      if (shown() === before) misses += 1;  // refused, or not answered
      else [misses, known] = [0, shown()];
      soon();
    }
  };
  // One tab at a time, and the next one a moment later: a hundred at once would be a burst that is refused. A browser
  // may freeze a tab that has its turn: after a while, or where it was in vain, nobody waits for that.
  const alone = (work) => (navigator.locks && misses < 2 ? navigator.locks.request("fullautoci-look", { signal: AbortSignal.timeout(60_000) }, async () => {
    await work();
    if (!document.hidden) await rest(pause / 4);  // timers of hidden tabs are slow, and would keep all others waiting
  }) : work());
  const soon = () => {
    if (shown() === undefined || shown() === known || timer || waiting || busy()) return;
    const spread = document.hasFocus() ? 0 : Math.random() * pause;
    const wait = document.hidden ? HIDDEN : Math.min((pause / 2) * 2 ** misses, 15_000);
    timer = setTimeout(look, Math.max(0, looked + wait - performance.now()) + spread);
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

  const told = (news) => {
    ({ state: known, pause, failures } = news);
    heard = performance.now();
    document.documentElement.classList.toggle("away", failures > 2);
    soon();
  };
  const patience = () => Math.min((document.hidden && !channel ? 20 * pause : pause) * 2 ** failures, 15_000);
  const ask = async () => {
    let news = { state: known, pause, failures: failures + 1 };
    try {
      const answer = await fetch("/live", { cache: "no-store" });
      if (answer.status === 401) return location.reload();
      if (!answer.ok) throw new Error(answer.status);
      const { state, pause_ms } = await answer.json();
      news = { state, pause: pause_ms, failures: 0 };
    } catch { /* the server is away, or has enough to do: that is told below, and asked again later */ }
    if (channel) channel.postMessage(news);
    told(news);
    await rest(patience());
  };

  // Who has the lock asks. Timers of a tab that has long been hidden come once a minute: one that is seen takes over.
  let turn = null, leads = false;
  const lead = async (steal) => {
    if (turn) turn.abort();
    const mine = turn = new AbortController();
    const hold = async () => {
      leads = true;
      while (turn === mine) await ask();
    };
    if (!navigator.locks) return hold();
    try {
      await navigator.locks.request("fullautoci-live", steal ? { steal } : { signal: mine.signal }, hold);
    } catch {
      if (turn !== mine) return;
      leads = false;
      lead(false);  // another tab took over: this one is next in line
    }
  };
  lead(false);
  if (channel) {
    channel.onmessage = (message) => told(message.data);
    setInterval(() => {
      if (navigator.locks && !leads && !document.hidden && performance.now() - heard > 2000 + 3 * patience()) lead(true);
    }, 1000);
  }
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    timer = 0;
    if (!document.hidden && !leads) lead(true);
    soon();
  });
  document.addEventListener("focusout", () => setTimeout(soon, 0));

  // What a reader has opened stays open; the state shows in title and icon.
  Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, element) => !(name === "open" && /^(DETAILS|DIALOG)$/.test(element.tagName));
  document.body.addEventListener("htmx:afterSettle", () => {
    const icon = document.getElementById("icon");
    const wanted = icon.dataset[main().dataset.mood || "plain"];
    if (icon.getAttribute("href") !== wanted) icon.href = wanted;
  });
})();
