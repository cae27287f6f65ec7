"use client";
import { TextArea } from "@/components/ui/field.tsx";
import type { SectionProps } from "./jail-form.ts";

/** Who comes in by ssh. */
export function CreateKeys({ form, set, problem }: SectionProps) {
  return (
    <TextArea
      label="SSH keys"
      value={form.sshKeys}
      onChange={(sshKeys) => set({ sshKeys })}
      error={problem("sshKeys")}
      placeholder="ssh-ed25519 AAAA… anna@laptop"
      hint={
        <>
          One public key a line, for <code>/home/admin/.ssh/authorized_keys</code> in the jail. May stay empty.
        </>
      }
    />
  );
}
