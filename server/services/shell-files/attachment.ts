/**
 * @param name a file's name in a jail, whatever its root has put into it
 * @returns Content-Disposition (RFC 6266) with the name in ASCII and, after RFC 5987, as it is; without what no name should have:
 *   control characters, path separators, and characters that turn the direction of writing
 */
export function attachment(name: string): string {
  const clean = cleanFileName(name);
  const plain = clean.replace(/[^ !#$&+\-.0-9=@A-Z^_`a-z{}~()[\],]/g, "_");
  const exact = encodeURIComponent(clean).replace(
    /['()*!]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}

/** @returns the name that a browser is told; never empty, never hidden */
export function cleanFileName(name: string): string {
  const clean = name
    // eslint-disable-next-line no-control-regex
    .replace(
      /[\u0000-\u001f\u007f-\u009f/\\:*?"<>|\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g,
      "_",
    )
    .replace(/^\.+/, "_")
    .replace(/[. ]+$/, "");
  return clean || "file";
}
