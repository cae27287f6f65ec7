import type { RequestListener, Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { poll } from "../daemon/testing/poll.ts";
import { httpServer } from "./http-server.ts";

// Clients that keep their end of the line open, whatever they are told.

let server: Server;
const clients: Socket[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function listen(made: Server): Promise<void> {
  server = made.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
}
function client(text: string): Socket {
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true }, () => socket.write(text));
  clients.push(socket.on("error", () => {}));
  return socket;
}
const connections = () =>
  new Promise<number>((resolve, reject) => server.getConnections((error, n) => (error ? reject(error) : resolve(n))));
const hello: RequestListener = (_, response) => void response.end("hello");

it("keeps no connection of who sent no whole request and never closes it", async () => {
  await listen(httpServer(hello));
  server.headersTimeout = 100;
  const told: string[] = [];
  for (const text of ["x\r\n\r\n", `GET / HTTP/1.1\r\nHost: x\r\nx: ${"x".repeat(40_000)}`, "GET / HTTP/1.1\r\nHost"])
    client(text).on("data", (bytes: Buffer) => told.push(bytes.toString().split("\r\n")[0]!));
  await poll("the answers", () => told.length === 3);
  expect(told.sort()).toEqual([
    "HTTP/1.1 400 Bad Request",
    "HTTP/1.1 408 Request Timeout",
    "HTTP/1.1 431 Request Header Fields Too Large",
  ]);
  await poll("the end of all of them", async () => (await connections()) === 0);
  expect(clients.map(({ writableEnded }) => writableEnded)).toEqual([false, false, false]);
});

describe("a connection that stands still", () => {
  const SIZE = 64 * 1024 * 1024;
  const get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  const large: RequestListener = (_, response) => void response.end(Buffer.alloc(SIZE));

  it("is closed when nobody takes its answer", async () => {
    await listen(httpServer(large, 500));
    client(get).pause();
    await poll("the connection", async () => (await connections()) === 1);
    await poll("its end", async () => (await connections()) === 0);
    expect(httpServer(large).timeout).toBe(120_000);
  });

  it("is none that is slow, in either direction", async () => {
    const idle = 2000;
    let came = 0;
    await listen(
      httpServer((request, response) => {
        if (request.method === "GET") return large(request, response);
        request.on("data", (bytes: Buffer) => (came += bytes.length));
        request.on("end", () => response.end("thanks"));
      }, idle),
    );
    const begun = Date.now();
    let taken = 0;
    const reader = client(get).on("data", (bytes: Buffer) => {
      taken += bytes.length;
      // Slow for twice as long as one may stand still.
      if (Date.now() - begun > 2 * idle) return;
      reader.pause();
      setTimeout(() => reader.resume(), 20);
    });
    const pieces = 12;
    let answer = "";
    const writer = client(`PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: ${pieces}\r\n\r\n`);
    writer.on("data", (bytes: Buffer) => (answer += bytes.toString()));
    const drip = setInterval(() => writer.write("x"), (2 * idle) / pieces);
    await poll("the whole of what was sent", () => came === pieces);
    clearInterval(drip);
    await poll("its answer", () => answer.endsWith("thanks"));
    await poll("all of the answer", () => taken > SIZE);
    expect(Date.now() - begun).toBeGreaterThan(1.5 * idle);
  });
});
