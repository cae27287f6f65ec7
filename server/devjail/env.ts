/** The environments that devjail gives to programs; the only file here that looks at its own. */
export const emptyEnv = {} as NodeJS.ProcessEnv;

/** Its own, as jail(8) and jexec(8) pass theirs on. */
export const ownEnv: NodeJS.ProcessEnv = process.env;

export const literalEnv = (values: Record<string, string>): NodeJS.ProcessEnv => values as NodeJS.ProcessEnv;
