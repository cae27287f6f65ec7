import { AsyncLocalStorage } from "node:async_hooks";

/** What somebody is doing: calls to the daemon that belong to it carry where it came from, and the daemon records its own verb. */
export type Act = {
  readonly what: string;
  readonly source: string;
  readonly requestId: string;
  readonly token?: string;
  /** the account that it turned out to be about, its name or its id */
  account?: string;
  /** the jail that it turned out to be in */
  jail?: string;
  /** how the daemon has recorded the verb of this name; null: it has not */
  recorded: "ok" | "failed" | null;
};

/** From where somebody came. */
export type From = Pick<Act, "source" | "requestId" | "token">;

// Next bundles a module more than once: there is one storage for all of them.
const shared = globalThis as { knastAct?: AsyncLocalStorage<Act> };
const storage = (): AsyncLocalStorage<Act> => (shared.knastAct ??= new AsyncLocalStorage());

export const currentAct = (): Act | undefined => storage().getStore();

/** Says whom it is about, where that is known only on the way: who comes by a link or a passkey has given no name. */
export function isAbout(account: string): void {
  const act = currentAct();
  if (act) act.account = account;
}

/** Says in which jail it is, where that is known only on the way: a shell is named by its own id. */
export function isInJail(jail: string): void {
  const act = currentAct();
  if (act) act.jail = jail;
}

export const within = <T>(act: Act, work: () => Promise<T>): Promise<T> => storage().run(act, work);

/** @returns the headers by which knastd learns what only the panel knows; what has not their form is left out */
export function headersOfAct(act: From | undefined = currentAct()): Record<string, string> {
  if (!act) return {};
  const { source, requestId, token } = act;
  return {
    ...(/^[A-Za-z0-9.:%_-]{1,64}$/.test(source) ? { "knast-source": source } : {}),
    ...(/^[A-Za-z0-9-]{1,64}$/.test(requestId) ? { "knast-request": requestId } : {}),
    ...(token && /^(ssh:)?[A-Za-z0-9_-]{1,64}$/.test(token) ? { "knast-token": token } : {}),
  };
}
