import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Client } from "./client.ts";
import { typed } from "./command.ts";
import { COMMANDS, commandOf } from "./commands.ts";
import { checked, readConfig, writeConfig } from "./config.ts";
import { CliFailure, EXIT } from "./failure.ts";
import { getFile, putFile } from "./files.ts";
import { jobEvents } from "./follow.ts";
import { bytes, plain, table } from "./print.ts";

const TOKEN = `knast_${"a".repeat(43)}`;
const JOB = "0".repeat(32);
let dir: string;
let asked: { method: string; url: string; headers: IncomingMessage["headers"] }[];
let answer: (request: IncomingMessage, response: ServerResponse, nth: number) => void;
const server = createServer((request, response) => {
  asked.push({ method: request.method!, url: request.url!, headers: request.headers });
  request.resume();
  answer(request, response, asked.length);
});
let client: Client;
const before = { ...process.env };

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "knast-cli-"));
  asked = [];
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = new Client({ url, token: TOKEN, plainHttp: false });
  for (const name of ["KNAST_URL", "KNAST_TOKEN"]) delete process.env[name];
  process.env.KNAST_CONFIG = join(dir, "knast/config.json");
});
afterEach(async () => {
  vi.restoreAllMocks();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(dir, { recursive: true, force: true });
  for (const name of ["KNAST_URL", "KNAST_TOKEN", "KNAST_CONFIG"])
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
});

const failure = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof CliFailure ? { exit: error.exit, message: error.message } : error),
  );

