import { createHash, randomBytes } from "node:crypto";
import { attach } from "./shell.mjs";
import { claim, equal, need, ok } from "./tap.mjs";

const PIECE = 1024 * 1024;
const sum = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Files into a shell's directory and out of its jail, with what FreeBSD's ps(1), procstat(1), jexec(8) and sh(1) do here. */
export async function files(daemon, socket, jail) {
  const { terminal } = await daemon.call("terminal.open", { name: jail.name, id: jail.id, cols: 80, rows: 24 });
  const shell = await attach(socket, terminal);
  const put = (file, bytes, taken = "ask") =>
    daemon.call("shell.put", { terminal, directory: "/root/knast_files", file, bytes, taken });
  const piece = async ({ transfer }, offset, body) => {
    const headers = { "content-type": "application/octet-stream", "content-length": body.length };
    const path = `/v1/shells/${terminal}/files/${transfer}?offset=${offset}`;
    const { status, text } = await daemon.raw("PUT", path, { headers, body });
    equal(status, 200, text);
    return JSON.parse(text);
  };
  const send = async (file, bytes, taken) => {
    let state = await put(file, bytes.length, taken);
    while (state.received < bytes.length)
      state = await piece(state, state.received, bytes.subarray(state.received, state.received + PIECE));
    while (state.name === null) state = await daemon.call("shell.put-state", { terminal, transfer: state.transfer });
    return state;
  };
  const get = (path) => daemon.raw("GET", `/v1/shells/${terminal}/file?path=${encodeURIComponent(path)}`);
  const bytes = randomBytes(2 * PIECE + 99);

  await need("shell.place is where the shell stands", async () => {
    await shell.says("mkdir /root/knast_files; cd /root/knast_files; sh -c 'echo p$((6*6))'", "p36");
    const place = await daemon.call("shell.place", { terminal });
    equal([place.directory, place.account], ["/root/knast_files", "root"]);
    ok(place.freeBytes > 0, "no room in the jail");
  });
  await claim("a file comes into the jail byte for byte, and out again", async () => {
    equal((await send("ä file", bytes)).name, "ä file");
    equal(await daemon.call("shell.file", { terminal, path: "/root/knast_files/ä file" }), {
      path: "/root/knast_files/ä file",
      name: "ä file",
      bytes: bytes.length,
    });
    const back = await get("/root/knast_files/ä file");
    equal([back.status, sum(back.bytes)], [200, sum(bytes)]);
  });
  await claim("an empty one as well", async () => equal((await send("empty", Buffer.alloc(0))).name, "empty"));
  await claim("nothing is replaced unasked; both may stay", async () => {
    const wanted = { terminal, directory: "/root/knast_files", file: "empty", bytes: 1, taken: "ask" };
    await daemon.refused("exists", "shell.put", wanted);
    equal((await send("empty", Buffer.from("x"), "keep")).name, "empty (2)");
    equal((await send("empty", Buffer.from("y"), "replace")).name, "empty");
    equal((await get("/root/knast_files/empty")).text, "y");
  });
  await claim("one that is given up leaves nothing", async () => {
    const begun = await put("given-up", 1000);
    await piece(begun, 0, Buffer.alloc(10));
    await daemon.call("shell.put-cancel", { terminal, transfer: begun.transfer });
    await daemon.refused("cancelled", "shell.put-state", { terminal, transfer: begun.transfer });
    await shell.says("sh -c 'sleep 1; ls -A | grep -c -e part -e given; echo q$((7*6))'", /\r\n0\r\n[^]*q42/);
  });
  await claim("a read-only directory, no directory, a device and a pipe are refused", async () => {
    const wanted = { terminal, directory: "/bin", file: "x", bytes: 1, taken: "ask" };
    await daemon.refused("forbidden", "shell.put", wanted);
    await daemon.refused("not_found", "shell.put", { ...wanted, directory: "/nowhere" });
    await daemon.refused("not_found", "shell.file", { terminal, path: "/dev/zero" });
    equal((await get("/dev/zero")).status, 404);
  });
  await claim("knast-get offers a file to the browser by its own sequence", async () => {
    await daemon.call("shell.give-get", { terminal });
    const name = Buffer.from("/root/knast_files/empty").toString("hex");
    // the shell prints the sequence as it is
    await shell.says("/usr/local/bin/knast-get empty", `\x1b]56278;get;${name}\x1b\\`);
  });
  await claim("a file of a shell that is closed is nobody's", async () => {
    await shell.says("cd /; rm -r /root/knast_files; sh -c 'echo r$((5*5))'", "r25");
    await daemon.call("terminal.close", { terminal });
    await daemon.refused("not_found", "shell.place", { terminal });
  });
}
