"use client";
import { TextField } from "@/components/ui/field.tsx";
import type { SectionProps } from "./jail-form.ts";

export function CreateNameServers({ form, set, host, problem }: SectionProps) {
  return (
    <TextField
      label="Name servers"
      mono
      autoComplete="off"
      value={form.nameservers}
      placeholder={host.nameservers.join(" ") || "none on the host"}
      onChange={(nameservers) => set({ nameservers })}
      error={problem("nameservers")}
      hint={
        <>
          For the jail&apos;s <code>/etc/resolv.conf</code>; the host&apos;s own when empty.
        </>
      }
    />
  );
}
