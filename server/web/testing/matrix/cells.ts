import { readFileSync } from "node:fs";
import { join } from "node:path";
import { INPUTS } from "../../../../e2e/action-inputs.ts";
import { serverActions } from "../../../../e2e/action-table.ts";
import type { VerbName } from "../../../contract/daemon.ts";
import type { Web } from "../web.ts";
import { type Asked, askAction, askPath, askSocket } from "./ask.ts";
import { ACTIONS, type Need, PATHS } from "./rights.ts";
import { type Actor, type Target, TARGETS, type World } from "./world.ts";

/** One thing that can be done, on one of the ways that lead to it. */
export type Verb = {
  way: "action" | "page" | "api" | "socket";
  name: string;
  need: Need;
  reaches: VerbName | null;
  /** what it makes a difference for; one that names nothing is asked for once */
  targets: readonly Target[];
  ask(actor: Actor, target: Target, owner: string, more?: Record<string, string>): Promise<Asked>;
};

const root = join(import.meta.dirname, "../../../..");
/** @returns the paths of all pages and route handlers of the build */
export const builtPaths = (): string[] =>
  Object.values(JSON.parse(readFileSync(join(root, ".next/app-path-routes-manifest.json"), "utf8")) as object).filter(
    (path: string) => !path.startsWith("/_"),
  );

/** Everything of the build that can be asked for, with a row or without. */
export function allVerbs(web: Web, world: World): Verb[] {
  const actions = serverActions().map((action): Verb => {
    const [need, reaches] = ACTIONS[action.key] ?? ["public", null];
    const input = INPUTS[action.key] ?? (() => ({}));
    const given = (actor: Actor, target: Target, owner: string) =>
      input(world.nameOf(actor, target), { owner, ...world.ids(actor, target) });
    const ask: Verb["ask"] = (actor, target, owner, more) =>
      askAction(web, world.cookies[actor], action, given(actor, target, owner), more);
    const differ = new Set(TARGETS.map((target) => JSON.stringify(given("owner", target, "x")))).size > 1;
    return { way: "action", name: action.key, need, reaches, targets: differ ? TARGETS : ["own"], ask };
  });
  const paths = Object.entries(PATHS).map(([key, [need, reaches]]): Verb => {
    const [path, method = "GET"] = key.split(" ").toReversed() as [string, string?];
    const ask: Verb["ask"] = (actor, target, _owner, more) => {
      const name = world.nameOf(actor, target);
      const filled = path
        .replace(/\[name\]/, /^(\/api)?\/jails/.test(path) ? name : "basejail")
        .replace("[archive]", `${name}-20200101T000000Z.knast.tar`)
        .replace("[recording]", `${name}-20200101T000000Z-00000000.knast.cast`)
        .replace("[terminal]", world.ids(actor, target).terminal)
        .replace("[job]", world.ids(actor, target).job)
        .replace("[upload]", "0".repeat(32))
        .replace("[terminal]", world.ids(actor, target).terminal)
        .replace("[transfer]", "0".repeat(32))
        .replace(/\/file$/, "/file?path=%2Fetc%2Fmotd")
        .replace("[token]", "x")
        .replace("[account]", world.common.id)
        .replace("[[...path]]", "me")
        .replace("[...nextauth]", "session");
      return askPath(web, world.cookies[actor], method, method === "POST" ? `${filled}?offset=0` : filled, more);
    };
    const differ = /\[(archive|recording|job|terminal)\]|^(\/api)?\/jails\/\[name\]/.test(path);
    const way = path.startsWith("/api/") ? "api" : "page";
    return { way, name: key, need, reaches, targets: differ ? TARGETS : ["own"], ask };
  });
  const socket: Verb = {
    way: "socket",
    name: "/ws/terminals/[id]",
    need: "terminal",
    reaches: null,
    targets: TARGETS,
    ask: (actor, target, _owner, more) => askSocket(web, world.cookies[actor], world.ids(actor, target).terminal, more),
  };
  return [...actions, ...paths, socket];
}
