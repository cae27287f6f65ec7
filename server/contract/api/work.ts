import { z } from "zod";
import { Job, JobEvent } from "../job.ts";
import { ForeignJailName, JailName, JobId, TerminalId } from "../names.ts";
import { JailNameOnly } from "../panel.ts";
import { RECORDING_VERBS, RecordingName, RecordingRef } from "../recording.ts";
import { InnerFile, Place, SHELL_FILE_VERBS, Transfer } from "../shell-file.ts";
import { NameTerminalForm, OwnShellChoices, ShellChoicesForm } from "../shell-choice.ts";
import { Cols, OpenTerminalForm, OtherShell, Rows, TerminalInfo } from "../terminal.ts";
import { AdmitForm, RecordForm, ShareForm } from "../together.ts";
import { call, create, type Endpoint, events, file, look } from "./endpoint.ts";

const Piece = z.strictObject({
  ...SHELL_FILE_VERBS["shell.put-state"].input.shape,
  offset: z.int().min(0).max(999_999_999_999_999),
});
const JobRef = z.strictObject({ job: JobId });
/** What a terminal is until its viewer says how large it is. */
const USUAL = { cols: 80, rows: 24 };

/** Jobs and shells: what goes on after an answer. A shell's bytes are at /ws/terminals/ID, with the same token. */
export const WORK_API = {
  "jobs.list": look(
    "GET /jobs",
    "see",
    "The latest jobs on your jails, newest first.",
    z.strictObject({ jail: ForeignJailName.optional() }),
    z.strictObject({ jobs: z.array(Job) }),
  ),
  "jobs.show": look("GET /jobs/{job}", "see", "A job: its steps, how far it is, what went wrong.", JobRef, Job),
  "jobs.follow": events(
    "GET /jobs/{job}/events",
    "see",
    "Its events; goes on after the one that Last-Event-ID names, and ends with the job.",
    z.strictObject({ job: JobId, after: z.int().min(-1).max(999_999_999).optional() }),
    JobEvent,
  ),
  "jobs.cancel": call("POST /jobs/{job}/cancel", "power", "Takes a job of yours back.", JobRef, null),
  "shells.list": look(
    "GET /shells",
    "shell",
    "Your own open shells.",
    z.strictObject({ name: JailName.optional() }),
    z.strictObject({ shells: z.array(TerminalInfo) }),
  ),
  "shells.open": create(
    "POST /shells",
    "shell",
    "Opens a shell in a running jail.",
    z.strictObject({
      ...OpenTerminalForm.shape,
      cols: Cols.default(USUAL.cols),
      rows: Rows.default(USUAL.rows),
    }),
    TerminalInfo,
  ),
  "shell-files.place": look(
    "GET /shells/{terminal}/place",
    "shell",
    "Where one of your shells stands, and whose files put there will be.",
    SHELL_FILE_VERBS["shell.place"].input,
    Place,
  ),
  "shell-files.put": create(
    "POST /shells/{terminal}/files",
    "shell",
    "Begins a file in a directory of the jail; 409 when the name is taken and taken is ask.",
    SHELL_FILE_VERBS["shell.put"].input,
    Transfer,
  ),
  "shell-files.show": look(
    "GET /shells/{terminal}/files/{transfer}",
    "shell",
    "How far a file has come, and its name when it lies in the jail.",
    SHELL_FILE_VERBS["shell.put-state"].input,
    Transfer,
  ),
  "shell-files.send": {
    ...call(
      "PUT /shells/{terminal}/files/{transfer}",
      "shell",
      "Sends one piece, at most 1 MiB, as application/octet-stream; offset is what has arrived. It may take less.",
      Piece,
      Transfer,
    ),
    takesFile: true,
  },
  "shell-files.cancel": call(
    "DELETE /shells/{terminal}/files/{transfer}",
    "shell",
    "Gives a file up; nothing of it stays.",
    SHELL_FILE_VERBS["shell.put-cancel"].input,
    null,
  ),
  "shell-files.look": look(
    "GET /shells/{terminal}/file",
    "shell",
    "A regular file of the jail, by its path there, and its size.",
    SHELL_FILE_VERBS["shell.file"].input,
    InnerFile,
  ),
  "shell-files.get": file(
    "GET /shells/{terminal}/file/bytes",
    "shell",
    "The bytes of a regular file; a file that breaks off breaks the answer off.",
    SHELL_FILE_VERBS["shell.file"].input,
  ),
  "shell-files.give-get": call(
    "POST /shells/{terminal}/knast-get",
    "shell",
    "Puts the program knast-get into the jail.",
    SHELL_FILE_VERBS["shell.give-get"].input,
    null,
  ),
  "shells.share": create(
    "POST /shells/{terminal}/share",
    "shell",
    "A link by which people ask to look at one of your shells; an earlier one ends.",
    ShareForm,
    z.strictObject({ link: z.string(), until: z.string() }),
  ),
  "shells.unshare": call(
    "DELETE /shells/{terminal}/share",
    "shell",
    "Ends the link and cuts off everybody who came by it.",
    z.strictObject({ terminal: TerminalId }),
    null,
  ),
  "shells.admit": call(
    "POST /shells/{terminal}/guests",
    "shell",
    "Lets somebody in who asks, passes the keyboard on or takes it back, refuses or sends away.",
    AdmitForm,
    null,
  ),
  "shells.record": call(
    "POST /shells/{terminal}/recording",
    "shell",
    "Begins or stops a recording of what is printed; all who look are told.",
    RecordForm,
    z.strictObject({ recording: RecordingName.nullable() }),
  ),
  "recordings.list": look(
    "GET /recordings",
    "admin",
    "All recordings on the host.",
    z.strictObject({}),
    RECORDING_VERBS["recording.list"].output,
  ),
  "jails.recordings": look(
    "GET /jails/{name}/recordings",
    "shell",
    "A jail's recordings.",
    JailNameOnly,
    RECORDING_VERBS["recording.list"].output,
  ),
  "recordings.download": file(
    "GET /recordings/{recording}/file",
    "shell",
    "The recording itself, asciicast v2.",
    RecordingRef,
  ),
  "recordings.remove": call(
    "DELETE /recordings/{recording}",
    "shell",
    "Removes a recording: one of your own, or of a jail that you may archive.",
    RecordingRef,
    null,
  ),
  "shells.choices": look(
    "GET /jails/{name}/shells",
    "shell",
    "The shells and accounts of a running jail that you may open one with, and what you took last.",
    ShellChoicesForm,
    OwnShellChoices,
  ),
  "shells.name": call(
    "PUT /shells/{terminal}/name",
    "shell",
    "Gives one of your shells a name; null takes it.",
    NameTerminalForm,
    null,
  ),
  "shells.others": look(
    "GET /other-shells",
    "admin",
    "The open shells of all other people: whose, where, since when.",
    z.strictObject({}),
    z.strictObject({ shells: z.array(OtherShell) }),
  ),
  "shells.close": call(
    "DELETE /shells/{terminal}",
    "shell",
    "Ends one of your shells.",
    z.strictObject({ terminal: TerminalId }),
    null,
  ),
  "shells.end": call(
    "DELETE /other-shells/{terminal}",
    "admin",
    "Ends another's shell; he is told that an admin did it.",
    z.strictObject({ terminal: TerminalId }),
    null,
  ),
} as const satisfies Record<string, Endpoint>;
