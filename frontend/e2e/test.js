// What every browser test gets: the server, an archive, and a page that fails the test when its console says anything.
import { AxeBuilder } from "@axe-core/playwright";
import { test as base, expect } from "@playwright/test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { zip } from "./archive.js";
import { serveBuckets, start, trail } from "./server.js";

export { expect };

export const test = base.extend({
  // A month of a made-up trail in the bucket trail-logs.
  buckets: [
    async ({}, use) => {
      const dir = mkdtempSync(join(tmpdir(), "sunset-buckets-"));
      trail(join(dir, "trail-logs"), "--days", "30", "--calls-per-day", "60", "--end", "2026-06-30", "--seed", "9");
      const buckets = await serveBuckets(dir);
      await use(buckets);
      await buckets.stop();
      rmSync(dir, { recursive: true, force: true });
    },
    { scope: "worker" },
  ],

  server: [
    async ({ buckets }, use) => {
      const server = await start(buckets.env);
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],

  // Two hundred days of a made-up trail, zipped; the path of the archive.
  archive: [
    async ({}, use) => {
      const dir = mkdtempSync(join(tmpdir(), "sunset-trail-"));
      trail(join(dir, "trail"), "--days", "200", "--calls-per-day", "150", "--end", "2026-06-30");
      const archive = join(dir, "trail.zip");
      writeFileSync(archive, zip(join(dir, "trail")));
      await use(archive);
      rmSync(dir, { recursive: true, force: true });
    },
    { scope: "worker" },
  ],

  baseURL: async ({ server }, use) => use(server.url),

  page: async ({ page }, use) => {
    const complaints = await listen(page);
    await use(page);
    silent(page, complaints);
  },

  // The page of somebody else: another browser, without any cookie of the first one's.
  recipient: async ({ browser, baseURL }, use) => {
    const context = await browser.newContext({ baseURL });
    const page = await context.newPage();
    const complaints = await listen(page);
    await use(page);
    silent(page, complaints);
    await context.close();
  },

  /** The archive is counted, whatever ran before. */
  counted: async ({ server, archive }, use) => {
    const headers = { accept: "application/json" };
    const known = await (await fetch(`${server.url}/api/v1/services?range=all`, { headers })).json();
    if ((known.services ?? known).length === 0) await send(server.url, archive);
    await use();
  },
});

/** Answers what the page's console says, as it comes. */
async function listen(page) {
  const complaints = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("requestfailed", (request) => {
    // A page that is left stops asking; that is no failure, and neither is a file that is saved.
    if (request.failure()?.errorText !== "net::ERR_ABORTED") complaints.push(`${request.url()} failed`);
  });
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) =>
      console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
  });
  return complaints;
}

function silent(page, complaints) {
  const unexpected = complaints.filter((complaint) => complaint !== page.mayComplain);
  expect(unexpected, "the browser's console stays empty").toEqual([]);
}

/** Accessible, and no wider than a phone. */
export async function fits(page) {
  const faults = (await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
  expect(faults).toEqual([]);
  const size = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  const overhang = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overhang, "px wider than 390").toBeLessThanOrEqual(0);
  await page.setViewportSize(size);
}

// Without buckets: a server that asks people who they are.
export const testWithAccounts = test.extend({
  server: [
    async ({}, use) => {
      const server = await start({ SUNSET_AUTH: "accounts" });
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
});

/** Connects the bucket and has it read, unless it is; answers its number. */
export async function connected({ url }, { endpoint }) {
  const sources = () => fetch(`${url}/api/v1/sources`).then((answer) => answer.json());
  const post = (action, fields) => fetch(`${url}/fn/${action}`, { method: "POST", body: new URLSearchParams(fields) });
  if ((await sources()).length === 0) {
    await post("connect_bucket", { "form[name]": "trail-logs", "form[endpoint]": endpoint });
    const [{ id }] = await sources();
    await post("read_bucket", { id, from: "", to: "", follow: "yes" });
    await expect.poll(async () => (await sources())[0].state, { timeout: 60_000 }).toBe("done");
  }
  return (await sources())[0].id;
}

/** Uploads as a script would, and waits for the end. */
async function send(url, archive) {
  const body = new FormData();
  body.append("file", new Blob([readFileSync(archive)]), basename(archive));
  const { id } = await (await fetch(`${url}/api/v1/uploads`, { method: "POST", body })).json();
  await expect
    .poll(async () => (await (await fetch(`${url}/api/v1/uploads/${id}`)).json()).state, { timeout: 60_000 })
    .toBe("done");
}

/** Waits until scripts run, the page answers and nothing is being loaded. */
export async function hydrated(page) {
  await page.locator("html[data-started]").waitFor({ state: "attached" });
  await page.waitForLoadState("networkidle");
}
