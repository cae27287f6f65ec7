import type { Finding } from "../../contract/check-up.ts";
import { withInclude } from "../conf/jail-main-conf.ts";
import type { Autostart } from "../jails/host-view.ts";
import { finding, line, sysrc, word } from "./finding.ts";

/** What rc.d/jail goes by at boot. */
export type Boot = {
  etc: string;
  autostart: Autostart;
  /** text of ETC/jail.conf, null when there is none */
  main: string | null;
  configured: readonly { name: string; file: string | null; problem: string | null }[];
};

/** jail_enable, jail_list, the include line, and files that FreeBSD can't read. */
export function checkBoot({ etc, autostart, main, configured }: Boot): Finding[] {
  const found: Finding[] = [];
  if (configured.length > 0 && !autostart.enabled)
    found.push(
      finding(
        "boot.jail_enable",
        "warn",
        "No jail starts at boot: jail_enable is not YES",
        "After a reboot of the host all jails stay down until somebody starts them by hand.",
        { commands: [sysrc(etc, "jail_enable=YES")] },
      ),
    );
  const names = new Set(configured.map((one) => one.name));
  const gone = (autostart.list ?? []).filter((name) => !names.has(name) && name !== "none" && name !== "no");
  if (gone.length > 0) {
    const rest = autostart.list!.filter((name) => !gone.includes(name));
    found.push(
      finding(
        "boot.jail_list",
        "note",
        `jail_list names ${gone.length === 1 ? "a jail" : "jails"} without a config: ${gone.join(", ")}`,
        "At boot rc.d/jail says that it cannot start them; everything else starts all the same.",
        { commands: [sysrc(etc, `jail_list=${rest.length > 0 ? rest.join(" ") : "none"}`)] },
      ),
    );
  }
  const inDirectory = configured.filter((one) => one.file?.startsWith(`${etc}/jail.conf.d/`));
  if (inDirectory.length > 0 && withInclude(main, etc) !== null)
    found.push(
      finding(
        "boot.include",
        "bad",
        `${etc}/jail.conf does not include ${etc}/jail.conf.d`,
        "rc.d/jail reads that one file at boot: without the line none of the jails below starts, and `service jail start` does not know them.",
        {
          commands: [`echo ${word(`.include "${etc}/jail.conf.d/*.conf";`)} >> ${word(`${etc}/jail.conf`)}`],
          evidence: inDirectory.map((one) => one.name),
        },
      ),
    );
  for (const one of configured)
    if (one.problem && one.file)
      found.push(
        finding(
          `boot.config.${one.name}`,
          "bad",
          `FreeBSD can't read the config of ${one.name}`,
          "The jail does not start, and as long as the include names the file, neither do the others at boot.",
          { commands: [line("jail", "-f", one.file, "-e", ","), line("vi", one.file)], evidence: [one.problem] },
        ),
      );
  if (found.length > 0) return found;
  return [
    finding("boot", "ok", "Jails start at boot", "jail_enable, jail_list and the include line are as they should be."),
  ];
}
