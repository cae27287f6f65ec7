import { expect, test } from "./story.ts";

test("a flavour is written in the panel, chosen in the form, and its script runs once in the jail", async ({
  panel,
  admin,
}) => {
  const { page } = admin;
  const create = async (hostname: string, flavour: string) => {
    await page.goto(`${panel.url}/jails/new`);
    await page.getByLabel("Host name").fill(hostname);
    await page.getByLabel("Flavour", { exact: true }).selectOption(flavour);
    const name = await page.getByLabel("Name of the jail").inputValue();
    await expect(page.getByText(`host.hostname = '${hostname}';`)).toBeVisible();
    await expect(page.getByText(`Lay the flavour ${flavour} over it`)).toBeAttached();
    return name;
  };
  const submit = async (name: string) => {
    await page.getByRole("button", { name: `Create ${name}` }).click();
    await expect(page.getByRole("button", { name: `Start ${name}` })).toBeVisible({ timeout: 60_000 });
  };

  await test.step("a built-in one is copied and changed", async () => {
    await page.goto(`${panel.url}/flavours`);
    await expect(page.getByRole("list", { name: "Flavours" }).getByRole("listitem")).toHaveCount(3);
    await page.getByRole("link", { name: "Copy ssh" }).click();
    await expect(page.getByRole("heading", { name: "Copy of ssh" })).toBeVisible();
    await page.getByRole("button", { name: "Save the flavour" }).click();
    await expect(page.getByLabel("Name", { exact: true })).toHaveAttribute("aria-invalid", "true");
    await page.getByLabel("Name", { exact: true }).fill("friends");
    await page.getByLabel("Title", { exact: true }).fill("For friends");
    await page.getByRole("button", { name: "Add a file" }).click();
    const file = page.getByRole("group", { name: "File 3" });
    await file.getByLabel("Path in the jail").fill("/bin/greeting");
    await page.getByRole("button", { name: "Save friends" }).click();
    await expect(page.getByText("This belongs to the base or to the kernel")).toBeVisible();
    await page.getByLabel("Path in the jail").nth(2).fill("/usr/local/etc/greeting");
    await page.getByLabel("Text", { exact: true }).nth(2).fill("hello, friend\n");
    await page.getByLabel("Script", { exact: true }).fill("echo it ran >> /root/boots\necho said so\n");
    await page.getByLabel("System V IPC").selectOption("on");
    await page.getByRole("button", { name: "Save friends" }).click();
    await expect(page).toHaveURL(/\/flavours$/);
    await expect(page.getByRole("listitem").filter({ hasText: "For friends" })).toContainText("3 files");
  });

  await test.step("edited once more, it is as it was left", async () => {
    await page.getByRole("link", { name: "Edit friends" }).click();
    await expect(page.getByLabel("Text", { exact: true }).nth(2)).toHaveValue("hello, friend\n");
    await expect(page.getByLabel("System V IPC")).toHaveValue("on");
    await page.getByLabel("Description", { exact: true }).fill("A greeting and keys only.");
    await page.getByRole("button", { name: "Save friends" }).click();
    await expect(page.getByText("A greeting and keys only.")).toBeVisible();
  });

  await test.step("the form takes its settings and shows its files before anything is done", async () => {
    const name = await create("erdgeist.org", "friends");
    await expect(page.getByRole("switch", { name: "System V IPC" })).toBeChecked();
    await expect(page.getByText("sysvshm = 'new';")).toBeVisible();
    await page.getByText("files in its tree").click();
    await expect(page.getByText("hello, friend")).toBeVisible();
    await expect(page.getByText("PasswordAuthentication no")).toBeVisible();
    await submit(name);
    await admin.startJail(name);
    const shell = await admin.openShell(name);
    await shell.run("cat /usr/local/etc/greeting", /\nhello, friend\n/);
    await shell.run("grep sshd /etc/rc.conf; grep PermitRoot /etc/ssh/sshd_config", /PermitRootLogin no/);
    await expect.poll(() => panel.onHost("jexec", name, "cat", "/var/log/first-boot.log")).toBe("said so\n");
    await page.keyboard.press("Control+Shift+Escape");
    await admin.stopJail(name);
    await admin.startJail(name);
    const again = await admin.openShell(name);
    await again.run("cat /root/boots; ls /firstboot", /\nit ran\n(?!it ran)[^]*No such file/);
    await page.keyboard.press("Control+Shift+Escape");
  });

  await test.step("postgresql brings its System V memory", async () => {
    const name = await create("db.example.org", "postgresql");
    for (const word of ["sysvmsg", "sysvsem", "sysvshm"])
      await expect(page.getByText(`${word} = 'new';`)).toBeVisible();
    await page.getByText("files in its tree").click();
    await expect(page.getByText('postgresql_enable="YES"')).toBeVisible();
    await expect(page.getByText("service postgresql initdb")).toBeVisible();
    await submit(name);
  });

  await test.step("it is removed; the jail keeps its files", async () => {
    await page.goto(`${panel.url}/flavours`);
    await page.getByRole("button", { name: "Remove friends" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove friends" }).click();
    await expect(page.getByRole("list", { name: "Flavours" }).getByRole("listitem")).toHaveCount(3);
    expect(panel.onHost("jexec", "erdgeist_org", "cat", "/usr/local/etc/greeting")).toBe("hello, friend\n");
  });
});
