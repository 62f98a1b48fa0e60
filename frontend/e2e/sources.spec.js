// A bucket from its address to its removal, on a real S3 server.
import { expect, hydrated, test } from "./test.js";

test("a bucket is connected, looked into, read, followed and removed", async ({ page, buckets }) => {
  await page.goto("/sources");
  await hydrated(page);
  await page.getByLabel("Bucket", { exact: true }).fill("s3://trail-logs/AWSLogs/");
  await page.getByLabel("Store").selectOption(buckets.endpoint);
  await page.getByRole("button", { name: "Connect and look" }).click();
  await expect(page).toHaveURL(/\/sources\/\d+\/check$/);
  const heading = page.getByRole("heading", { level: 1 });
  await expect(heading).toContainText(/s3:\/\/trail-logs\/AWSLogs\/ has logs of \d+ accounts/);

  await hydrated(page);
  await page.getByRole("link", { name: "Everything from the first day on" }).click();
  await expect(page.getByText("all days, all accounts, all regions")).toBeVisible();
  await page.getByRole("button", { name: "Read it" }).click();
  await expect(page).toHaveURL(/\/sources\/\d+$/);
  await expect(page.getByText(/^[\d,]+ calls? counted, from [\d,]+ log files/)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("button", { name: "Stop following" })).toBeVisible();
  await expect(page.locator("#freshness").getByRole("row").nth(1)).toBeVisible({ timeout: 60_000 });

  await page.getByRole("button", { name: "Remove this source" }).click();
  await expect(page).toHaveURL(/\/sources$/);
  await expect(page.getByRole("link", { name: "s3://trail-logs/AWSLogs/" })).toHaveCount(0);
});
