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

test("a series is hidden and shown by its key, with mouse and keyboard", async ({ page }) => {
  const panel = page.locator("#trend");
  const key = panel.locator("button.hide").first();
  const colour = await key.locator(".swatch").evaluate((it) => getComputedStyle(it).backgroundColor);
  const painted = () => panel.locator(".chart canvas").first().evaluate(pixelsOf, colour);
  await page.mouse.move(0, 0);
  const [all, box, address] = [await painted(), await panel.boundingBox(), page.url()];
  expect(all).toBeGreaterThan(1000);
  await expect(key).toHaveAttribute("aria-pressed", "true");
  await key.click();
  await page.mouse.move(0, 0);
  await expect(key).toHaveAttribute("aria-pressed", "false");
  await expect.poll(painted).toBe(0);
  expect([await panel.boundingBox(), page.url()]).toEqual([box, address]);

  // It stays hidden when the chart is drawn anew.
  const drawAs = panel.getByRole("group", { name: "Draw as" });
  await drawAs.getByRole("link", { name: "Lines" }).click();
  await expect(page).toHaveURL(/chart=lines/);
  await hydrated(page);
  await expect(key).toHaveAttribute("aria-pressed", "false");
  await drawAs.getByRole("link", { name: "Stacked" }).click();
  await expect(page).not.toHaveURL(/chart=/);
  await hydrated(page);

  await key.focus();
  await page.keyboard.press("Space");
  await expect(key).toHaveAttribute("aria-pressed", "true");
  await key.blur();
  // Edges between two series may be blended another way.
  await expect.poll(painted).toBeGreaterThan(0.9 * all);
});

/** How many pixels of a canvas have just this colour, `rgb(r, g, b)`. */
function pixelsOf(canvas, colour) {
  const [r, g, b] = colour.match(/\d+/g).map(Number);
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let at = 0; at < data.length; at += 4) if (data[at] === r && data[at + 1] === g && data[at + 2] === b) count++;
  return count;
}
