"use server";
import { VERBS } from "@/server/contract/daemon.ts";
import { removeFlavour } from "@/server/services/flavours/remove-flavour.ts";
import { saveFlavour } from "@/server/services/flavours/save-flavour.ts";
import { action } from "../../action.ts";

export const save = action(VERBS["flavour.save"].input, saveFlavour);
export const remove = action(VERBS["flavour.remove"].input, removeFlavour);
