import type { Role } from "../../contract/panel.ts";
import type { SecondFactorPolicy } from "../../contract/second-factor.ts";
import { readSetting } from "../panel-settings/panel-setting.ts";

/** Who must have a second factor, as the admin set it; nobody until he does. */
export const readPolicy = (): Promise<SecondFactorPolicy> => readSetting("second-factor");

/** Whether an account of this role is led to set up a second factor before anything else. */
export const mustHave = (role: Role, policy: SecondFactorPolicy): boolean =>
  policy === "all" || (policy === "admins" && role === "admin");
