import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test as story } from "./story.ts";

/** A jail root of its own small file system, so that the disk can be filled without harm. */
const test = story.extend({
  // oxlint-disable-next-line no-empty-pattern
  launch: async ({}, use) => {
    const jails = mkdtempSync(join(tmpdir(), "knast-small-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=24m,mode=700", "tmpfs", jails]);
    await use({ env: { KNAST_JAILS: jails } });
    execFileSync("umount", [jails]);
    rmSync(jails, { recursive: true });
  },
});
test.use({ beginning: "nothing" });

/** Writes until nothing more fits. */
function fillDisk(jails: string): string {
  const file = join(jails, "filler");
  const fd = openSync(file, "w");
  const block = Buffer.alloc(64 * 1024);
  try {
    for (;;) writeSync(fd, block);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
  closeSync(fd);
  return file;
}

test("bad input gets its own sentence at its field, and nothing is left half-made", async ({
  panel,
  admin,
  visitor,
}) => {
  const { page } = admin;
  const { jails } = panel;
  const field = (label: string) => page.getByLabel(label, { exact: true });
  /** The error that a screen reader hears with the field. */
  const problemOf = async (label: string) => {
    await expect(field(label)).toHaveAttribute("aria-invalid", "true");
    const ids = (await field(label).getAttribute("aria-describedby")) ?? "";
    const texts = await Promise.all(ids.split(" ").map((id) => page.locator(`[id="${id}"]`).textContent()));
    return texts.join(" ");
  };

  await test.step("an admin's password that is too short, a name that is none", async () => {
    await page.goto(panel.setUpLink);
    await field("Name").fill("0bad");
    await field("Password").fill("short");
    await page.getByRole("button", { name: "Create the admin" }).click();
    await expect(field("Name")).toBeFocused();
    expect(await problemOf("Name")).toContain("begins with a letter");
    expect(await problemOf("Password")).toContain("at least 8 characters");
  });

  await test.step("no jail before there is a base, and the page says what to do", async () => {
    await admin.setUpAdmin(panel.setUpLink);
    await page.goto(`${panel.url}/jails/new`);
    await expect(page.getByText("There is no base jail yet.")).toBeVisible();
  });

  await test.step("a base from an archive that is not there, from a directory that is no world", async () => {
    await page.goto(`${panel.url}/set-up?step=base`);
    await page.getByRole("radio", { name: /base\.txz on this host/ }).check();
    await field("Path of the archive").fill("/nowhere/base.txz");
    await page.getByRole("button", { name: "Install the base jail" }).click();
    await expect(page.getByRole("alert").filter({ hasText: /\w/ }).first()).toBeVisible();
    await page.goto(`${panel.url}/set-up?step=base`);
    await page.getByRole("radio", { name: /directory/ }).check();
    await field("Path of the directory").fill("/../etc");
    await page.getByRole("button", { name: "Install the base jail" }).click();
    expect(await problemOf("Path of the directory")).toContain("absolute path");
    const empty = mkdtempSync(join(tmpdir(), "knast-empty-"));
    await field("Path of the directory").fill(empty);
    await page.getByRole("button", { name: "Install the base jail" }).click();
    await expect(page.getByText("This is no FreeBSD world: it has no /").first()).toBeVisible();
    rmSync(empty, { recursive: true });
    expect(readdirSync(jails)).not.toContain("basejail");
  });

  await test.step("host names, reserved names, addresses outside, taken and malformed", async () => {
    await admin.installBaseFromHost();
    await admin.savePools();
    await admin.createJail("first.example");
    const taken = await page.evaluate(async () => {
      const source = new EventSource("/api/live");
      const rows = await new Promise<string>(
        (resolve) => (source.onmessage = (event: MessageEvent<string>) => resolve(event.data)),
      );
      source.close();
      return (JSON.parse(rows) as { addresses: string[] }[])[0]!.addresses[0]!;
    });
    await page.goto(`${panel.url}/jails/new`);
    await field("Host name").fill("-bad-.org");
    expect(await problemOf("Host name")).toContain("labels of a-z");
    await field("Host name").fill("basejail");
    expect(await problemOf("Name of the jail")).toContain("reserved");
    await field("Host name").fill("first.example");
    await expect.poll(() => problemOf("Host name")).toContain("There is a jail first_example already");
    await field("Host name").fill("second.example");
    await field("IPv4 address").fill(taken);
    await expect(field("IPv4 address")).toHaveAttribute("aria-invalid", "true");
    await expect.poll(() => problemOf("IPv4 address")).toContain("first_example");
    await field("IPv4 address").fill("192.0.2.7");
    await expect.poll(() => problemOf("IPv4 address")).toContain("none of");
    await field("IPv4 address").fill("10.0.0.256");
    await expect.poll(() => problemOf("IPv4 address")).toContain("not an IP");
    await page.getByRole("button", { name: "Create second_example" }).click();
    await expect(field("IPv4 address")).toBeFocused();
    await expect(field("Host name")).toHaveValue("second.example");
    expect(readdirSync(jails).toSorted()).toEqual(expect.not.arrayContaining(["second_example"]));
  });

  await test.step("what is typed before the page's script runs counts", async () => {
    let arrive = () => {};
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    await page.route("**/_next/static/**/*.js", async (route) => {
      await arrived;
      await route.continue();
    });
    await page.goto(`${panel.url}/jails/new`, { waitUntil: "commit" });
    await field("Host name").fill("early.example");
    arrive();
    await expect(page.getByText("host.hostname = 'early.example';")).toBeVisible();
    await expect(field("Host name")).toHaveValue("early.example");
    await page.unrouteAll({ behavior: "wait" });
  });

  await test.step("a full disk: the job says so, nothing of the jail stays; with room again it works", async () => {
    const before = readdirSync(jails)
      .filter((name) => !name.startsWith("."))
      .toSorted();
    await page.goto(`${panel.url}/jails/new`);
    await field("Host name").fill("full.example");
    await expect(page.getByText("host.hostname = 'full.example';")).toBeVisible();
    const filler = fillDisk(jails);
    await page.getByRole("button", { name: "Create full_example" }).click();
    await expect(page.getByText("The disk is full").first()).toBeVisible({ timeout: 60_000 });
    await page.goto(`${panel.url}/jails`);
    await expect(page.getByRole("table", { name: "Jails" }).getByRole("link")).toHaveText(["first_example"]);
    rmSync(filler);
    await expect
      .poll(() =>
        readdirSync(jails)
          .filter((name) => !name.startsWith("."))
          .toSorted(),
      )
      .toEqual(before);
    expect(await admin.createJail("full.example")).toBe("full_example");
  });

  await test.step("a hand-made config with a syntax error is shown with its line and breaks nothing else", async () => {
    const etc = join(panel.state, "devjail/etc/jail.conf.d");
    writeFileSync(join(etc, "mistake.conf"), "mistake { path = '/x\n");
    await page.goto(`${panel.url}/jails`);
    await expect(page.getByRole("row", { name: /mistake/ })).toContainText("broken", { timeout: 10_000 });
    await expect(page.getByRole("row", { name: /first_example/ })).toContainText("stopped");
    await page.goto(`${panel.url}/jails/mistake`);
    await expect(page.getByText(/line 1/).first()).toBeVisible();
    rmSync(join(etc, "mistake.conf"));
    await page.goto(`${panel.url}/jails`);
    await expect(page.getByRole("row", { name: /mistake/ })).toHaveCount(0, { timeout: 10_000 });
  });

  await test.step("a wrong password says neither which of the two was wrong nor whether the account is there", async () => {
    const somebody = await visitor();
    const said: string[] = [];
    for (const name of ["erdgeist", "nobody-of-that-name"]) {
      await somebody.page.goto(`${panel.url}/sign-in`);
      await somebody.page.getByLabel("Name", { exact: true }).fill(name);
      await somebody.page.getByLabel("Password", { exact: true }).fill("not the password");
      await somebody.page.getByRole("button", { name: "Sign in" }).click();
      said.push((await somebody.page.getByRole("alert").filter({ hasText: /\w/ }).first().textContent()) ?? "");
    }
    expect(said[0]).toBe(said[1]);
    expect(said[0]).toMatch(/\w/);
  });
});
