import { KnastError } from "@/server/contract/errors.ts";
import { watchJails } from "@/server/services/jails/watch-jails.ts";
import { eventStream } from "../event-stream.ts";
import { refuse } from "../refuse.ts";
import { currentActor } from "@/app/session.ts";

/** The actor's jails (JailRow[]) whenever they change; event `unavailable` while the daemon is away. */
export async function GET(request: Request): Promise<Response> {
  const ctx = await currentActor();
  if (!ctx) return refuse(new KnastError("unauthenticated"));
  return eventStream(request.signal, (send, end) =>
    watchJails(ctx, (news) => {
      if (news === "ended") end();
      else if (news === "unavailable") send({ name: news, data: null });
      else send({ data: news.rows });
    }),
  );
}
