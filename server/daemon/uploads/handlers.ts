import type { UPLOAD_VERBS } from "../../contract/upload.ts";
import type { Handlers } from "../handlers.ts";
import { openUpload, removeUpload, showUpload } from "./store.ts";

export const UPLOAD_HANDLERS: Handlers<keyof typeof UPLOAD_VERBS> = {
  "upload.open": openUpload,
  "upload.show": showUpload,
  "upload.remove": removeUpload,
};
