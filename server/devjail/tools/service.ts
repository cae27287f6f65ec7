import { parseFile } from "../conf/parser.ts";
import { resolve } from "../conf/resolve.ts";
import { ConfError } from "../conf/lexer.ts";
import type { Call } from "../io.ts";
import { jail } from "../jail/main.ts";
import { orderByDepend } from "../jail/order.ts";
import { jls } from "../jls.ts";
import { findJail, listJails } from "../state.ts";
import { sysrc } from "./sysrc.ts";

/** service(8) for the one service that counts here: `service jail start|stop|restart|status [NAME …]`, as rc.d/jail does it. */
export async function service(call: Call): Promise<number> {
  const [name, verb = "", ...names] = call.args;
  if (name !== "jail") {
    call.io.err(
      `${name ?? ""} does not exist in /etc/rc.d or the local startup\ndirectories (/usr/local/etc/rc.d), or is not executable\n`,
    );
    return 1;
  }
  const plain = verb.replace(/^(one|fast|force)/, "");
  if (plain === "status") return jls({ ...call, name: "jls", args: ["-N"] });
  if (plain === "restart") {
    await turn(call, "stop", names);
    return turn(call, "start", names);
  }
  if (plain === "start" || plain === "stop") return turn(call, plain, names);
  call.io.err(
    `/etc/rc.d/jail: unknown directive '${verb}'.\nUsage: /etc/rc.d/jail [fast|force|one|quiet](start|stop|restart|status) [jail ...]\n`,
  );
  return 1;
}

function variable(call: Call, name: string): string {
  let text = "";
  sysrc({
    ...call,
    name: "sysrc",
    args: ["-n", "-i", name],
    io: { out: (more) => void (text += more), err: () => {} },
  });
  return text.trim();
}

/** Says which jails it turns on or off, and why one would not; the status is 0 all the same. */
async function turn(call: Call, verb: "start" | "stop", names: string[]): Promise<number> {
  const { io, state } = call;
  const listed = names.length ? names : variable(call, "jail_list").split(/\s+/).filter(Boolean);
  io.out(verb === "start" ? "Starting jails:" : "Stopping jails:");
  let wanted = listed;
  try {
    const configured = resolve(parseFile(state.etc("jail.conf")));
    if (!listed.length)
      wanted =
        verb === "start"
          ? orderByDepend(
              configured,
              configured.map((one) => one.name),
              false,
            )
          : listJails(state).map((one) => one.name);
  } catch (error) {
    if (!(error instanceof ConfError)) throw error;
  }
  for (const name of wanted) {
    if (verb === "stop" && !findJail(state, name)) continue;
    let text = "";
    const quiet = { out: () => {}, err: (more: string) => void (text += more) };
    const status = await jail({ state, name: "jail", io: quiet, args: ["-q", verb === "start" ? "-c" : "-r", name] });
    if (status === 0) io.out(` ${name}`);
    else io.out(` cannot ${verb} jail  "${name}": \n${text}`);
  }
  io.out(".\n");
  return 0;
}
