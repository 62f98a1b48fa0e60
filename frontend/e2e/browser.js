import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "google-chrome", "chromium-browser"];
const mac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/** The browser of this machine; the same places as tools/setup. */
export function chromium() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return process.env.CHROMIUM ?? [...candidates, mac].find(isProgram);
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
