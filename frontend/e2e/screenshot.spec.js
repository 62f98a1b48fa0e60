// The picture in the README: `make screenshot`.
import { expect, hydrated, test } from "./test.js";

const picture = process.env.SCREENSHOT;

test("the overview of the demo", async ({ page }) => {
  test.skip(!picture, "renews a committed file");
  test.setTimeout(300_000);
  await page.setViewportSize({ width: 1280, height: 960 });
  await page.goto("/");
  await hydrated(page);
  await page.getByRole("button", { name: "Load demo data" }).click();
  await expect(page.getByText(/^[\d,]+ calls counted; /)).toBeVisible({ timeout: 240_000 });
  await page.goto("/");
  await hydrated(page);
  await expect(page.locator("#trend .chart canvas")).toBeVisible();
  await page.screenshot({ path: picture });
});
