import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Locator } from "@playwright/test";
import { expect, JAIL, type Panel, test } from "./story.ts";

test.use({ beginning: "one jail" });

/** What an admin does with the lines that a finding shows: pastes them into root's shell on the host. */
async function paste(panel: Panel, finding: Locator): Promise<void> {
  const script = await finding.locator("pre[aria-label='as root']").innerText();
  const bin = join(panel.state, "devjail/bin");
  execFileSync(join(bin, "onhost"), ["/bin/sh", "-ec", `PATH=${bin}:/usr/bin:/bin\n${script}`]);
}

test("what is wrong on the host is found, explained, and mended by the lines that stand there", async ({
  panel,
  admin,
  friend,
}) => {
  const { page } = admin;
  await admin.startJail(JAIL);
  const network = /inet (\d+\.\d+\.\d+)\./.exec(panel.onHost("ifconfig", "dev0"))![1]!;
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
  const { port } = server.address() as { port: number };
  panel.onHost("ifconfig", "dev0", "inet", `${network}.77/32`, "alias");
  writeFileSync(join(panel.etc, "jail.conf"), "# somebody has edited this\n");

  const finding = (id: string) => page.locator(`[data-finding="${id}"]`);
  const listens = page.locator(`[data-finding^="listener."][data-finding$=".any.${port}"]`);
  const again = () => page.getByRole("button", { name: "Look again" }).click();
  await page.goto(`${panel.url}/jails`);
  const rail = page.getByRole("navigation", { name: "Host" }).getByRole("link", { name: /Check-up/ });
  await expect(rail).toContainText(/▲ \d/);
  await rail.click();

  await test.step("a listener on *, an alias that nobody has, an include that is gone", async () => {
    await expect(page.getByRole("heading", { name: "Check-up" })).toBeVisible();
    await expect(listens).toContainText(`listens on *:${port}`);
    await expect(listens).toContainText("whoever calls a jail there reaches the host");
    await expect(finding("boot.include")).toContainText("mend it now");
    await expect(finding(`alias.dev0.${network}.77`)).toContainText(`ifconfig dev0 inet ${network}.77 -alias`);
    await expect(finding("racct")).toContainText("kern.racct.enable=1");
  });

  await test.step("the lines mend them, and they are gone", async () => {
    for (const id of ["boot.include", `alias.dev0.${network}.77`]) await paste(panel, finding(id));
    await new Promise((resolve) => server.close(resolve));
    await expect(async () => {
      await again();
      await expect(finding("boot.include")).toHaveCount(0, { timeout: 2000 });
      await expect(finding(`alias.dev0.${network}.77`)).toHaveCount(0, { timeout: 2000 });
      await expect(listens).toHaveCount(0, { timeout: 2000 });
    }).toPass({ timeout: 30_000 });
    await page.getByText(/looked at and found well/).click();
    await expect(page.getByRole("list", { name: "Found well" })).toContainText("Jails start at boot");
  });

  await test.step("a friend has no such page", async () => {
    const anna = await friend("anna", [JAIL]);
    expect((await anna.page.goto(`${panel.url}/check-up`))?.status()).toBe(404);
    expect((await anna.context.request.get(`${panel.url}/api/check-up`)).status()).toBe(403);
    await expect(anna.page.getByRole("link", { name: /Check-up/ })).toHaveCount(0);
  });
});
