import { type ConfStatement, scanJailConf } from "./jail-conf-scan.ts";

/**
 * rc.d/jail starts all jails from ETC/jail.conf alone, so that file has to include ours.
 * @param text of ETC/jail.conf, null when there is none
 * @returns what it must become, everything that stands in it kept; null if it includes them already
 */
export function withInclude(text: string | null, etc: string): string | null {
  const there = scanJailConf(text ?? "").some((statement) => statement.jail === null && isOurs(statement, etc));
  if (there) return null;
  const line = `.include "${`${etc}/jail.conf.d/*.conf`.replace(/[\\"$]/g, "\\$&")}";\n`;
  if (text === null || text === "") return line;
  return `${text}${text.endsWith("\n") ? "" : "\n"}${line}`;
}

/** @returns whether a config includes files other than ours, of whose changes its own date says nothing */
export const includesOthers = (text: string, etc: string): boolean =>
  scanJailConf(text).some((statement) => statement.name === ".include" && !isOurs(statement, etc));

const isOurs = ({ name, values }: ConfStatement, etc: string): boolean =>
  name === ".include" && [`${etc}/jail.conf.d/*.conf`, "jail.conf.d/*.conf"].includes(values.join(""));
