"use server";
import { z } from "zod";
import { ArchiveName, Arrival, RestoreInput, ARCHIVE_VERBS } from "@/server/contract/archive.ts";
import { ArchivePlanForm } from "@/server/contract/archive-plan.ts";
import { HOST_ARCHIVE_VERBS } from "@/server/contract/host-archive.ts";
import { JailNameOnly } from "@/server/contract/panel.ts";
import { listJailArchives } from "@/server/services/archives/find-archive.ts";
import { planArchives as setArchivePlan, showArchivePlan } from "@/server/services/archives/plan-archives.ts";
import * as whole from "@/server/services/archives/whole-host.ts";
import * as keep from "@/server/services/archives/keep-archives.ts";
import { action } from "../../action.ts";

const Named = z.strictObject({ archive: ArchiveName });

export const archives = action(JailNameOnly, listJailArchives);
export const archive = action(JailNameOnly, keep.createArchive);
export const archivePlan = action(JailNameOnly, showArchivePlan);
export const planArchives = action(ArchivePlanForm, setArchivePlan);
export const archiveAll = action(z.strictObject({}), whole.archiveHost);
export const restoreAll = action(HOST_ARCHIVE_VERBS["host.restore"].input, whole.restoreHost);
export const forgetSet = action(HOST_ARCHIVE_VERBS["host.forget-set"].input, whole.forgetSet);
export const verify = action(Named, keep.verifyArchive);
export const removeArchive = action(Named, keep.removeArchive, { revalidate: "/archives" });
export const restore = action(RestoreInput, keep.restoreArchive);
export const takeIn = action(ARCHIVE_VERBS["archive.import"].input, keep.importArchive);
export const clone = action(z.strictObject({ ...JailNameOnly.shape, as: Arrival }), keep.cloneJail);
