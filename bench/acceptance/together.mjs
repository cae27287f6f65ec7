import { request } from "node:http";
import { attach } from "./shell.mjs";
import { claim, equal, ok } from "./tap.mjs";

const GUEST = { "knast-actor": "acceptance-guest" };

/** A shell is shown to somebody else, who only looks, then types, then is out; what it printed is recorded. */
export async function together(daemon, socket, jail) {
  const { terminal } = await daemon.call("terminal.open", { name: jail.name, id: jail.id, cols: 80, rows: 24 });
  const own = await attach(socket, terminal, null, "acceptance");
  await own.says("echo o'wn'", "own");
  const { token } = await daemon.call("terminal.share", { terminal, minutes: 5 });
  const asked = { token, account: "guest" };
  const guestOut = async () => {
    const error = await attach(socket, terminal, null, GUEST["knast-actor"]).catch((reason) => reason);
    ok(/status 404/.test(error.message), error.message ?? "he is in");
  };
  await claim("a link to a shell shows nothing before its person has agreed", async () => {
    equal((await daemon.call("terminal.invited", asked, GUEST)).state, "stranger");
    equal((await daemon.call("terminal.knock", asked, GUEST)).state, "asking");
    await guestOut();
    const { shares } = await daemon.call("terminal.shares");
    equal(
      shares.find((one) => one.terminal === terminal)?.guests.map(({ name, mode }) => [name, mode]),
      [["acceptance-guest", null]],
    );
  });
  let guest;
  await claim("who was let in sees what is printed, and what he types goes nowhere", async () => {
    await daemon.call("terminal.admit", { terminal, guest: GUEST["knast-actor"], as: "read" });
    guest = await attach(socket, terminal, null, GUEST["knast-actor"]);
    await guest.until(() => guest.hello, "hello");
    guest.type("echo sto'len'\r");
    await own.says("echo se'en'", "seen");
    await guest.until(() => guest.text.includes("seen"), "what its person does");
    ok(!own.text.includes("stolen"), "it was typed");
  });
  await claim("with the keyboard he types, without it no more", async () => {
    await daemon.call("terminal.admit", { terminal, guest: GUEST["knast-actor"], as: "type" });
    await guest.says("echo by-gue'st'", "by-guest");
    await own.until(() => own.text.includes("by-guest"), "what the guest does");
    await daemon.call("terminal.admit", { terminal, guest: GUEST["knast-actor"], as: "read" });
    guest.type("echo too-la'te'\r");
    await own.says("echo mi'ne'", "mine");
    ok(!own.text.includes("too-late"), "it was typed");
  });
  await claim("to stop sharing cuts him off, and his link is worth nothing", async () => {
    await daemon.call("terminal.unshare", { terminal });
    await guest.until(() => guest.exit, "the end");
    equal(guest.exit.reason, "sharing-ended");
    await guestOut();
    await daemon.refused("not_found", "terminal.invited", asked);
  });
  await claim("a recording holds what was printed meanwhile, is listed, read and removed", async () => {
    const { recording } = await daemon.call("terminal.record", { terminal, on: true });
    await own.says("echo on-ta'pe'", "on-tape");
    await daemon.call("terminal.record", { terminal, on: false });
    await own.says("echo off-ta'pe'", "off-tape");
    const { recordings } = await daemon.call("recording.list");
    equal(
      recordings
        .filter((one) => one.recording === recording)
        .map(({ jail: name, id, by, live }) => [name, id, by, live]),
      [[jail.name, jail.id, "acceptance", false]],
    );
    const lines = (await read(socket, recording))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    equal([lines[0].version, lines[0].width, lines[0].height], [2, 80, 24]);
    const text = lines
      .slice(1)
      .map(([, kind, data]) => (kind === "o" ? data : ""))
      .join("");
    ok(text.includes("on-tape") && !text.includes("off-tape"), text);
    await daemon.call("recording.remove", { recording });
    await daemon.refused("not_found", "recording.remove", { recording });
  });
  await daemon.call("terminal.close", { terminal });
}

function read(socketPath, recording) {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, path: `/v1/recordings/${recording}` }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece) => (text += piece));
      response.on("end", () =>
        response.statusCode === 200 ? resolve(text) : reject(new Error(`status ${response.statusCode}`)),
      );
    });
    call.on("error", reject);
    call.end();
  });
}
