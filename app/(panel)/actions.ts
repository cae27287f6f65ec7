"use server";
import { z } from "zod";
import { VERBS } from "@/server/contract/daemon.ts";
import { JailNameOnly } from "@/server/contract/panel.ts";
import { Cols, Rows } from "@/server/contract/terminal.ts";
import { restartJail } from "@/server/services/jails/restart-jail.ts";
import { startJail } from "@/server/services/jails/start-jail.ts";
import { stopJail } from "@/server/services/jails/stop-jail.ts";
import { closeTerminal } from "@/server/services/terminals/close-terminal.ts";
import { openTerminal } from "@/server/services/terminals/open-terminal.ts";
import { action, publicAction } from "../action.ts";
import { signOutNow } from "../session.ts";

export const start = action(JailNameOnly, startJail);
export const stop = action(JailNameOnly, stopJail);
export const restart = action(JailNameOnly, restartJail);
export const openShell = action(z.strictObject({ ...JailNameOnly.shape, cols: Cols, rows: Rows }), openTerminal);
export const closeShell = action(VERBS["terminal.close"].input, closeTerminal);
export const signOut = publicAction(z.strictObject({}), signOutNow);
