import { z } from "zod";
import { JailName, TerminalId } from "./names.ts";
import { call, JailRef, look, Nothing, type Verb } from "./verb.ts";

/** The account that may become every other one; also what a grant says when it leaves the choice free. */
export const ROOT = "root";

/** An account of a jail, as passwd(5) and pw(8) let it be called; none begins with a hyphen, so it is no option of jexec(8). */
export const JailAccount = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/, "An account has 1 to 32 of a-z, 0-9, dot, hyphen and _.");
export type JailAccount = z.infer<typeof JailAccount>;

/** A program as shells(5) lists it: an absolute path without dot segments. */
export const ShellPath = z
  .string()
  .max(255)
  .regex(/^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._+-]+)+$/, "A shell is an absolute path, for example /bin/sh.");
export type ShellPath = z.infer<typeof ShellPath>;

/** What is read of a jail's own files: no more shells and accounts than this, and no more bytes of each file. */
export const MOST_SHELLS = 64;
export const MOST_ACCOUNTS = 512;
export const MOST_BYTES = 64 * 1024;

/** `mayLogIn`: its own shell is one of the jail's /etc/shells, so it is none of those accounts that only own files. */
export const AccountOfJail = z.strictObject({
  name: JailAccount,
  uid: z.int().min(0),
  shell: ShellPath.nullable(),
  mayLogIn: z.boolean(),
});
export type AccountOfJail = z.infer<typeof AccountOfJail>;

/** What a shell can be opened with; both lists come from inside the jail. */
export const ShellChoices = z.strictObject({
  shells: z.array(ShellPath).max(MOST_SHELLS),
  accounts: z.array(AccountOfJail).max(MOST_ACCOUNTS),
});
export type ShellChoices = z.infer<typeof ShellChoices>;

/** Which shell and as whom; what is left out is csh and root. */
export const ShellChoice = z.strictObject({ shell: ShellPath.optional(), account: JailAccount.optional() });
export type ShellChoice = z.infer<typeof ShellChoice>;

/** What a person calls a shell of his; knastd makes one plain line of at most 64 characters of it, and none of an empty one. */
export const TerminalName = z.string().max(256).nullable();
export const MOST_NAME = 64;

export const NameTerminalForm = z.strictObject({ terminal: TerminalId, name: TerminalName });
export type NameTerminalForm = z.infer<typeof NameTerminalForm>;

/** What a person opened last in a jail, and what there is. */
export const OwnShellChoices = z.strictObject({ ...ShellChoices.shape, last: ShellChoice });
export type OwnShellChoices = z.infer<typeof OwnShellChoices>;
export const ShellChoicesForm = z.strictObject({ name: JailName });

export const SHELL_CHOICE_VERBS = {
  /** the jail's /etc/shells and /etc/passwd, read inside of it */
  "terminal.choices": look(JailRef, ShellChoices),
  "terminal.name": call(NameTerminalForm, Nothing),
} as const satisfies Record<string, Verb>;
