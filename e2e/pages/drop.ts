import type { Locator } from "@playwright/test";

/** Lets a file fall onto something. @returns what of it the page has kept from the browser, which would open the file, and with what effect */
export function isHeld(target: Locator): Promise<string[]> {
  return target.evaluate((element) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["x"], "beside"));
    return ["dragover", "drop"].flatMap((type) => {
      const event = new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
      return element.dispatchEvent(event) ? [] : [`${type} ${dataTransfer.dropEffect}`];
    });
  });
}
