// The browser tests: `make e2e`. One server, one browser, one test after another.
import { defineConfig } from "@playwright/test";
import { chromium } from "./browser.js";

export default defineConfig({
  testDir: ".",
  outputDir: ".results",
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: "list",
  projects: [
    // Each has a server of its own; the journey begins and ends without any data.
    { name: "journey", testMatch: "journey.spec.js" },
    { name: "pages", testMatch: ["pages.spec.js", "chart.spec.js", "sources.spec.js"], dependencies: ["journey"] },
    { name: "people", testMatch: "people.spec.js" },
    { name: "share", testMatch: "share.spec.js" },
    { name: "provider", testMatch: "provider.spec.js" },
    { name: "screenshot", testMatch: "screenshot.spec.js" },
  ],
  use: {
    launchOptions: {
      executablePath: chromium(),
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
    locale: "en-GB",
    timezoneId: "America/New_York",
    trace: "retain-on-failure",
  },
});
