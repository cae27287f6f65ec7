"use client";
import { Button } from "@/components/ui/button.tsx";
import { formatMoment } from "@/components/ui/format.ts";
import { Since } from "@/components/ui/since.tsx";
import { StateMark } from "@/components/ui/state-mark.tsx";
import type { Token } from "@/server/contract/token.ts";
import { mayWords, TOKEN_LOOK, whereWords } from "./token-words.ts";

/** Tokens with what they may, until when, and where they were used last. */
export function TokenTable({
  caption,
  tokens,
  whose = false,
  onEnd,
}: {
  caption: string;
  tokens: Token[];
  /** with the account's name */
  whose?: boolean;
  onEnd: (token: Token) => void;
}) {
  if (tokens.length === 0) return <p className="text-ink-3">None.</p>;
  return (
    <div className="relative overflow-x-auto rounded border bg-raised max-md:border-0 max-md:bg-transparent">
      <table className="w-full border-collapse max-md:block">
        <caption className="sr-only">{caption}</caption>
        <thead className="max-md:sr-only">
          <tr className="border-b text-13 text-ink-3">
            {["State", "Name", "May", "Last use", "Until"].map((word) => (
              <th key={word} scope="col" className="h-9 px-3 text-left font-normal whitespace-nowrap">
                {word}
              </th>
            ))}
            <th scope="col" className="px-3 text-right font-normal">
              <span className="sr-only">What to do</span>
            </th>
          </tr>
        </thead>
        <tbody className="rows max-md:block">
          {tokens.map((token) => (
            <tr
              key={token.id}
              className="max-md:grid max-md:grid-cols-[auto_1fr_auto] max-md:gap-x-3 max-md:gap-y-1 max-md:py-3"
            >
              <td className="px-3 py-1 max-md:p-0">
                <StateMark {...TOKEN_LOOK[token.state]} />
              </td>
              <td className="px-3 py-1 max-md:p-0">
                <span className="font-semibold">{token.name}</span>
                <span className="block font-mono text-13 text-ink-3">
                  {whose ? `${token.account.name} ` : ""}
                  {token.hint}…
                </span>
              </td>
              <td className="px-3 py-1 text-13 text-ink-2 max-md:order-1 max-md:col-span-3 max-md:p-0">
                {mayWords(token)}
                <span className={`block text-ink-3 ${token.jails === null ? "" : "font-mono"}`}>
                  {whereWords(token)}
                </span>
              </td>
              <td className="px-3 py-1 text-13 text-ink-2 max-md:order-1 max-md:col-span-3 max-md:p-0">
                <span className="md:hidden">Last use: </span>
                {token.lastUsedAt ? (
                  <>
                    <Since at={token.lastUsedAt} suffix=" ago" />{" "}
                    <span className="font-mono md:block">{token.lastUsedFrom}</span>
                  </>
                ) : (
                  "never"
                )}
              </td>
              <td className="px-3 py-1 text-13 whitespace-nowrap text-ink-2 max-md:order-1 max-md:col-span-3 max-md:p-0">
                <span className="md:hidden">Until: </span>
                {token.expiresAt ? (
                  <time dateTime={token.expiresAt}>{formatMoment(token.expiresAt)} UTC</time>
                ) : (
                  "its end"
                )}
              </td>
              <td className="px-2 py-1 text-right max-md:p-0">
                <Button small kind="danger" aria-label={`End ${token.name}`} onClick={() => onEnd(token)}>
                  End …
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
