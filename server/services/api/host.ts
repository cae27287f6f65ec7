import type { HOST_API } from "../../contract/api/host.ts";
import { listBases } from "../bases/list-bases.ts";
import { moveBase } from "../bases/move-base.ts";
import { removeBase } from "../bases/remove-base.ts";
import { updateBase } from "../bases/update-base.ts";
import { checkUp } from "../check-up/check-up.ts";
import { listFlavours } from "../flavours/list-flavours.ts";
import { removeFlavour } from "../flavours/remove-flavour.ts";
import { saveFlavour } from "../flavours/save-flavour.ts";
import { showFlavour } from "../flavours/show-flavour.ts";
import { configureHost } from "../host/configure-host.ts";
import { hostInfo } from "../host/host-info.ts";
import { installBase } from "../host/install-base.ts";
import { configureJailping } from "../jailping/configure-jailping.ts";
import { jailpingInfo } from "../jailping/jailping-info.ts";
import { mountSources } from "../mounts/mount-sources.ts";
import { hostOrder } from "../order/host-order.ts";
import { setOrder } from "../order/set-order.ts";
import { startAll } from "../order/start-all.ts";
import { stopAll } from "../order/stop-all.ts";
import { cleanHostPorts } from "../ports/clean-ports.ts";
import { configurePorts } from "../ports/configure-ports.ts";
import { portsInfo } from "../ports/ports-info.ts";
import { updatePorts } from "../ports/update-ports.ts";
import { findCandidates } from "../take-over/find-candidates.ts";
import { planTakeOver } from "../take-over/plan-take-over.ts";
import { runTakeOver } from "../take-over/run-take-over.ts";
import type { Handlers } from "./call.ts";

export const HOST: Handlers<typeof HOST_API> = {
  "host.show": hostInfo,
  "host.configure": configureHost,
  "host.check-up": checkUp,
  "host.mount-sources": mountSources,
  "host.order": hostOrder,
  "host.set-order": setOrder,
  "host.start-all": startAll,
  "host.stop-all": stopAll,
  "bases.list": async (ctx) => ({ bases: await listBases(ctx) }),
  "bases.install": installBase,
  "bases.update": updateBase,
  "bases.move": moveBase,
  "bases.remove": removeBase,
  "flavours.list": async (ctx) => ({ flavours: await listFlavours(ctx) }),
  "flavours.show": showFlavour,
  "flavours.save": saveFlavour,
  "flavours.remove": removeFlavour,
  "ports.show": portsInfo,
  "ports.configure": configurePorts,
  "ports.update": updatePorts,
  "ports.clean": cleanHostPorts,
  "jailping.show": jailpingInfo,
  "jailping.configure": configureJailping,
  "take-over.find": async (ctx) => ({ candidates: await findCandidates(ctx) }),
  "take-over.plan": planTakeOver,
  "take-over.run": runTakeOver,
};
