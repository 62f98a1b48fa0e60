// What an option is completed with in the browser: the colours and the font of the page, and its formats.
import { compact } from "./option.js";

const number = new Intl.NumberFormat("en");
const date = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });
const day = date({ weekday: "short", day: "numeric", month: "short", year: "numeric" });
const month = date({ month: "long", year: "numeric" });
const time = date({ hour: "2-digit", minute: "2-digit" });
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

// The axis holds the middle of each bucket; its name is that of the whole.
const formats = {
  compact,
  calls: (value) => (value == null ? "no logs" : number.format(value)),
  percent: (value) => (value == null ? "no logs" : `${Number(value).toPrecision(3)} %`),
  hour: ({ value }) => `${day.format(value)}, ${time.format(value - HOUR / 2)}–${time.format(value + HOUR / 2)} UTC`,
  day: ({ value }) => day.format(value),
  week: ({ value }) => `week of ${day.format(value - 3.5 * DAY)}`,
  month: ({ value }) => month.format(value),
};

export function around(element) {
  return { colour: palette(element), font: getComputedStyle(element).fontFamily, formats };
}

/** Reads CSS colours of an element as rgba, whatever notation they are written in: a canvas knows no variables. */
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
