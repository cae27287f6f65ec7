import { JailId, JailName } from "../../../contract/names.ts";
import { quote } from "../jail-conf.ts";
import type { ConfLine } from "./imported.ts";

/** One statement; numbers stand bare. Throws RangeError on control characters. */
function statement({ name, values }: ConfLine): string {
  if (!/^[a-z][A-Za-z0-9_.]*$/.test(name)) throw new RangeError(`no parameter: ${name}`);
  if (values === null) return `${name};`;
  return `${name} = ${values.map((value) => (/^[0-9]{1,9}$/.test(value) ? value : quote(value))).join(", ")};`;
}

/**
 * The self-contained config of a jail that was taken over, with our mark; what root wrote himself stands above it as a comment.
 * @param fstab path of its fstab, null when it has none
 */
export function renderImported(
  name: string,
  id: string,
  params: readonly ConfLine[],
  fstab: string | null,
  original: { path: string; text: string } | null,
): string {
  const lines = [`$knast_id = ${quote(JailId.parse(id))};`, ...params.map(statement)];
  if (fstab !== null) lines.push(`mount.fstab = ${quote(fstab)};`);
  const comment = original
    ? [`As it stood in ${original.path}:`, ...original.text.split(/\r?\n/)].map((line) => `# ${line}`.trimEnd())
    : [];
  return [...comment, `${JailName.parse(name)} {`, ...lines.map((line) => `\t${line}`), "}", ""].join("\n");
}
