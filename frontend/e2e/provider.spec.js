// Signing in by an OpenID provider, from the first administrator to somebody who may not come in.
import { startProvider } from "./provider.js";
import { freePort, start } from "./server.js";
import { test as base, expect, fits, hydrated } from "./test.js";

const test = base.extend({
  server: [
    async ({}, use) => {
      const port = await freePort();
      const provider = await startProvider(`http://127.0.0.1:${port}`);
      // Everything that a server can log.
      const server = await start({ SUNSET_AUTH: "accounts", SUNSET_LOG: "trace", ...provider.env }, port);
      await use({ ...server, provider });
      await server.stop();
      await provider.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],

  page: async ({ page }, use) => {
    // Its pages want a font from elsewhere.
    await page.route("https://fonts.googleapis.com/**", (route) => route.fulfill({ contentType: "text/css", body: "" }));
    await use(page);
  },
});

test.describe.configure({ mode: "serial" });

const button = (page) => page.getByRole("link", { name: "Sign in with Example" });

/** On the provider's own pages. */
async function signInThere(page, { provider }, name) {
  await expect(page).toHaveURL(new RegExp(`^${provider.issuer}/interaction/`));
  await page.getByPlaceholder("Enter any login").fill(name);
  await page.getByPlaceholder("and password").fill("whatever");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
}

test("an administrator's group may begin", async ({ page, server }) => {
  await page.goto("/callers");
  await expect(page).toHaveURL(/\/setup$/);
  await hydrated(page);
  await fits(page);
  await button(page).click();
  await signInThere(page, server, "boss");
  await expect(page).toHaveURL(`${server.url}/`);
  await hydrated(page);
  await page.getByRole("link", { name: "boss of the provider", exact: true }).click();
  await expect(page.getByText("You sign in with Example")).toBeVisible();
  await expect(page.getByLabel("The old one")).toHaveCount(0);
  await hydrated(page);
  await fits(page);
  await page.getByRole("link", { name: "People" }).click();
  await expect(page.getByRole("row", { name: /boss/ })).toContainText("signs in with Example");
  await hydrated(page);
  await fits(page);
});

test("a viewer goes where they wanted to go, and a script's click goes the whole way", async ({ page, context, server }) => {
  await page.goto("/callers?range=all");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await hydrated(page);
  await fits(page);
  await button(page).click();
  await signInThere(page, server, "looker");
  await expect(page).toHaveURL(`${server.url}/callers?range=all`);
  await expect(page.getByRole("link", { name: "People" })).toHaveCount(0);
  const cookies = (await context.cookies(server.url)).filter(({ name }) => name.startsWith("__Host-"));
  expect(cookies.map(({ name }) => name)).toEqual(["__Host-sunset"]);
  expect(cookies[0]).toMatchObject({ httpOnly: true, secure: true, sameSite: "Lax", path: "/" });
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  // Signed in there still: one click is enough.
  await button(page).click();
  await expect(page).toHaveURL(`${server.url}/`);
});

test("somebody without a group is told whom to ask", async ({ page, server }) => {
  await page.goto("/sign-in");
  await button(page).click();
  await signInThere(page, server, "stranger");
  await expect(page.getByRole("alert")).toContainText("Ask an administrator of TLS Sunset which group you need.");
  await hydrated(page);
  await fits(page);
});

test("going back, and changing one's mind, lead to the sign-in page", async ({ page, server }) => {
  await page.goto("/sign-in?next=%2Fcallers");
  await button(page).click();
  await page.getByRole("link", { name: /Cancel/ }).click();
  await expect(page.getByRole("alert")).toContainText("let nobody in");
  await expect(page).toHaveURL(`${server.url}/sign-in?why=declined&next=%2Fcallers`);
  await page.goto("/sign-in/callback?code=made-up&state=made-up");
  await expect(page.getByRole("alert")).toContainText("Begin again");
});

test("no code, token or secret was logged", async ({ server }) => {
  const log = server.log();
  expect(log.length).toBeGreaterThan(1000);
  expect(log).toContain("/sign-in/callback");
  for (const secret of [/code=/, /state=/, /code_verifier/, /made-up/, /eyJ/, /access_token/, /only for tests/, /__Host-/]) expect(log).not.toMatch(secret);
});
