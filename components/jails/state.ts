import type { MarkTone } from "@/components/ui/state-mark.tsx";
import type { JailState } from "@/server/contract/jail.ts";

/** Mark of each state; its word is its name. */
export const STATE_TONE: Record<JailState, MarkTone> = {
  running: "ok",
  stopped: "idle",
  starting: "warn",
  stopping: "warn",
  creating: "warn",
  destroying: "warn",
  dying: "warn",
  broken: "bad",
};

/** Order in which an admin looks: what is broken, what is in between, what runs, what is stopped. */
export const STATE_ORDER: Record<JailState, number> = {
  broken: 0,
  dying: 1,
  creating: 2,
  destroying: 2,
  starting: 3,
  stopping: 3,
  running: 4,
  stopped: 5,
};
