// A log that is being written is followed; what is shown can be searched; a line that is not shown is looked up.
(() => {
  const log = document.getElementById("log");
  if (!log) return;
  const find = document.getElementById("log-search");
  const field = document.getElementById("log-sought");
  const hits = document.getElementById("log-hits");
  const follow = document.getElementById("log-follow");
  const MOST = 10_000;

  // Lines by their numbers.
  const lookUp = () => {
    const line = (location.hash.match(/^#L(\d{1,9})$/) || [])[1];
    if (!line || document.getElementById(`L${line}`)) return;
    const there = new URL(location.href);
    if (there.searchParams.get("line") === line) return;
    there.search = `?line=${line}`;
    location.replace(there);
  };
  addEventListener("hashchange", lookUp);
  lookUp();

  // Search.
  let found = [], at = -1;
  const marks = (name, ranges) => { if (CSS.highlights) CSS.highlights.set(name, new Highlight(...ranges)); };
  const rangesOf = (row, sought) => {
    const text = row.textContent.toLowerCase();
    const ranges = [];
    let from = text.indexOf(sought);
    if (from < 0) return ranges;
    const nodes = [];
    const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
    for (let start = 0, node = walker.nextNode(); node; node = walker.nextNode()) {
      nodes.push([start, node]);
      start += node.length;
    }
    const place = (position) => {
      const [start, node] = nodes.findLast(([begin]) => begin <= position);
      return [node, Math.min(position - start, node.length)];
    };
    for (; from >= 0 && found.length + ranges.length < MOST; from = text.indexOf(sought, from + sought.length)) {
      const range = new Range();
      range.setStart(...place(from));
      const [node, offset] = place(from + sought.length - 1);
      range.setEnd(node, Math.min(offset + 1, node.length));
      ranges.push(range);
    }
    return ranges;
  };
  const show = () => {
    log.querySelectorAll(".at").forEach((row) => row.classList.remove("at"));
    marks("sought-here", at < 0 ? [] : [found[at]]);
    hits.value = !field.value ? "" : found.length ? `${at < 0 ? "" : `${at + 1} of `}${found.length}${found.length === MOST ? " or more" : ""}` : "none";
    if (at < 0) return;
    const row = found[at].startContainer.parentElement.closest(".log-part > div");
    row.classList.add("at");
    row.scrollIntoView({ block: "center" });
  };
  const search = () => {
    const sought = field.value.toLowerCase();
    found = [];
    at = -1;
    if (sought) for (const row of log.querySelectorAll(".log-part > div > span")) found.push(...rangesOf(row, sought));
    marks("sought", found);
    show();
  };
  const step = (by) => {
    if (!found.length) return;
    at = at < 0 && by < 0 ? found.length - 1 : (at + by + found.length) % found.length;
    if (follow) follow.checked = false;
    show();
  };
  find.hidden = false;
  let timer = 0;
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(search, 150); });
  find.addEventListener("submit", (event) => { event.preventDefault(); step(1); });
  field.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); step(event.shiftKey ? -1 : 1); } });
  for (const button of find.querySelectorAll("[data-by]")) button.addEventListener("click", () => step(Number(button.dataset.by)));

  // What is written since: whole lines, and the last one again until it has an end.
  if (log.dataset.follows === undefined) return;
  const state = document.getElementById("log-state");
  const KEPT = 20_000;
  let rest = 1000, last = [...log.querySelectorAll(".log-part")].at(-1);
  const put = (text) => {
    const holder = document.createElement("template");
    holder.innerHTML = text;
    const fresh = holder.content.firstElementChild;
    if (fresh.dataset.anew !== undefined) log.replaceChildren(last = document.createElement("div")), (last.className = "log-part");
    const before = last.dataset.end, news = fresh.dataset.end !== before || fresh.children.length > 0;
    for (const row of [...fresh.children]) {
      const old = document.getElementById(row.id);
      if (old) old.replaceWith(row);
      else last.append(row);
    }
    Object.assign(last.dataset, { end: fresh.dataset.end, number: fresh.dataset.number, style: fresh.dataset.style });
    while (last.children.length > KEPT) last.firstElementChild.remove();
    return [news, fresh.dataset.done !== undefined, fresh.dataset.end !== before];
  };
  const ended = async () => {
    state.textContent = "It is over.";
    const answer = await fetch(location.pathname);
    const whole = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.getElementById("log-head").replaceWith(whole.getElementById("log-head"));
    document.title = whole.title;
    follow.closest("label").remove();
  };
  const look = async () => {
    let moved = false;
    try {
      const { end, number, style } = last.dataset;
      const answer = await fetch(`${log.dataset.more}?${new URLSearchParams({ offset: end, number, style })}`, { cache: "no-store" });
      if (answer.status === 401) return location.reload();
      if (!answer.ok && answer.status !== 404) throw new Error(answer.status);
      if (answer.ok) {
        const [news, done, on] = put(await answer.text());
        moved = on;
        if (news && field.value) search();
        if (moved && follow.checked) scrollTo(0, document.body.scrollHeight);
        if (done) return ended();
      }
      state.textContent = "It is being written.";
    } catch {
      state.textContent = "The service does not answer; it is asked again.";
      moved = false;
    }
    rest = moved ? 700 : Math.min(rest * 1.3, document.hidden ? 15_000 : 4_000);
    setTimeout(look, rest);
  };
  addEventListener("wheel", (event) => { if (event.deltaY < 0) follow.checked = false; }, { passive: true });
  if (location.hash) follow.checked = false;
  setTimeout(look, 400);
})();
