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
  await expect(page.locator("#trend .chart")).toContainText(/\d{1,2} \w{3} 20\d\d/);
});

test("clicking a service filters by it", async ({ page }) => {
  const chart = page.locator("#trend .chart");
  const { width, height } = await chart.boundingBox();
  // Somewhere right above the axis, where the largest service begins.
  await expect(async () => {
    for (let x = 80; x < width - 40; x += 7) {
      await chart.click({ position: { x, y: height - 70 } });
      if (page.url().includes("service=")) return;
    }
    throw new Error("no service was hit");
  }).toPass();
  await expect(page.getByRole("list", { name: "Active filters" })).toContainText("Service");
});

test("zooming narrows the range of the page", async ({ page }) => {
  await page.locator("#trend .chart").hover({ position: { x: 300, y: 150 } });
  await page.keyboard.down("Shift");
  await page.mouse.wheel(0, -400);
  await page.keyboard.up("Shift");
  await expect(page).toHaveURL(/from=20\d\d-.*to=20\d\d-/);
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
