import { scanJailConf } from "./jail-conf-scan.ts";

/**
 * rc.d/jail starts all jails from ETC/jail.conf alone, so that file has to include ours.
 * @param text of ETC/jail.conf, null when there is none
 * @returns what it must become, everything that stands in it kept; null if it includes them already
 */
export function withInclude(text: string | null, etc: string): string | null {
  const wanted = [`${etc}/jail.conf.d/*.conf`, "jail.conf.d/*.conf"];
  const there = scanJailConf(text ?? "").some(
    (statement) =>
      statement.jail === null && statement.name === ".include" && wanted.includes(statement.values.join("")),
  );
  if (there) return null;
  const line = `.include "${`${etc}/jail.conf.d/*.conf`.replace(/[\\"$]/g, "\\$&")}";\n`;
  if (text === null || text === "") return line;
  return `${text}${text.endsWith("\n") ? "" : "\n"}${line}`;
}
