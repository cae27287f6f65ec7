"use client";
import { useRouter } from "next/navigation";
import type { Action } from "@/components/ui/use-action.ts";
import type { HostInfo } from "@/server/contract/jail.ts";
import type { Pool } from "@/server/contract/pool.ts";
import { PoolsForm } from "./pools-form.tsx";

/** The pools within the set-up: saving them leads to the first jail. */
export function AddressesStep(props: {
  host: HostInfo;
  used: { address: string; by: string }[];
  configure: Action<{ pools: Pool[] }, HostInfo>;
}) {
  const router = useRouter();
  return <PoolsForm {...props} onSaved={() => router.push("/set-up?step=jail")} />;
}
