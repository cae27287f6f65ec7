import { DaemonMessage } from "@/server/contract/terminal.ts";

/** @returns what knastd says in a text frame, null for anything that it does not say */
export function readMessage(text: string): DaemonMessage | null {
  try {
    return DaemonMessage.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
