import Link from "next/link";
import { StateMark } from "@/components/ui/state-mark.tsx";
import type { BaseView } from "@/server/contract/panel.ts";

/** The jails that a change of their base touches, whose they are, and what becomes of each. */
export function UserList({ users }: { users: BaseView["users"] }) {
  if (users.length === 0) return <p className="text-ink-2">No jail stands on this base. It can be changed freely.</p>;
  return (
    <ul aria-label="Jails on this base" className="rows rounded border bg-raised">
      {users.map((user) => (
        <li key={user.name} className="flex flex-wrap items-baseline gap-x-4 gap-y-1 px-3 py-2">
          <StateMark tone={user.running ? "ok" : "idle"} word={user.running ? "running" : "stopped"} />
          <Link
            href={`/jails/${encodeURIComponent(user.name)}`}
            className="font-mono text-13 font-semibold hover:underline"
          >
            {user.name}
          </Link>
          <span className="text-ink-2">{user.owners.map((owner) => owner.name).join(", ") || "nobody's"}</span>
          <span className="text-13 text-ink-3">
            {user.problem ?? (user.running ? "restarts when it is moved" : "moves without a restart")}
          </span>
        </li>
      ))}
    </ul>
  );
}
