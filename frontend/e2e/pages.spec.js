// Every page: accessible in light and dark, and nothing sticks out on a phone or a desk.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, hydrated, test } from "./test.js";

const pages = ["/", "/callers", "/coverage", "/deadlines", "/uploads", "/uploads/1", "/services/s3", "/nowhere"];

test.beforeEach(async ({ counted }) => counted);

for (const path of pages) {
  for (const colorScheme of ["light", "dark"]) {
    test(`${path} has nothing for axe to find, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.goto(path);
      await hydrated(page);
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
      expect(found).toEqual([]);
    });
  }

  for (const width of [390, 1440]) {
    test(`${path} fits ${width} px`, async ({ page }) => {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(path);
      await hydrated(page);
      const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
      expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
    });
  }
}
