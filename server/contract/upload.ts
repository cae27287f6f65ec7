import { z } from "zod";
import { call, look, Nothing, type Verb } from "./verb.ts";

export const UploadId = z.string().regex(/^[0-9a-f]{32}$/, "This is no upload.");
export type UploadId = z.infer<typeof UploadId>;

/** Largest piece that one PUT carries; a file is sent in as many as it takes. */
export const UPLOAD_PIECE = 8 * 1024 * 1024;
/** Uploads that may lie on the host at once. */
export const UPLOADS_MAX = 4;
/** Bytes of the largest one. */
export const UPLOAD_MAX_BYTES = 2 ** 40;

/** A file on its way to the host, at STATE/uploads/ID. Who takes it (base.install, an archive's restore) checks what it is. */
export const Upload = z.strictObject({
  upload: UploadId,
  /** its announced size: it never gets larger */
  bytes: z.int().min(1),
  /** what has arrived; whoever was interrupted goes on from here */
  received: z.int().min(0),
});
export type Upload = z.infer<typeof Upload>;

const UploadRef = z.strictObject({ upload: UploadId });

export const UPLOAD_VERBS = {
  "upload.open": call(z.strictObject({ bytes: z.int().min(1).max(UPLOAD_MAX_BYTES) }), Upload),
  "upload.show": look(UploadRef, Upload),
  "upload.remove": call(UploadRef, Nothing),
} as const satisfies Record<string, Verb>;

/**
 * `PUT /v1/uploads/<id>?offset=<n>` with Content-Length up to UPLOAD_PIECE and the raw bytes from there on, where n is what has
 * been received; answers Upload.
 */
export const UPLOAD_PATH = /^\/v1\/uploads\/([0-9a-f]{32})\?offset=(0|[1-9][0-9]{0,14})$/;
