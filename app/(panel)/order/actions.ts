"use server";
import { VERBS } from "@/server/contract/daemon.ts";
import { setOrder } from "@/server/services/order/set-order.ts";
import { startAll } from "@/server/services/order/start-all.ts";
import { stopAll } from "@/server/services/order/stop-all.ts";
import { action } from "../../action.ts";

export const save = action(VERBS["host.set-order"].input, setOrder, { revalidate: "/order" });
export const startEach = action(VERBS["host.start-all"].input, startAll);
export const stopEach = action(VERBS["host.stop-all"].input, stopAll);
