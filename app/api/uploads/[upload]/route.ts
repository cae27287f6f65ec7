import { currentActor } from "@/app/session.ts";
import { KnastError } from "@/server/contract/errors.ts";
import { UploadId } from "@/server/contract/upload.ts";
import { sendPiece } from "@/server/services/uploads/send-piece.ts";
import { showUpload } from "@/server/services/uploads/show-upload.ts";
import { refuse } from "../../refuse.ts";

type Where = { params: Promise<{ upload: string }> };

/** One piece of an upload, raw, at `?offset=`; answers how far it has come (Upload). */
export async function POST(request: Request, { params }: Where): Promise<Response> {
  const offset = /^[0-9]{1,15}$/.exec(new URL(request.url).searchParams.get("offset") ?? "")?.[0];
  return answer(params, async (ctx, upload) => {
    if (offset === undefined || !request.body) throw new KnastError("invalid");
    return sendPiece(ctx, {
      upload,
      offset: Number(offset),
      body: request.body as unknown as AsyncIterable<Uint8Array>,
    });
  });
}

/** How far an upload has come, for a browser that was interrupted. */
export const GET = (_: Request, { params }: Where): Promise<Response> =>
  answer(params, (ctx, upload) => showUpload(ctx, { upload }));

async function answer(
  params: Where["params"],
  work: (ctx: NonNullable<Awaited<ReturnType<typeof currentActor>>>, upload: string) => Promise<object>,
): Promise<Response> {
  try {
    const ctx = await currentActor();
    if (!ctx) throw new KnastError("unauthenticated");
    const upload = UploadId.safeParse((await params).upload);
    if (!upload.success) throw new KnastError("not_found");
    return Response.json(await work(ctx, upload.data), { headers: { "cache-control": "no-store" } });
  } catch (error) {
    return refuse(error);
  }
}
