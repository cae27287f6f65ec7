import { COUNTERPARTS } from "../../../e2e/action-counterparts.ts";
import { type Ids, INPUTS } from "../../../e2e/action-inputs.ts";
import type { Operation } from "../../contract/api/table.ts";

export const archiveOf = (jail: string): string => `${jail}-20200101T000000Z.knast.tar`;
export const recordingOf = (jail: string): string => `${jail}-20200101T000000Z-00000000.knast.cast`;

/** What an operation is asked with: as its action is, else here. A new operation without either fails the first test. */
const byAction = new Map(
  Object.entries(COUNTERPARTS).flatMap(([action, operation]) =>
    typeof operation === "string" && INPUTS[action] ? [[operation, INPUTS[action]] as const] : [],
  ),
);
type Input = (name: string, ids: Ids) => unknown;
const nothing: Input = () => ({});
const named: Input = (name) => ({ name });
const OTHERS: Partial<Record<Operation, Input>> = {
  "jails.list": nothing,
  "jails.watch": nothing,
  "jails.show": named,
  "archives.list": nothing,
  "archives.show": (name) => ({ archive: archiveOf(name) }),
  "archives.download": (name) => ({ archive: archiveOf(name) }),
  "host-archives.list": nothing,
  "uploads.show": () => ({ upload: "0".repeat(32) }),
  "uploads.send": () => ({ upload: "0".repeat(32), offset: 0 }),
  "jobs.list": nothing,
  "jobs.show": (_, { job }) => ({ job }),
  "jobs.follow": (_, { job }) => ({ job }),
  "shells.list": nothing,
  "shells.others": nothing,
  "shell-files.show": (_, { terminal }) => ({ terminal, transfer: "0".repeat(32) }),
  "shell-files.send": (_, { terminal }) => ({ terminal, transfer: "0".repeat(32), offset: 0 }),
  "shell-files.get": (_, { terminal }) => ({ terminal, path: "/etc/motd" }),
  "recordings.list": nothing,
  "recordings.download": (name) => ({ recording: recordingOf(name) }),
  "audit.list": nothing,
  "audit.export": nothing,
  "jails.export-audit": named,
  "me.show": nothing,
  "panel.ssh": nothing,
  "ssh-keys.list": nothing,
  "ssh-keys.others": nothing,
  "tokens.list": nothing,
  "tokens.others": nothing,
  "notices.list": nothing,
  "notices.read": () => ({ notice: null }),
  "accounts.list": nothing,
  "accounts.reach": (_, { owner }) => ({ account: owner }),
  "host.show": nothing,
  "host.mount-sources": nothing,
  "host.order": nothing,
  "bases.list": nothing,
  "flavours.list": nothing,
  "flavours.show": () => ({ name: "mine" }),
  "ports.show": nothing,
  "jailping.show": nothing,
  "take-over.find": nothing,
};

export const hasInput = (operation: Operation): boolean => byAction.has(operation) || operation in OTHERS;

/** @returns what an operation is asked with about a jail, everything else of it right */
export const operationInput = (operation: Operation, name: string, ids: Ids): Record<string, unknown> =>
  (byAction.get(operation) ?? OTHERS[operation])!(name, ids) as Record<string, unknown>;
