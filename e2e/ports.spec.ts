import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, JAIL, test } from "./story.ts";

test.use({ beginning: "one jail" });

test("ports: a source that root approved, fetched now and on a schedule, seen by a jail; /var/ports emptied", async ({
  panel,
  admin,
}) => {
  const { page } = admin;
  const repository = join(panel.state, "ports.git");
  mkdirSync(repository);
  writeFileSync(join(repository, "Makefile"), "# ports of the story\n");
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=p", "-c", "user.email=p@example.org", "-C", repository, ...args]);
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-q", "-m", "first");

  await test.step("only root adds a source; then it is chosen, with a time for every night", async () => {
    await page.goto(`${panel.url}/ports`);
    await expect(page.getByText("No tree was fetched yet.")).toBeVisible();
    const file = await page.getByText(/ports-sources$/).textContent();
    writeFileSync(file!, `file://${repository}\n`);
    await page.reload();
    await page.getByLabel("Source", { exact: true }).selectOption(`file://${repository}`);
    await page.getByRole("switch", { name: "Update by itself" }).click();
    await page.getByLabel("At", { exact: true }).fill("04:15");
    await page.getByRole("button", { name: "Save source and schedule" }).click();
    await expect(page.getByText("Saved.")).toBeVisible();
    await page.reload();
    await expect(page.getByLabel("At", { exact: true })).toHaveValue("04:15");
  });

  await test.step("fetched now, with its steps and a line in the log", async () => {
    await page.getByRole("button", { name: "Update the ports of basejail" }).click();
    await expect(page.getByTestId("job")).toHaveAttribute("data-state", "done", { timeout: 60_000 });
    await expect(page.getByText(/basejail none to [0-9a-f]{12} by erdgeist/)).toBeVisible();
  });

  await test.step("a jail has it at /usr/ports, and builds below /var/ports", async () => {
    await admin.startJail(JAIL);
    const shell = await admin.openShell(JAIL);
    await shell.run("cat /usr/ports/Makefile", "ports of the story");
    await shell.run("touch /usr/ports/x", "Read-only file system");
    await shell.run("grep WRKDIR /etc/make.conf", "WRKDIRPREFIX=/var/ports");
    await shell.run(
      "mkdir -p /var/ports/work; dd if=/dev/zero of=/var/ports/work/x bs=1k count=2000; echo d''one",
      /^done$/m,
    );
  });

  await test.step("emptied by its owner's button, with the bytes freed", async () => {
    await page.goto(`${panel.url}/jails/${JAIL}?tab=limits`);
    // the jail's last job stands above the tabs too, once word of it has come
    const ports = page.getByRole("region", { name: "Ports" });
    await ports.getByRole("button", { name: `Empty /var/ports of ${JAIL}` }).click();
    await expect(ports.getByTestId("job")).toHaveAttribute("data-state", "done");
    await ports.getByText("what it printed").click();
    await expect(ports.getByText(/2\d{6} bytes freed/)).toBeVisible();
    expect(readdirSync(join(panel.jails, JAIL, "var/ports"))).toEqual([]);
  });

  await test.step("and of all jails from the host's page", async () => {
    await page.goto(`${panel.url}/ports`);
    await page.getByRole("button", { name: "Empty /var/ports" }).click();
    await expect(page.getByTestId("job")).toHaveAttribute("data-state", "done");
  });
});
