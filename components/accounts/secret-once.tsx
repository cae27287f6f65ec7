"use client";
import { useEffect, useRef } from "react";
import { Button } from "@/components/ui/button.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import type { MadeToken } from "@/server/contract/token.ts";

/** The token itself, this once: the panel keeps a hash of it only. */
export function SecretOnce({ made, onDone }: { made: MadeToken; onDone: () => void }) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    box.current?.focus();
    box.current?.select();
  }, [made]);
  return (
    <Notice tone="ok" title={`Copy the token ${made.token.name}`}>
      <div className="flex items-center gap-2">
        <input
          ref={box}
          readOnly
          aria-label={`Token ${made.token.name}`}
          value={made.secret}
          onFocus={(event) => event.target.select()}
          className="h-9 min-w-0 flex-1 rounded border border-line-2 bg-sunken px-3 font-mono text-13 max-md:h-12"
        />
        <CopyButton text={made.secret} />
      </div>
      <p>
        It is shown only here and now. Whoever has it may do what it may. <code className="text-13">knast login</code>{" "}
        asks for it.
      </p>
      <Button small onClick={onDone}>
        I have copied it
      </Button>
    </Notice>
  );
}
