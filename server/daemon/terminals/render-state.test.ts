import { Terminal } from "@xterm/headless";
import { expect, test } from "vitest";
import { ModeTracker } from "./modes.ts";
import { renderState } from "./replay.ts";

/** What a terminal shows in its first line, and how the last character looks. */
async function shown(bytes: Buffer) {
  const term = new Terminal({ cols: 80, rows: 4, allowProposedApi: true });
  await new Promise<void>((resolve) => term.write(bytes, resolve));
  const { type, cursorX } = term.buffer.active;
  const line = term.buffer.active.getLine(0)!;
  const last = line.getCell(Math.max(cursorX - 1, 0))!;
  return {
    text: line.translateToString(true),
    look: [type, term.modes.bracketedPasteMode, last.getFgColor(), last.isBold(), last.isUnderline()],
  };
}

const STREAM =
  "\x1b[?1049h\x1b[H\x1b[31mred\x1b]2;ti\x1b\\\x1b[?2004h漢ü👍\x1b[1;32mgreen\u009b4munder\x1bPq#\x1b\\end";

test("a player that begins anywhere in a stream, also within a sequence or a character, shows what follows as it is", async () => {
  const stream = Buffer.from(STREAM);
  const { text, look } = await shown(stream);
  expect(text).toBe("red漢ü👍greenunderend");
  for (let cut = 0; cut <= stream.length - "end".length; cut++) {
    const player = await shown(
      Buffer.concat([renderState(new ModeTracker(), stream.subarray(0, cut)), stream.subarray(cut)]),
    );
    expect(player.look, `cut at ${cut}`).toEqual(look);
    const before = await shown(stream.subarray(0, cut));
    expect(before.text + player.text, `cut at ${cut}`).toBe(text);
  }
});

test("one that has shown nothing yet, or plain text, needs no state", () => {
  for (const text of ["", "plain\r\n", "漢", "\x1b[31m\x1b[m"])
    expect(renderState(new ModeTracker(), Buffer.from(text)), text).toHaveLength(0);
});
