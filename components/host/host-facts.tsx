import type { ReactNode } from "react";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { count, formatBytes, formatMoment } from "@/components/ui/format.ts";
import { Notice } from "@/components/ui/notice.tsx";
import type { HostInfo } from "@/server/contract/jail.ts";

/** What the host is, each line with the command that it comes from. */
export function HostFacts({ host }: { host: HostInfo }) {
  const { totalBytes, freeBytes } = host.disk;
  const taken = totalBytes > 0 ? Math.round(((totalBytes - freeBytes) / totalBytes) * 100) : 0;
  return (
    <dl className="rows rounded border bg-raised">
      <Line word="Host" from="hostname">
        <code>{host.hostname}</code>
      </Line>
      <Line word="Release" from="uname -r">
        <code>{host.release}</code>
      </Line>
      <Line word="knastd" from="knastd">
        <code>{host.version}</code>
      </Line>
      <Line word="Jails" from="ls /etc/jail.conf.d">
        {count(host.jails, "jail", "jails")} in <code className="break-all">{host.jailsDir}</code>
      </Line>
      <Line word="Disk" from={`df ${host.jailsDir}`}>
        {formatBytes(freeBytes)} free of {formatBytes(totalBytes)}, {taken} % taken
      </Line>
      <Line word="Interfaces" from="ifconfig">
        <ul className="font-mono text-13">
          {host.interfaces.map((one) => (
            <li key={one.name} className="flex flex-wrap gap-x-3">
              {one.name}
              {one.addresses.map((address) => (
                <span key={address} className="break-all text-ink-2">
                  {address}
                </span>
              ))}
            </li>
          ))}
        </ul>
      </Line>
      <Line word="Name servers" from="/etc/resolv.conf">
        <code>{host.nameservers.join(" ") || "none"}</code>
      </Line>
    </dl>
  );
}

export function BaseFacts({ base }: { base: NonNullable<HostInfo["base"]> }) {
  return (
    <dl className="rows rounded border bg-raised">
      <Line word="Release" from="bin/freebsd-version">
        <code>{base.release}</code>
      </Line>
      <Line word="From" from="bases/basejail.json">
        <code className="break-all">{base.source}</code>
      </Line>
      <Line word="Installed" from="bases/basejail.json">
        {formatMoment(base.installedAt)} UTC
      </Line>
      <Line word="Size" from="du -sx">
        {formatBytes(base.bytes)} shared, {formatBytes(base.newjailBytes)} for each jail to begin with
      </Line>
      {base.sha256 ? (
        <Line word="SHA-256" from="sha256 base.txz">
          <code className="break-all">{base.sha256}</code>
        </Line>
      ) : null}
    </dl>
  );
}

/** Said plainly, with the lines that mend it. */
export function RacctNotice() {
  return (
    <Notice tone="warn" quiet title="No limit holds on this host: kern.racct.enable is 0.">
      <p>
        One jail can take all memory and all processes of the host. Resource accounting is switched on at boot only: add
        the line below, then reboot.
      </p>
      <CodeBlock path="/boot/loader.conf" text={"kern.racct.enable=1\n"} />
    </Notice>
  );
}

function Line({ word, from, children }: { word: string; from: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[7rem_1fr] items-baseline gap-x-3 px-3 py-2">
      <dt className="text-ink-3">{word}</dt>
      <dd className="min-w-0" title={`from ${from}`}>
        {children}
      </dd>
    </div>
  );
}
