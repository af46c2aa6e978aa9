// From one marked line to the next: n and p, or the two links. A line that is in another part of the file is looked up there.
(() => {
  const marked = () => [...document.querySelectorAll(".source tr.marked")];
  const number = (row) => Number(row.id.slice(1));
  const target = () => Number((location.hash.match(/^#L(\d{1,9})/) || [])[1] || 0);
  const go = (by) => {
    const all = marked();
    const here = target();
    const found = by > 0 ? all.find((row) => number(row) > here) || all[0] : all.findLast((row) => number(row) < here) || all.at(-1);
    if (found) location.hash = found.id;
    return Boolean(found);
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
    const by = { n: 1, p: -1 }[event.key];
    if (by && go(by)) event.preventDefault();
  });
  for (const link of document.querySelectorAll("[data-mark]")) {
    link.addEventListener("click", (event) => {
      if (go(Number(link.dataset.mark))) event.preventDefault();
    });
  }
  const look = () => {
    const line = target();
    if (line && document.querySelector(".source") && !document.getElementById(`L${line}`)) {
      const there = new URL(location.href);
      if (there.searchParams.get("line") !== String(line)) {
        there.searchParams.set("line", line);
        location.replace(there);
      }
    }
  };
  addEventListener("hashchange", look);
  look();
})();
