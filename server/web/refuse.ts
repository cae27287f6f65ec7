import { STATUS_CODES, type ServerResponse } from "node:http";
import { API_METHODS } from "../contract/api/endpoint.ts";
import { PROBLEM_TYPE, problemOf } from "../contract/api/problem.ts";
import { type ErrorCode, KnastError } from "../contract/errors.ts";

const CODES: Record<number, ErrorCode> = { 403: "forbidden", 405: "wrong_method", 413: "too_large", 500: "internal" };

/** Answers what the gate did not let in: a line of text, to the API a problem document (RFC 9457). */
export function refuse(response: ServerResponse, status: number, api: boolean): void {
  const failure = new KnastError(CODES[status] ?? "invalid", { message: STATUS_CODES[status] ?? "Error" }).toFailure();
  const body = api ? JSON.stringify({ ...problemOf(failure), status }) : `${STATUS_CODES[status]}\n`;
  response.writeHead(status, {
    "content-type": api ? PROBLEM_TYPE : "text/plain",
    "content-length": Buffer.byteLength(body),
    connection: "close",
    ...(api && status === 405 ? { allow: [...API_METHODS].join(", ") } : {}),
  });
  response.end(body);
}
