import type { z } from "zod";
import type { Endpoint } from "../../contract/api/endpoint.ts";
import type { Ctx } from "../context.ts";
import type { Download } from "../archives/download-archive.ts";

/** A request as the route gives it on; `url` has no host, its path is still encoded. */
export type ApiRequest = {
  method: string;
  path: string;
  query: URLSearchParams;
  header(name: string): string | null;
  body: AsyncIterable<Uint8Array> | null;
  signal: AbortSignal;
};

export type SendEvent = (event: { name?: string; id?: number; data: unknown }) => void;
/** Begins to send; returns what to do when the reader has gone. */
export type OpenEvents = (send: SendEvent, end: () => void) => () => void;

/** A service behind an operation: it decides whether the actor may. The request is for files and streams only. */
export type Handler<E extends Endpoint = Endpoint> = (
  ctx: Ctx,
  input: z.output<E["input"]>,
  request: ApiRequest,
) => Promise<
  E["kind"] extends "events"
    ? OpenEvents
    : E["kind"] extends "file"
      ? Download
      : E["output"] extends z.ZodType
        ? z.output<E["output"]>
        : unknown
>;

export type Handlers<T extends Record<string, Endpoint>> = { [K in keyof T]: Handler<T[K]> };
