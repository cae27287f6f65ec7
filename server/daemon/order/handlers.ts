import type { ORDER_VERBS } from "../../contract/order.ts";
import type { Handlers } from "../handlers.ts";
import { hostOrder } from "./host-order.ts";
import { setOrder } from "./set-order.ts";
import { startAll, stopAll } from "./start-stop-all.ts";

export const ORDER_HANDLERS: Handlers<keyof typeof ORDER_VERBS> = {
  "host.order": hostOrder,
  "host.set-order": setOrder,
  "host.start-all": startAll,
  "host.stop-all": stopAll,
};
