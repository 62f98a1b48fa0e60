// Completes an option: what JSON cannot say (functions) or charming has no field for, and the colours. The same in the browser
// (`chart.js`) and on the server (`still.js`); what differs comes as `around`: `colour` of a variable of style/, `font`,
// and `formats`.
//
//   "var(--x)"      the colour of that CSS variable
//   "hatch(--x)"    the same, hatched
//   "format:NAME"   one of `formats`

export function complete(option, { colour, font, formats }) {
  const walk = (node) => {
    for (const key of Object.keys(node)) {
      const value = node[key];
      const [, kind, name] = (typeof value === "string" && /^(var|hatch|format)[(:]([\w-]+)\)?$/.exec(value)) || [];
      // Users' texts stand here, and nothing in them may mean something to us.
      if (key === "name" || key === "id") continue;
      if (kind === "format") node[key] = formats[name];
      else if (kind) node[key] = colour(name);
      else if (value && typeof value === "object") walk(value);
      if (kind === "hatch") node.decal = hatching(colour("--surface"));
    }
  };
  walk(option);
  const text = { color: colour("--text"), fontFamily: font };
  return {
    ...option,
    useUTC: true,
    animation: false,
    textStyle: text,
    grid: { ...option.grid[0], outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: {
      ...option.xAxis,
      axisLabel: { ...option.xAxis.axisLabel, hideOverlap: true },
      axisLine: { lineStyle: { color: colour("--strong-border") } },
      containShape: false,
    },
    tooltip: {
      confine: true,
      order: "valueDesc",
      backgroundColor: colour("--surface"),
      borderColor: colour("--border"),
      textStyle: { ...text, fontSize: 12 },
      extraCssText: "max-width:22rem;white-space:normal;overflow-wrap:anywhere",
      ...option.tooltip,
    },
    dataZoom: option.dataZoom?.map((zoom) =>
      // The bare wheel scrolls the page, and so does a finger.
      zoom.type === "inside"
        ? { ...zoom, zoomOnMouseWheel: "shift", preventDefaultMouseMove: false }
        : { ...zoom, height: 18, showDetail: false, showDataShadow: false }),
    series: option.series.map((series) => (series.type === "line" ? { ...series, triggerEvent: true } : series)),
  };
}

/** 1234 as "1.2K". The server's engine has no `Intl`. */
export function compact(value) {
  const size = Math.abs(value);
  const [unit, sign] = [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "K"]].find(([unit]) => size >= unit) ?? [1, ""];
  const short = value / unit;
  return `${Number(Math.abs(short) < 100 ? short.toPrecision(2) : short.toFixed(0))}${sign}`;
}

function hatching(color) {
  return { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4, color };
}
