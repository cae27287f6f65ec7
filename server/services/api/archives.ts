import type { ARCHIVES_API } from "../../contract/api/archives.ts";
import { KnastError } from "../../contract/errors.ts";
import { downloadArchive } from "../archives/download-archive.ts";
import { archiveFor, listArchives } from "../archives/find-archive.ts";
import { importArchive, removeArchive, restoreArchive, verifyArchive } from "../archives/keep-archives.ts";
import { archiveHost, forgetSet, listSets, restoreHost } from "../archives/whole-host.ts";
import { openUpload } from "../uploads/open-upload.ts";
import { removeUpload } from "../uploads/remove-upload.ts";
import { sendPiece } from "../uploads/send-piece.ts";
import { showUpload } from "../uploads/show-upload.ts";
import type { Handlers } from "./call.ts";

export const ARCHIVES: Handlers<typeof ARCHIVES_API> = {
  "archives.list": async (ctx) => ({ archives: await listArchives(ctx) }),
  "archives.show": (ctx, { archive }) => archiveFor(ctx, archive),
  "archives.download": (ctx, { archive }, request) => {
    const [range, ifRange] = [request.header("range"), request.header("if-range")];
    return downloadArchive(ctx, { archive, range, ifRange, signal: request.signal });
  },
  "archives.verify": verifyArchive,
  "archives.remove": removeArchive,
  "archives.restore": restoreArchive,
  "archives.take-in": importArchive,
  "host-archives.list": async (ctx) => ({ sets: await listSets(ctx) }),
  "host-archives.create": archiveHost,
  "host-archives.restore": restoreHost,
  "host-archives.forget": forgetSet,
  "uploads.open": openUpload,
  "uploads.show": showUpload,
  "uploads.send": async (ctx, input, { body }) => {
    if (!body) throw new KnastError("invalid", { message: "There is no piece in this." });
    return sendPiece(ctx, { ...input, body });
  },
  "uploads.remove": removeUpload,
};
