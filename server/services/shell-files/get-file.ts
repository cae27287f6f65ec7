import { Readable } from "node:stream";
import type { InnerFile } from "../../contract/shell-file.ts";
import type { Download } from "../archives/download-archive.ts";
import { download } from "../audit/asked-from.ts";
import type { Ctx } from "../context.ts";
import { call, getShellFile } from "../daemon.ts";
import { guardedFile } from "../guarded-file.ts";
import { attachment } from "./attachment.ts";
import { ownTerminal } from "../terminals/list-terminals.ts";

type FileRef = { terminal: string; path: string };

/** Whether a file may come out of the jail, and how large it is now. @throws KnastError not_found */
export async function lookAtFile(ctx: Ctx, form: FileRef): Promise<InnerFile> {
  await ownTerminal(ctx, form.terminal);
  return call("shell.file", form, { actor: ctx.actor.name });
}

/**
 * The bytes of a file, which knastd records; cut off within seconds when the shell, the session or the right has ended.
 * @throws KnastError not_found, too_many
 */
export async function getFile(ctx: Ctx, { signal, ...form }: FileRef & { signal: AbortSignal }): Promise<Download> {
  const { jail } = await ownTerminal(ctx, form.terminal);
  const open = async (until: AbortSignal): Promise<Download> => {
    const response = await download(ctx, { what: "shell.get", jail }, () =>
      getShellFile(form, { actor: ctx.actor.name, signal: until }),
    );
    const name = form.path.slice(form.path.lastIndexOf("/") + 1);
    const headers = { "content-type": "application/octet-stream", "content-disposition": attachment(name) };
    return { status: 200, headers, body: Readable.toWeb(response) as ReadableStream };
  };
  return guardedFile(ctx, { signal }, open, (now) => ownTerminal(now, form.terminal));
}
