// Draws the option JSON of `app/src/chart` with ECharts, in the colours of the page.
import { around } from "./around.js";
import { follow, nameOf } from "./legend.js";
import { complete } from "./option.js";

/**
 * Puts a chart into an element. `select` gets the id of a series that was clicked
 * (without the number in front of it; a series without a number is not to be selected), `zoom` the ends of the time range
 * that was zoomed to (RFC 3339). Nothing is drawn until the first `show`.
 */
export function draw(element, select, zoom) {
  let chart = null;
  let option = null;
  let disposed = false;
  // An element that is not in the page yet has no colours to read.
  let early = false;
  let legend = null;

  const show = () => {
    early = !element.isConnected;
    if (early) return;
    legend ??= follow(element.closest("section") ?? element, show, (name) => focus(chart, name));
    if (!chart || !option) return;
    const wanted = JSON.parse(option);
    wanted.series = wanted.series.filter(({ id }) => !legend.hidden.has(nameOf(id)));
    chart.setOption(complete(wanted, around(element)), { notMerge: true });
  };
  const ready = import("./echarts.js").then(({ init }) => {
    if (disposed) return;
    chart = init(element, null, { renderer: "canvas" });
    listen(chart, select, zoom);
    show();
  });
  const resized = new ResizeObserver(() => {
    chart?.resize();
    if (early) show();
  });
  resized.observe(element);
  const stopThemes = onThemeChange(show);

  return {
    ready,
    show(json) {
      option = json;
      show();
    },
    dispose() {
      disposed = true;
      resized.disconnect();
      stopThemes();
      legend?.stop();
      chart?.dispose();
    },
  };
}

/** Brings a series to the front; `null` lets all be equal again. */
function focus(chart, name) {
  const series = chart?.getOption()?.series ?? [];
  chart?.dispatchAction({ type: "downplay", seriesId: series.map(({ id }) => id) });
  const found = name === null ? undefined : series.find(({ id }) => nameOf(id) === name);
  if (found) chart.dispatchAction({ type: "highlight", seriesId: found.id });
}

function listen(chart, select, zoom) {
  chart.on("click", ({ seriesId }) => {
    const [, id] = /^\d+ (.*)$/s.exec(seriesId) ?? [];
    if (id) select(id);
  });
  let timer;
  chart.on("datazoom", () => {
    // A drag fires many of these; the last one counts.
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (chart.isDisposed()) return;
      const { startValue, endValue } = chart.getOption().dataZoom[0];
      zoom(new Date(startValue).toISOString(), new Date(endValue).toISOString());
    }, 500);
  });
}

/** Calls back when the system's or the page's own light/dark setting changes; answers how to stop that. */
function onThemeChange(changed) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const page = new MutationObserver(changed);
  system.addEventListener("change", changed);
  page.observe(document.documentElement, { attributeFilter: ["class", "data-theme", "style"] });
  return () => {
    system.removeEventListener("change", changed);
    page.disconnect();
  };
}
