// What a user does from the first start to the last: one story, one server.
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, hydrated, test } from "./test.js";

test.describe.configure({ mode: "serial" });

test("the first page says what this is and takes an archive", async ({ page, context, archive }) => {
  await page.goto("/");
  await hydrated(page);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("TLS 1.0 or 1.1");
  await expect(page.getByRole("heading", { name: "How to get your CloudTrail files" })).toBeVisible();

  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy" }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  const [now, copied] = await page.evaluate(async () => [new Date().toISOString(), await navigator.clipboard.readText()]);
  expect(copied).toContain("aws s3 sync s3://");
  expect(copied).toContain(`/CloudTrail/*/${now.slice(0, 4)}/${now.slice(5, 7)}/*`);

  await drop(page, page.locator("form.drop"), archive);
  await expect(page).toHaveURL(/\/uploads\/\d+$/);
  await expect(page.getByText(/^[\d,]+ calls counted; [\d,]+ more were already counted/)).toBeVisible({ timeout: 60_000 });
  await expect(page.locator("#files").getByRole("row").nth(1)).toContainText("trail.zip!");
});

test("the overview answers in a sentence, a chart and tables", async ({ page }) => {
  await page.goto("/");
  await hydrated(page);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(/\d/);
  await drawn(page, "#trend");
  await drawn(page, "#versions");
  await expect(page.locator("#services").getByRole("row")).not.toHaveCount(0);

  const drawAs = page.getByRole("group", { name: "Draw as" });
  for (const [name, value] of [["Lines", "lines"], ["Share of all calls", "share"]]) {
    const before = await picture(page, "#trend");
    await drawAs.getByRole("link", { name }).click();
    await expect(page).toHaveURL(new RegExp(`chart=${value}`));
    await expect.poll(() => picture(page, "#trend")).not.toBe(before);
  }
  await drawAs.getByRole("link", { name: "Stacked" }).click();
  await expect(page).toHaveURL(/\/$/);
});

test("a filter lies in the address: links, back and forward", async ({ page, context }) => {
  await page.goto("/");
  await hydrated(page);
  const all = await page.getByRole("heading", { level: 1 }).textContent();
  const key = page.locator("#trend .legend a").first();
  const service = await key.locator(".clip").textContent();
  await key.click();
  await expect(page).toHaveURL(`/?service=${service}`);
  const chips = page.getByRole("list", { name: "Active filters" });
  await expect(chips).toContainText(service);
  const filtered = page.getByRole("heading", { level: 1 });
  await expect(filtered).not.toHaveText(all);

  const copy = await context.newPage();
  await copy.goto(page.url());
  await expect(copy.getByRole("heading", { level: 1 })).toHaveText(await filtered.textContent());
  await expect(copy.getByRole("list", { name: "Active filters" })).toContainText(service);
  await copy.close();

  await page.goBack();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(all);
  await expect(chips).toHaveCount(0);
  await page.goForward();
  await expect(chips).toContainText(service);
  await chips.getByRole("link", { name: /remove/ }).click();
  await expect(page).toHaveURL(/\/$/);
});

test("back and forward go through every step, and each address opens alike elsewhere", async ({ page, browser, server }) => {
  await page.goto("/");
  await hydrated(page);
  const steps = [
    () => page.locator("#trend .legend a").first().click(),
    () => page.getByRole("group", { name: "Draw as" }).getByRole("link", { name: "Lines" }).click(),
    () => page.locator("#versions .legend a").filter({ hasText: "TLS 1.2" }).click(),
  ];
  const seen = [await shown(page)];
  for (const step of steps) {
    const before = page.url();
    await step();
    await expect(page).not.toHaveURL(before);
    await hydrated(page);
    seen.push(await shown(page));
  }
  expect(new Set(seen.map(({ url }) => url)).size).toBe(steps.length + 1);
  for (const past of seen.slice(0, -1).reverse()) {
    await page.goBack();
    await expect.poll(() => shown(page)).toEqual(past);
  }
  for (const next of seen.slice(1)) {
    await page.goForward();
    await expect.poll(() => shown(page)).toEqual(next);
  }
  const elsewhere = await browser.newContext({ baseURL: server.url });
  const fresh = await elsewhere.newPage();
  for (const one of seen) {
    await fresh.goto(one.url);
    await hydrated(fresh);
    expect(await shown(fresh)).toEqual(one);
  }
  await elsewhere.close();
});

