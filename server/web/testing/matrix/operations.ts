import { COUNTERPARTS } from "../../../../e2e/action-counterparts.ts";
import type { ApiRight, Endpoint } from "../../../contract/api/endpoint.ts";
import { requestOf } from "../../../contract/api/request.ts";
import { API, type Operation, OPERATIONS } from "../../../contract/api/table.ts";
import type { VerbName } from "../../../contract/daemon.ts";
import { operationInput } from "../../../services/testing/operation-inputs.ts";
import type { Web } from "../web.ts";
import { type Asked, askPath } from "./ask.ts";
import { ACTIONS, type Need } from "./rights.ts";
import { type Target, TARGETS, type World } from "./world.ts";
import type { Bearer } from "./bearers.ts";

/** One row of the API's table; what it needs is what the panel's action of the same effect needs. */
export type RestVerb = {
  operation: Operation;
  need: Need;
  reaches: VerbName | null;
  targets: readonly Target[];
  ask(
    bearer: Bearer,
    secret: string | undefined,
    target: Target,
    owner: string,
    more?: Record<string, string>,
  ): Promise<Asked>;
};

/** What no action of the panel does, or what a token may only look at in its own way. */
const OF_ITS_OWN: Partial<Record<Operation, Need>> = {
  "archives.show": "file",
  "archives.download": "file",
  "jails.list": "session",
  "jails.watch": "session",
  "jobs.list": "session",
  "shells.list": "session",
  "shell-files.show": "terminal",
  "shell-files.send": "terminal",
  "shell-files.get": "terminal",
  "ssh-keys.remove": "admin",
};
const BY_RIGHT = (right: ApiRight): Need => (right === "any" ? "own" : right);

export function restVerbs(web: Web, world: World): RestVerb[] {
  const actionOf = new Map(Object.entries(COUNTERPARTS).map(([action, operation]) => [operation, action]));
  return OPERATIONS.map((operation) => {
    const endpoint: Endpoint = API[operation];
    const [need, reaches] = ACTIONS[actionOf.get(operation) ?? ""] ?? [BY_RIGHT(endpoint.right), null];
    const input = (bearer: Pick<Bearer, "actor">, target: Target, owner: string) =>
      operationInput(operation, world.nameOf(bearer.actor, target), { owner, ...world.ids(bearer.actor, target) });
    const differ = new Set(TARGETS.map((target) => JSON.stringify(input({ actor: "owner" }, target, "x")))).size > 1;
    return {
      operation,
      need: OF_ITS_OWN[operation] ?? need,
      reaches,
      targets: differ ? TARGETS : ["own"],
      ask: (bearer, secret, target, owner, more = {}) => {
        const { method, path, body } = requestOf(endpoint, input(bearer, target, owner));
        const type = endpoint.takesFile ? "application/octet-stream" : body ? "application/json" : null;
        const headers: Record<string, string> = {
          ...(secret ? { authorization: `Bearer ${secret}` } : {}),
          ...(type ? { "content-type": type } : {}),
          ...more,
        };
        return askPath(web, "", method, path, headers, endpoint.takesFile ? "x" : body && JSON.stringify(body));
      },
    };
  });
}
