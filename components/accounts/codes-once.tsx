"use client";
import { Button } from "@/components/ui/button.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { Notice } from "@/components/ui/notice.tsx";

/** The ten recovery codes; they are shown this once. */
export function CodesOnce({
  codes,
  onDone,
  word = "I keep them",
}: {
  codes: string[];
  onDone: () => void;
  word?: string;
}) {
  return (
    <Notice tone="warn" title="Your recovery codes, shown this once">
      <p>For the day on which the phone is lost. Keep them where the phone is not; each works once.</p>
      <ul aria-label="Recovery codes" className="grid w-fit grid-cols-2 gap-x-6 gap-y-1 font-mono text-13 text-ink">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <p className="flex gap-2">
        <CopyButton text={`${codes.join("\n")}\n`} label="Copy the codes" />
        <Button small kind="primary" onClick={onDone}>
          {word}
        </Button>
      </p>
    </Notice>
  );
}
