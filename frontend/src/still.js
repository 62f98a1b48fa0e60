// Draws the option JSON of `app/src/chart` as SVG where there is no browser: in the server's own JavaScript engine, which has
// neither a document nor timers nor `Intl`. Built into site/draw/chart.js; server/src/drawing calls `draw`.
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, MarkAreaComponent, MarkLineComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { registerSSRDataGetter } from "zrender/lib/zrender.js";
import { compact, complete } from "./option.js";
import themes from "theme.json";

use([BarChart, GridComponent, LineChart, MarkAreaComponent, MarkLineComponent, SVGRenderer]);

// A drawing is one call: no time passes in which something could happen.
globalThis.setTimeout = () => 0;
globalThis.clearTimeout = () => {};

// There is nothing to point at, and so no tooltip that asks for the others.
const formats = { compact };

/** `light` and `dark` are colours of their own; on a `page` they are its variables, so that one drawing does for both. */
function palette(theme) {
  if (theme === "page") return (name) => `var(${name})`;
  return (name) => {
    const found = themes[theme][name];
    if (!found) throw new Error(`a chart asks for the colour ${name}, which style/ does not have`);
    return found;
  };
}

/** `mark` begins every id in the SVG: no two drawings on a page may have the same. */
globalThis.draw = (json, width, height, theme, mark) => {
  const font = theme === "page" ? "var(--font)" : "Inter, 'DejaVu Sans'";
  const option = complete(JSON.parse(json), { colour: palette(theme), font, formats });
  // What answers to the mouse would leave its style and its series' names in the SVG.
  option.series = option.series.map((series) => ({ ...series, silent: true, triggerEvent: false }));
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  // Else each bar tells a script in the browser which number it is; there is none.
  registerSSRDataGetter(() => null);
  try {
    chart.setOption(option);
    const zr = chart.getZr();
    zr.flush();
    zr.painter._id = mark;
    return zr.painter.renderToString({ cssAnimation: false, cssEmphasis: false, useViewBox: true });
  } finally {
    chart.dispose();
  }
};
