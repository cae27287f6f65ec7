import { currentActor } from "@/app/session.ts";
import { KnastError } from "@/server/contract/errors.ts";
import { TerminalId } from "@/server/contract/names.ts";
import { InnerPath } from "@/server/contract/shell-file.ts";
import { getFile } from "@/server/services/shell-files/get-file.ts";
import { refuse } from "../../../refuse.ts";

/** A file of a shell's jail, `?path=`, to be kept and never to be shown: whatever its name says, it is bytes. */
export async function GET(request: Request, { params }: { params: Promise<{ terminal: string }> }): Promise<Response> {
  try {
    const ctx = await currentActor();
    if (!ctx) throw new KnastError("unauthenticated");
    const terminal = TerminalId.safeParse((await params).terminal);
    const path = InnerPath.safeParse(new URL(request.url).searchParams.get("path") ?? "");
    if (!terminal.success || !path.success) throw new KnastError("not_found");
    const file = await getFile(ctx, { terminal: terminal.data, path: path.data, signal: request.signal });
    const headers = { "cache-control": "no-store, no-transform", "x-content-type-options": "nosniff", ...file.headers };
    return new Response(file.body, { status: file.status, headers });
  } catch (error) {
    return refuse(error);
  }
}
