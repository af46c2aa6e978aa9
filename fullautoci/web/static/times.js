// Moments in the reader's own zone and words; the exact one is the title. Without scripts they stand as UTC.
(() => {
  const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });
  const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
  const words = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });
  const steps = [[60, "second", 1], [3600, "minute", 60], [86400, "hour", 3600], [7 * 86400, "day", 86400]];
  const show = (element, now) => {
    const moment = new Date(element.dateTime);
    if (isNaN(moment)) return;
    const away = (moment - now) / 1000;
    const step = steps.find(([most]) => Math.abs(away) < most);
    const text = step ? (Math.abs(away) < 5 ? words.format(0, "second") : words.format(Math.round(away / step[2]), step[1])) : day.format(moment);
    if (element.textContent !== text) element.textContent = text;
    if (!element.title) element.title = exact.format(moment);
  };
  // How far what is under way has come, by how long it takes as a rule: never full before it is over.
  const progress = () => {
    for (const bar of document.querySelectorAll("progress[data-since]")) {
      const gone = (Date.now() - new Date(bar.dataset.since)) / 1000;
      bar.value = Math.min(gone, bar.max * 0.97);
    }
  };
  const all = () => {
    const now = Date.now();
    for (const element of document.querySelectorAll("time[datetime]:not([data-exact])")) show(element, now);
  };
  all();
  progress();
  setInterval(all, 10_000);
  setInterval(progress, 500);
  document.body.addEventListener("htmx:afterSettle", () => { all(); progress(); });
})();
