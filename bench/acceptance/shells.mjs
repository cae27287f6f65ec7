import { attach } from "./shell.mjs";
import { claim, equal, need, ok } from "./tap.mjs";

/** Shells in both running jails, typed into as a person does. */
export async function shells(daemon, socket, [a, b]) {
  const open = async (jail) => daemon.call("terminal.open", { name: jail.name, id: jail.id, cols: 80, rows: 24 });
  const info = await need("terminal.open gives a shell", async () => {
    const one = await open(a);
    equal([one.jail, one.cols, one.rows, one.actor], [a.name, 80, 24, "acceptance"]);
    ok(/\/(csh|sh)$/.test(one.shell), one.shell);
    return one;
  });
  let shell = await need("it can be attached to and says hello first", async () => {
    const one = await attach(socket, info.terminal);
    await one.until(() => one.hello, "hello");
    equal([one.messages[0].t, one.hello.cols, one.hello.rows], ["hello", 80, 24]);
    return one;
  });
  await claim("the jail's own files say which shells and accounts it has", async () => {
    const { shells: listed, accounts } = await daemon.call("terminal.choices", { name: a.name, id: a.id });
    ok(listed.includes("/bin/sh"), listed.join(" "));
    ok(
      accounts.some((one) => one.name === "root" && one.uid === 0),
      "no root",
    );
  });
  await claim("one opens as another account and with another shell, and is that account", async () => {
    const wish = { shell: "/bin/sh", account: "nobody", evenNologin: true };
    const other = await daemon.call("terminal.open", { name: a.name, id: a.id, cols: 80, rows: 24, ...wish });
    equal([other.shell, other.account], ["/bin/sh", "nobody"]);
    const nobody = await attach(socket, other.terminal);
    await nobody.says("id -un", "nobody");
    await daemon.call("terminal.close", { terminal: other.terminal });
    const plain = { name: a.name, id: a.id, cols: 80, rows: 24 };
    await daemon.refused("invalid", "terminal.open", { ...plain, shell: "/sbin/nologin" });
    await daemon.refused("invalid", "terminal.open", { ...plain, account: "nobody" });
  });
  await claim("a shell has the name that it is given", async () => {
    await daemon.call("terminal.name", { terminal: info.terminal, name: " build\u0007 world " });
    const { terminals } = await daemon.call("terminal.list");
    equal(terminals.find((one) => one.terminal === info.terminal).name, "build world");
  });
  const typed = (line, expected) => claim(`${line} says ${expected}`, () => shell.says(line, expected));
  await typed("sh -c 'echo a$((6*7))'", "a42");
  await typed("hostname", a.hostname);
  await typed("id", /uid=0\(root\)/);
  await typed("touch /bin/x", "Read-only file system");
  await typed("touch /basejail/x", "Read-only file system");
  await typed("hostname evil", /not permitted|must be root/);
  await typed("sh -c 'echo kept > /root/knast_acc; tr k K < /root/knast_acc'", "Kept");
  await typed("printf '\\303\\244\\346\\274\\242\\n'", "ä漢");
  await claim("its terminal has the size that it was opened with, and another one after a resize", async () => {
    await shell.says("stty size", "24 80");
    shell.resize(97, 31);
    await shell.says("stty size", "31 97");
  });
  await claim("Ctrl-C ends what runs in it", async () => {
    // Once it has spoken it is what the terminal's keys go to.
    await shell.says("sh -c 'echo d$((5*5)); exec sleep 1000'", "d25");
    shell.type("\x03");
    await shell.says("sh -c 'echo b$((6*8))'", "b48");
  });
  await claim("ten thousand lines come whole and in order", async () => {
    const count = /\b10001\b[^]*b49/;
    await shell.says("sh -c 'i=0; while [ $i -le 10000 ]; do i=$((i+1)); echo $i; done; echo b$((7*7))'", count);
    const lines = shell.text.slice(shell.text.lastIndexOf("\r\n1\r\n")).split("\r\n").slice(1, 10_002);
    equal(lines, Array.from({ length: 10_001 }, (_, i) => String(i + 1)).slice(0, 10_001), "lines");
  });
  await claim("a second shell in the other jail is in the other jail", async () => {
    const other = await open(b);
    const second = await attach(socket, other.terminal);
    await second.says("hostname", b.hostname);
    await second.says("ls /root/knast_acc", /No such file/);
    const { terminals } = await daemon.call("terminal.list");
    for (const one of [info, other])
      ok(
        terminals.some((it) => it.terminal === one.terminal),
        "not listed",
      );
    second.type("exit\r");
    await second.until(() => second.exit, "the end");
    equal([second.exit.reason, second.exit.status], ["exited", 0]);
  });
  await claim("what is said while nobody looks is there for the one who comes back", async () => {
    const { offset } = shell;
    shell.type("sh -c 'sleep 1; echo c$((9*9))'\r");
    shell.close();
    shell = await attach(socket, info.terminal, offset);
    await shell.until(() => shell.text.includes("c81"), "c81");
    equal([shell.hello.mode, shell.hello.offset], ["resume", offset]);
  });
  await claim("who comes without an offset gets the screen again", async () => {
    shell.close();
    shell = await attach(socket, info.terminal);
    await shell.until(() => shell.text.includes("c81"), "the screen");
    equal(shell.hello.mode, "replay");
  });
  await claim("a closed shell is gone for everybody", async () => {
    await daemon.call("terminal.close", { terminal: info.terminal });
    await shell.until(() => shell.exit, "the end");
    equal(shell.exit.reason, "closed");
    await daemon.refused("not_found", "terminal.close", { terminal: info.terminal });
  });
  await claim("there is no shell under another number: 404", async () => {
    const error = await attach(socket, "0".repeat(32)).catch((reason) => reason);
    ok(/status 404/.test(error.message), error.message);
  });
}
