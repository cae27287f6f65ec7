import { defineConfig } from "@playwright/test";

// Debian's Chromium; each story starts a panel of its own through `npm start` (e2e/panel.ts).
// The times are for a machine that has other things to do; whoever waits that long has found a mistake.
export default defineConfig({
  testDir: "e2e",
  testMatch: "*.spec.ts",
  workers: 1,
  fullyParallel: false,
  globalSetup: "./e2e/global-set-up.ts",
  timeout: 400_000,
  expect: { timeout: 30_000 },
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ? [["list"], ["json"]] : [["list"]],
  use: {
    actionTimeout: 30_000,
    // A trace costs a fifth of the time.
    trace: process.env.KNAST_TRACE ? "retain-on-failure" : "off",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
