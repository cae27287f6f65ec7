import { DAYS, type Schedule } from "../../contract/schedule.ts";

/**
 * @param now local time counts, as cron(8) has it
 * @returns the latest moment, not after `now`, at which the schedule was due. A time that the clock's change leaves out is due an
 *   hour later; one that it repeats is due once.
 */
export function latestSlot(schedule: Schedule, now: Date): Date {
  const [hour, minute] = schedule.at.split(":").map(Number) as [number, number];
  const weekday = DAYS.indexOf(schedule.day) - 1;
  for (let back = 0; back <= 8; back++) {
    const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() - back);
    const slot = new Date(day.getFullYear(), day.getMonth(), day.getDate(), hour, minute);
    if (slot <= now && (weekday < 0 || day.getDay() === weekday)) return slot;
  }
  return new Date(0);
}
