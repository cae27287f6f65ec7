"use client";
import {
  ALWAYS_TOLD,
  type ChannelsOff,
  type NoticeChannel,
  type NoticeKind,
  NoticeKind as Kinds,
} from "@/server/contract/notices.ts";
import { KIND_WORDS } from "@/server/contract/notice-words.ts";

const CHANNELS: [NoticeChannel, string][] = [
  ["panel", "as new here"],
  ["mail", "by mail"],
  ["webhook", "to the webhook"],
];

/** One tick for each kind and channel. A channel that is not set up is shown as it would be. */
export function KindTable({
  off,
  onChange,
  mail,
  webhook,
}: {
  off: ChannelsOff;
  onChange: (off: ChannelsOff) => void;
  mail: boolean;
  webhook: boolean;
}) {
  const has: Record<NoticeChannel, boolean> = { panel: true, mail, webhook };
  const set = (kind: NoticeKind, channel: NoticeChannel, on: boolean) => {
    const others = (off[kind] ?? []).filter((one) => one !== channel);
    onChange({ ...off, [kind]: on ? others : [...others, channel] });
  };
  return (
    <div className="relative overflow-x-auto rounded border bg-raised">
      <table className="w-full text-left">
        <caption className="sr-only">Which notices go where</caption>
        <thead>
          <tr className="border-b text-13 text-ink-3">
            <th scope="col" className="px-3 py-2 font-normal">
              Notice
            </th>
            {CHANNELS.map(([channel, word]) => (
              <th key={channel} scope="col" className="px-2 py-2 text-center font-normal">
                {word}
                {has[channel] ? "" : " (off)"}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="rows">
          {Kinds.options.map((kind) => (
            <tr key={kind}>
              <th scope="row" className="px-3 py-2 font-normal">
                {KIND_WORDS[kind]}
                {ALWAYS_TOLD.has(kind) ? <span className="block text-13 text-ink-3">always told</span> : null}
              </th>
              {CHANNELS.map(([channel, word]) => (
                <td key={channel} className="px-2 text-center">
                  <label className="inline-flex size-9 cursor-pointer items-center justify-center max-md:size-11">
                    <input
                      type="checkbox"
                      className="accent-accent"
                      aria-label={`${KIND_WORDS[kind]}: ${word}`}
                      disabled={ALWAYS_TOLD.has(kind)}
                      checked={ALWAYS_TOLD.has(kind) || !off[kind]?.includes(channel)}
                      onChange={(event) => set(kind, channel, event.target.checked)}
                    />
                  </label>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
