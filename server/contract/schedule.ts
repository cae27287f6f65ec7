import { z } from "zod";

export const DAYS = ["every", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;

/** When something happens by itself, in the host's own time zone: every day, or on one day of the week. */
export const Schedule = z.strictObject({
  at: z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, "Write the time as 03:30."),
  day: z.enum(DAYS),
});
export type Schedule = z.infer<typeof Schedule>;
