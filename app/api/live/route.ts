import { KnastError } from "@/server/contract/errors.ts";
import { liveJails } from "@/server/services/jails/live-jails.ts";
import { eventStream } from "../event-stream.ts";
import { refuse } from "../refuse.ts";
import { currentActor } from "@/app/session.ts";

/** The actor's jails (JailRow[]) whenever they change; event `unavailable` while the daemon is away. */
export async function GET(request: Request): Promise<Response> {
  const ctx = await currentActor();
  if (!ctx) return refuse(new KnastError("unauthenticated"));
  try {
    const live = liveJails(ctx);
    return eventStream(request.signal, (send, end) =>
      live((news) => {
        if (news === "ended") end();
        else if (news === "unavailable") send({ name: news, data: null });
        else send({ data: news.rows });
      }),
    );
  } catch (error) {
    return refuse(error);
  }
}
