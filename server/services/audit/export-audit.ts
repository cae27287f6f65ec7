import {
  AUDIT_PAGE_MAX,
  type AuditFilter,
  type AuditQuery,
  type AuditRecord,
  filterOf,
  type JailAuditQuery,
} from "../../contract/audit.ts";
import { KnastError } from "../../contract/errors.ts";
import { assertAdmin, isAdmin } from "../accounts/assert-admin.ts";
import { cameBy, stillActor } from "../accounts/still-actor.ts";
import type { Download } from "../archives/download-archive.ts";
import type { Ctx } from "../context.ts";
import { Places } from "../places.ts";
import { jailFilter, lookThrough, rowOf } from "./list-audit.ts";
import { record } from "./record.ts";

/** Exports of one person at the same time. */
const places = new Places(2);

/**
 * The trail as JSON lines, newest first, with the filters of its page; the admin's lines have their hashes. Each export is on record.
 * @throws KnastError forbidden, too_many, unavailable
 */
export function exportAudit(ctx: Ctx, query: AuditQuery, reader: Reader): Promise<Download> {
  const may = async (now: Ctx) => {
    assertAdmin(now);
    return filterOf(query);
  };
  return download(ctx, "audit", may, reader);
}

/** The same of one jail. @throws KnastError not_found, forbidden, too_many, unavailable */
export function exportJailAudit(ctx: Ctx, { name, ...query }: JailAuditQuery, reader: Reader): Promise<Download> {
  return download(ctx, `audit-${name}`, (now) => jailFilter(now, name, query), reader, name);
}

type May = (ctx: Ctx) => Promise<AuditFilter>;
/** Aborts when whoever asked has gone: an answer that he did not wait for is not read, and not cancelled either. */
type Reader = { signal: AbortSignal };

async function download(ctx: Ctx, name: string, may: May, { signal }: Reader, jail?: string): Promise<Download> {
  const filter = await may(ctx);
  const leave = places.take(ctx.actor.id);
  try {
    const pages = pagesOf(ctx, may, leave);
    // What can be refused is refused before the first byte.
    const first = await pages.next();
    const { source, requestId, actor } = ctx;
    const token = actor.scope ? { token: actor.scope.token } : {};
    const what = { what: "audit.export", who: actor.name, source, requestId, result: "ok", ...token } as const;
    await record({ ...what, ...(jail === undefined ? {} : { jail: filter.jail ?? jail }) });
    const headers = {
      "content-type": "application/x-ndjson; charset=utf-8",
      "content-disposition": `attachment; filename="${name}.jsonl"`,
    };
    const gone = () => void pages.return(undefined);
    if (signal.aborted) gone();
    else signal.addEventListener("abort", gone, { once: true });
    return { status: 200, headers, body: streamOf(first, pages) };
  } catch (error) {
    leave();
    throw error;
  }
}

/** Before each page it is asked anew whether he may. */
async function* pagesOf(ctx: Ctx, may: May, leave: () => void): AsyncGenerator<string> {
  try {
    for (let before: number | null | undefined; before !== null;) {
      const actor = await stillActor(cameBy(ctx.actor), false);
      if (!actor) throw new KnastError("unauthenticated");
      const now = { ...ctx, actor };
      const page = await lookThrough(now, await may(now), { before, limit: AUDIT_PAGE_MAX });
      yield page.records.map((one) => `${JSON.stringify(lineOf(now, one))}\n`).join("");
      before = page.next;
    }
  } finally {
    leave();
  }
}

const lineOf = (ctx: Ctx, one: AuditRecord): unknown => (isAdmin(ctx.actor) ? one : rowOf(ctx.actor, one));

function streamOf(first: IteratorResult<string, void>, pages: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next: IteratorResult<string, void> | null = first;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const got = next ?? (await pages.next());
      next = null;
      if (got.done) return controller.close();
      controller.enqueue(encoder.encode(got.value));
    },
    async cancel() {
      await pages.return(undefined);
    },
  });
}
