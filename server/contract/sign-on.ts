import { z } from "zod";

/** Why somebody who comes back from the single sign-on is sent to the sign-in page; the page says it in words. */
export const SignOnRefusal = z.enum(["unknown", "taken", "spent", "second-factor", "failed"]);
export type SignOnRefusal = z.infer<typeof SignOnRefusal>;

/** `token`: of the link by which an account is welcomed; null to sign in */
export const BeginSignOnForm = z.strictObject({ token: z.string().max(100).nullable().default(null) });

export const SignOnRef = z.strictObject({ subject: z.string().min(1).max(300) });

/** What a person sees of it: what it is called, and who he is there. */
export const SignOnView = z.strictObject({
  name: z.string(),
  linked: z.array(z.strictObject({ subject: z.string(), createdAt: z.string() })),
  /** false: it is his only way in */
  mayUnlink: z.boolean(),
});
export type SignOnView = z.infer<typeof SignOnView>;
