import type { DragEvent } from "react";

type Drag = Pick<DragEvent, "defaultPrevented" | "preventDefault"> & {
  dataTransfer: Pick<DataTransfer, "types" | "dropEffect">;
};

/** Whoever takes the file has said so before; without anybody the browser would open it in the panel's place. */
function refuse(event: Drag): void {
  if (event.defaultPrevented || !event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "none";
}

/** For the element around a shell: a file that falls beside the screen goes nowhere. */
export const NO_FILES_BESIDE = { onDragOver: refuse, onDrop: refuse };
