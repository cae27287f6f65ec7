import { currentActor } from "@/app/session.ts";
import { KnastError } from "@/server/contract/errors.ts";
import { downloadArchive } from "@/server/services/archives/download-archive.ts";
import { refuse } from "../../refuse.ts";

/** An archive as a file to keep; a download that broke off goes on where it was (Range, If-Range). */
export async function GET(request: Request, { params }: { params: Promise<{ archive: string }> }): Promise<Response> {
  try {
    const ctx = await currentActor();
    if (!ctx) throw new KnastError("unauthenticated");
    const { archive } = await params;
    const { headers, signal } = request;
    const form = { archive, range: headers.get("range"), ifRange: headers.get("if-range"), signal };
    const answer = await downloadArchive(ctx, form);
    const reply = new Headers({
      "cache-control": "no-store, no-transform",
      "x-content-type-options": "nosniff",
    });
    for (const [name, value] of Object.entries(answer.headers)) reply.set(name, value);
    return new Response(answer.body, { status: answer.status, headers: reply });
  } catch (error) {
    return refuse(error);
  }
}
