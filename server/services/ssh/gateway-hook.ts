import type { SshGatewayState } from "../../contract/ssh.ts";

/** What knast-web's server does when the admin changes the gateway; it returns when it listens, has ended, or has failed. */
export type GatewayHook = { apply(): Promise<void>; state(): SshGatewayState };

// knast-web is two bundles in one process: the server has the listener, Next's pages have the switch.
const shared = globalThis as { knastSshGateway?: GatewayHook | undefined };

export const setGatewayHook = (hook: GatewayHook | undefined): void => void (shared.knastSshGateway = hook);

/** @returns the server's; where none runs (a test, the command line) there is none to tell */
export const gatewayHook = (): GatewayHook =>
  shared.knastSshGateway ?? { apply: async () => {}, state: () => ({ state: "off" }) };
