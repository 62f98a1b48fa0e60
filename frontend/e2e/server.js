// A server of its own, with an empty embedded Postgres, on a free port.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const target = process.env.CARGO_TARGET_DIR ?? new URL("../../target", import.meta.url).pathname;
const program = join(target, "debug/tls-sunset");
const bucketServer = join(target, "debug/examples/serve_bucket");

/** Nothing of the developer's own settings may leak in. */
function environment() {
  const foreign = (name) => name === "DATABASE_URL" || name.startsWith("SUNSET_") || name.startsWith("AWS_");
  const own = Object.entries(process.env).filter(([name]) => !foreign(name));
  const { SUNSET_PG_BIN } = process.env;
  return { ...Object.fromEntries(own), ...(SUNSET_PG_BIN && { SUNSET_PG_BIN }) };
}

/** Serves a folder's folders as buckets; answers what a server needs to read them, and how to stop it. */
export async function serveBuckets(folder) {
  const child = spawn(bucketServer, [folder, "127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const said = await new Promise((resolve) => child.stdout.setEncoding("utf8").once("data", resolve));
  const [, id, secret, endpoint] = said.match(/AWS_ACCESS_KEY_ID=(\S+) AWS_SECRET_ACCESS_KEY=(\S+) .* (http\S+)/);
  const env = { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_REGION: "eu-west-1", SUNSET_S3_ENDPOINTS: endpoint };
  return {
    endpoint,
    env: { ...env, AWS_EC2_METADATA_DISABLED: "true", AWS_CONFIG_FILE: "/dev/null" },
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

/** Starts it; answers its address, what it has logged and how to stop it. */
export async function start(env = {}, port) {
  const dir = mkdtempSync(join(tmpdir(), "sunset-e2e-"));
  port ??= await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = ["serve", "--addr", `127.0.0.1:${port}`, "--data-dir", dir];
  const child = spawn(program, args, { env: { ...environment(), ...env }, stdio: ["ignore", "inherit", "pipe"] });
  const log = [];
  child.stderr.setEncoding("utf8").on("data", (text) => log.push(text));
  const exited = new Promise((resolve) => child.once("exit", resolve));
  await ready(url, child, log);
  return {
    url,
    log: () => log.join(""),
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

/** Free now, and most likely in a moment, too. */
export function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** Runs the program; answers how it ended and what it said. */
export function command(...args) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", env: environment() });
  return { status, words: stdout + stderr };
}

/** Writes a synthetic trail into a folder. */
export function trail(dir, ...options) {
  const { status, words } = command("demo", dir, ...options);
  if (status !== 0) throw new Error(`demo failed: ${words}`);
}
