import { Unreachable } from "@/components/panel/unreachable.tsx";
import { Page } from "@/components/panel/page.tsx";
import { Ports } from "@/components/ports/ports.tsx";
import { listJails } from "@/server/services/jails/list-jails.ts";
import { portsInfo } from "@/server/services/ports/ports-info.ts";
import { whenReachable } from "../../reach.ts";
import { requireAdmin } from "../../session.ts";
import { cleanPorts } from "../jails/actions.ts";
import { cleanHost, configure, update } from "./actions.ts";

export default async function PortsPage() {
  const ctx = await requireAdmin();
  const [info, rows] = await Promise.all([whenReachable(portsInfo(ctx)), whenReachable(listJails(ctx))]);
  if (!info || !rows) return <Unreachable />;
  const jails = rows.filter((row) => row.id !== null).map((row) => row.name);
  return (
    <Page
      title="Ports"
      lead="The ports tree lies in the base and every jail sees it at /usr/ports, read-only; what a jail builds goes below its own /var/ports."
    >
      <Ports info={info} jails={jails} actions={{ configure, update, cleanHost, cleanJail: cleanPorts }} />
    </Page>
  );
}
