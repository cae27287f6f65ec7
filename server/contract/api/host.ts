import { z } from "zod";
import { BASE_VERBS } from "../base.ts";
import { CheckUp } from "../check-up.ts";
import { VERBS } from "../daemon.ts";
import { FLAVOUR_VERBS, FlavourRef } from "../flavour.ts";
import { HostInfo } from "../jail.ts";
import { JAILPING_VERBS } from "../jailping.ts";
import { MountSources } from "../mounts.ts";
import { HostOrder, SetOrder } from "../order.ts";
import { BaseView } from "../panel.ts";
import { PORTS_VERBS } from "../ports.ts";
import { TAKE_OVER_VERBS } from "../take-over.ts";
import { Nothing } from "../verb.ts";
import { call, type Endpoint, job, look } from "./endpoint.ts";

const { output: Jailping, input: JailpingForm } = JAILPING_VERBS["jailping.configure"];
const { output: Ports, input: PortsForm } = PORTS_VERBS["ports.configure"];
const flavour = FLAVOUR_VERBS["flavour.save"].input;

/** What is the whole host's; all of it is the admin's. */
export const HOST_API = {
  "host.show": look("GET /host", "admin", "The host: release, interfaces, pools, disk.", Nothing, HostInfo),
  "host.configure": call(
    "PUT /host/pools",
    "admin",
    "Sets the pools of addresses.",
    VERBS["host.configure"].input,
    HostInfo,
  ),
  "host.check-up": look("GET /check-up", "admin", "What on the host is not as it should be.", Nothing, CheckUp),
  "host.mount-sources": look("GET /mount-sources", "admin", "Directories that root approved.", Nothing, MountSources),
  "host.order": look("GET /order", "admin", "In which order jails start and stop.", Nothing, HostOrder),
  "host.set-order": call("PUT /order", "admin", "Sets the order.", SetOrder, HostOrder),
  "host.start-all": job("POST /start-all", "admin", "Starts every jail that starts at boot.", Nothing),
  "host.stop-all": job("POST /stop-all", "admin", "Stops every jail that runs.", Nothing),
  "bases.list": look(
    "GET /bases",
    "admin",
    "The bases, and who stands on them.",
    Nothing,
    z.strictObject({ bases: z.array(BaseView) }),
  ),
  "bases.install": job("POST /bases", "admin", "Installs a base.", BASE_VERBS["base.install"].input),
  "bases.update": job(
    "POST /bases/{name}/update",
    "admin",
    "Fetches security patches into a copy.",
    BASE_VERBS["base.update"].input,
  ),
  "bases.move": job(
    "POST /bases/{from}/move",
    "admin",
    "Moves jails from this base to another one.",
    BASE_VERBS["base.move"].input,
  ),
  "bases.remove": job(
    "DELETE /bases/{name}",
    "admin",
    "Removes a base that no jail stands on.",
    BASE_VERBS["base.remove"].input,
  ),
  "flavours.list": look("GET /flavours", "admin", "The flavours.", Nothing, FLAVOUR_VERBS["flavour.list"].output),
  "flavours.show": look(
    "GET /flavours/{name}",
    "admin",
    "A flavour with its files.",
    FlavourRef,
    FLAVOUR_VERBS["flavour.show"].output,
  ),
  "flavours.save": job("POST /flavours", "admin", "Makes a flavour or replaces it as a whole.", flavour),
  "flavours.remove": call("DELETE /flavours/{name}", "admin", "Removes a flavour.", FlavourRef, null),
  "ports.show": look("GET /ports", "admin", "The ports trees and their settings.", Nothing, Ports),
  "ports.configure": call("PUT /ports", "admin", "Sets where from and when they are updated.", PortsForm, Ports),
  "ports.update": job("POST /ports/update", "admin", "Updates a ports tree.", PORTS_VERBS["ports.update"].input),
  "ports.clean": job("POST /ports/clean", "admin", "Empties the host's own /var/ports.", Nothing),
  "jailping.show": look("GET /jailping", "admin", "Whether the host pings for its jails.", Nothing, Jailping),
  "jailping.configure": call("PUT /jailping", "admin", "Switches it on at an address, or off.", JailpingForm, Jailping),
  "take-over.find": look(
    "GET /take-over",
    "admin",
    "Jails of other tools on this host.",
    Nothing,
    TAKE_OVER_VERBS["take-over.find"].output,
  ),
  "take-over.plan": look(
    "POST /take-over/plan",
    "admin",
    "What taking over a jail would write and run.",
    TAKE_OVER_VERBS["take-over.plan"].input,
    TAKE_OVER_VERBS["take-over.plan"].output,
  ),
  "take-over.run": job(
    "POST /take-over/run",
    "admin",
    "Takes over a jail as it was shown.",
    TAKE_OVER_VERBS["take-over.run"].input,
  ),
} as const satisfies Record<string, Endpoint>;
