import { NoticeFacts, type NoticeFilter, NoticeKind, type NoticeList } from "../../contract/notices.ts";
import { noticeWords } from "../../contract/notice-words.ts";
import { JailId } from "../../contract/names.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { MAX_ATTEMPTS } from "./retry-plan.ts";

const PAGE = 50;

/** @returns the actor's own notices, newest first, 50 at a time */
export async function listNotices({ actor }: Ctx, filter: NoticeFilter = {}): Promise<NoticeList> {
  const accountId = actor.id;
  const last = filter.before ? await db().notice.findUnique({ where: { id: filter.before, accountId } }) : null;
  const rows = await db().notice.findMany({
    where: {
      accountId,
      ...(filter.jail ? { jailId: filter.jail } : {}),
      ...(filter.unread ? { readAt: null } : {}),
      ...(last
        ? { OR: [{ createdAt: { lt: last.createdAt } }, { createdAt: last.createdAt, id: { lt: last.id } }] }
        : {}),
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    include: { deliveries: { orderBy: { channel: "asc" } } },
    take: PAGE + 1,
  });
  const named = await db().notice.findMany({
    where: { accountId, jailId: { not: null } },
    distinct: ["jailId"],
    orderBy: { jailName: "asc" },
    select: { jailId: true, jailName: true },
  });
  const shown = rows.slice(0, PAGE);
  return {
    notices: shown.flatMap((row) => {
      const kind = NoticeKind.safeParse(row.kind);
      // One that a newer program has written.
      if (!kind.success) return [];
      const deliveries = row.deliveries.map(({ channel, sentAt, attempts, failure }) => ({
        channel: channel === "mail" ? ("mail" as const) : ("webhook" as const),
        state: sentAt ? ("sent" as const) : attempts >= MAX_ATTEMPTS ? ("given up" as const) : ("waiting" as const),
        failure,
      }));
      return [
        {
          id: row.id,
          kind: kind.data,
          jail: row.jailName,
          ...noticeWords(kind.data, row.jailName, NoticeFacts.catch({}).parse(JSON.parse(row.data))),
          createdAt: row.createdAt.toISOString(),
          read: row.readAt !== null,
          deliveries,
        },
      ];
    }),
    more: rows.length > PAGE ? shown.at(-1)!.id : null,
    jails: named.flatMap(({ jailId, jailName }) => {
      const id = JailId.safeParse(jailId);
      return id.success ? [{ id: id.data, name: jailName ?? "" }] : [];
    }),
  };
}

/** @returns how many of an account's notices are new */
export const countUnread = ({ id }: { id: string }): Promise<number> =>
  db().notice.count({ where: { accountId: id, readAt: null } });
