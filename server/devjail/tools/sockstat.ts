import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { getopt, type Call } from "../io.ts";
import { listProcesses } from "../processes.ts";
import { findJail } from "../state.ts";
import { userName } from "./accounts.ts";

type Socket = { proto: string; local: string; foreign: string; listens: boolean };

function address(hex: string, port: string): string {
  const bytes = Buffer.from(hex, "hex");
  const number = parseInt(port, 16);
  const end = number ? String(number) : "*";
  if (bytes.every((byte) => byte === 0)) return `*:${end}`;
  for (let i = 0; i < bytes.length; i += 4) bytes.subarray(i, i + 4).reverse();
  if (bytes.length === 4) return `${bytes.join(".")}:${end}`;
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16)).join(":");
  return `${new URL(`http://[${groups}]/`).hostname.slice(1, -1)}:${end}`;
}

/** @returns sockets of the net namespace that process `pid` is in, by inode */
function readSockets(pid: number, families: string): Map<string, Socket> {
  const found = new Map<string, Socket>();
  for (const proto of ["tcp", "udp"])
    for (const family of families) {
      let rows: string[] = [];
      try {
        rows = readFileSync(`/proc/${pid}/net/${proto}${family === "6" ? "6" : ""}`, "latin1")
          .trim()
          .split("\n")
          .slice(1);
      } catch {
        continue;
      }
      for (const row of rows) {
        const cells = row.trim().split(/\s+/);
        const [[local, localPort], [foreign, foreignPort]] = [cells[1]!.split(":"), cells[2]!.split(":")] as [
          [string, string],
          [string, string],
        ];
        found.set(cells[9]!, {
          proto: `${proto}${family}`,
          local: address(local, localPort),
          foreign: address(foreign, foreignPort),
          listens: proto === "tcp" ? cells[3] === "0A" : foreignPort === "0000",
        });
      }
    }
  return found;
}

/** sockstat(1): -4 -6 -l -j jail; the head as FreeBSD 14.2 prints it. */
export function sockstat(call: Call): number {
  const parsed = getopt(call, "46CcIij:LlnP:p:qSsUuvw");
  if (!parsed) {
    call.io.err("usage: sockstat [-46CcIiLlnqSsUuvw] [-j jid] [-p ports] [-P protocols]\n");
    return 1;
  }
  const has = (flag: string) => parsed.flags.some((item) => item.flag === flag);
  const wanted = parsed.flags.findLast((item) => item.flag === "j")?.value;
  const jail = wanted === undefined ? null : findJail(call.state, wanted);
  if (wanted !== undefined && !jail) {
    call.io.err(`sockstat: jail "${wanted}" not found\n`);
    return 1;
  }
  const families = `${has("4") || !has("6") ? "4" : ""}${has("6") || !has("4") ? "6" : ""}`;
  const row = (cells: string[]) => {
    const widths = [8, 10, 5, 3, 6, 21, 0];
    return `${cells.map((cell, i) => (i === 2 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join(" ")}\n`;
  };
  if (!has("q")) call.io.out("USER     COMMAND    PID   FD  PROTO  LOCAL ADDRESS         FOREIGN ADDRESS      \n");
  const byNamespace = new Map<string, Map<string, Socket>>();
  for (const process of jail ? listProcesses(call.state, { jail }) : listProcesses(call.state)) {
    let namespace: string;
    let fds: string[];
    try {
      namespace = readlinkSync(`/proc/${process.pid}/ns/net`);
      fds = readdirSync(`/proc/${process.pid}/fd`);
    } catch {
      continue;
    }
    if (!byNamespace.has(namespace)) byNamespace.set(namespace, readSockets(process.pid, families));
    for (const fd of fds.sort((a, b) => Number(a) - Number(b))) {
      let link = "";
      try {
        link = readlinkSync(`/proc/${process.pid}/fd/${fd}`);
      } catch {
        continue;
      }
      const socket = byNamespace.get(namespace)!.get(/^socket:\[(\d+)\]$/.exec(link)?.[1] ?? "");
      if (!socket || (has("l") && !socket.listens)) continue;
      const name = process.argv[0]!.split("/").at(-1)!.slice(0, 10);
      call.io.out(
        row([userName(process.uid), name, String(process.pid), fd, socket.proto, socket.local, socket.foreign]),
      );
    }
  }
  return 0;
}
