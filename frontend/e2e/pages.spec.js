// Every page: accessible in light and dark, and nothing sticks out on a phone or a desk.
import { AxeBuilder } from "@axe-core/playwright";
import { connected, expect, hydrated, test } from "./test.js";

const pages = ["/", "/callers", "/coverage", "/deadlines", "/uploads", "/uploads/1", "/services/s3", "/sources", "/sources/ID", "/sources/ID/check"];

test.beforeEach(async ({ counted }) => counted);

for (const path of pages) {
  test(`${path} fits and is accessible`, async ({ page, server, buckets }) => {
    const id = path.startsWith("/sources") ? await connected(server, buckets) : "";
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: "light" });
    await page.goto(path.replace("ID", id));
    await hydrated(page);
    expect(await faults(page), "light").toEqual([]);
    expect(await overhang(page), "px wider than 1440").toBeLessThanOrEqual(0);

    await page.emulateMedia({ colorScheme: "dark" });
    expect(await faults(page), "dark").toEqual([]);

    await page.setViewportSize({ width: 390, height: 844 });
    expect(await overhang(page), "px wider than 390").toBeLessThanOrEqual(0);
    expect(await faults(page), "dark, on a phone").toEqual([]);
  });
}

test("the services fit on a desk", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto("/");
  await hydrated(page);
  // Names and numbers as long as they come.
  const table = page.locator("#services .scroll");
  await table.evaluate((box) => {
    for (const row of box.querySelectorAll("tbody tr")) {
      row.querySelector("th a").textContent = "a-service-of-ones-own-with-a-long-name.example.internal";
      for (const cell of [row.cells[2], row.cells[row.cells.length - 4]]) cell.textContent = "987,654";
    }
  });
  expect(await table.evaluate((box) => box.scrollWidth - box.clientWidth), "px to scroll").toBeLessThanOrEqual(0);
});

async function faults(page) {
  // The rows of a table are all alike; five hundred of them take axe a minute.
  const { violations } = await new AxeBuilder({ page }).exclude("tbody tr:nth-child(n + 20)").analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
}

function overhang(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
