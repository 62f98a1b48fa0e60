// A link, from the engineer who makes it to the recipient who reads, prints and keeps it, and to its end.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, fits, hydrated, testWithAccounts as test } from "./test.js";
import { command } from "./server.js";

test.describe.configure({ mode: "serial" });

const password = "correct horse battery";
let link;

async function signIn(page) {
  await page.goto("/sign-in");
  await page.getByLabel("Name").fill("Ann");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/$/);
}

/** The link that the page shows this once. */
async function shown(page) {
  await expect(page).toHaveURL(/\/shares\/\d+$/);
  const text = await page.locator("pre.copy").textContent();
  expect(text).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/s\/sunset_share_[\w-]{43}$/);
  return text;
}

test("the engineer shares what is on the screen, in two clicks", async ({ page }) => {
  await page.goto("/");
  await expect(page).toHaveURL(/\/setup$/);
  await page.getByLabel("Your name").fill("Ann");
  await page.getByLabel(/A password/).fill(password);
  await page.getByRole("button", { name: "Become the administrator" }).click();
  await hydrated(page);
  await page.getByRole("button", { name: "Load demo data" }).click();
  await expect(page).toHaveURL(/\/uploads\/\d+$/);
  await expect(page.locator(".tag[data-state=done]").first()).toBeVisible({ timeout: 60_000 });

  await page.goto("/");
  await hydrated(page);
  const sentence = await page.getByRole("heading", { level: 1 }).textContent();
  await page.getByRole("link", { name: "Share", exact: true }).click();
  await expect(page).toHaveURL(/\/share/);
  await expect(page.getByRole("heading", { name: "Share this view" })).toBeVisible();
  await hydrated(page);
  await fits(page);
  const preview = page.locator(".preview");
  await expect(preview.getByRole("heading", { level: 1 })).toHaveText(sentence);
  await expect(preview).not.toContainText("arn:aws");
  await page.getByLabel("Title").fill("For the auditors");
  await page.getByLabel("Note for the recipient").fill("Until the audit in July.");
  await page.getByLabel("The recipient may leave out days and services").check();
  await page.getByRole("button", { name: "Create link" }).click();
  link = await shown(page);
  await hydrated(page);
  await fits(page);
  await page.reload();
  await expect(page.locator("pre.copy")).toHaveCount(0);
});

test("the recipient reads it in a clean browser", async ({ recipient }) => {
  const asked = [];
  recipient.on("request", (request) => asked.push(new URL(request.url())));
  const answer = await recipient.goto(link);
  expect(answer.status()).toBe(200);
  await expect(recipient.locator(".answer h1")).toContainText(/\d/);
  await expect(recipient.getByText("Until the audit in July.")).toBeVisible();
  await expect(recipient.getByText("Shared by Ann").first()).toBeVisible();
  for (const title of ["Deprecated calls against the deadline", "What is not known", "How it was counted", "From which logs"]) {
    await expect(recipient.getByRole("heading", { name: title })).toBeVisible();
  }
  await expect(recipient.locator("body")).not.toContainText("arn:aws");
  await fits(recipient);
  await recipient.emulateMedia({ colorScheme: "dark" });
  await fits(recipient);
  // Nothing is kept in the browser, nothing is fetched from elsewhere, and nothing leads into the product.
  expect(await recipient.context().cookies()).toEqual([]);
  expect(asked.filter((url) => url.origin !== new URL(link).origin)).toEqual([]);
  const places = await recipient.locator("a[href]").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  expect(places.filter((to) => !to.startsWith(new URL(link).pathname))).toEqual([]);
  expect((await recipient.request.get("/", { headers: { accept: "text/html" }, maxRedirects: 0 })).status()).toBe(303);
});

test("without scripts nothing is missing", async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(link);
  await expect(page.locator(".answer h1")).toContainText(/\d/);
  await expect(page.locator("#shared-trend svg:visible")).not.toHaveCount(0);
  await page.getByText("Look at a part of it").click();
  await page.locator('input[name="service"]').first().check();
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL(/service=/);
  await expect(page.getByText("Only a part of what is shared")).toBeVisible();
  await expect(page.locator("table.services tbody tr")).toHaveCount(1);
  await context.close();
});

