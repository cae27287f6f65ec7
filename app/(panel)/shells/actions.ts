"use server";
import { z } from "zod";
import { VERBS } from "@/server/contract/daemon.ts";
import { TerminalId } from "@/server/contract/names.ts";
import { JailNameOnly } from "@/server/contract/panel.ts";
import { RecordingRef } from "@/server/contract/recording.ts";
import { AdmitForm, RecordForm, ShareForm, ShareToken } from "@/server/contract/together.ts";
import { listJailRecordings } from "@/server/services/recordings/find-recording.ts";
import { removeRecording as removeRecordingFor } from "@/server/services/recordings/remove-recording.ts";
import { knock as knockAt, lookAtShare } from "@/server/services/terminals/join-terminal.ts";
import { endOthersShell } from "@/server/services/terminals/others-shells.ts";
import { recordTerminal } from "@/server/services/terminals/record-terminal.ts";
import { admitGuest, shareTerminal, unshareTerminal } from "@/server/services/terminals/share-terminal.ts";
import { action } from "../../action.ts";

const TerminalRef = z.strictObject({ terminal: TerminalId });
const Link = z.strictObject({ token: ShareToken });

export const endOther = action(TerminalRef, endOthersShell);
export const share = action(ShareForm, shareTerminal);
export const unshare = action(VERBS["terminal.unshare"].input, unshareTerminal);
export const admit = action(AdmitForm, admitGuest);
export const record = action(RecordForm, recordTerminal);
export const lookAtLink = action(Link, lookAtShare);
export const knock = action(Link, knockAt);
export const recordings = action(JailNameOnly, listJailRecordings);
export const removeRecording = action(RecordingRef, removeRecordingFor);
