import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";

/** @returns the first range of a subordinate id file (subuid(5)) for an account, null when it has none */
function range(file: string, name: string, uid: number): { first: string; count: string } | null {
  if (!existsSync(file)) return null;
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const [who, first, count] = line.trim().split(":");
    if ((who === name || who === String(uid)) && first && count) return { first, count };
  }
  return null;
}

/**
 * Maps an ordinary user to root of the user namespace of process `pid`, and his subordinate ids behind it, so that jails
 * can have accounts. Without a range there is only root.
 * @throws Error naming the package when /etc/subuid has a range and newuidmap(1) is missing
 */
export function mapUsers(pid: number): void {
  const { username, uid, gid } = userInfo();
  const uids = range("/etc/subuid", username, uid);
  const gids = range("/etc/subgid", username, uid);
  if (!uids || !gids) {
    writeFileSync(`/proc/${pid}/setgroups`, "deny");
    writeFileSync(`/proc/${pid}/uid_map`, `0 ${uid} 1`);
    writeFileSync(`/proc/${pid}/gid_map`, `0 ${gid} 1`);
    return;
  }
  const tool = ["/usr/bin/newuidmap", "/bin/newuidmap"].find((path) => existsSync(path));
  if (!tool) throw new Error("devjail: newuidmap is missing: install the package uidmap.");
  const map = (program: string, own: number, sub: { first: string; count: string }) =>
    execFileSync(program, [String(pid), "0", String(own), "1", "1", sub.first, sub.count], { stdio: "pipe" });
  map(tool, uid, uids);
  map(tool.replace("newuidmap", "newgidmap"), gid, gids);
}
