import type { BASE_VERBS } from "../../contract/base.ts";
import type { Handlers } from "../handlers.ts";
import { listBases, planBase } from "./base-users.ts";
import { installBaseJob } from "./install-base-job.ts";
import { moveBase } from "./move-base.ts";
import { removeBase } from "./remove-base.ts";
import { updateBase } from "./update-base.ts";

export const BASE_HANDLERS: Handlers<keyof typeof BASE_VERBS> = {
  "base.list": listBases,
  "base.plan": planBase,
  "base.install": installBaseJob,
  "base.update": updateBase,
  "base.move": moveBase,
  "base.remove": removeBase,
};
