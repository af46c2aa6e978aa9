// The keyboard: j and k go through rows, Enter opens one, / searches, ? tells what there is.
(() => {
  const rows = () => [...document.querySelectorAll("#main [data-row]")].filter((row) => row.offsetParent !== null);
  let at = -1;
  const go = (by) => {
    const all = rows();
    if (!all.length) return;
    const here = all.findIndex((row) => row.classList.contains("here"));
    at = Math.min(all.length - 1, Math.max(0, (here < 0 ? (by > 0 ? -1 : all.length) : here) + by));
    all.forEach((row, number) => row.classList.toggle("here", number === at));
    all[at].scrollIntoView({ block: "nearest" });
    all[at].querySelector("a[href]")?.focus({ preventScroll: true });
  };
  const up = () => [...document.querySelectorAll(".crumbs a, .bar .name")].map((a) => a.href).filter((href) => href !== location.href).pop();
  const help = document.getElementById("keys");
  const does = {
    j: () => go(1), k: () => go(-1),
    "/": () => (document.querySelector("#main input[type=search]") || document.querySelector(".search input"))?.focus(),
    "?": () => help.showModal(),
    u: () => { const href = up(); if (href) location.href = href; },
    g: () => { location.href = "/"; },
    t: () => document.getElementById("theme").click(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
    const act = does[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });
  document.getElementById("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.theme);
  });
  for (const one of document.querySelectorAll("[data-opens]")) {
    one.addEventListener("click", () => document.getElementById(one.dataset.opens).showModal());
  }
  // A question before what cannot be undone.
  document.addEventListener("submit", (event) => {
    const asked = event.target.dataset.confirm;
    if (asked && !confirm(asked)) event.preventDefault();
  });
})();
