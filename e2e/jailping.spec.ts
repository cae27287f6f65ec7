import { expect, test } from "./story.ts";

const NAME = "erdgeist_org";

test("jailping: off, switched on, a new jail pings through the host from its shell", async ({ panel, admin }) => {
  const { page } = admin;
  await page.goto(`${panel.url}/host`);
  const toggle = page.getByRole("switch", { name: "Ping for jails" });
  await expect(toggle).toHaveAttribute("aria-checked", "false");
  await toggle.click();
  await expect(page.getByText("It listens.")).toBeVisible();
  const address = (await page.getByText(/^finger erdgeist\.org@/).textContent())!.trim().split("@")[1]!;
  await admin.createJail("erdgeist.org");
  await admin.startJail(NAME);
  const shell = await admin.openShell(NAME);
  await shell.run("cat /etc/jailping", address);
  await shell.run("grep jailping /etc/csh.cshrc", "alias ping /usr/local/bin/jailping");
  // The machine has no finger(1): what FreeBSD's sends.
  await shell.run(
    `bash -c 'exec 3<>/dev/tcp/${address}/79; printf "${address}\\r\\n" >&3; cat <&3'`,
    "4 packets transmitted, 4 packets received, 0.0% packet loss",
  );
  await page.goto(`${panel.url}/host`);
  await toggle.click();
  await expect(page.getByText("It listens.")).toHaveCount(0);
});
