import { z } from "zod";
import { Archive, ArchiveName, ARCHIVE_VERBS, RestoreInput } from "../archive.ts";
import { HOST_ARCHIVE_VERBS } from "../host-archive.ts";
import { Upload, UPLOAD_VERBS } from "../upload.ts";
import { Nothing } from "../verb.ts";
import { call, create, type Endpoint, file, job, look } from "./endpoint.ts";

const Named = z.strictObject({ archive: ArchiveName });
const Piece = z.strictObject({
  ...UPLOAD_VERBS["upload.show"].input.shape,
  offset: z.int().min(0).max(999_999_999_999_999),
});

export const ARCHIVES_API = {
  "archives.list": look(
    "GET /archives",
    "admin",
    "All archives on the host.",
    Nothing,
    ARCHIVE_VERBS["archive.list"].output,
  ),
  "archives.show": look("GET /archives/{archive}", "archive", "An archive and its manifest.", Named, Archive),
  "archives.download": file("GET /archives/{archive}/file", "archive", "The archive itself, a plain tar.", Named),
  "archives.verify": job("POST /archives/{archive}/verify", "archive", "Compares all its checksums.", Named),
  "archives.remove": call("DELETE /archives/{archive}", "archive", "Removes an archive.", Named, null),
  "archives.restore": job("POST /archives/{archive}/restore", "admin", "Makes a jail of an archive.", RestoreInput),
  "archives.take-in": job(
    "POST /archives",
    "admin",
    "Keeps an uploaded archive.",
    ARCHIVE_VERBS["archive.import"].input,
  ),
  "host-archives.list": look(
    "GET /host-archives",
    "admin",
    "Archives of the whole host.",
    Nothing,
    HOST_ARCHIVE_VERBS["host.sets"].output,
  ),
  "host-archives.create": job("POST /host-archives", "admin", "Archives every jail, and people and grants.", Nothing),
  "host-archives.restore": job(
    "POST /host-archives/{set}/restore",
    "admin",
    "Makes every jail of a set that is not here.",
    HOST_ARCHIVE_VERBS["host.restore"].input,
  ),
  "host-archives.forget": call(
    "DELETE /host-archives/{set}",
    "admin",
    "Forgets a set; the jails' archives stay.",
    HOST_ARCHIVE_VERBS["host.forget-set"].input,
    null,
  ),
  "uploads.open": create(
    "POST /uploads",
    "admin",
    "Announces a file of so many bytes.",
    UPLOAD_VERBS["upload.open"].input,
    Upload,
  ),
  "uploads.show": look(
    "GET /uploads/{upload}",
    "admin",
    "How far an upload has come.",
    UPLOAD_VERBS["upload.show"].input,
    Upload,
  ),
  "uploads.send": {
    ...call(
      "PUT /uploads/{upload}",
      "admin",
      "Sends one piece, at most 8 MiB, as application/octet-stream; offset is what has arrived.",
      Piece,
      Upload,
    ),
    takesFile: true,
  },
  "uploads.remove": call(
    "DELETE /uploads/{upload}",
    "admin",
    "Throws an upload away.",
    UPLOAD_VERBS["upload.remove"].input,
    null,
  ),
} as const satisfies Record<string, Endpoint>;
