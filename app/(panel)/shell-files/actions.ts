"use server";
import { SHELL_FILE_VERBS } from "@/server/contract/shell-file.ts";
import { findPlace } from "@/server/services/shell-files/find-place.ts";
import { lookAtFile } from "@/server/services/shell-files/get-file.ts";
import { giveGet } from "@/server/services/shell-files/give-get.ts";
import { cancelTransfer, putFile } from "@/server/services/shell-files/put-file.ts";
import { action } from "../../action.ts";

export const place = action(SHELL_FILE_VERBS["shell.place"].input, findPlace);
export const put = action(SHELL_FILE_VERBS["shell.put"].input, putFile);
export const cancelPut = action(SHELL_FILE_VERBS["shell.put-cancel"].input, cancelTransfer);
export const look = action(SHELL_FILE_VERBS["shell.file"].input, lookAtFile);
export const give = action(SHELL_FILE_VERBS["shell.give-get"].input, giveGet);
