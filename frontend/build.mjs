// Builds what the browser loads, and what the server draws with: `node build.mjs [release|dev|draw]`.
//
//   cargo → target/wasm32-…/frontend.wasm → bindgen → wasm-opt ┐
//   src/main.js + ECharts ─────────────────────────────────────┼→ esbuild → target/site/pkg/NAME-HASH.EXT (+ .br, .gz)
//   style/main.css ────────────────────────────────────────────┘            target/site/manifest.json
//   src/still.js + ECharts, colours of style/, fonts ────────────→ draw.mjs → target/site/draw (never served)
//
// A step whose input has not changed is skipped; `draw` does the last one only.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { buildDrawing } from "./draw.mjs";

const dev = process.argv[2] === "dev";
const root = new URL("..", import.meta.url).pathname;
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
const work = join(target, "frontend", dev ? "dev" : "release");
const site = join(target, "site");
const pkg = join(site, "pkg");

// What rustc switches on by default for wasm32; wasm-opt refuses what it is not told of.
const features = ["bulk-memory", "bulk-memory-opt", "call-indirect-overlong", "extended-const", "multivalue",
  "mutable-globals", "nontrapping-float-to-int", "reference-types", "sign-ext"];

function run(command, ...args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** Compiles the frontend; answers the path of its .wasm. */
function compile() {
  const profile = dev ? "dev" : "wasm-release";
  run("cargo", "build", "--package", "frontend", "--target", "wasm32-unknown-unknown", "--profile", profile);
  return join(target, "wasm32-unknown-unknown", dev ? "debug" : profile, "frontend.wasm");
}

/** Writes frontend.js and frontend_bg.wasm into the work folder, unless they came from the same .wasm. */
function bind(wasm) {
  const stamp = join(work, "stamp");
  const inputs = [wasm, join(root, "tools/bindgen/src/main.rs"), join(root, "Cargo.lock"), import.meta.filename];
  const input = inputs.reduce((hash, path) => hash.update(readFileSync(path)), createHash("sha256")).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === input) return;
  mkdirSync(work, { recursive: true });
  run("cargo", "run", "--quiet", "--release", "--package", "bindgen", "--", wasm, work);
  if (!dev) {
    const bound = join(work, "frontend_bg.wasm");
    const flags = features.map((feature) => `--enable-${feature}`);
    run("node", join(root, "frontend/node_modules/binaryen/bin/wasm-opt"), "-Oz", ...flags, bound, "-o", `${bound}.opt`);
    renameSync(`${bound}.opt`, bound);
  }
  writeFileSync(stamp, input);
}

/** Bundles scripts and styles; answers the paths of all files that it wrote. */
async function bundle() {
  const { metafile } = await build({
    absWorkingDir: root,
    alias: { "wasm-frontend": work },
    assetNames: "[name]-[hash]",
    bundle: true,
    chunkNames: "[name]-[hash]",
    entryNames: "[name]-[hash]",
    entryPoints: { sunset: "frontend/src/main.js", style: "style/main.css" },
    format: "esm",
    loader: { ".wasm": "file" },
    logLevel: "warning",
    metafile: true,
    minify: !dev,
    legalComments: "none",
    outdir: pkg,
    publicPath: "/pkg",
    sourcemap: dev && "linked",
    splitting: true,
    target: ["es2022", "chrome115", "firefox115", "safari16.4"],
  });
  return Object.keys(metafile.outputs).map((path) => join(root, path));
}

/** Removes files of earlier builds and compresses the new ones. */
function settle(outputs) {
  const keep = new Set(outputs.flatMap((path) => [path, `${path}.br`, `${path}.gz`]));
  for (const name of readdirSync(pkg)) if (!keep.has(join(pkg, name))) rmSync(join(pkg, name));
  for (const path of dev ? [] : outputs) {
    if (existsSync(`${path}.gz`)) continue;
    const bytes = readFileSync(path);
    const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  }
}

/** Tells the server where what is. */
function manifest(outputs) {
  const named = (pattern) => `/pkg/${basename(outputs.find((path) => pattern.test(basename(path))))}`;
  const names = { script: named(/^sunset-.*\.js$/), wasm: named(/\.wasm$/), style: named(/^style-.*\.css$/) };
  writeFileSync(join(site, "manifest.json"), `${JSON.stringify(names)}\n`);
}

await buildDrawing(root, join(site, "draw"));
if (process.argv[2] !== "draw") {
  bind(compile());
  mkdirSync(pkg, { recursive: true });
  cpSync(join(root, "frontend/public"), site, { recursive: true });
  const outputs = await bundle();
  settle(outputs);
  manifest(outputs);
}
