"use client";
import { TextField } from "@/components/ui/field.tsx";
import { ROOT } from "@/server/contract/shell-choice.ts";

/** As which account of the jail his shells run. Who may be root himself leaves it free or names one; who may not gives his own. */
export function ShellAsField({
  value,
  onChange,
  limit,
  error,
}: {
  value: string;
  onChange: (account: string) => void;
  /** as whom the shells of the one who gives run */
  limit: string;
  error: string | null;
}) {
  const bound = limit !== ROOT;
  return (
    <TextField
      label="His shells run as"
      mono
      autoComplete="off"
      maxLength={32}
      value={bound ? limit : value}
      disabled={bound}
      onChange={onChange}
      error={error}
      hint={
        bound
          ? `Yours run as ${limit}, so his do too.`
          : "root: he may take any account of the jail. Another account of the jail: that one alone."
      }
    />
  );
}
