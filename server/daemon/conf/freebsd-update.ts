/** What freebsd-update(8) says of an update. */
export type Updated = {
  /** its last line of install */
  installed: boolean;
  /** there was nothing to fetch */
  nothing: boolean;
  /** why it failed, in a sentence; null for what we don't know */
  reason: string | null;
};

const REASONS: [RegExp, string][] = [
  [/^No mirrors remaining, giving up\.|^Fetching .*\.\.\. failed\.$/m, "No update server could be reached."],
  [
    /^Cannot (update|upgrade) from a version that is not a release$|^WARNING: .* is not a release$/im,
    "Only releases are updated this way: a base of your own making is installed anew.",
  ],
  [
    /^(The update metadata|Update metadata|The.*metadata).*(incorrect|corrupt|invalid)|signature.*(invalid|fail)|public key.*(mismatch|not match)/im,
    "What the update server sent is not signed as it should be.",
  ],
  [
    /^freebsd-update: Directory does not exist|^Directory does not exist or is not writable/m,
    "The copy of the base could not be written to.",
  ],
  [/must be run as root/i, "knastd does not run as root."],
];

/** @param text standard output and standard error of `freebsd-update fetch install` */
export function parseUpdate(text: string): Updated {
  const nothing =
    /^No updates needed to update system to /m.test(text) || /^No updates are available to install\.$/m.test(text);
  return {
    installed: /^Installing updates\.\.\.[\s\S]*? ?done\.$/m.test(text),
    nothing,
    reason: REASONS.find(([shape]) => shape.test(text))?.[1] ?? null,
  };
}
