import { AllJails } from "@/components/order/all-jails.tsx";
import { DependGraph } from "@/components/order/depend-graph.tsx";
import { OrderList } from "@/components/order/order-list.tsx";
import { Page, Section } from "@/components/panel/page.tsx";
import { Unreachable } from "@/components/panel/unreachable.tsx";
import { hostOrder } from "@/server/services/order/host-order.ts";
import { whenReachable } from "../../reach.ts";
import { requireAdmin } from "../../session.ts";
import { save, startEach, stopEach } from "./actions.ts";

export default async function OrderPage() {
  const ctx = await requireAdmin();
  const order = await whenReachable(hostOrder(ctx));
  if (!order) return <Unreachable />;
  return (
    <Page
      title="Order"
      lead="In which order jails start at boot and when all are started from here. What a jail depends on comes before it, whatever the list says."
    >
      <Section title="All at once">
        <AllJails order={order} startEach={startEach} stopEach={stopEach} />
      </Section>
      <Section title="Who waits for whom">
        <DependGraph order={order} />
      </Section>
      <Section title="At boot">
        <OrderList key={order.digest} order={order} save={save} />
      </Section>
    </Page>
  );
}
