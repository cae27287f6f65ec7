import { expect, test } from "vitest";
import { NO_FILES_BESIDE } from "./drop-beside.ts";

function drag(types: string[], taken = false) {
  const event = {
    defaultPrevented: taken,
    preventDefault: () => (event.defaultPrevented = true),
    dataTransfer: { types, dropEffect: "copy" as DataTransfer["dropEffect"] },
  };
  return event;
}

test("a file beside the screen is refused; one that was taken, a tab and a text are left alone", () => {
  for (const act of [NO_FILES_BESIDE.onDragOver, NO_FILES_BESIDE.onDrop]) {
    const tell = (types: string[], taken?: boolean) => {
      const event = drag(types, taken);
      act(event);
      return [event.defaultPrevented, event.dataTransfer.dropEffect];
    };
    expect(tell(["Files"])).toEqual([true, "none"]);
    expect(tell(["Files"], true)).toEqual([true, "copy"]);
    expect(tell(["text/plain"])).toEqual([false, "copy"]);
  }
});
