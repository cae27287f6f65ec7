/** DA, DSR, DECRPM, window and focus reports, kitty's flags, what it can draw (XTSMGRAPHICS); answers in DCS and OSC. */
const REPORT =
  /^(?:\x1b\[(?:[?>=]?[0-9;]*[cn]|\??[0-9;]*R|\??[0-9;]*\$y|[0-9;]+t|[IO]|\?[0-9]*u|\?[0-9;]+S)|\x1b[P\]][^\x07\x1b]*(?:\x07|\x1b\\))+$/;

/** @returns whether this is what a terminal says by itself, and nothing that a person typed */
export function isTerminalReport(data: string): boolean {
  return data.charCodeAt(0) === 0x1b && data.length < 1024 && REPORT.test(data);
}
