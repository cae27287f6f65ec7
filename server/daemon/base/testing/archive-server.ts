import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestHost } from "../../testing/dev-host.ts";

/** Serves one archive, well and ill: /KIND/base.txz and /KIND/MANIFEST. */
const SERVER = `
const { createServer } = require("node:http");
const { readFileSync, writeFileSync } = require("node:fs");
const [dir, sum] = process.argv.slice(2);
const archive = readFileSync(dir + "/base.txz");
createServer((request, response) => {
  const [, kind, name] = request.url.split("/");
  if (name === "MANIFEST") {
    if (kind === "huge") {
      const more = () => { while (response.write("x".repeat(65536))); };
      response.on("drain", more);
      return more();
    }
    const line = (file, value) => file + "\\t" + value + "\\t1\\tbase\\t\\"Base\\"\\ton\\n";
    return response.end(line(kind === "unnamed" ? "kernel.txz" : "base.txz", kind === "wrong" ? "0".repeat(64) : sum));
  }
  if (kind === "missing") { response.statusCode = 404; return response.end("no"); }
  if (kind === "redirect") { response.writeHead(302, { location: "file:///etc/passwd" }); return response.end(); }
  if (kind === "hang") { writeFileSync(dir + "/hangs", ""); return response.writeHead(200).write("x"); }
  response.writeHead(200, { "content-length": archive.length });
  if (kind !== "short") return response.end(archive);
  response.write(archive.subarray(0, 1000));
  setTimeout(() => response.destroy(), 50);
}).listen(0, "127.0.0.1", function () { console.log(this.address().port); });
`;

export type ArchiveServer = { url(kind: string): string; directory: string; sha256: string; stop(): void };

/** Packs a tree as base.txz and serves it on the host's own loopback, which is another one than ours for an ordinary user. */
export async function serveArchive(host: TestHost, world: string): Promise<ArchiveServer> {
  const directory = join(host.host.state, "served");
  mkdirSync(directory, { recursive: true });
  const packed = host.run("tar", ["-cf", join(directory, "base.txz"), "-C", world, "."]);
  if (packed.status !== 0) throw new Error(packed.stderr);
  const sha256 = createHash("sha256")
    .update(readFileSync(join(directory, "base.txz")))
    .digest("hex");
  writeFileSync(join(directory, "server.cjs"), SERVER);
  const script = [join(directory, "server.cjs"), directory, sha256];
  const [program, ...args] = host.host.execArgv(process.execPath, script);
  const server = spawn(program!, args, { stdio: ["ignore", "pipe", "ignore"] });
  const port = await new Promise((resolve) => server.stdout.once("data", (line: Buffer) => resolve(Number(line))));
  // Nobody waits for it, and it does not outlive who started it.
  server.unref();
  (server.stdout as unknown as { unref(): void }).unref();
  process.once("exit", () => server.kill());
  return { url: (kind) => `http://127.0.0.1:${port}/${kind}/base.txz`, directory, sha256, stop: () => server.kill() };
}
