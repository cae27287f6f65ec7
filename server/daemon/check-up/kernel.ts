import type { Finding } from "../../contract/check-up.ts";
import { KnastError } from "../../contract/errors.ts";
import { finding, line, sysrc } from "./finding.ts";

/** @param enabled what `sysctl -n kern.racct.enable` prints. Throws KnastError internal on anything but 0 and 1 */
export function checkRacct(enabled: string): Finding[] {
  if (!/^[01]$/.test(enabled.trim())) throw new KnastError("internal", { cause: "kern.racct.enable" });
  if (enabled.trim() === "1") return [finding("racct", "ok", "Limits hold", "kern.racct.enable is 1.")];
  const means =
    "No limit of rctl(8) holds: one jail can take all memory and all processes of the host. It is switched on at boot only.";
  const commands = ["echo kern.racct.enable=1 >> /boot/loader.conf", "shutdown -r now"];
  const evidence = [`kern.racct.enable: ${enabled.trim()}`];
  return [finding("racct", "warn", "Limits do not hold: resource accounting is off", means, { commands, evidence })];
}

/**
 * security H1: with an empty ruleset a jail sees every device of the host.
 * @param rulesets what `devfs rule -s N show` prints for each ruleset that a jail uses, and for 4. Throws KnastError internal on what are no rules
 */
export function checkDevfs(rulesets: ReadonlyMap<number, string>, etc: string): Finding[] {
  if ([...rulesets.values()].some((rules) => !/^\s*$|^[0-9]+ /.test(rules)))
    throw new KnastError("internal", { cause: "devfs rule show" });
  const empty = [...rulesets].filter(([, rules]) => rules.trim() === "").map(([ruleset]) => ruleset);
  if (empty.length === 0)
    return [finding("devfs", "ok", "devfs rules are loaded", "No jail sees a device that it should not.")];
  const means =
    "A jail that mounts a devfs with an empty ruleset sees every device of the host, disks and memory among them. The panel starts none until it is mended.";
  return empty.map((ruleset) =>
    finding(`devfs.${ruleset}`, "bad", `devfs ruleset ${ruleset} is empty`, means, {
      commands: [sysrc(etc, "devfs_load_rulesets=YES"), line("service", "devfs", "restart")],
      evidence: [`devfs rule -s ${ruleset} show: nothing`],
    }),
  );
}

/** "14.2-RELEASE-p3" as numbers; null for what is no release. */
export function readRelease(text: string): { major: number; minor: number; patch: number } | null {
  const found = /^([0-9]{1,3})\.([0-9]{1,3})-[A-Z0-9]+(?:-p([0-9]{1,3}))?/.exec(text.trim());
  return found ? { major: Number(found[1]), minor: Number(found[2]), patch: Number(found[3] ?? 0) } : null;
}

export type Releases = {
  /** lines of `freebsd-version -kru`: kernel on disk, kernel that runs, userland */
  versions: string;
  base: { name: string; release: string; installedAt: string } | null;
  jails: string;
  now: Date;
};

/** Months after which a base that nobody has touched is surely missing patches; errata come about monthly. */
const OLD_DAYS = 90;

/** What the host runs against what is installed, and against its base. Throws KnastError internal when that are no three releases. */
export function checkReleases({ versions, base, jails, now }: Releases): Finding[] {
  const [installed = "", running = "", userland = ""] = versions.split("\n").map((one) => one.trim());
  if (![installed, running, userland].every((one) => readRelease(one)))
    throw new KnastError("internal", { cause: "freebsd-version -kru" });
  const evidence = [`freebsd-version -kru: ${[installed, running, userland].join(" ")}`];
  const found: Finding[] = [];
  if (installed !== running)
    found.push(
      finding(
        "release.reboot",
        "warn",
        `The host runs ${running}, but ${installed} is installed`,
        "A patched kernel protects only once it runs.",
        { commands: [line("shutdown", "-r", "now")], evidence },
      ),
    );
  const [kernel, world] = [readRelease(installed), readRelease(userland)];
  if (kernel && world && (kernel.major !== world.major || kernel.minor !== world.minor))
    found.push(
      finding(
        "release.userland",
        "warn",
        `The host's kernel is ${installed}, its userland ${userland}`,
        "An update stopped half-way: its second part is still to be installed.",
        { commands: [line("freebsd-update", "install")], evidence },
      ),
    );
  const [own, theirs] = [readRelease(running), readRelease(base?.release ?? "")];
  const which = base && base.name !== "basejail" ? `.${base.name}` : "";
  const path = `${jails}/${base?.name ?? "basejail"}`;
  const update = [line("freebsd-update", "-b", path, "--currently-running", base?.release ?? "", "fetch", "install")];
  if (own && theirs && (theirs.major > own.major || (theirs.major === own.major && theirs.minor > own.minor)))
    found.push(
      finding(
        `release.base-newer${which}`,
        "bad",
        `${base!.name} is ${base!.release}, newer than the host's kernel ${running}`,
        "Programs of a newer FreeBSD use calls that this kernel does not have: they fail in ways that nobody understands. Update the host first.",
        { commands: ["freebsd-update fetch install"], evidence: [...evidence, `base: ${base!.release}`] },
      ),
    );
  else if (own && theirs && (theirs.major < own.major || theirs.minor < own.minor))
    found.push(
      finding(
        `release.base-older${which}`,
        "note",
        `${base!.name} is ${base!.release}, the host ${running}`,
        "It works, as FreeBSD runs older programs; but an older release reaches its end of life earlier and gets no patches then.",
        { evidence: [...evidence, `base: ${base!.release}`] },
      ),
    );
  else if (world && theirs && theirs.patch < world.patch)
    found.push(
      finding(
        `release.base-patches${which}`,
        "warn",
        `${base!.name} is ${base!.release}, but the host has patches up to ${userland}`,
        "All jails use the base's programs: what is mended on the host is still open in every jail.",
        { commands: update, evidence: [...evidence, `base: ${base!.release}`] },
      ),
    );
  const days = base ? Math.floor((now.getTime() - Date.parse(base.installedAt)) / 86_400_000) : 0;
  if (base && days > OLD_DAYS && Date.parse(base.installedAt) > 0)
    found.push(
      finding(
        `release.base-age${which}`,
        "warn",
        `${base.name} was installed ${days} days ago`,
        "FreeBSD publishes security patches about every month, and all jails use the base's programs.",
        { commands: update, evidence: [`${path}: ${base.release}, ${base.installedAt}`] },
      ),
    );
  if (found.length > 0) return found;
  return [finding("release", "ok", `Host and base fit together`, base ? `${running} and ${base.release}` : running)];
}

/** @param newest latest change of any file that this host has written itself, in milliseconds since 1970 */
export function checkClock(now: Date, newest: number): Finding[] {
  if (newest <= now.getTime() + 3_600_000)
    return [finding("clock", "ok", "The clock goes on", "No file of the host is from the future.")];
  const means =
    "The clock was set back: sign-ins, links and logs go by it, and certificates seem to be from the future.";
  const evidence = [`now ${now.toISOString()}, a file from ${new Date(newest).toISOString()}`];
  const commands = ["service ntpd onestop", "ntpd -gq", "sysrc ntpd_enable=YES", "service ntpd start"];
  return [finding("clock", "warn", "The clock is behind its own files", means, { commands, evidence })];
}
