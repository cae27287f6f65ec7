import { z } from "zod";
import { TerminalId } from "./names.ts";
import { call, look, Nothing, type Verb } from "./verb.ts";

/** Largest piece of a file on its way into a jail: so much of each lies in knastd's memory, while the jail takes it. */
export const SHELL_PIECE = 1024 * 1024;
/** Files on their way into jails and out of them, at once: of one person, and of all. */
export const SHELL_FILES_PER_PERSON = 3;
export const SHELL_FILES_MAX = 24;
/** Bytes of the largest one. */
export const SHELL_FILE_MAX_BYTES = 2 ** 40;
/** knast-get in a jail prints `ESC ] 56278 ; get ; PATH ESC \`, the absolute path in hexadecimal (K, N, A, S, T on a telephone). */
export const OFFER_OSC = 56278;
/** Where a jail finds it. */
export const GETTER_PATH = "/usr/local/bin/knast-get";

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
/** No NUL, and no half of a character, which would become another name on its way. */
const sound = (text: string): boolean =>
  !/\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);

/** One name in a directory, as FreeBSD takes it: whatever characters it has, it is no path. */
export const FileName = z
  .string()
  .min(1, "A file needs a name.")
  .refine((name) => sound(name) && !name.includes("/"), "A name has no slash in it.")
  .refine((name) => name !== "." && name !== "..", "This is a directory's name.")
  .refine((name) => bytesOf(name) <= 255, "This name is longer than a file's may be.");

/** A path as it is seen inside the jail; PATH_MAX of FreeBSD is 1024 with its end. */
export const InnerPath = z
  .string()
  .startsWith("/", "A path in the jail begins with a slash.")
  .refine(sound, "This is no path.")
  .refine((path) => bytesOf(path) < 1024, "This path is too long.");

/** Hexadecimal digits: SHELL/…/files/ID. */
export const TransferId = z.string().regex(/^[0-9a-f]{32}$/, "There is no such file on its way.");

const Shell = { terminal: TerminalId };

/** Where a shell stands. */
export const Place = z.strictObject({
  /** the working directory of what runs in the foreground of the shell */
  directory: InnerPath,
  /** whose files the new ones will be */
  account: z.string().max(64),
  freeBytes: z.int().min(0),
});
export type Place = z.infer<typeof Place>;

/** What to do when the name is taken: `ask` refuses with `exists`, `keep` takes the next free name, NAME (2). */
export const Taken = z.enum(["ask", "replace", "keep"]);
export type Taken = z.infer<typeof Taken>;

/** A file on its way into a jail. */
export const Transfer = z.strictObject({
  transfer: TransferId,
  bytes: z.int().min(0),
  /** what the jail has taken; whoever was interrupted goes on from here */
  received: z.int().min(0),
  /** the name under which it lies in the jail; null while it is not there yet */
  name: FileName.nullable(),
});
export type Transfer = z.infer<typeof Transfer>;

/** A file that may come out. */
export const InnerFile = z.strictObject({ path: InnerPath, name: FileName, bytes: z.int().min(0) });
export type InnerFile = z.infer<typeof InnerFile>;

const Put = z.strictObject({
  ...Shell,
  directory: InnerPath,
  file: FileName,
  bytes: z.int().min(0).max(SHELL_FILE_MAX_BYTES),
  taken: Taken,
});
const TransferRef = z.strictObject({ ...Shell, transfer: TransferId });
const FileRef = z.strictObject({ ...Shell, path: InnerPath });

export const SHELL_FILE_VERBS = {
  /** asks the host's ps(1) and procstat(1) where the shell stands, and the jail whether that is a directory */
  "shell.place": look(z.strictObject(Shell), Place),
  /** a regular file and its size, as a program inside sees them */
  "shell.file": look(FileRef, InnerFile),
  /** opens what takes the file, inside the jail; it ends with its shell, and after three minutes without a byte */
  "shell.put": call(Put, Transfer),
  "shell.put-state": look(TransferRef, Transfer),
  /** gives it up; nothing of it stays */
  "shell.put-cancel": call(TransferRef, Nothing),
  /** puts knast-get into the jail, in place of what stands there */
  "shell.give-get": call(z.strictObject(Shell), Nothing),
} as const satisfies Record<string, Verb>;

/** `PUT /v1/shells/<terminal>/files/<transfer>?offset=<n>` with Content-Length up to SHELL_PIECE; answers Transfer, which may have taken less. */
export const SHELL_PUT_PATH = /^\/v1\/shells\/([0-9a-f]{32})\/files\/([0-9a-f]{32})\?offset=(0|[1-9][0-9]{0,14})$/;
/** `GET /v1/shells/<terminal>/file?path=<encoded>`: the bytes of a regular file, as cat(1) in the jail reads them; cut off when it fails. */
export const SHELL_GET_PATH = /^\/v1\/shells\/([0-9a-f]{32})\/file\?path=([A-Za-z0-9%_.!~*'()-]{1,4096})$/;
