import type { z } from "zod";
import { Address, Ip4, Ip6 } from "@/server/contract/addresses.ts";
import type { Problem } from "@/server/contract/errors.ts";
import type { FlavourSummary } from "@/server/contract/flavour.ts";
import { JailSpec, Switches, type HostInfo, type JailPlan } from "@/server/contract/jail.ts";
import { Limits } from "@/server/contract/limits.ts";
import { Mount, type MountSources } from "@/server/contract/mounts.ts";
import type { AccountRef } from "@/server/contract/panel.ts";
import { Hostname, InterfaceName, JailName, jailNameFromHostname, SshKey } from "@/server/contract/names.ts";

/** The form as it is typed: text where a person types text. `name` null: derived from the host name. */
export type JailFormState = {
  owner: string | null;
  hostname: string;
  name: string | null;
  interface: string;
  ip4: string;
  ip6: string;
  sshKeys: string;
  nameservers: string;
  switches: Switches;
  autostart: boolean;
  base: string;
  flavour: string | null;
  network: "shared" | "vnet";
  mounts: z.input<typeof Mount>[];
  limits: Limits;
  depend: string[];
};

/** What the form has to choose from, beside the host's own facts. */
export type Offers = {
  friends: AccountRef[];
  flavours: FlavourSummary[];
  sources: MountSources;
  jails: string[];
  /** names of the bases */
  bases?: string[];
};

/** What each section of the form gets. */
export type SectionProps = {
  form: JailFormState;
  set: (patch: Partial<JailFormState>) => void;
  host: HostInfo;
  offers: Offers;
  problem: (field: string) => string | null;
};

const words = (text: string) => text.split(/[\s,]+/).filter(Boolean);
const lines = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

/** @returns what goes to the daemon; nothing is checked here beyond cutting lists at blanks, commas and line ends */
export function specOf(form: JailFormState): z.input<typeof JailSpec> {
  return {
    hostname: form.hostname.trim(),
    ...(form.name === null ? {} : { name: form.name.trim() }),
    interface: form.interface.trim(),
    ip4: words(form.ip4),
    ip6: words(form.ip6),
    switches: form.switches,
    autostart: form.autostart,
    sshKeys: lines(form.sshKeys),
    ...(form.nameservers.trim() === "" ? {} : { nameservers: words(form.nameservers) }),
    base: form.base,
    flavour: form.flavour,
    network: form.network,
    mounts: form.mounts.map(({ source, target, ...rest }) => ({
      source: source.trim(),
      target: target.trim(),
      ...rest,
    })),
    limits: form.limits,
    depend: form.depend,
  };
}

/** The name that the jail will have: typed or derived; "" while there is no host name. */
export function nameOf(form: JailFormState): string {
  return form.name ?? (form.hostname.trim() ? jailNameFromHostname(form.hostname.trim()) : "");
}

/**
 * What is wrong with the form by the contract alone, and the part of it that is right, for a preview while one types.
 * @returns `spec` null as long as host name, name or interface can't be used; values that are wrong are left out of it
 */
export function checkForm(form: JailFormState): { problems: Problem[]; spec: z.input<typeof JailSpec> | null } {
  const spec = specOf(form);
  const problems: Problem[] = [];
  const good = (field: string, schema: z.ZodType, value: unknown): boolean => {
    const result = schema.safeParse(value);
    if (!result.success)
      problems.push({ field, code: "invalid", message: result.error.issues[0]?.message ?? "This is not right." });
    return result.success;
  };
  const list = (field: string, schema: z.ZodType, values: string[] | undefined) =>
    values?.filter((value, i) => good(`${field}.${i}`, schema, value));

  const hostname = good("hostname", Hostname, spec.hostname);
  const name = nameOf(form);
  const named = !hostname && form.name === null ? false : good("name", JailName, name);
  const onInterface = good("interface", InterfaceName, spec.interface);
  const lists = {
    ip4: list("ip4", Ip4, spec.ip4),
    ip6: list("ip6", Ip6, spec.ip6),
    sshKeys: list("sshKeys", SshKey, spec.sshKeys),
    ...(spec.nameservers ? { nameservers: list("nameservers", Address, spec.nameservers) } : {}),
    mounts: spec.mounts?.filter((mount, i) =>
      [
        good(`mounts.${i}.source`, Mount.shape.source, mount.source),
        good(`mounts.${i}.target`, Mount.shape.target, mount.target),
      ].every(Boolean),
    ),
  };
  return { problems, spec: hostname && named && onInterface ? { ...spec, ...lists } : null };
}

const PARAMETER: Record<string, RegExp> = {
  hostname: /^\s*host\.hostname\b/,
  name: /^\S+\s*\{/,
  interface: /^\s*(interface|exec\.prestart)\b/,
  ip4: /^\s*(ip4\.addr|exec\.start)\b/,
  ip6: /^\s*(ip6\.addr|exec\.start)\b/,
};

/** Puts each problem below the line of the config that it is about; null when that line is not there. */
export function remarksFor(plan: JailPlan, problems: Problem[]): { line: number | null; text: string }[] {
  const config = plan.config.text.split("\n");
  return problems.map((problem) => {
    const parameter = PARAMETER[problem.field.split(".")[0]!];
    const line = parameter ? config.findIndex((text) => parameter.test(text)) : -1;
    return { line: line < 0 ? null : line, text: problem.message };
  });
}
