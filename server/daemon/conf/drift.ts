import type { Difference } from "../../contract/jail.ts";
import { canonicalAddress } from "../../contract/ip.ts";
import { SETTING_FLAGS } from "../../contract/settings.ts";
import { booleanOf, plainName } from "./boolean-parameter.ts";
import type { Parameter } from "./jail-export.ts";

/** What a jail has whose config says nothing of it (jail(8)); other parameters are compared only when the config names them. */
const OTHERWISE: Record<string, string> = {
  ...Object.fromEntries(
    Object.values(SETTING_FLAGS)
      .filter(({ parameter }) => parameter.startsWith("allow."))
      .map(({ parameter, otherwise }) => [parameter, String(otherwise)]),
  ),
  "allow.mount": "false",
  "children.max": "0",
  enforce_statfs: "2",
  vnet: "inherit",
};

/** Set by the kernel or by jail(8) for its own ends, or compared in another way. */
const PASSED_OVER = new Set(
  "name jid dying parent path persist allow.dying host ip4 ip6 ip4.addr ip6.addr cpuset.id osreldate children.cur".split(
    " ",
  ),
);

const MOUNTS = { "mount.devfs": "dev", "mount.fdescfs": "dev/fd", "mount.procfs": "proc" } as const;

export type Running = {
  /** of `jls -n` */
  params: readonly Parameter[];
  /** mount points of the host's mount table */
  mounted: ReadonlySet<string>;
  /** of the jail's root, without links on the way */
  path: string;
};

/**
 * What a restart would change: the kernel's parameters and the mount table against the config, each in its normal form.
 * Commands (exec.*) leave nothing to compare; a securelevel that the jail has raised by itself is none.
 * @param config as `jail -e` reads it
 */
export function differences(config: readonly Parameter[], running: Running): Difference[] {
  const file = normal(config);
  const kernel = normal(running.params);
  const found: Difference[] = [];
  const add = (parameter: string, file: string | null, running: string | null) =>
    found.push({ parameter, file: file?.slice(0, 1024) ?? null, running: running?.slice(0, 1024) ?? null });

  for (const parameter of new Set([...file.keys(), ...Object.keys(OTHERWISE)])) {
    const has = kernel.get(parameter);
    if (has === undefined || PASSED_OVER.has(parameter)) continue;
    const wished = file.get(parameter) ?? OTHERWISE[parameter]!;
    if (wished === has || (/^-?[0-9]+$/.test(wished) && Number(wished) === Number(has))) continue;
    if (parameter === "securelevel" && Number(has) > Number(wished)) continue;
    // With allow.sysvipc the kernel inherits, whatever the three say.
    if (parameter.startsWith("sysv") && kernel.get("allow.sysvipc") === "true") continue;
    add(parameter, wished, has);
  }
  for (const [parameter, below] of Object.entries(MOUNTS)) {
    const wished = file.get(parameter) === "true";
    const is = running.mounted.has(`${running.path.replace(/\/+$/, "")}/${below}`);
    if (wished !== is) add(parameter, String(wished), String(is));
  }
  if (kernel.get("vnet") !== "new" && !file.has("vnet"))
    for (const family of ["ip4", "ip6"]) {
      if (!["disable", "new", undefined].includes(file.get(family))) continue;
      const [wished, has] = [addresses(config, `${family}.addr`), addresses(running.params, `${family}.addr`)];
      if (wished.join() !== has.join()) add(`${family}.addr`, wished.join(", ") || null, has.join(", ") || null);
    }
  return found;
}

/** Both spellings of a flag become "true" or "false" under its plain name; a bare `vnet` or `sysvshm` is "new". */
function normal(params: readonly Parameter[]): Map<string, string> {
  return new Map(
    params.map(({ name, value }) => {
      if (/^(vnet|sysv(msg|sem|shm))$/.test(name) && (value === null || /^(1|true)$/.test(value))) return [name, "new"];
      const flag = booleanOf(name, value === null ? [] : [value]);
      return flag === null ? [name, value ?? ""] : [plainName(name).name, String(flag)];
    }),
  );
}

/** Sorted, canonical, without interface, prefix and further words. */
function addresses(params: readonly Parameter[], name: string): string[] {
  const items = (params.findLast((one) => one.name === name)?.value ?? "").split(",");
  return items
    .map((item) => canonicalAddress(item.slice(item.indexOf("|") + 1).split(/[\s/%]/, 1)[0] ?? ""))
    .filter((address) => address !== null)
    .sort();
}
