import { closeSync, existsSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import ssh2 from "ssh2";
import { env } from "../env.ts";
import { fingerprintOf } from "./parse-public-key.ts";
import { makeKeyPair } from "./make-key-pair.ts";

/** In knast-web's own directory (0700), beside the secret that signs cookies. */
const fileOf = (dir: string): string => join(dir, "ssh_host_ed25519_key");

export type HostKey = { private: string; type: string; fingerprint: string; line: string };

/** @returns the panel's host key; null before the gateway was on for the first time */
export function readHostKey(dir = env().dir): HostKey | null {
  if (!existsSync(fileOf(dir))) return null;
  const text = readFileSync(fileOf(dir), "utf8");
  const key = ssh2.utils.parseKey(text);
  if (key instanceof Error) throw new Error(`${fileOf(dir)} is no key: ${key.message}`);
  const blob = key.getPublicSSH();
  return {
    private: text,
    type: key.type,
    fingerprint: fingerprintOf(blob),
    line: `${key.type} ${blob.toString("base64")}`,
  };
}

/** Makes it where there is none (0600): whole or not at all, so that a kill leaves no half of one. */
export function makeHostKey(dir = env().dir): HostKey {
  const there = readHostKey(dir);
  if (there) return there;
  const file = fileOf(dir);
  const half = `${file}.new`;
  rmSync(half, { force: true });
  const descriptor = openSync(half, "wx", 0o600);
  try {
    writeSync(descriptor, makeKeyPair("ed25519", { comment: "knasthorst" }).private);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  linkSync(half, file);
  rmSync(half);
  return readHostKey(dir)!;
}
