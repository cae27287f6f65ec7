import type { NextRequest } from "next/server";
import { handlers } from "@/app/auth.ts";
import { forgetIntent } from "@/app/sign-on.ts";
import { visitorOf } from "@/app/visitor.ts";
import { alsoSet } from "@/server/services/sign-on/also-set.ts";

// Next calls 127.0.0.1 localhost in the request's address; a provider compares the address that it sends people back to.
const handler =
  (handle: (request: NextRequest) => Promise<Response>) =>
  async (request: NextRequest): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    const own = new Request(new URL(pathname + search, visitorOf(request.headers).origin), request);
    const cookies: string[] = [];
    const answer = await alsoSet.run(cookies, () => handle(own as NextRequest));
    if (!pathname.startsWith("/api/auth/callback/")) return answer;
    // By hand, as next's cookies() writes every other header of the answer anew and loses Max-Age=0 on the way.
    const headers = new Headers(answer.headers);
    for (const cookie of [forgetIntent(), ...cookies]) headers.append("set-cookie", cookie);
    return new Response(answer.body, { status: answer.status, headers });
  };

export const GET = handler(handlers.GET);
export const POST = handler(handlers.POST);
