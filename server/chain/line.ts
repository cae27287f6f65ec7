import { createHash } from "node:crypto";
import { AUDIT_FIELD_MAX, AuditRecord } from "../contract/audit.ts";

/** What the first record of all says of the one before it. */
export const NOTHING_BEFORE = "0".repeat(64);

export type Unsealed = Omit<AuditRecord, "hash">;

const SEAL = /,"hash":"([0-9a-f]{64})"\}$/;

/** No byte of a line is anything but printable ASCII: no terminal and no line reader can be told anything by it. */
const escaped = (json: string): string =>
  json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** @returns a text that a record takes: as it is, or cut with an ellipsis at its end */
export const cut = (text: string): string =>
  text.length <= AUDIT_FIELD_MAX ? text : `${text.slice(0, AUDIT_FIELD_MAX - 1)}…`;

/** @returns a record's line, without its end, and its hash: SHA-256 over all of the line before `,"hash":` */
export function seal(record: Unsealed): { line: string; hash: string } {
  const open = escaped(JSON.stringify(record)).slice(0, -1);
  const hash = hashOf(open);
  return { line: `${open},"hash":"${hash}"}`, hash };
}

/** @returns a line's record, null when it is none; its hash is not looked at */
export function parseLine(line: string): AuditRecord | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const parsed = AuditRecord.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** A line's place in the chain: all that a walk over millions of them needs. @returns null when it has none */
export function linkOf(line: string): Pick<AuditRecord, "seq" | "prev" | "hash"> | null {
  try {
    const { seq, prev, hash } = JSON.parse(line) as Partial<AuditRecord>;
    const known = Number.isInteger(seq) && typeof prev === "string" && typeof hash === "string";
    return known ? { seq: seq!, prev, hash } : null;
  } catch {
    return null;
  }
}

/** Whether a line's hash is the one of its bytes. */
export function isSealed(line: string): boolean {
  const found = SEAL.exec(line);
  return found !== null && hashOf(line.slice(0, found.index)) === found[1];
}
