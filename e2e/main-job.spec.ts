import { expect, passwordOf, Shell, test } from "./story.ts";

test.use({ beginning: "nothing" });

test("from the set-up link to a friend at work in his jail", async ({ panel, admin, visitor }) => {
  await test.step("the set-up link makes the admin, once", async () => {
    expect(panel.setUpLink).toContain("/set-up/");
    await admin.setUpAdmin(panel.setUpLink);
    const late = await visitor();
    await late.page.goto(panel.setUpLink);
    await late.page.getByLabel("Name", { exact: true }).fill("mallory");
    await late.page.getByLabel("Password", { exact: true }).fill("another password");
    await late.page.getByRole("button", { name: "Create the admin" }).click();
    await expect(late.page.getByRole("alert").filter({ hasText: /\w/ }).first()).toBeVisible();
    await expect(late.page).toHaveURL(/set-up/);
    await late.context.close();
  });

  await test.step("base jail and addresses", async () => {
    await admin.installBaseFromHost();
    await admin.savePools();
  });

  const name = await test.step("erdgeist.org becomes erdgeist_org, with a free address", async () => {
    await admin.page.goto(`${panel.url}/jails/new`);
    const made = await admin.createJail("erdgeist.org");
    expect(made).toBe("erdgeist_org");
    return made;
  });

  await test.step("it starts, and its processes are shown", async () => {
    await admin.startJail(name);
    await admin.page.getByRole("tab", { name: "Processes" }).click();
    await expect(admin.page.getByRole("cell", { name: /syslogd/ })).toBeVisible();
  });

  await test.step("a shell in it is a real one", async () => {
    const shell = await admin.openShell(name);
    await shell.run("hostname", /\nerdgeist\.org\n/);
    await shell.run("id", /uid=0\(root\)/);
    await shell.run("ps ax", /syslogd/);
    await shell.run("sh -c 'echo a$((6*7))'", /\na42\n/);
    await shell.run("echo hello from erdgeist > /root/note; ls -l /root/note", /-rw.* \/root\/note/);
    await shell.run("touch /bin/x", "Read-only file system");
    await shell.run("stty size", /\n\d{1,3} \d{2,3}\n/);
  });

  await test.step("a process that is in the way gets a signal", async () => {
    const shell = new Shell(admin.page);
    await shell.run("sleep 4321 &", /\[1\] \d+/);
    await admin.page.getByRole("tab", { name: "Processes" }).click();
    const row = admin.page.getByRole("row").filter({ hasText: "sleep 4321" });
    await row.getByRole("button", { name: /Signal/ }).click();
    await admin.page.getByRole("dialog").getByLabel("Signal").selectOption("KILL");
    await admin.page.getByRole("button", { name: "Send KILL" }).click();
    await expect(row).toHaveCount(0);
    await shell.run("true", /Killed +sleep 4321/);
  });

  await test.step("the page is loaded anew: the shell is there with its screen, and the same shell goes on", async () => {
    await new Shell(admin.page).run("set mark = still-here", /mark = still-here/);
    await new Shell(admin.page).prompted();
    await admin.page.reload();
    const shell = new Shell(admin.page);
    await expect(admin.page.locator("[data-terminal]").first()).toBeAttached();
    await shell.ready();
    expect(await shell.text()).toContain("Read-only file system");
    await shell.run("echo $mark", /\nstill-here\n/);
  });

  const friend = await visitor();
  await test.step("anna gets a link, chooses her password, and sees this one jail", async () => {
    await admin.createJail("mail.example.org");
    const link = await admin.createFriend("anna", [name]);
    await friend.acceptLink(link, passwordOf("anna"));
    await friend.page.goto(`${panel.url}/jails`);
    await expect(friend.page.getByRole("table", { name: "Jails" }).getByRole("link")).toHaveText([name]);
    await expect(friend.page.getByRole("link", { name: "Friends" })).toHaveCount(0);
    const again = await visitor();
    await again.page.goto(link);
    await again.page.getByLabel("Password", { exact: true }).fill("stolen by somebody");
    await again.page.getByRole("button", { name: "Set the password and sign in" }).click();
    await expect(again.page.getByRole("alert").filter({ hasText: /\w/ }).first()).toBeVisible();
    await again.context.close();
  });

  await test.step("her shell is her own and finds the file", async () => {
    const shell = await friend.openShell(name);
    expect(await shell.text()).not.toContain("Read-only file system");
    await shell.run("cat /root/note", /\nhello from erdgeist\n/);
  });

  await test.step("she stops the jail: the admin's list shows it within 3 seconds, without a reload", async () => {
    await admin.page.goto(`${panel.url}/jails`);
    const row = admin.page.getByRole("row", { name: new RegExp(name) });
    await expect(row).toContainText("running");
    await friend.stopJail(name);
    await expect(row).toContainText("stopped", { timeout: 3000 });
    await expect(friend.page.locator("[data-terminal][data-state=open]")).toHaveCount(0);
  });

  await test.step("the admin destroys it by typing its name; nothing of it stays", async () => {
    await admin.page.goto(`${panel.url}/jails/${name}?tab=settings`);
    await admin.page.getByRole("button", { name: `Destroy ${name}` }).click();
    const dialog = admin.page.getByRole("dialog");
    await expect(dialog.getByRole("button", { name: "Destroy for good" })).toBeDisabled();
    await dialog.getByLabel("Name of the jail").fill(name);
    await dialog.getByRole("button", { name: "Destroy for good" }).click();
    await expect(admin.page).toHaveURL(/\/jails$/, { timeout: 30_000 });
    await expect(admin.page.getByRole("table", { name: "Jails" }).getByRole("link")).toHaveText(["mail_example_org"]);
    const gone = await friend.page.goto(`${panel.url}/jails/${name}`);
    expect(gone?.status()).toBe(404);
  });
});
