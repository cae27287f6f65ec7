import { formatBytes } from "@/components/ui/format.ts";

/** As recorded on 14.2: what a base and a skeleton take, until this host's own figures are known. */
const TYPICAL = { bytes: 186 * 1024 ** 2, newjailBytes: 4.0 * 1024 ** 2 };
const WIDTH = 400;

/** The two layers of a jail, drawn to scale: one world shared read-only, and the little that is each jail's own. */
export function Layers({ base }: { base: { bytes: number; newjailBytes: number } | null }) {
  const { bytes, newjailBytes } = base && base.bytes > 0 ? base : TYPICAL;
  const scale = WIDTH / (bytes + newjailBytes);
  const own = Math.max(2, newjailBytes * scale);
  return (
    <figure>
      <svg
        viewBox={`0 0 ${WIDTH} 74`}
        role="img"
        aria-label={`To scale: the base jail takes ${formatBytes(bytes)} once, each jail's own part begins at ${formatBytes(newjailBytes)}`}
        className="w-full max-w-xl"
      >
        <rect x="0.5" y="50.5" width={bytes * scale - 1} height="22" className="fill-sunken stroke-line-2" />
        <text x="8" y="65" className="fill-ink font-mono text-[10px]">
          basejail, read-only, once
        </text>
        <text x={bytes * scale - 8} y="65" textAnchor="end" className="fill-ink-2 font-mono text-[10px]">
          {formatBytes(bytes)}
        </text>
        {["erdgeist_org", "mail", "www"].map((name, i) => (
          <g key={name}>
            <rect x={i * 132 + 0.5} y="22.5" width={own} height="22" className="fill-ink stroke-ink" />
            <text x={i * 132 + own + 6} y="37" className="fill-ink-2 font-mono text-[10px]">
              {name} {formatBytes(newjailBytes)}
            </text>
          </g>
        ))}
        <text x="0" y="12" className="fill-ink-3 font-mono text-[10px]">
          each jail&apos;s own part, from newjail
        </text>
      </svg>
      <figcaption className="mt-2 max-w-prose text-ink-2">
        The <b className="font-medium">base jail</b> is one FreeBSD world that all jails share: each mounts it
        read-only, so no jail can change it, and an update reaches them all. <b className="font-medium">newjail</b> is
        the skeleton with what a jail&apos;s owner may change, <code>/etc</code>, <code>/usr/local</code>,{" "}
        <code>/home</code>; each jail begins as a copy of it.
      </figcaption>
    </figure>
  );
}