describe("a line that breaks", () => {
  it("makes nothing twice: a POST is sent again under the same key", async () => {
    answer = (request, response, nth) => {
      if (nth < 3) return request.socket.destroy();
      response.writeHead(202, { "content-type": "application/json" });
      response.end(JSON.stringify({ job: JOB }));
    };
    expect(await client.call("jails.start", { name: "web" })).toEqual({ job: JOB });
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual(Array(3).fill("POST /api/v1/jails/web/start"));
    const keys = new Set(asked.map(({ headers }) => headers["idempotency-key"]));
    expect(keys.size).toBe(1);
    expect([...keys][0]).toMatch(/^[0-9a-f]{32}$/);
    asked = [];
    answer = (request) => request.socket.destroy();
    expect(await failure(client.call("jails.set-limits", { name: "web", limits: {} }))).toMatchObject({
      exit: EXIT.unreachable,
    });
    expect(asked).toHaveLength(1);
  });

  it("loses no event and sees none twice", async () => {
    const event = (seq: number) =>
      `id: ${seq}\ndata: ${JSON.stringify(
        seq === 5 ? { kind: "done", seq, at: "x" } : { kind: "output", seq, at: "x", text: `line\u00e9 ${seq}` },
      )}\n\n`;
    answer = (request, response, nth) => {
      const from = Number(request.headers["last-event-id"] ?? -1) + 1;
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("retry: 1000\n\n: still here\n\n");
      // The first breaks in the middle of an event, the second ends without an end.
      const text = [0, 1, 2, 3, 4, 5].slice(from, nth === 3 ? 6 : from + 2).map(event).join(""); // prettier-ignore
      const all = Buffer.from(text);
      if (nth === 1) return response.write(all.subarray(0, all.length - 9), () => request.socket.destroy());
      response.end(all);
    };
    const seen: number[] = [];
    for await (const { seq } of jobEvents(client, JOB)) seen.push(seq);
    expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
    expect(asked.map(({ headers }) => headers["last-event-id"])).toEqual([undefined, "0", "2"]);
  });

  it("waits for a panel that starts again, and for none that was never there", async () => {
    const event = (seq: number) =>
      `id: ${seq}\ndata: ${JSON.stringify(seq === 1 ? { kind: "done", seq, at: "x" } : { kind: "output", seq, at: "x", text: "x" })}\n\n`;
    answer = (request, response, nth) => {
      // As often as the client itself asks again.
      if (nth > 1 && nth < 6) return request.socket.destroy();
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(event(nth === 1 ? 0 : 1));
    };
    const seen: number[] = [];
    for await (const { seq } of jobEvents(client, JOB)) seen.push(seq);
    expect([seen, asked.at(-1)!.headers["last-event-id"]]).toEqual([[0, 1], "0"]);
    asked = [];
    answer = (request) => request.socket.destroy();
    expect(await failure(jobEvents(client, JOB).next())).toMatchObject({ exit: EXIT.unreachable });
    expect(asked).toHaveLength(4);
  });

  it("takes a file in pieces that fit the line, however often one does not arrive", async () => {
    const KIB = 1024;
    const whole = Buffer.from(Array.from({ length: 6000 * KIB }, (_, i) => i % 251));
    const file = join(dir, "base.txz");
    writeFileSync(file, whole);
    let got = Buffer.alloc(0);
    let [clock, broken] = [0, 0];
    vi.spyOn(performance, "now").mockImplementation(() => clock);
    const sent: number[] = [];
    /** how a piece goes, by how many have come before */
    let line: (nth: number) => "breaks" | "slow" | "quick" = (nth) => (nth < 2 ? "breaks" : nth < 5 ? "quick" : "slow");
    answer = (request, response) => {
      const said = () => response.end(JSON.stringify({ upload: JOB, bytes: whole.length, received: got.length }));
      if (request.method !== "PUT") return void said();
      const pieces: Buffer[] = [];
      request.on("data", (bytes: Buffer) => pieces.push(bytes));
      request.on("end", () => {
        const piece = Buffer.concat(pieces);
        const how = line(sent.push(piece.length) - 1);
        if (how === "breaks") return (broken++, request.socket.destroy());
        clock += how === "slow" ? 6000 : 1000;
        got = Buffer.concat([got, piece]);
        said();
      });
    };
    expect(await putFile(client, file, 1)).toBe(JOB);
    expect(got.equals(whole)).toBe(true);
    const fits = sent.map((bytes) => bytes / KIB);
    expect(fits.slice(0, 7)).toEqual([1024, 256, 64, 128, 256, 512, 512]);
    expect(Math.max(...fits)).toBe(1024);

    // More breaks than tries, each followed by a piece that arrives.
    got = Buffer.alloc(0);
    [sent.length, broken] = [0, 0];
    line = (nth) => (nth % 2 === 0 ? "breaks" : "slow");
    await putFile(client, file, 1);
    expect([got.equals(whole), broken > 20]).toEqual([true, true]);
    // On a good line they grow to what the panel takes.
    got = Buffer.alloc(0);
    sent.length = 0;
    line = () => "quick";
    await putFile(client, file, 1);
    expect(sent.map((bytes) => bytes / KIB)).toEqual([1024, 2048, 2928]);
  });

  it("goes on with a download where it was, and gives the file its name when it is whole", async () => {
    const whole = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251));
    const file = join(dir, "archive.tar");
    answer = (request, response, nth) => {
      const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
      const status = from > 0 ? 206 : 200;
      response.writeHead(status, { "content-length": whole.length - from });
      const rest = whole.subarray(from);
      if (nth === 3) return response.end(rest);
      response.write(rest.subarray(0, 30_000), () => setTimeout(() => request.socket.destroy(), 50));
    };
    expect(await getFile(client, "/api/v1/archives/x/file", file)).toBe(whole.length);
    expect(readFileSync(file).equals(whole)).toBe(true);
    expect(asked.map(({ headers }) => headers.range)).toEqual([undefined, "bytes=30000-", "bytes=60000-"]);
    expect(() => statSync(`${file}.part`)).toThrow();
    answer = (_, response) => {
      response.writeHead(404, { "content-type": "application/problem+json" });
      response.end("{}");
    };
    expect(await failure(getFile(client, "/x", join(dir, "other")))).toMatchObject({ exit: 1 });
    expect(() => statSync(join(dir, "other"))).toThrow();
  });
});

describe("what is printed", () => {
  it("obeys nothing that comes from a jail", async () => {
    expect(plain("a\x1b]0;x\x07\n\u009bb")).toBe("a?]0;x???b");
    expect(table(["A", "B"], [["\x1b[2J", null]])).toBe("A     B\n?[2J  –");
    expect([0, 512, 1536, 10 * 1024 ** 2, 3 * 1024 ** 4].map(bytes)).toEqual(["0B", "512B", "1.5K", "10.0M", "3.0T"]);
    answer = (_, response) => {
      response.writeHead(409, { "content-type": "application/problem+json" });
      const problem = { type: "x", title: "x", status: 409, detail: "no\x1b[2J\nno", code: "busy", problems: [] };
      response.end(JSON.stringify(problem));
    };
    expect(await failure(client.call("jails.list", {}))).toEqual({ exit: 1, message: "no?[2J?no" });
    answer = (_, response) => response.writeHead(502).end("<html>");
    expect(await failure(client.call("jails.list", {}))).toEqual({
      exit: 1,
      message: "The panel answers 502 Bad Gateway.",
    });
    answer = (_, response) => response.writeHead(302, { location: "http://evil.example/" }).end();
    expect(await failure(client.call("jails.list", {}))).toEqual({ exit: 1, message: "The panel answers 302 Found." });
  });
});

