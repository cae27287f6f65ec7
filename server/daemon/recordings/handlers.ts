import type { RECORDING_VERBS } from "../../contract/recording.ts";
import type { Handlers } from "../handlers.ts";
import { listRecordings, removeRecording } from "./store.ts";

export const RECORDING_HANDLERS: Handlers<keyof typeof RECORDING_VERBS> = {
  "recording.list": listRecordings,
  "recording.remove": removeRecording,
};
