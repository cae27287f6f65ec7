import type { Company, Person } from "@/server/contract/together.ts";

const END: Record<NonNullable<NonNullable<Company["recording"]>["ended"]>, string | null> = {
  stopped: null,
  "shell-ended": null,
  "too-large": "The recording has ended, as it was as large as one may become.",
  "disk-full": "The recording has ended, as the host's disk is nearly full.",
  "too-slow": "The recording has ended, as the host's disk was too slow for it.",
  failed: "The recording has ended, as it could not be written.",
};

/** What somebody does here, in a word or two. */
export function doing({ mode, here }: Person): string {
  if (!here) return mode === "read" ? "may read, is away" : "may type, is away";
  return mode === "read" ? "reads" : "types";
}

/** Why a recording is over that nobody has stopped; null when there is nothing to say. */
export const whyEnded = (recording: Company["recording"]): string | null =>
  recording?.ended ? END[recording.ended] : null;

/** What it means to let somebody in. */
export const consentWords = (name: string, jail: string, account: string): string =>
  `If you let ${name} in, ${name} sees all that is printed here from now on and what was printed before, as far as it is kept. With the keyboard ${name} types as ${account} in ${jail}. You can end both at any time.`;

/** A moment of today, or of another day, as a clock shows it. */
export function clock(at: string, now = new Date()): string {
  const day = new Date(at);
  const time = day.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return day.toDateString() === now.toDateString() ? time : `${day.toLocaleDateString()} ${time}`;
}