describe("the token's file", () => {
  it("is for its owner only, from its first byte, and refused when others may read it", async () => {
    expect(await failure(readConfig())).toMatchObject({ exit: EXIT.token });
    const file = await writeConfig({ url: "http://127.0.0.1:3000", token: TOKEN, plainHttp: false });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir, "knast")).mode & 0o777).toBe(0o700);
    expect(await readConfig()).toEqual({ url: "http://127.0.0.1:3000", token: TOKEN, plainHttp: false });
    for (const mode of [0o640, 0o604, 0o644, 0o660]) {
      chmodSync(file, mode);
      expect(await failure(readConfig()), mode.toString(8)).toMatchObject({ exit: 1 });
    }
    chmodSync(file, 0o600);
    writeFileSync(file, "{}");
    expect(await failure(readConfig())).toMatchObject({ exit: 1 });
    Object.assign(process.env, { KNAST_URL: "https://panel.example.org", KNAST_TOKEN: TOKEN });
    expect((await readConfig()).url).toBe("https://panel.example.org");
    delete process.env.KNAST_TOKEN;
    expect(await failure(readConfig())).toMatchObject({ exit: EXIT.usage });
  });

  it("is sent over an open line only by who says so", () => {
    const to = (url: string, plainHttp = false) => {
      try {
        return checked({ url, token: TOKEN, plainHttp }).url;
      } catch (error) {
        return (error as CliFailure).exit;
      }
    };
    for (const url of ["https://panel.example.org/", "http://127.0.0.1:3000", "http://localhost:1", "http://[::1]:1"])
      expect(to(url), url).toBe(new URL(url).origin);
    for (const url of ["http://panel.example.org", "http://127.0.0.1.evil.example", "http://localhost.evil.example"]) {
      expect(to(url), url).toBe(EXIT.usage);
      expect(to(url, true), url).toBe(url);
    }
    for (const url of ["", "panel", "ftp://x", "https://a@b", "https://x/y", "https://x/?y", "javascript:alert(1)"])
      expect(to(url), url).toBe(EXIT.usage);
  });
});

describe("a command", () => {
  it("is found by its words, and none hides another one", () => {
    const words = COMMANDS.map((command) => command.words);
    expect(new Set(words).size).toBe(words.length);
    for (const command of COMMANDS) expect(commandOf([...command.words.split(" "), "x"])?.command).toBe(command);
    expect(commandOf(["jails"])).toBeNull();
    expect(commandOf(["shells", "list"])?.command.words).toBe("shells list");
    expect(commandOf(["shell", "list"])).toMatchObject({ command: { words: "shell" }, rest: ["list"] });
  });

  it("takes what it says it takes", () => {
    const command = (words: string) => COMMANDS.find((each) => each.words === words)!;
    const exit = (words: string, ...argv: string[]) => {
      try {
        return typed(command(words), argv).args;
      } catch (error) {
        return (error as CliFailure).exit;
      }
    };
    expect(exit("jails start", "web")).toEqual(["web"]);
    expect(exit("jails start", "--", "--web")).toEqual(["--web"]);
    for (const argv of [[], ["a", "b"], ["a", "--unheard"], ["a", "--no-wait=x"]])
      expect(exit("jails start", ...argv), argv.join(" ")).toBe(EXIT.usage);
    expect(typed(command("jails start"), ["--help"]).help).toBe(true);
    const create = typed(command("jails create"), ["a.example", "--ip4", "10.0.2.1", "--ip4", "10.0.2.2", "--json"]);
    expect([create.texts("ip4"), create.text("ip6"), create.json]).toEqual([["10.0.2.1", "10.0.2.2"], undefined, true]);
  });
});
