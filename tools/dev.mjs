// Serves a debug build; rebuilds and restarts when a source file changes: `node tools/dev.mjs [options of serve]`.
import { spawn, spawnSync } from "node:child_process";
import { watch } from "node:fs";

const root = new URL("..", import.meta.url).pathname;
const sources = ["app/src", "frontend/src", "frontend/public", "migrations", "server/src", "style"];
let server = null;

function run(command, ...args) {
  return spawnSync(command, args, { cwd: root, stdio: "inherit" }).status === 0;
}

async function restart() {
  const built = run("node", "frontend/build.mjs", "dev") && run("cargo", "build", "--bin", "tls-sunset");
  // What does not compile leaves the old server running.
  if (!built) return;
  await stop();
  const args = ["serve", "--data-dir", "data", ...process.argv.slice(2)];
  server = spawn("target/debug/tls-sunset", args, { cwd: root, stdio: "inherit" });
}

function stop() {
  if (!server || server.exitCode !== null) return Promise.resolve();
  return new Promise((stopped) => {
    server.once("exit", stopped);
    server.kill("SIGTERM");
  });
}

let timer;
for (const folder of sources) {
  watch(`${root}${folder}`, { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(restart, 200);
  });
}
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => stop().then(() => process.exit()));
await restart();
