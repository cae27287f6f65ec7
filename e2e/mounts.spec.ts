import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "./story.ts";

/** Directories of the host that are nobody's yet. */
const data = mkdtempSync(join(tmpdir(), "knast-data-"));
for (const name of ["music", "anna"]) mkdirSync(join(data, name), { mode: 0o755 });
writeFileSync(join(data, "music/song"), "la la la\n");
test.afterAll(() => rmSync(data, { recursive: true }));

test("root approves directories in a file; a jail mounts them, and what it writes to no other one gets", async ({
  panel,
  admin,
}) => {
  const { page } = admin;
  const [music, anna] = [join(data, "music"), join(data, "anna")];
  const row = (n: number) => page.getByRole("group", { name: `Mount ${n}` });
  const add = async (n: number, source: string, target: string, access: "ro" | "rw") => {
    await page.getByRole("button", { name: "Add a mount" }).click();
    await row(n).getByLabel("Directory of the host").fill(source);
    await row(n).getByLabel("Where in the jail").fill(target);
    await row(n).getByLabel("Access").selectOption(access);
  };

  await test.step("nothing is approved: the form says how root does it", async () => {
    await page.goto(`${panel.url}/jails/new`);
    await page.getByText("Directories of the host").first().click();
    await expect(page.getByRole("button", { name: "Add a mount" })).toBeDisabled();
    await expect(page.getByText("Only root on the host approves one")).toBeVisible();
    const file =
      (await page
        .getByText(/\/knast\/mounts$/)
        .first()
        .textContent()) ?? "";
    expect(file).toMatch(/^\/.*\/knast\/mounts$/);
    mkdirSync(dirname(file), { mode: 0o755 });
    writeFileSync(file, `# for jails\nro ${music}\nrw ${anna}\n`, { mode: 0o644 });
  });

  const name = await test.step("a new jail gets one to read and one to write", async () => {
    await page.reload();
    await page.getByLabel("Host name").fill("anna.example.org");
    await page.getByText("Directories of the host").first().click();
    await add(1, music, "/mnt/music", "rw");
    await expect(row(1).getByText("approved this directory for reading only")).toBeVisible();
    await row(1).getByLabel("Access").selectOption("ro");
    await add(2, anna, "/home/anna", "rw");
    await expect(row(2)).toContainText("Risk:");
    await expect(page.getByText(`/home/anna nullfs rw 0 0`)).toBeVisible();
    const made = await page.getByLabel("Name of the jail").inputValue();
    await page.getByRole("button", { name: `Create ${made}` }).click();
    await expect(page.getByRole("button", { name: `Start ${made}` })).toBeVisible({ timeout: 60_000 });
    await admin.startJail(made);
    const shell = await admin.openShell(made);
    await shell.run("cat /mnt/music/song", /\nla la la\n/);
    await shell.run("touch /mnt/music/x", "Read-only file system");
    await shell.run("echo mine > /home/anna/note; cat /home/anna/note", /\nmine\n/);
    await page.keyboard.press("Control+Shift+Escape");
    expect(readFileSync(join(anna, "note"), "utf8")).toBe("mine\n");
    return made;
  });

  await test.step("a second jail is refused the directory that she writes to, and may read the other", async () => {
    await page.goto(`${panel.url}/jails/new`);
    await page.getByLabel("Host name").fill("berta.example.org");
    await page.getByText("Directories of the host").first().click();
    await add(1, anna, "/mnt/x", "rw");
    await expect(page.getByText(`The jail ${name} writes to ${anna}`).first()).toBeVisible();
    await page.getByRole("button", { name: "Create berta_example_org" }).click();
    await expect(page.getByText("Nothing was made.")).toBeVisible();
    await row(1).getByLabel("Directory of the host").fill(music);
    await row(1).getByLabel("Access").selectOption("ro");
    await page.getByRole("button", { name: "Create berta_example_org" }).click();
    await expect(page.getByRole("button", { name: "Start berta_example_org" })).toBeVisible({ timeout: 60_000 });
  });

  await test.step("in her jail's room one is moved and one taken away: it restarts with that", async () => {
    await page.goto(`${panel.url}/jails/${name}?tab=mounts`);
    await expect(row(2)).toBeVisible();
    await page.getByRole("button", { name: "Remove mount 2" }).click();
    await row(1).getByLabel("Where in the jail").fill("/srv/songs");
    await page.getByRole("button", { name: `Save and restart ${name}` }).click();
    await expect(page.getByText("/srv/songs nullfs ro 0 0")).toBeVisible({ timeout: 60_000 });
    await admin.expectState("running");
    expect(panel.onHost("jexec", name, "cat", "/srv/songs/song")).toBe("la la la\n");
    expect(panel.onHost("jexec", name, "ls", "/home/anna")).toBe("");
    expect(readFileSync(join(anna, "note"), "utf8")).toBe("mine\n");
  });
});
