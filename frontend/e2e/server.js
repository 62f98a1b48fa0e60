// A server of its own, with an empty embedded Postgres, on a free port.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const target = process.env.CARGO_TARGET_DIR ?? new URL("../../target", import.meta.url).pathname;
const program = join(target, "debug/tls-sunset");

/** Nothing of the developer's own settings may leak in. */
function environment() {
  const own = Object.entries(process.env).filter(([name]) => name !== "DATABASE_URL" && !name.startsWith("SUNSET_"));
  const { SUNSET_PG_BIN } = process.env;
  return { ...Object.fromEntries(own), ...(SUNSET_PG_BIN && { SUNSET_PG_BIN }) };
}

/** Starts it; answers its address and how to stop it. */
export async function start() {
  const dir = mkdtempSync(join(tmpdir(), "sunset-e2e-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = ["serve", "--addr", `127.0.0.1:${port}`, "--data-dir", dir];
  const child = spawn(program, args, { env: environment(), stdio: ["ignore", "inherit", "pipe"] });
  const log = [];
  child.stderr.setEncoding("utf8").on("data", (text) => log.push(text));
  const exited = new Promise((resolve) => child.once("exit", resolve));
  await ready(url, child, log);
  return {
    url,
    async stop() {
      child.kill("SIGTERM");
      await exited;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function ready(url, child, log) {
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) break;
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await sleep(100);
  }
  child.kill("SIGKILL");
  throw new Error(`the server did not start:\n${log.join("")}`);
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Writes a synthetic trail into a folder. */
export function trail(dir, ...options) {
  const { status, stderr } = spawnSync(program, ["demo", dir, ...options], { encoding: "utf8", env: environment() });
  if (status !== 0) throw new Error(`demo failed: ${stderr}`);
}
