/** What a terminal says by itself: DA, DSR, DECRPM, window and focus reports; DCS and OSC answers. */
const REPORT =
  /^(?:\x1b\[(?:[?>=]?[0-9;]*[cn]|\??[0-9;]*R|\??[0-9;]*\$y|[0-9;]+t|[IO]|\?[0-9]*u)|\x1b[P\]][^\x07\x1b]*(?:\x07|\x1b\\))+$/;

/** @returns whether these bytes are answers of a terminal and nothing that a person typed */
export function isReport(bytes: Buffer): boolean {
  return bytes[0] === 0x1b && bytes.length < 1024 && REPORT.test(bytes.toString("latin1"));
}
