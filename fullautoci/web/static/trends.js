// The chart of a metric: drag to zoom, point at a commit to read it, click or Enter to open its run.
(() => {
  const COLOURS = ["value", "other", "floor", "target", "text", "line", "good", "bad", "warn", "sheet"];
  let plot = null, drawn = "", branches = [], at = -1;

  const colours = () => {
    const probe = document.createElement("div");
    probe.className = "probe";
    for (const name of COLOURS) probe.append(Object.assign(document.createElement("i"), { className: `c-${name}` }));
    document.body.append(probe);
    const found = Object.fromEntries(COLOURS.map((name, number) => [name, getComputedStyle(probe.children[number]).color]));
    probe.remove();
    return found;
  };
  const column = (points, xs, name) => xs.map((x) => points.get(x)?.[name] ?? null);
  const short = (value) => (value === null || value === undefined ? "none" : String(Math.round(value * 100) / 100));

  const read = (figure) => {
    branches = JSON.parse(figure.dataset.chart).branches.map(({ name, points }) => ({ name, points: new Map(points.map((one) => [one.x, one])) }));
    const xs = [...new Set(branches.flatMap(({ points }) => [...points.keys()]))].sort((a, b) => a - b);
    const first = branches[0].points.size ? branches[0].points : branches[1].points;
    return { xs, data: [xs, column(first, xs, "floor"), column(first, xs, "target"), ...[...branches].reverse().map(({ points }) => column(points, xs, "value"))] };
  };

  // Epochs as lines from top to bottom; verdicts as dots in their colours.
  const marks = (colour) => (u) => {
    const ctx = u.ctx, ratio = devicePixelRatio || 1;
    ctx.save();
    ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
    ctx.clip();
    for (const { points } of branches) {
      for (const one of points.values()) {
        const x = u.valToPos(one.x, "x", true);
        if (one.epoch) {
          ctx.strokeStyle = colour.text;
          ctx.lineWidth = ratio;
          ctx.setLineDash([4 * ratio, 4 * ratio]);
          const between = u.valToPos(one.x - 0.5, "x", true);
          ctx.beginPath();
          ctx.moveTo(between, u.bbox.top);
          ctx.lineTo(between, u.bbox.top + u.bbox.height);
          ctx.stroke();
          ctx.setLineDash([]);
        }
        if (one.mark && one.value !== null) {
          ctx.fillStyle = colour[one.mark];
          ctx.strokeStyle = colour.sheet;
          ctx.lineWidth = 1.5 * ratio;
          ctx.beginPath();
          ctx.arc(x, u.valToPos(one.value, "y", true), 4.5 * ratio, 0, 2 * Math.PI);
          ctx.fill();
          ctx.stroke();
        }
      }
    }
    ctx.restore();
  };

  const tell = (figure, x) => {
    const there = branches.map(({ name, points }) => ({ name, one: points.get(x) })).filter(({ one }) => one);
    const shared = there.length > 1 && there[0].one.commit === there[1].one.commit;
    const lines = (shared ? there.slice(0, 1) : there).map(({ name, one }) => {
      const said = [`${one.commit} ${one.subject}`, `${figure.dataset.name} ${short(one.value)}`];
      if (one.floor !== null) said.push(`floor ${short(one.floor)}`);
      if (one.verdict) said.push(one.verdict);
      if (one.epoch) said.push(`new epoch: ${one.epoch}`);
      return (branches.length > 1 && !shared ? `${name}: ` : "") + said.join(" · ");
    });
    figure.querySelector(".readout").textContent = lines.join("\n");
  };
  const open = (x) => {
    const one = branches.map(({ points }) => points.get(x)).find((point) => point?.run);
    if (one) location.href = `/runs/${one.run}`;
  };
  const zoom = (low, high) => {
    const xs = plot.data[0];
    const least = xs[0] - 0.5, most = xs[xs.length - 1] + 0.5;
    plot.setScale("x", { min: Math.max(least, low), max: Math.min(most, high) });
  };
  const all = () => zoom(-Infinity, Infinity);

  const draw = () => {
    const figure = document.getElementById("chart");
    if (!figure || !window.uPlot) return;
    const place = figure.querySelector(".plot"), colour = colours(), { xs, data } = read(figure);
    const kept = plot && plot.root.isConnected && plot.data[0].length === xs.length ? { ...plot.scales.x } : null;
    plot?.destroy();
    const line = (label, stroke, more) => ({ label, stroke, width: 1.6, spanGaps: true, points: { show: false }, ...more });
    const dots = { show: xs.length < 120, size: 5 };
    plot = new uPlot({
      width: place.clientWidth, height: place.clientHeight, legend: { show: false },
      scales: { x: { time: false, range: (_, low, high) => [low, high === low ? low + 1 : high] } },
      cursor: { drag: { x: true, y: false, dist: 6 }, points: { size: 8 }, y: false },
      axes: [
        { stroke: colour.text, grid: { show: false }, ticks: { stroke: colour.line }, space: 90, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500],
          values: (_, splits) => splits.map((x) => branches.map(({ points }) => points.get(x)).find(Boolean)?.commit.slice(0, 7) ?? "") },
        { stroke: colour.text, grid: { stroke: colour.line, width: 1 }, ticks: { show: false }, size: 52 },
      ],
      series: [
        {},
        line("floor", colour.floor, { dash: [6, 4], spanGaps: false, paths: uPlot.paths.stepped({ align: -1 }) }),
        line("target", colour.target, { dash: [2, 4], spanGaps: false }),
        ...[...branches].reverse().map(({ name }, number, every) => line(name, number === every.length - 1 ? colour.value : colour.other, { width: 2, points: { ...dots, fill: number === every.length - 1 ? colour.value : colour.other } })),
      ],
      hooks: {
        draw: [marks(colour)],
        setCursor: [(u) => { if (u.cursor.idx !== null && u.cursor.idx !== undefined) { at = u.cursor.idx; tell(figure, u.data[0][at]); } }],
        setScale: [(u, key) => {
          if (key !== "x") return;
          const whole = u.scales.x.min <= xs[0] && u.scales.x.max >= xs[xs.length - 1];
          figure.querySelector("[data-reset]").disabled = whole;
        }],
      },
    }, data, place);
    all();
    if (kept) zoom(kept.min, kept.max);
    drawn = figure.dataset.chart;
    const other = figure.querySelector("[data-other]");
    other.hidden = branches.length < 2;
    other.textContent = branches[1]?.name ?? "";
    figure.querySelector(".c-value").textContent = branches.length > 1 ? branches[0].name : "value";
    if (at < 0 || at >= xs.length) at = xs.length - 1;
    tell(figure, xs[at]);
  };

  // What is zoomed is drawn a moment later; until then the cursor stays where it is, so its commit is noted first.
  const stay = (place) => setTimeout(() => {
    at = place;
    plot.setCursor({ left: plot.valToPos(plot.data[0][at], "x"), top: plot.over.clientHeight / 2 });
  });
  const step = (by) => {
    const xs = plot.data[0], { min, max } = plot.scales.x, half = (max - min) / 2;
    at = Math.min(xs.length - 1, Math.max(0, at + by));
    if (xs[at] < min || xs[at] > max) zoom(xs[at] - half, xs[at] + half);
    stay(at);
  };
  const closer = (by) => {
    const { min, max } = plot.scales.x, place = at, middle = plot.data[0][place], half = ((max - min) * by) / 2;
    if (half < 1) return;
    zoom(middle - half, middle + half);
    stay(place);
  };
  const keys = {
    ArrowLeft: () => step(-1), ArrowRight: () => step(1), Home: () => step(-Infinity), End: () => step(Infinity),
    Enter: () => open(plot.data[0][at]), "+": () => closer(0.5), "=": () => closer(0.5), "-": () => closer(2), 0: () => { const place = at; all(); stay(place); },
  };
  document.addEventListener("keydown", (event) => {
    if (!plot || event.ctrlKey || event.metaKey || event.altKey || !event.target.closest(".plot") || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  let pressed = 0;
  document.addEventListener("pointerdown", (event) => { pressed = event.clientX; });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-reset]")) all();
    else if (plot && event.target.closest(".plot .u-over") && Math.abs(event.clientX - pressed) < 4) open(plot.data[0][at]);
  });

  // What was drawn stays when the page around it is brought up to date, unless it says something else now.
  if (window.Idiomorph) {
    Idiomorph.defaults.callbacks.beforeNodeRemoved = (node) => !node.parentElement?.matches(".plot");
    const changed = Idiomorph.defaults.callbacks.beforeAttributeUpdated;
    Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, element, how) =>
      !((name === "hidden" || name === "disabled") && element.matches?.("[data-other], [data-reset]")) && (changed ? changed(name, element, how) : true);
  }
  document.body.addEventListener("htmx:afterSettle", () => {
    const figure = document.getElementById("chart");
    if (figure && (figure.dataset.chart !== drawn || !plot?.root.isConnected)) draw();
    else if (figure && plot) tell(figure, plot.data[0][at]);
  });
  new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  let resizing = 0;
  addEventListener("resize", () => { clearTimeout(resizing); resizing = setTimeout(draw, 120); });
  draw();
})();
