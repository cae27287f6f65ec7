"use client";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button, ButtonLink } from "@/components/ui/button.tsx";
import { Select } from "@/components/ui/field.tsx";
import { Since } from "@/components/ui/since.tsx";
import { type Action, useAction } from "@/components/ui/use-action.ts";
import type { Notice, NoticeList } from "@/server/contract/notices.ts";
import { NOTICES_READ } from "./notices-link.tsx";

type Filter = { jail: string | null; unread: boolean; before: string | null };

const addressOf = (filter: Partial<Filter>): string => {
  const query = new URLSearchParams();
  if (filter.jail) query.set("jail", filter.jail);
  if (filter.unread) query.set("unread", "1");
  if (filter.before) query.set("before", filter.before);
  return `/notices${query.size > 0 ? `?${query}` : ""}`;
};

/** One's notices, newest first; by jail, the new ones alone, fifty at a time. */
export function NoticeRows({
  list,
  filter,
  read,
}: {
  list: NoticeList;
  filter: Filter;
  read: Action<{ notice: string | null }, unknown>;
}) {
  const router = useRouter();
  const action = useAction(read);
  const mark = (notice: string | null) =>
    void action.run({ notice }).then((result) => {
      if (!result.ok) return;
      dispatchEvent(new Event(NOTICES_READ));
      router.refresh();
    });
  const isNew = list.notices.some((notice) => !notice.read);
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-end gap-3">
        {list.jails.length > 0 ? (
          <div className="w-56">
            <Select
              label="Of which jail"
              value={filter.jail ?? ""}
              onChange={(jail) => router.push(addressOf({ jail: jail || null, unread: filter.unread }))}
              options={[
                { value: "", label: "all, and the account" },
                ...list.jails.map(({ id, name }) => ({ value: id, label: name })),
              ]}
            />
          </div>
        ) : null}
        <ButtonLink href={addressOf({ jail: filter.jail, unread: !filter.unread })} prefetch={false}>
          {filter.unread ? "Show all" : "Show the new ones alone"}
        </ButtonLink>
        <Button disabled={!isNew} busy={action.pending && "Marking …"} onClick={() => mark(null)}>
          Mark all as read
        </Button>
      </div>
      {action.failure ? <FailureNotice failure={action.failure} /> : null}
      {list.notices.length === 0 ? (
        <p className="text-ink-2">{filter.unread ? "Nothing new." : "Nothing yet."}</p>
      ) : (
        <ul aria-label="Notices" className="rows rounded border bg-raised">
          {list.notices.map((notice) => (
            <Row key={notice.id} notice={notice} onRead={() => mark(notice.id)} />
          ))}
        </ul>
      )}
      {list.more || filter.before ? (
        <p className="flex gap-4">
          {filter.before ? <Link href={addressOf({ ...filter, before: null })}>Newest</Link> : null}
          {list.more ? <Link href={addressOf({ ...filter, before: list.more })}>Older</Link> : null}
        </p>
      ) : null}
    </div>
  );
}

function Row({ notice, onRead }: { notice: Notice; onRead: () => void }) {
  const failed = notice.deliveries.filter((one) => one.failure !== null);
  return (
    <li className="flex items-start gap-3 px-3 py-2">
      <span className={`w-12 shrink-0 text-13 whitespace-nowrap ${notice.read ? "text-ink-3" : "text-warn"}`}>
        {notice.read ? "read" : "◐ new"}
      </span>
      <div className="min-w-0 flex-1">
        <p className={`break-words ${notice.read ? "text-ink-2" : "font-medium"}`}>{notice.title}</p>
        {notice.text ? <p className="text-13 break-words text-ink-2">{notice.text}</p> : null}
        <p className="text-13 text-ink-3">
          <Since at={notice.createdAt} suffix=" ago" />
          {notice.deliveries
            .filter((one) => one.state === "sent")
            .map((one) => (one.channel === "mail" ? " · sent by mail" : " · sent to the webhook"))
            .join("")}
        </p>
        {failed.map((one) => (
          <p key={one.channel} className="text-13 break-words text-bad">
            ▲ {one.channel === "mail" ? "By mail" : "To the webhook"}: {one.failure}{" "}
            {one.state === "given up" ? "It was given up." : "It is tried again."}
          </p>
        ))}
      </div>
      {notice.read ? null : (
        <Button small kind="quiet" aria-label={`Mark as read: ${notice.title}`} onClick={onRead}>
          Read
        </Button>
      )}
    </li>
  );
}
