import { poolCells, type Cell } from "./pool-cells.ts";

const LOOK: Record<Cell["use"], string> = {
  free: "bg-raised border-line-2",
  jail: "bg-ink border-ink",
  host: "bg-idle border-idle",
  edge: "bg-transparent border-line",
  kept: "bg-sunken border-line-2",
};

/** A block as a strip of cells, one an address: taken by a jail, by the host, kept back, free. The count below says the same in words. */
export function PoolStrip({
  block,
  used,
  own,
  kept,
}: {
  block: string;
  used: { address: string; by: string }[];
  own: string[];
  /** gateway and reserved addresses */
  kept: string[];
}) {
  const cells = poolCells(block, used, own, kept);
  if (!cells) return null;
  const n = (use: Cell["use"]) => cells.filter((cell) => cell.use === use).length;
  return (
    <div>
      <div aria-hidden className="grid max-w-xl grid-cols-[repeat(32,minmax(0,1fr))] gap-px">
        {cells.map((cell) => (
          <span
            key={cell.address}
            title={cell.by ? `${cell.address} ${cell.by}` : cell.address}
            className={`h-2.5 border ${LOOK[cell.use]}`}
          />
        ))}
      </div>
      <p className="mt-1 text-13 text-ink-3">
        {n("jail")} of jails, {n("host")} of the host{n("kept") > 0 ? `, ${n("kept")} kept back` : ""}, {n("free")} free
      </p>
    </div>
  );
}
