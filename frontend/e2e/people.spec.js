// A server with accounts, from its first administrator to a viewer who is offered nothing to change.
import { expect, fits, hydrated, testWithAccounts as test } from "./test.js";

test.describe.configure({ mode: "serial" });

const password = "correct horse battery";
let invitation;

async function signIn(page, name) {
  await page.goto("/deadlines");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fdeadlines$/);
  await hydrated(page);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/deadlines$/);
}

test("the first administrator begins, and invites a viewer", async ({ page }) => {
  await page.goto("/callers");
  await expect(page).toHaveURL(/\/setup$/);
  await hydrated(page);
  await expect(page.getByRole("link", { name: "Callers" })).toHaveCount(0);
  await fits(page);
  await page.getByLabel("Your name").fill("Ann");
  await page.getByLabel(/A password/).fill(password);
  await page.getByRole("button", { name: "Become the administrator" }).click();
  await expect(page).toHaveURL(/\/$/);
  await expect(page.getByRole("button", { name: "Load demo data" })).toBeVisible();

  await page.getByRole("link", { name: "People" }).click();
  await page.getByLabel("Name, by which they sign in").fill("Vic");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  invitation = await page.locator("pre.copy").textContent();
  expect(invitation).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/invitation\?code=[0-9a-f]{64}$/);
  await expect(page.getByRole("row", { name: /Vic/ })).toContainText("invited");
  await hydrated(page);
  await fits(page);
  await page.reload();
  await expect(page.locator("pre.copy")).toHaveCount(0);
});

test("a viewer sets a password, and is offered nothing to change", async ({ page }) => {
  await page.goto(invitation);
  await hydrated(page);
  await fits(page);
  await page.getByLabel(/A password/).fill(password);
  await page.getByRole("button", { name: "Set it and sign in" }).click();
  await expect(page).toHaveURL(/\/$/);
  for (const path of ["/", "/uploads", "/sources", "/deadlines", "/coverage"]) {
    await page.goto(path);
    await hydrated(page);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.locator('main form[method="post"], main input[type="file"]'), path).toHaveCount(0);
  }
  await expect(page.getByRole("link", { name: "People" })).toHaveCount(0);
  // Not as a page: the browser would complain of it in its console.
  expect((await page.request.get("/people")).status()).toBe(403);
});

test("signing in leads on, signing out leads out", async ({ page, context }) => {
  await signIn(page, "Vic");
  const [cookie] = await context.cookies();
  expect(cookie).toMatchObject({ name: "__Host-sunset", httpOnly: true, secure: true, sameSite: "Lax", path: "/" });
  await page.getByRole("link", { name: "Vic", exact: true }).click();
  await expect(page.getByText("this one")).toBeVisible();
  await hydrated(page);
  await fits(page);
  await page.getByLabel("What it is for").fill("nightly");
  await page.getByRole("button", { name: "Make a token" }).click();
  await expect(page.locator("pre.copy")).toHaveText(/^sunset_pat_[0-9a-f]{64}$/);
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await page.goto("/account");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Faccount$/);
});

test("a wrong password is refused in words, and all of it is in the audit log", async ({ page }) => {
  // What the browser itself says of a request that was refused.
  page.mayComplain = "Failed to load resource: the server responded with a status of 400 (Bad Request)";
  await page.goto("/sign-in");
  await page.getByLabel("Name").fill("Vic");
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("The name or the password is wrong.");
  await signIn(page, "Ann");
  await page.getByRole("link", { name: "Audit log" }).click();
  await hydrated(page);
  await fits(page);
  await page.locator('select[name="action"]').selectOption("sign in refused");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page.locator("#audit tbody tr")).toHaveCount(1);
});
