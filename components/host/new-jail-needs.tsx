import { ButtonLink } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import type { HostInfo } from "@/server/contract/jail.ts";

/** What is missing on the host before a jail can be made; nothing when nothing is. */
export function NewJailNeeds({ host }: { host: HostInfo }) {
  if (!host.base)
    return (
      <Notice tone="warn" quiet title="There is no base jail yet.">
        <p>It is the world that all jails share; without it there is nothing to put into a jail.</p>
        <ButtonLink kind="primary" href="/set-up">
          Install the base jail
        </ButtonLink>
      </Notice>
    );
  if (host.pools.length === 0)
    return (
      <Notice tone="warn" quiet title="You have given no addresses to hand out.">
        <p>So none can be proposed here.</p>
        <ButtonLink href="/set-up?step=addresses">Give the addresses</ButtonLink>
      </Notice>
    );
  return null;
}
