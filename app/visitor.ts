import { newRequestId, type Visitor } from "@/server/services/context.ts";

/** Headers that server/web sets on each request after it has thrown away what came in under these names. */
export function visitorOf(headers: Pick<Headers, "get">): Visitor {
  return {
    source: headers.get("x-knast-source") ?? "",
    origin: headers.get("x-knast-origin") ?? "",
    requestId: headers.get("x-knast-request") ?? newRequestId(),
  };
}
