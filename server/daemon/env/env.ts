/** @returns why this environment is refused, null when it is fine: NODE_OPTIONS could load code or open an inspector in a root process */
export function environmentProblem(): string | null {
  const refused = ["NODE_OPTIONS", "NODE_PATH", "NODE_REPL_EXTERNAL_MODULE", "LD_PRELOAD", "LD_LIBRARY_PATH"];
  const set = refused.find((name) => process.env[name] !== undefined && process.env[name] !== "");
  if (set) return `knastd does not start with ${set} in its environment.`;
  const inspector = process.execArgv.find((arg) => /^--(inspect|debug)/.test(arg));
  return inspector ? `knastd does not start with ${inspector}.` : null;
}
