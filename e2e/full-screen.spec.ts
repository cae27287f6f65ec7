import { type Hooks, peek, picture, placeOf } from "./pages/peek.ts";
import { findProcess } from "./processes.ts";
import { expect, JAIL, test } from "./story.ts";

test.use({ beginning: "one jail" });

test("full-screen programs stand a broken line, a reload and a storm of sizes", async ({ panel, admin }) => {
  const { page } = admin;
  await admin.startJail(JAIL);
  const shell = await admin.openShell(JAIL);

  /** The screen once it does not change any more: the same five times in a row. */
  const settled = async () => {
    let before = "";
    let same = 0;
    const looks = async () => {
      const now = await picture(page);
      same = now === before ? same + 1 : 0;
      before = now;
      return same;
    };
    await expect.poll(looks, { intervals: [150] }).toBeGreaterThanOrEqual(4);
    return before;
  };
  /** The same screen, as far as `seen` looks at it, after the web process has died, and after the page was loaded anew. */
  const survives = async (what: string, seen = (screen: string) => screen) => {
    const before = seen(await settled());
    process.kill(findProcess("knast-web", `PORT=${new URL(panel.url).port}`), "SIGKILL");
    await expect(shell.box).toHaveAttribute("data-state", "lost");
    await expect(shell.box).toHaveAttribute("data-state", "open", { timeout: 60_000 });
    await expect.poll(async () => seen(await picture(page)), { message: `${what} on a new line` }).toBe(before);
    await page.reload();
    await expect(shell.box).toHaveAttribute("data-state", "open");
    await expect.poll(async () => seen(await picture(page)), { message: `${what} after a reload` }).toBe(before);
    await shell.box.click({ position: { x: 60, y: 80 } });
  };

  await test.step("wide characters are as wide as programs think", async () => {
    await shell.run("clear; printf '%s|\\n' 漢字 👍 é ñ 한글 ａ; echo wi''de", "\nwide");
    const columns = await page.evaluate(() => {
      const [term] = [...(window as unknown as Hooks).__knastTerminals!.values()];
      const { active } = term!.buffer;
      const found: number[] = [];
      for (let y = 0; y < term!.rows; y++)
        for (let x = 0; x < term!.cols; x++) {
          const line = active.getLine(active.baseY + y);
          if (line?.getCell(x)?.getChars() === "|" && line.translateToString(true).endsWith("|")) found.push(x);
        }
      return found;
    });
    expect(columns).toEqual([4, 2, 1, 1, 4, 2]);
  });

  await test.step("less: its place, what it has found, and the shell's screen below it", async () => {
    await shell.run(
      "sh -c 'i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo row $i 漢字 👍; done > /tmp/rows'",
      /[#%>$] *$/,
    );
    await shell.run("clear; echo below-''it; less -N /tmp/rows", /row 1 /);
    await page.keyboard.type("/row 15[0-9]\n");
    await expect.poll(() => shell.text()).toContain("row 150");
    await survives("less");
    await page.keyboard.type("q");
    await expect.poll(() => shell.text()).toMatch(/\nbelow-it\n[^\n]*[#%>$] *$/);
  });

  await test.step("a program that has drawn more than is kept: what was there before it comes back", async () => {
    const draw = `i=0; while [ $i -lt 6000 ]; do i=$((i+1)); printf "\\033[H%080d" $i; done`;
    await shell.run(
      `clear; echo long-''before; sh -c 'printf "\\033[?1049h\\033[2J"; ${draw}; echo; echo all-""drawn; read x; printf "\\033[?1049l"'`,
      /0006000\s+all-drawn/,
    );
    await survives("what was drawn last");
    await page.keyboard.type("\n");
    await expect.poll(() => shell.text()).toMatch(/\nlong-before\n[^\n]*[#%>$] *$/);
  });

  await test.step("vi: text, cursor, insert mode, the mouse", async () => {
    await shell.run("clear; vim -u NONE -N -c 'set mouse=a ttymouse=sgr number' /tmp/rows", /row 1 /);
    await page.keyboard.type("20Gonew 漢字 👍 text");
    await expect.poll(() => shell.text()).toMatch(/new 漢字 👍 text/);
    await survives("vim");
    await page.keyboard.press("Escape");
    const { x, y } = await placeOf(page, "row 15 ");
    await page.mouse.click(x, y);
    await page.keyboard.type("ddihere ");
    await page.keyboard.press("Escape");
    await expect.poll(() => shell.text()).toMatch(/row 14 [^\n]*\n *15 here row 16 /);
  });

  await test.step("a storm of sizes: the program and the screen agree in the end", async () => {
    for (let i = 0; i < 25; i++)
      await page.setViewportSize({ width: 500 + ((i * 337) % 800), height: 420 + ((i * 211) % 500) });
    await page.setViewportSize({ width: 1100, height: 700 });
    await expect(async () => {
      const after = await settled();
      await page.keyboard.press("Control+l");
      expect(await settled()).toBe(after);
    }).toPass({ timeout: 60_000 });
    await page.keyboard.type(":qa!\n");
    await shell.prompted();
    const { rows, cols } = await peek(page);
    await shell.run("clear; stty size", new RegExp(`\\n${rows} ${cols}\\n`));
  });

  await test.step("top", async () => {
    await shell.run("clear; top -d 300", /PID/);
    // It counts anew when it is told to draw: its figures and the order of processes are others, its lines are not.
    const lines = (screen: string) => screen.replaceAll(/[ 0-9.:]+/g, " ").replaceAll(/^.* root .*\n/gm, "");
    await survives("top", lines);
    await page.keyboard.type("q");
    await shell.prompted();
    await shell.run("echo ba''ck", "\nback");
  });
});
