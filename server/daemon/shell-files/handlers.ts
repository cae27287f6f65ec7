import type { SHELL_FILE_VERBS } from "../../contract/shell-file.ts";
import type { Handlers } from "../handlers.ts";
import { findPlace, giveGet, lookAtFile } from "./place.ts";

export const SHELL_FILE_HANDLERS: Handlers<keyof typeof SHELL_FILE_VERBS> = {
  "shell.place": findPlace,
  "shell.file": lookAtFile,
  "shell.put": (daemon, input, { actor }) => daemon.shellFiles.open(actor, input),
  "shell.put-state": async (daemon, input) => daemon.shellFiles.state(input),
  "shell.put-cancel": async (daemon, input) => {
    daemon.shellFiles.cancel(input);
    return {};
  },
  "shell.give-get": giveGet,
};
