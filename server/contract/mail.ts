import { z } from "zod";

/**
 * One mailbox, in ASCII: what SMTP takes without extensions (RFC 5321 4.1.2), no quoted local part, no address literal. No
 * character in it ends a header, separates two addresses or opens a comment (RFC 5322 3.4).
 */
export const MailAddress = z
  .string()
  .trim()
  .max(254, "A mail address has at most 254 characters.")
  .regex(
    /^(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/,
    "Give a mail address like olaf@example.org.",
  );
export type MailAddress = z.infer<typeof MailAddress>;

export const TestMailForm = z.strictObject({ to: MailAddress });
export type TestMailForm = z.infer<typeof TestMailForm>;
