"use client";
import { CreateBase } from "./create-base.tsx";
import { CreateKeys } from "./create-keys.tsx";
import { CreateLimits } from "./create-limits.tsx";
import { CreateMounts } from "./create-mounts.tsx";
import { CreateNameServers } from "./create-name-servers.tsx";
import { CreateNetwork } from "./create-network.tsx";
import { CreateOrder } from "./create-order.tsx";
import { CreateSwitches } from "./create-switches.tsx";
import { CreateWho } from "./create-who.tsx";
import type { SectionProps } from "./jail-form.ts";

/** The sections in the order in which an admin thinks; what a jail in a minute does not need is folded away. */
export function CreateFields(props: SectionProps) {
  return (
    <>
      <CreateWho {...props} />
      <CreateNetwork {...props} />
      <CreateBase {...props} />
      <CreateKeys {...props} />
      <CreateSwitches {...props} />
      <CreateMounts {...props} />
      <CreateLimits {...props} />
      <CreateOrder {...props} />
      <CreateNameServers {...props} />
    </>
  );
}