test("it prints, and can be kept and checked", async ({ recipient }, info) => {
  await recipient.goto(link);
  const paper = await recipient.pdf({ format: "A4", printBackground: true });
  expect(paper.subarray(0, 5).toString()).toBe("%PDF-");
  await recipient.emulateMedia({ media: "print" });
  await expect(recipient.getByRole("link", { name: "trend as CSV" })).toBeHidden();
  await recipient.emulateMedia({ media: "screen" });

  const download = async (name) => {
    const [file] = await Promise.all([recipient.waitForEvent("download"), recipient.getByRole("link", { name }).click()]);
    const path = info.outputPath(file.suggestedFilename());
    await file.saveAs(path);
    return path;
  };
  expect(readFileSync(await download("callers as CSV"), "utf8")).toMatch(/^\S*account\S*\n.*principal-[0-9a-f]+/);
  const zip = await download("Evidence (ZIP)");
  const sha256 = createHash("sha256").update(readFileSync(zip)).digest("hex");
  await expect(recipient.locator("#shared-rules code", { hasText: sha256 })).toBeVisible();
  const checked = command("verify", zip);
  expect(checked).toMatchObject({ status: 0, words: expect.stringContaining(sha256) });
});

test("a password is asked for, and guessing tells nothing", async ({ page, recipient }) => {
  recipient.mayComplain = "Failed to load resource: the server responded with a status of 403 (Forbidden)";
  await signIn(page);
  await page.goto("/share");
  await hydrated(page);
  await page.getByLabel("Title").fill("Behind a door");
  await page.getByLabel("Password").fill("open sesame 7");
  await page.getByRole("button", { name: "Create link" }).click();
  const locked = await shown(page);
  await recipient.goto(locked);
  await expect(recipient.getByRole("heading", { name: "This page asks for a password" })).toBeVisible();
  await expect(recipient.locator("body")).not.toContainText("Behind a door");
  await fits(recipient);
  await recipient.getByLabel("Password").fill("not this one");
  await recipient.getByRole("button", { name: "Show the page" }).click();
  await expect(recipient.getByRole("alert")).toContainText("That is not the password.");
  await recipient.getByLabel("Password").fill("open sesame 7");
  await recipient.getByRole("button", { name: "Show the page" }).click();
  await expect(recipient.getByText("Behind a door").first()).toBeVisible();
  await expect(recipient).toHaveURL(locked);
  const [csv] = await Promise.all([
    recipient.waitForEvent("download"),
    recipient.getByRole("button", { name: "callers as CSV" }).click(),
  ]);
  expect(csv.suggestedFilename()).toBe("tls-sunset-callers.csv");
});

test("the creator sees who looked, and ends it", async ({ page, recipient }) => {
  recipient.mayComplain = "Failed to load resource: the server responded with a status of 410 (Gone)";
  await signIn(page);
  await page.goto("/shares");
  await hydrated(page);
  await fits(page);
  const row = page.getByRole("row", { name: /For the auditors/ });
  await expect(row).toContainText("active");
  await row.getByRole("link", { name: "For the auditors" }).click();
  await expect(page).toHaveURL(/\/shares\/\d+$/);
  const number = page.url().split("/").pop();
  await expect(page.locator("dl.facts")).toContainText(/Views\s*[3-9]/);
  await hydrated(page);
  await page.getByRole("button", { name: "Revoke for good" }).click();
  await expect(page.locator(".tag")).toHaveText("revoked");
  const answer = await recipient.goto(link);
  expect(answer.status()).toBe(410);
  await expect(recipient.getByRole("heading", { name: "This link has ended" })).toBeVisible();
  await expect(recipient.locator("body")).not.toContainText("auditors");
  await fits(recipient);

  await page.goto(`/audit?action=view_share`);
  await expect(page.locator("#audit tbody")).toContainText(`share ${number}: For the auditors`);
});