test("filters without JavaScript are forms", async ({ browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toContainText(/\d/);
  await expect(page.locator("#services").getByRole("row").nth(1)).toBeVisible();
  await expect(page.locator("#callers").getByRole("row").nth(1)).toBeVisible();

  const menu = page.getByRole("group", { name: "Filters" }).locator("details", { hasText: "Region" });
  await menu.locator("summary").click();
  const region = menu.getByRole("checkbox").first();
  const name = await region.getAttribute("value");
  await region.check();
  await menu.getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL(`/?region=${name}`);
  await expect(page.getByRole("list", { name: "Active filters" })).toContainText(name);
  await context.close();
});

for (const [way, give] of [
  ["picked", (page, folder) => page.getByLabel("Choose a folder").setInputFiles(folder)],
  ["dropped", (page, folder) => drop(page, page.locator("form.drop"), folder)],
]) {
  test(`every file of a folder that is ${way} is in the report`, async ({ page, archive }) => {
    const folder = monthOf(join(dirname(archive), "trail"));
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(10);
    await page.goto("/uploads");
    await hydrated(page);
    await give(page, folder);
    await expect(page).toHaveURL(/\/uploads\/\d+$/);
    await expect(page.getByText("Nothing new")).toBeVisible({ timeout: 60_000 });
    const rows = page.locator("#files tbody").getByRole("row");
    await expect(rows).toHaveCount(files.length);
    for (const { name } of files) await expect(rows.filter({ hasText: name })).not.toHaveCount(0);
    await page.getByRole("button", { name: "Remove this upload" }).click();
    await expect(page).toHaveURL(/\/uploads$/);
  });
}

test("the same archive again changes nothing, and removing takes out what was added", async ({ page, archive }) => {
  await page.goto("/uploads");
  await hydrated(page);
  await page.locator("form.drop input[type=file]").first().setInputFiles(archive);
  await expect(page.getByText("Nothing new")).toBeVisible({ timeout: 60_000 });

  for (const left of [1, 0]) {
    await page.goto("/uploads");
    await hydrated(page);
    await page.getByRole("table").getByRole("link", { name: "trail.zip" }).first().click();
    await page.getByRole("button", { name: "Remove this upload" }).click();
    await expect(page).toHaveURL(/\/uploads$/);
    await expect(page.getByRole("link", { name: "trail.zip" })).toHaveCount(left);
  }
  await page.goto("/");
  await expect(page.locator("form.drop")).toBeVisible();
});

/** The last month of one account and region in a trail: a folder for each day, files in these. */
function monthOf(trail) {
  const days = readdirSync(trail, { recursive: true }).filter((path) => /CloudTrail\/[\w-]+\/\d{4}\/06\/30$/.test(path));
  return join(trail, dirname(days.sort()[0]));
}

/** What the page answers, for what. */
async function shown(page) {
  return {
    url: page.url(),
    answer: await page.getByRole("heading", { level: 1 }).textContent(),
    filters: await page.getByRole("list", { name: "Active filters" }).allTextContents(),
    drawn: await page.getByRole("group", { name: "Draw as" }).locator("[aria-current]").textContent(),
  };
}

/** Drags a file or a folder from the desktop onto a place, as the browser itself would. */
async function drop(page, place, path) {
  const { x, y, width, height } = await place.boundingBox();
  const at = { x: x + width / 2, y: y + height / 2, data: { items: [], files: [path], dragOperationsMask: 1 } };
  const session = await page.context().newCDPSession(page);
  for (const type of ["dragEnter", "dragOver", "drop"]) await session.send("Input.dispatchDragEvent", { type, ...at });
}

/** The pixels of a panel's chart. */
function picture(page, panel) {
  return page.locator(`${panel} .chart canvas`).first().evaluate((canvas) => canvas.toDataURL());
}

/** A chart is drawn when its canvas is not empty. */
async function drawn(page, panel) {
  const canvas = page.locator(`${panel} .chart canvas`).first();
  await expect(canvas).toBeVisible();
  await expect
    .poll(() => canvas.evaluate((it) => it.getContext("2d").getImageData(0, 0, it.width, it.height).data.some(Boolean)))
    .toBe(true);
}
