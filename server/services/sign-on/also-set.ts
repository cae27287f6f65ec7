import { AsyncLocalStorage } from "node:async_hooks";

/** What the answer to the request at hand sets beside next-auth's own cookies: whole Set-Cookie lines. */
export const alsoSet = new AsyncLocalStorage<string[]>();
