import type { WORK_API } from "../../contract/api/work.ts";
import { KnastError } from "../../contract/errors.ts";
import { cancelJob } from "../jobs/cancel-job.ts";
import { getJob } from "../jobs/get-job.ts";
import { listJobs } from "../jobs/list-jobs.ts";
import { findPlace } from "../shell-files/find-place.ts";
import { getFile, lookAtFile } from "../shell-files/get-file.ts";
import { giveGet } from "../shell-files/give-get.ts";
import { cancelTransfer, putFile, sendShellPiece, showTransfer } from "../shell-files/put-file.ts";
import { downloadRecording } from "../recordings/download-recording.ts";
import { listJailRecordings, listRecordings } from "../recordings/find-recording.ts";
import { removeRecording } from "../recordings/remove-recording.ts";
import { closeTerminal } from "../terminals/close-terminal.ts";
import { listTerminals } from "../terminals/list-terminals.ts";
import { nameTerminal } from "../terminals/name-terminal.ts";
import { openTerminal } from "../terminals/open-terminal.ts";
import { endOthersShell, listOthersShells } from "../terminals/others-shells.ts";
import { recordTerminal } from "../terminals/record-terminal.ts";
import { admitGuest, shareTerminal, unshareTerminal } from "../terminals/share-terminal.ts";
import { showChoices } from "../terminals/show-choices.ts";
import type { Handlers } from "./call.ts";
import { jobEvents } from "./streams.ts";

export const WORK: Handlers<typeof WORK_API> = {
  "jobs.list": async (ctx, input) => ({ jobs: await listJobs(ctx, input) }),
  "jobs.show": getJob,
  "jobs.follow": jobEvents,
  "jobs.cancel": cancelJob,
  "shells.list": async (ctx, input) => ({ shells: await listTerminals(ctx, input) }),
  "shells.open": openTerminal,
  "shells.share": shareTerminal,
  "shells.unshare": unshareTerminal,
  "shells.admit": admitGuest,
  "shells.record": recordTerminal,
  "recordings.list": async (ctx) => ({ recordings: await listRecordings(ctx) }),
  "jails.recordings": async (ctx, input) => ({ recordings: await listJailRecordings(ctx, input) }),
  "recordings.download": (ctx, { recording }, { signal }) => downloadRecording(ctx, { recording, signal }),
  "recordings.remove": removeRecording,
  "shells.choices": showChoices,
  "shells.name": nameTerminal,
  "shells.others": async (ctx) => ({ shells: await listOthersShells(ctx) }),
  "shells.end": endOthersShell,
  "shells.close": closeTerminal,
  "shell-files.place": findPlace,
  "shell-files.put": putFile,
  "shell-files.show": showTransfer,
  "shell-files.send": async (ctx, input, { body }) => {
    if (!body) throw new KnastError("invalid", { message: "There is no piece in this." });
    return sendShellPiece(ctx, { ...input, body });
  },
  "shell-files.cancel": cancelTransfer,
  "shell-files.look": lookAtFile,
  "shell-files.get": (ctx, input, { signal }) => getFile(ctx, { ...input, signal }),
  "shell-files.give-get": giveGet,
};
