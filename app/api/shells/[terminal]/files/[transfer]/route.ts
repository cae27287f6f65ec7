import { currentActor } from "@/app/session.ts";
import { KnastError } from "@/server/contract/errors.ts";
import { TerminalId } from "@/server/contract/names.ts";
import { TransferId } from "@/server/contract/shell-file.ts";
import { sendShellPiece, showTransfer } from "@/server/services/shell-files/put-file.ts";
import { refuse } from "../../../../refuse.ts";

type Where = { params: Promise<{ terminal: string; transfer: string }> };
type Ref = { terminal: string; transfer: string };

/** One piece of a file for a shell's jail, raw, at `?offset=`; answers how far it has come (Transfer). */
export async function POST(request: Request, { params }: Where): Promise<Response> {
  const offset = /^[0-9]{1,15}$/.exec(new URL(request.url).searchParams.get("offset") ?? "")?.[0];
  return answer(params, async (ctx, ref) => {
    if (offset === undefined || !request.body) throw new KnastError("invalid");
    const body = request.body as unknown as AsyncIterable<Uint8Array>;
    return sendShellPiece(ctx, { ...ref, offset: Number(offset), body });
  });
}

/** How far it has come, for a browser that was interrupted, and whether it lies in the jail. */
export const GET = (_: Request, { params }: Where): Promise<Response> => answer(params, showTransfer);

async function answer(
  params: Where["params"],
  work: (ctx: NonNullable<Awaited<ReturnType<typeof currentActor>>>, ref: Ref) => Promise<object>,
): Promise<Response> {
  try {
    const ctx = await currentActor();
    if (!ctx) throw new KnastError("unauthenticated");
    const { terminal, transfer } = await params;
    if (!TerminalId.safeParse(terminal).success || !TransferId.safeParse(transfer).success)
      throw new KnastError("not_found");
    return Response.json(await work(ctx, { terminal, transfer }), { headers: { "cache-control": "no-store" } });
  } catch (error) {
    return refuse(error);
  }
}
