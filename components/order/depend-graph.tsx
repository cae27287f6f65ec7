import Link from "next/link";
import { Notice } from "@/components/ui/notice.tsx";
import type { HostOrder } from "@/server/contract/order.ts";
import { BOX, graphOf } from "./graph-places.ts";

/** Arrows lead from what is needed to who needs it. */
export function DependGraph({ order }: { order: HostOrder }) {
  const { places, lines, width, height } = graphOf(order);
  const running = new Set(order.jails.filter((one) => one.running).map((one) => one.name));
  const absent = new Set(order.jails.flatMap((one) => one.absent));
  const circular = new Set(order.cycles.flat());
  if (places.length === 0)
    return (
      <p className="text-ink-2">
        No jail waits for another. When one needs another, for example www its database, name it in its settings under
        depend.
      </p>
    );
  return (
    <div className="space-y-4">
      {order.cycles.map((circle) => (
        <Notice
          key={circle.join()}
          tone="bad"
          title={`${circle.join(" and ")} wait for each other, so none of them starts.`}
          quiet
        >
          <p>Take one depend out, in the settings of one of them.</p>
        </Notice>
      ))}
      {order.jails
        .filter((one) => one.absent.length > 0)
        .map((one) => (
          <Notice
            key={one.name}
            tone="bad"
            title={`${one.name} depends on ${one.absent.join(", ")}, which is not there.`}
            quiet
          >
            <p>jail(8) refuses to start it. Change its depend in its settings.</p>
          </Notice>
        ))}
      <div
        className="relative overflow-x-auto rounded border bg-raised p-4"
        tabIndex={0}
        role="region"
        aria-label="Graph of dependencies"
      >
        <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden className="text-ink-3">
          <defs>
            <marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">
              <path d="M0 0 L8 4 L0 8 z" fill="currentColor" />
            </marker>
          </defs>
          {lines.map(({ from, to }) => {
            const [x1, y1, x2, y2] = [from.x + BOX.width, from.y + BOX.height / 2, to.x - 2, to.y + BOX.height / 2];
            const bend = Math.max(24, (x2 - x1) / 2);
            return (
              <path
                key={`${from.name} ${to.name}`}
                d={`M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`}
                fill="none"
                stroke="currentColor"
                strokeWidth="1.5"
                markerEnd="url(#arrow)"
              />
            );
          })}
          {places.map((place) => {
            const bad = absent.has(place.name) || circular.has(place.name);
            const mark = bad ? "▲" : running.has(place.name) ? "●" : "○";
            return (
              <g key={place.name} transform={`translate(${place.x} ${place.y})`}>
                <rect
                  width={BOX.width}
                  height={BOX.height}
                  rx="4"
                  className={`fill-paper ${bad ? "stroke-bad" : "stroke-line-2"}`}
                />
                <text
                  x="10"
                  y="18"
                  className={`text-13 ${bad ? "fill-bad" : running.has(place.name) ? "fill-ok" : "fill-idle"}`}
                >
                  {mark}
                </text>
                <text x="28" y="18" className="fill-ink font-mono text-13">
                  {place.name.length > 17 ? `${place.name.slice(0, 16)}…` : place.name}
                </text>
              </g>
            );
          })}
        </svg>
      </div>
      <ul aria-label="Dependencies" className="space-y-1 text-ink-2">
        {order.jails
          .filter((one) => one.depend.length > 0)
          .map((one) => (
            <li key={one.name}>
              <Link className="font-mono text-13 underline" href={`/jails/${encodeURIComponent(one.name)}`}>
                {one.name}
              </Link>{" "}
              starts after <span className="font-mono text-13">{one.depend.join(", ")}</span>.
            </li>
          ))}
      </ul>
    </div>
  );
}
