import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, JAIL, type Panel, test } from "./story.ts";

test.use({ beginning: "one jail" });
let panel: Panel;
test.beforeEach(({ panel: started }) => void (panel = started));

const put = (path: string, text: string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o644 });
};

/** A jail as rc.d/jail would have started it from these variables: its tree, its fstab, and running. */
function runs(name: string, model: string, address: string): string {
  const tree = join(panel.jails, name);
  panel.onHost("/bin/cp", "-a", join(panel.jails, model), tree);
  put(join(panel.etc, `fstab.${name}`), `${panel.jails}/basejail ${tree}/basejail nullfs ro 0 0\n`);
  const file = join(panel.state, `${name}.conf`);
  put(
    file,
    `${name} { path = "${tree}"; host.hostname = "${name}.example.net"; interface = dev0; ip4.addr = ${address};
 mount.fstab = "${panel.etc}/fstab.${name}"; mount.devfs; exec.clean; exec.start = "/bin/sh /etc/rc"; exec.stop = "/bin/sh /etc/rc.shutdown jail"; }\n`,
  );
  panel.onHost("jail", "-f", file, "-c", name);
  return tree;
}
const variables = (name: string, tree: string, address: string, word = "") =>
  [
    `hostname="${name}.example.net"`,
    `ip="dev0|${address}"`,
    `rootdir="${tree}"`,
    'devfs_enable="YES"',
    'sysvipc_allow="YES"',
    'flags="-l"',
  ]
    .map((line) => `${word}jail_${name}_${line}\n`)
    .join("");

test("an ezjail and a jail of rc.conf are taken over while they run", async ({ admin }) => {
  const { page } = admin;
  const model = JAIL;
  const [a, b, c] = readAddress(model).split(".");
  const address = (n: number) => `${a}.${b}.${c}.${n}`;

  await test.step("with nothing to take over the page says so", async () => {
    await page.goto(`${panel.url}/take-over`);
    await expect(page.getByText("No jail of another tool was found")).toBeVisible();
  });

  const jids = await test.step("two jails of other tools run", async () => {
    const old = runs("old_org", model, address(200));
    appendFileSync(join(panel.etc, "rc.conf"), `# the old one\n${variables("old_org", old, address(200))}# end\n`);
    const ez = runs("ez_org", model, address(201));
    put(
      join(panel.state, "devjail/foreign/usr/local/etc/ezjail/ez_org"),
      `# PROVIDE: standard_ezjail\n\n${variables("ez_org", ez, address(201), "export ")}export jail_ez_org_image=""\n`,
    );
    const jidOf = (name: string) => panel.onHost("jls", "-j", name, "jid").trim();
    return { old_org: jidOf("old_org"), ez_org: jidOf("ez_org"), jidOf };
  });

  await test.step("both are found; what would be written stands there, and what can't be translated", async () => {
    await page.goto(`${panel.url}/take-over`);
    const list = page.getByRole("list", { name: "Jails of other tools" });
    await expect(list.getByRole("button")).toHaveCount(2);
    await list.getByRole("button", { name: /old_org/ }).click();
    await expect(page.getByRole("heading", { name: `old_org runs as jid ${jids.old_org} and runs on.` })).toBeVisible();
    await expect(page.getByText(/can't be translated: jail_old_org_flags="-l"/)).toBeVisible();
    await expect(page.getByLabel(join(panel.etc, "rc.conf"))).toContainText(
      'jail_old_org_hostname="old_org.example.net"',
    );
    await expect(page.getByLabel(join(panel.etc, "jail.conf.d/old_org.conf"))).toContainText("allow.sysvipc = 1;");
    await page.getByRole("radio", { name: /Its own/ }).check();
    await expect(page.getByLabel(join(panel.etc, "jail.conf.d/old_org.conf"))).toContainText("sysvshm = 'new';");
  });

  await test.step("a name that is taken is refused at the field", async () => {
    await page.getByLabel("Name of the jail here").fill(model);
    await page.getByLabel("Name of the jail here").press("Enter");
    await expect(page.getByRole("alert").filter({ hasText: "a running jail keeps its name" })).toBeVisible();
    await expect(page.getByRole("button", { name: "Take over old_org" })).toBeDisabled();
    await page.getByLabel("Name of the jail here").fill("old_org");
    await page.getByLabel("Name of the jail here").press("Enter");
    await expect(page.getByRole("button", { name: "Take over old_org" })).toBeEnabled();
  });

  for (const name of ["old_org", "ez_org"] as const)
    await test.step(`${name} is taken over and runs on`, async () => {
      await page.goto(`${panel.url}/take-over`);
      await page.getByRole("button", { name: new RegExp(name) }).click();
      await page.getByRole("button", { name: `Take over ${name}` }).click();
      await page.getByRole("link", { name: `Go to ${name}` }).click();
      await expect(page.getByRole("heading", { name, exact: true })).toBeVisible();
      await admin.expectState("running");
      expect(jids.jidOf(name)).toBe(jids[name]);
      expect(readFileSync(join(panel.etc, `jail.conf.d/${name}.conf`), "utf8")).toMatch(/\$knast_id = '[0-9a-f]{32}';/);
    });
  expect(readFileSync(join(panel.etc, "rc.conf"), "utf8")).toContain("# the old one\n# end\n");

  await test.step("from then on it is a jail like any other", async () => {
    await admin.stopJail("ez_org");
    await admin.startJail("ez_org");
    await page.goto(`${panel.url}/take-over`);
    await expect(page.getByText("No jail of another tool was found")).toBeVisible();
  });
});

/** The address that the form proposed for a jail of ours. */
function readAddress(name: string): string {
  return /ip4\.addr = '([0-9.]+)/.exec(readFileSync(join(panel.etc, `jail.conf.d/${name}.conf`), "utf8"))![1]!;
}
