import Link from "next/link";
import type { AddressRow } from "./pool-rows.ts";

/** Who has which address, so that nobody has to ask the network; narrow screens leave the interface out. */
export function AddressTable({ rows }: { rows: AddressRow[] }) {
  return (
    <div
      className="max-h-96 overflow-auto rounded border bg-raised"
      tabIndex={0}
      role="group"
      aria-label="Addresses in use"
    >
      <table className="w-full border-collapse text-13">
        <caption className="sr-only">Addresses in use</caption>
        <thead className="sticky top-0 bg-raised text-left shadow-[0_1px_0_var(--line)]">
          <tr>
            <th className="px-3 py-2 font-medium">Address</th>
            <th className="px-3 py-2 font-medium">Whose</th>
            <th className="px-3 py-2 font-medium max-md:hidden">On</th>
          </tr>
        </thead>
        <tbody className="rows">
          {rows.map((row) => (
            <tr key={`${row.address} ${row.who} ${row.wire}`}>
              <td className="min-w-36 px-3 py-1.5 font-mono break-all">{row.address}</td>
              <td className="px-3 py-1.5">
                {row.kind === "jail" ? (
                  <Link
                    href={`/jails/${encodeURIComponent(row.who)}`}
                    prefetch={false}
                    className="link font-mono break-all"
                  >
                    {row.who}
                  </Link>
                ) : (
                  <span className="text-ink-2">{row.who}</span>
                )}
              </td>
              <td className="px-3 py-1.5 font-mono text-ink-2 max-md:hidden">{row.wire || "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
