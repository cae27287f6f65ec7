import { expect, test } from "./story.ts";

/** Says its name once to whoever comes to port 4711 of a jail. */
const LISTEN = `my $l = IO::Socket::INET->new(LocalPort => 4711, Listen => 1, ReuseAddr => 1) or die; fork and exit;
  open STDOUT, ">/dev/null"; open STDERR, ">/dev/null"; alarm 60; my $c = $l->accept; print $c "hello from two"; close $c`;

test("pools with a gateway, jails with a network stack of their own, and what is refused at its field", async ({
  panel,
  admin,
}) => {
  const { page } = admin;
  const own = /inet (\d+\.\d+\.\d+)\.\d+ netmask 0xffffff00/.exec(panel.onHost("ifconfig", "dev0"))![1]!;

  await test.step("a range outside of its block is refused where it stands; a right one is kept back", async () => {
    await page.goto(`${panel.url}/host`);
    const pool = page
      .getByRole("listitem")
      .filter({ has: page.getByLabel("Kept back") })
      .first();
    await pool.getByLabel("Gateway").fill(`${own}.1`);
    await pool.getByLabel("Kept back").fill("10.255.255.1");
    await page.getByRole("button", { name: "Save the pools" }).click();
    await expect(pool.getByLabel("Kept back")).toHaveAttribute("aria-invalid", "true");
    await pool.getByLabel("Kept back").fill(`${own}.2-${own}.9, ${own}.200`);
    await page.getByRole("button", { name: "Save the pools" }).click();
    await expect(page.getByText("● Saved")).toBeVisible();
    await expect(page.getByRole("table", { name: "Addresses in use" })).toContainText(`${own}.2-${own}.9`);
  });

  await test.step("the form proposes what is free, an IPv6 address too where there is a pool", async () => {
    await page.goto(`${panel.url}/jails/new`);
    await expect(page.getByLabel("IPv4 address")).toHaveValue(`${own}.10`);
    const six = await page.getByLabel("IPv6 address").inputValue();
    if (panel.onHost("ifconfig", "dev0").includes("inet6 fd")) expect(six).toMatch(/^fd[0-9a-f:]+$/);
  });

  await test.step("what is taken or kept back is said at the field", async () => {
    await page.getByLabel("Host name").fill("one.example.org");
    for (const [last, words] of [
      ["5", "reserved in its pool"],
      ["1", "gateway|host itself"],
      ["255", "broadcast address"],
    ] as const) {
      await page.getByLabel("IPv4 address").fill(`${own}.${last}`);
      await expect(
        page
          .getByRole("alert")
          .filter({ hasText: new RegExp(words) })
          .first(),
      ).toBeVisible();
    }
    await page.getByLabel("IPv4 address").fill(`${own}.10`);
  });

  await test.step("a network stack of its own hangs on the bridge, and its files say how", async () => {
    const risk = page.getByText(/Risk: its root can take any address on that bridge/);
    await expect(risk).toBeVisible();
    await page.getByRole("switch", { name: "A network stack of its own" }).click();
    await expect(page.getByLabel("Bridge")).toHaveValue("bridge0");
    await expect(page.getByText(/vnet\.interface = 'kn\d+b';/)).toBeVisible();
    await expect(page.getByText(new RegExp(`inet ${own}\\.10/24 up`))).toBeVisible();
    await page.getByRole("button", { name: "Create one_example_org" }).click();
    await expect(page.getByRole("button", { name: "Start one_example_org" })).toBeVisible({ timeout: 60_000 });
    await page.goto(`${panel.url}/jails/new`);
    await page.getByLabel("Host name").fill("two.example.org");
    await page.getByRole("switch", { name: "A network stack of its own" }).click();
    await expect(page.getByLabel("IPv4 address")).toHaveValue(`${own}.11`);
    await page.getByRole("button", { name: "Create two_example_org" }).click();
    await expect(page.getByRole("button", { name: "Start two_example_org" })).toBeVisible({ timeout: 60_000 });
  });

  await test.step("both start, and one reaches the other from a shell", async () => {
    await admin.startJail("two_example_org");
    await admin.startJail("one_example_org");
    expect(panel.onHost("ifconfig", "bridge0").match(/member: kn\d+a/g)).toHaveLength(2);
    panel.onHost("jexec", "two_example_org", "/usr/bin/perl", "-MIO::Socket::INET", "-e", LISTEN);
    const shell = await admin.openShell("one_example_org");
    await shell.run(
      `perl -MIO::Socket::INET -e 'print IO::Socket::INET->new("${own}.11:4711")->getline, "\\n"'`,
      /\nhello from two/,
    );
  });

  await test.step("stopped, they leave no cable behind", async () => {
    await admin.stopJail("one_example_org");
    await admin.stopJail("two_example_org");
    expect(panel.onHost("ifconfig", "-l").trim()).toBe("dev0 lo0 bridge0");
  });
});
