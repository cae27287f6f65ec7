"use client";
import type { SectionProps } from "./jail-form.ts";

/** Which jails start before it. */
export function CreateOrder({ problem }: SectionProps) {
  const wrong = problem("depend");
  return wrong ? <p className="text-13 text-bad">▲ {wrong}</p> : null;
}
