// Completes an option: what JSON cannot say (functions) or charming has no field for, and the page's colours.
//
//   "var(--x)"      the colour of that CSS variable, as it is now (canvas knows no variables)
//   "hatch(--x)"    the same, hatched
//   "format:NAME"   one of `formats`

const number = new Intl.NumberFormat("en");
const compact = new Intl.NumberFormat("en", { notation: "compact" });
const date = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });
const day = date({ weekday: "short", day: "numeric", month: "short", year: "numeric" });
const month = date({ month: "long", year: "numeric" });
const time = date({ hour: "2-digit", minute: "2-digit" });
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

// The axis holds the middle of each bucket; its name is that of the whole.
const formats = {
  compact: (value) => compact.format(value),
  calls: (value) => (value == null ? "no logs" : number.format(value)),
  percent: (value) => (value == null ? "no logs" : `${Number(value).toPrecision(3)} %`),
  hour: ({ value }) => `${day.format(value)}, ${time.format(value - HOUR / 2)}–${time.format(value + HOUR / 2)} UTC`,
  day: ({ value }) => day.format(value),
  week: ({ value }) => `week of ${day.format(value - 3.5 * DAY)}`,
  month: ({ value }) => month.format(value),
};

export function resolve(option, element) {
  const colour = palette(element);
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
  return complete(option, colour, getComputedStyle(element).fontFamily);
}

function complete(option, colour, fontFamily) {
  const text = { color: colour("--text"), fontFamily };
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

/** Reads CSS colours of an element as rgba, whatever notation they are written in. */
function palette(element) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pixel = canvas.getContext("2d", { willReadFrequently: true });
  const known = new Map();
  return (name) => {
    if (!known.has(name)) {
      if (!getComputedStyle(element).getPropertyValue(name)) console.error(`a chart asks for the colour ${name}, which style/ does not have`);
      element.style.color = `var(${name})`;
      pixel.clearRect(0, 0, 1, 1);
      pixel.fillStyle = getComputedStyle(element).color;
      element.style.color = "";
      pixel.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = pixel.getImageData(0, 0, 1, 1).data;
      known.set(name, `rgba(${r},${g},${b},${a / 255})`);
    }
    return known.get(name);
  };
}

function hatching(color) {
  return { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4, color };
}
