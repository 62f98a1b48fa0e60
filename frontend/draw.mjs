// What the server draws charts with: a script, the colours of both themes, fonts and their licences.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/** From node_modules; Inter for what it has, DejaVu Sans for all other letters. */
const FILES = {
  "sans.ttf": "@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf",
  "sans-bold.ttf": "@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf",
  "sans-LICENSE.txt": "@expo-google-fonts/inter/LICENSE_FONT",
  "wide.ttf": "dejavu-fonts-ttf/ttf/DejaVuSans.ttf",
  "wide-LICENSE.txt": "dejavu-fonts-ttf/LICENSE",
};

export async function buildDrawing(root, folder) {
  mkdirSync(folder, { recursive: true });
  for (const [name, source] of Object.entries(FILES)) {
    copyFileSync(join(root, "frontend/node_modules", source), join(folder, name));
  }
  const theme = join(folder, "theme.json");
  writeFileSync(theme, `${JSON.stringify(themes(join(root, "style")))}\n`);
  await build({
    absWorkingDir: root,
    alias: { "theme.json": theme },
    bundle: true,
    define: { "process.env.NODE_ENV": '"production"' },
    entryPoints: ["frontend/src/still.js"],
    format: "iife",
    legalComments: "inline",
    logLevel: "warning",
    minify: true,
    outfile: join(folder, "chart.js"),
    target: "es2022",
  });
}

/** Every colour of the styles, as it is in light and in dark. */
function themes(folder) {
  const [light, dark] = [{}, {}];
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".css")).sort()) {
    const colour = String.raw`(#[0-9a-f]{6}|rgb\([^)]*\))`;
    const pair = new RegExp(String.raw`^\s*(--[\w-]+):\s*light-dark\(${colour},\s*${colour}\);`, "gm");
    for (const [, variable, one, other] of readFileSync(join(folder, name), "utf8").matchAll(pair)) {
      light[variable] = plain(one);
      dark[variable] = plain(other);
    }
  }
  return { light, dark };
}

/** "rgb(1 2 3 / 4%)" in the notation that everything knows. */
function plain(colour) {
  const [, r, g, b, percent] = /^rgb\((\d+) (\d+) (\d+) \/ (\d+)%\)$/.exec(colour) ?? [];
  return percent ? `rgba(${r},${g},${b},${percent / 100})` : colour;
}
