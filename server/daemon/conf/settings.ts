import { SETTING_FLAGS, SETTING_NUMBERS, type Settings } from "../../contract/settings.ts";
import { canonicalAddress } from "../../contract/ip.ts";
import { Hostname, InterfaceName, JailName } from "../../contract/names.ts";
import { booleanOf, flagName, plainName } from "./boolean-parameter.ts";
import type { ConfChange } from "./edit-jail-conf.ts";
import type { Parameter } from "./jail-export.ts";

type Flag = keyof typeof SETTING_FLAGS;
type Number = keyof typeof SETTING_NUMBERS;
const FLAGS = Object.keys(SETTING_FLAGS) as Flag[];
const NUMBERS = Object.keys(SETTING_NUMBERS) as Number[];
const SYSV = ["sysvmsg", "sysvsem", "sysvshm"];

const find = (params: readonly Parameter[], name: string): Parameter | undefined =>
  params.findLast((one) => plainName(one.name).name === name);

const items = (params: readonly Parameter[], name: string): string[] =>
  (find(params, name)?.value ?? "").split(",").filter((item) => item !== "");

/** @returns whether a flag is on; null when the config does not name it */
export function flagIn(params: readonly Parameter[], name: string): boolean | null {
  const found = find(params, name);
  return found ? booleanOf(found.name, found.value === null ? [] : [found.value]) : null;
}

/**
 * The settings as a config has them.
 * @param params what `jail -f FILE -e` says of the jail
 */
export function readSettings(params: readonly Parameter[], autostart: boolean): Settings {
  const hostname = Hostname.safeParse(find(params, "host.hostname")?.value ?? "");
  const depend = items(params, "depend");
  const flags = FLAGS.map((key) => [key, flagIn(params, SETTING_FLAGS[key].parameter) ?? SETTING_FLAGS[key].otherwise]);
  const numbers = Object.fromEntries(NUMBERS.map((key) => [key, numberIn(params, key)])) as Record<
    Number,
    number | null
  >;
  return {
    hostname: hostname.success ? hostname.data : null,
    network: readNetwork(params),
    flags: Object.fromEntries(flags) as Settings["flags"],
    sysvipc: readSysv(params),
    ...numbers,
    depend: depend.every((name) => JailName.safeParse(name).success) && depend.length <= 32 ? depend : null,
    autostart,
  };
}

function numberIn(params: readonly Parameter[], key: Number): number | null {
  const { parameter, min, max, otherwise } = SETTING_NUMBERS[key];
  const found = find(params, parameter);
  if (!found) return otherwise;
  const value = /^-?[0-9]{1,9}$/.test(found.value ?? "") ? Number(found.value) : NaN;
  return value >= min && value <= max ? value : null;
}

function readSysv(params: readonly Parameter[]): boolean | null {
  const values = new Set(SYSV.map((name) => find(params, name)?.value ?? "disable"));
  if (flagIn(params, "allow.sysvipc") || values.size > 1) return null;
  return values.has("new") ? true : values.has("disable") ? false : null;
}

/** Only the plain kind: one interface, addresses as host routes. */
function readNetwork(params: readonly Parameter[]): Settings["network"] {
  const wire = InterfaceName.safeParse(find(params, "interface")?.value ?? "");
  if (!wire.success || find(params, "vnet")) return null;
  const family = (name: string, bits: string): string[] | null => {
    const addresses = items(params, name).map((item) => {
      const [address, mask] = item.split("/");
      return mask === undefined || mask === bits ? canonicalAddress(address!) : null;
    });
    return addresses.includes(null) || addresses.length > 8 ? null : (addresses as string[]);
  };
  const ip4 = family("ip4.addr", "32");
  const ip6 = family("ip6.addr", "128");
  return ip4 && ip6 ? { interface: wire.data, ip4, ip6 } : null;
}

/** @returns only what differs, as changes of the file; null in either stays as it is */
export function settingsChanges(params: readonly Parameter[], before: Settings, after: Settings): ConfChange[] {
  const changes: ConfChange[] = [];
  const set = (name: string, values: string[]) => changes.push({ name, values: values.length > 0 ? values : null });
  if (after.hostname !== null && after.hostname !== before.hostname) set("host.hostname", [after.hostname]);
  if (before.network && after.network) {
    if (after.network.interface !== before.network.interface) set("interface", [after.network.interface]);
    for (const [family, name, bits] of [
      ["ip4", "ip4.addr", 32],
      ["ip6", "ip6.addr", 128],
    ] as const) {
      const wished = after.network[family].map((one) => canonicalAddress(one) ?? one);
      if (same(wished, before.network[family])) continue;
      const written = new Map(items(params, name).map((item) => [canonicalAddress(item.split("/")[0]!), item]));
      set(
        name,
        wished.map((address) => written.get(address) ?? `${address}/${bits}`),
      );
    }
  }
  for (const key of FLAGS)
    if (after.flags[key] !== before.flags[key])
      changes.push({ name: flagName(SETTING_FLAGS[key].parameter, after.flags[key]), values: [] });
  if (before.sysvipc !== null && after.sysvipc !== null && before.sysvipc !== after.sysvipc)
    for (const name of SYSV) set(name, [after.sysvipc ? "new" : "disable"]);
  for (const key of NUMBERS)
    if (before[key] !== null && after[key] !== null && before[key] !== after[key])
      set(SETTING_NUMBERS[key].parameter, [String(after[key])]);
  if (before.depend && after.depend && !same(before.depend, after.depend)) set("depend", after.depend);
  return changes;
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one, i) => one === b[i]);

const KNOWN = new Set<string>([
  ...FLAGS.map((key) => SETTING_FLAGS[key].parameter),
  ...NUMBERS.map((key) => SETTING_NUMBERS[key].parameter),
  ...SYSV,
  ...["name", "host.hostname", "interface", "ip4.addr", "ip6.addr", "depend"],
]);

/** @returns the names of a config's parameters that are none of the settings */
export const otherParameters = (params: readonly Parameter[]): string[] =>
  params.map((one) => one.name).filter((name) => !KNOWN.has(plainName(name).name));

/** A running jail takes these from jail -m; all others are set up around it when it starts. */
export const changesAtOnce = (parameter: string): boolean =>
  plainName(parameter).name.startsWith("allow.") || parameter === "children.max";

/**
 * What a changed file must say: the changed parameters as wished, all others as before.
 * @returns the names of those that do not
 */
export function unexpected(
  before: readonly Parameter[],
  after: readonly Parameter[],
  changes: readonly ConfChange[],
): string[] {
  const wished = normalized(before);
  for (const { name, values } of changes) {
    const plain = plainName(name).name;
    if (values === null) wished.delete(plain);
    else wished.set(plain, valueText(name, values.length > 0 ? values.join(",") : null));
  }
  const found = normalized(after);
  return [...new Set([...wished.keys(), ...found.keys()])].filter((name) => wished.get(name) !== found.get(name));
}

const valueText = (name: string, value: string | null): string => {
  const flag = booleanOf(name, value === null ? [] : [value]);
  return flag === null ? (value ?? "") : String(flag);
};

const normalized = (params: readonly Parameter[]): Map<string, string> =>
  new Map(params.map(({ name, value }) => [plainName(name).name, valueText(name, value)]));
