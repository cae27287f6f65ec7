import { openSsh, type OpenSsh } from "../server/web/ssh/testing/open-ssh.ts";
import { fitsInBothLights } from "./pages/widths.ts";
import { freePort } from "./panel.ts";
import { expect, JAIL, test } from "./story.ts";

test.use({ beginning: "one jail" });

let ssh: OpenSsh | undefined;
test.afterEach(() => ssh?.stop());

test("the admin lets people in by ssh, a friend adds her key, comes in by it, and is out when it is removed", async ({
  panel,
  admin,
  friend,
}) => {
  const jail = JAIL;
  await admin.startJail(jail);
  const anna = await friend("anna", [jail]);
  const port = await freePort();
  let hostKey = "";

  await test.step("it is off, and a friend is told so", async () => {
    await anna.page.goto(`${panel.url}/you`);
    await expect(anna.page.getByText("Nobody comes in by ssh now")).toBeVisible();
    await anna.page.goto(`${panel.url}/notices`);
    await expect(anna.page.getByRole("form", { name: "SSH gateway" })).toHaveCount(0);
    await admin.page.goto(`${panel.url}/notices`);
    await expect(admin.page.getByText("Off: nothing listens.")).toBeVisible();
  });

  await test.step("the admin switches it on; what is wrong is said at its field", async () => {
    const form = admin.page.getByRole("form", { name: "SSH gateway" });
    const knob = form.getByRole("switch", { name: "Shells by ssh" });
    await form.getByLabel("Address").fill("panel.example.org");
    await knob.click();
    await expect(form.getByText("Give an address like 192.0.2.1")).toBeVisible();
    await form.getByLabel("Address").fill("127.0.0.1");
    await form.getByLabel("Port").fill(new URL(panel.url).port);
    await knob.click();
    await expect(form.getByText("Something else listens there already.")).toBeVisible();
    await expect(knob).toHaveAttribute("aria-checked", "false");
    await form.getByLabel("Port").fill(String(port));
    await knob.click();
    await expect(form.getByText(`Listening on 127.0.0.1 port ${port}.`)).toBeVisible();
    hostKey = await form.locator("code", { hasText: "AAAA" }).innerText();
    expect(hostKey).toMatch(/^ssh-ed25519 AAAA/);
    ssh = openSsh(port, hostKey);
  });

  await test.step("a friend adds her key; a private one never leaves her browser", async () => {
    const { file, line } = ssh!.makeKey("laptop");
    await anna.page.goto(`${panel.url}/you`);
    await expect(anna.page.getByText(`ssh -p ${port} JAIL@127.0.0.1`)).toBeVisible();
    const form = anna.page.getByRole("form", { name: "New SSH key" });
    let sent = 0;
    anna.page.on("request", (request) => (request.method() === "POST" ? sent++ : 0));
    await form.getByLabel("Public key").fill("-----BEGIN OPENSSH PRIVATE KEY-----");
    await form.getByRole("button", { name: "Add the key" }).click();
    await expect(form.getByText("This is a private key.")).toBeVisible();
    expect(sent).toBe(0);
    await form.getByLabel("Public key").fill(`command="id" ${line}`);
    await form.getByRole("button", { name: "Add the key" }).click();
    await expect(form.getByText("Options before a key are not taken.")).toBeVisible();
    await form.getByLabel("Public key").fill(line);
    await form.getByRole("button", { name: "Add the key" }).click();
    const row = anna.page.getByRole("list", { name: "SSH keys" }).getByRole("listitem");
    await expect(row).toContainText("laptop");
    await expect(row).toContainText(/ssh-ed25519 SHA256:/);
    await expect(row).toContainText("never used");
    await expect(form.getByLabel("Public key")).toHaveValue("");

    const shell = ssh!.terminal(jail, file, { cols: 90, rows: 20 });
    await shell.until(/to come back to it/);
    await shell.until(/# /);
    shell.pty.write("hostname; stty size\n");
    await shell.until(/erdgeist\.org\r\n/);
    await shell.until(/20 90\r\n/);
    await anna.page.reload();
    await expect(row).toContainText("127.0.0.1");
    await row.getByRole("button", { name: "Remove laptop" }).click();
    await anna.page.getByRole("dialog").getByRole("button", { name: "Remove laptop" }).click();
    await expect(row).toHaveCount(0);
    expect(await shell.end()).toBe(255);
    const refused = await ssh!.start(jail, file).ended;
    expect([refused.status, refused.err]).toEqual([255, expect.stringContaining("Permission denied (publickey)")]);
    await anna.page.goto(`${panel.url}/notices`);
    for (const what of ["added", "removed"])
      await expect(anna.page.getByText(`An ssh key was ${what}: laptop`)).toBeVisible();
  });

  await test.step("both pages fit on a phone and a desk, in both lights", async () => {
    const { line } = ssh!.makeKey("desk");
    await admin.page.goto(`${panel.url}/you`);
    const form = admin.page.getByRole("form", { name: "New SSH key" });
    await form.getByLabel("Public key").fill(line);
    await form.getByRole("button", { name: "Add the key" }).click();
    await expect(admin.page.getByRole("list", { name: "SSH keys" })).toContainText("desk");
    for (const path of ["you", "notices"])
      await fitsInBothLights(admin.page, `${panel.url}/${path}`, (page) =>
        expect(page.getByText(/ssh-ed25519 SHA256:/).first()).toBeVisible(),
      );
  });

  await test.step("switched off, nothing listens any more", async () => {
    const { file, line } = ssh!.makeKey("late");
    await anna.page.goto(`${panel.url}/you`);
    await anna.page.getByLabel("Public key").fill(line);
    await anna.page.getByRole("button", { name: "Add the key" }).click();
    await expect(anna.page.getByRole("list", { name: "SSH keys" })).toContainText("late");
    await admin.page.goto(`${panel.url}/notices`);
    await admin.page.getByRole("switch", { name: "Shells by ssh" }).click();
    await expect(admin.page.getByText("Off: nothing listens.")).toBeVisible();
    const refused = await ssh!.start(jail, file).ended;
    expect([refused.status, refused.err]).toEqual([255, expect.stringContaining("Connection refused")]);
  });
});
