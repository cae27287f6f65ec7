import { CodeBlock } from "@/components/ui/code-block.tsx";
import { Notice, type Tone } from "@/components/ui/notice.tsx";
import type { Finding } from "@/server/contract/check-up.ts";

const TONE: Record<Finding["level"], Tone> = { bad: "bad", warn: "warn", note: "info", ok: "ok" };
const WORD: Record<Finding["level"], string> = {
  bad: "mend it now",
  warn: "mend it",
  note: "worth knowing",
  ok: "fine",
};

/** One finding: its title with the word of its weight, what it means, the commands to copy, what it was seen in. */
export function FindingRow({ finding }: { finding: Finding }) {
  const { level, title, means, commands, evidence } = finding;
  return (
    <li data-finding={finding.id}>
      <Notice
        quiet
        tone={TONE[level]}
        title={
          <>
            {title} <span className="ml-1 text-13 font-normal whitespace-nowrap text-ink-3">{WORD[level]}</span>
          </>
        }
      >
        <p className="max-w-prose">{means}</p>
        {commands.length > 0 ? <CodeBlock path="as root" text={`${commands.join("\n")}\n`} /> : null}
        {evidence.length > 0 ? (
          <details>
            <summary className="cursor-pointer text-13 text-ink-3 max-md:py-2">Seen in</summary>
            <pre className="overflow-x-auto py-1 text-13" tabIndex={0} aria-label={`Seen in: ${title}`}>
              {evidence.join("\n")}
            </pre>
          </details>
        ) : null}
      </Notice>
    </li>
  );
}
