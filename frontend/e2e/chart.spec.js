// Charts: what a table cannot show.
import { expect, hydrated, test } from "./test.js";

test.beforeEach(async ({ counted, page }) => {
  await counted;
  await page.goto("/");
  await hydrated(page);
  await expect(page.locator("#trend .chart canvas")).toBeVisible();
});

test("hovering shows a day's numbers", async ({ page }) => {
  await page.locator("#trend .chart").hover({ position: { x: 200, y: 200 } });
  await expect(page.locator("#trend .chart")).toContainText(/\d{1,2} \w{3} 2026/);
});

test("clicking a service filters by it", async ({ page }) => {
  const chart = page.locator("#trend .chart");
  const { width, height } = await chart.boundingBox();
  // Somewhere right above the axis, where the largest service begins.
  await expect(async () => {
    for (let x = 80; x < width - 40; x += 7) {
      await chart.click({ position: { x, y: height - 58 } });
      if (page.url().includes("service=")) return;
    }
    throw new Error("no service was hit");
  }).toPass();
  await expect(page.getByRole("list", { name: "Active filters" })).toContainText("Service");
});

test("zooming narrows the range of the page", async ({ page }) => {
  const { x, y, width, height } = await page.locator("#trend .chart").boundingBox();
  // The strip below the chart: its left handle goes to the middle.
  await page.mouse.move(x + width * 0.3, y + height - 8);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.6, y + height - 8, { steps: 5 });
  await page.mouse.up();
  await expect(page).toHaveURL(/from=2026-.*to=2026-/);
});

test("colours follow the theme", async ({ page }) => {
  const canvas = page.locator("#trend .chart canvas").first();
  const picture = () => canvas.evaluate((it) => it.toDataURL());
  await page.emulateMedia({ colorScheme: "light" });
  const light = await picture();
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(picture).not.toBe(light);
  await page.emulateMedia({ colorScheme: "light" });
  await expect.poll(picture).toBe(light);
});

test("a picture for the README", async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.mouse.move(0, 0);
  await page.waitForLoadState("networkidle");
  // `SCREENSHOT=docs/overview.png make e2e` renews the one that is committed.
  const path = process.env.SCREENSHOT ? `../../${process.env.SCREENSHOT}` : ".results/overview.png";
  await page.screenshot({ path: new URL(path, import.meta.url).pathname });
});
