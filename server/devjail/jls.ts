import { getopt, type Call } from "./io.ts";
import { KERNEL } from "./jail/parameters.ts";
import { sameOption } from "./conf/resolve.ts";
import { findJail, flag, listJails, type Jail } from "./state.ts";

/** jls(8): plain, -N, -v, -n, -q, -s, -h, -j, named parameters, --libxo json[,pretty]. There is no dying state here. */
export function jls(call: Call): number {
  let style: "text" | "json" | "pretty" = "text";
  const args: string[] = [];
  for (let i = 0; i < call.args.length; i++) {
    const word = call.args[i]!;
    if (word !== "--libxo" && !word.startsWith("--libxo=")) {
      args.push(word);
      continue;
    }
    const wish = (word.includes("=") ? word.slice(8) : (call.args[++i] ?? "")).replace(/^:/, "").split(",");
    if (wish.includes("json")) style = wish.includes("pretty") ? "pretty" : "json";
  }
  const parsed = getopt({ ...call, args }, "dhj:Nnqsv");
  if (!parsed) {
    call.io.err("usage: jls [-dhNnqv] [-j jail] [param ...]\n");
    return 1;
  }
  const has = (name: string) => parsed.flags.some((item) => item.flag === name);
  const wanted = parsed.flags.findLast((item) => item.flag === "j")?.value;
  let jails = listJails(call.state);
  if (wanted !== undefined) {
    const one = findJail(call.state, wanted);
    if (!one) {
      call.io.err(`jls: jail "${wanted}" not found\n`);
      return 1;
    }
    jails = [one];
  }
  const named = parsed.rest.length > 0 || has("n") || has("s");
  const rows = named
    ? jails.map((jail) =>
        (parsed.rest.length ? parsed.rest : KERNEL.map(([name]) => name)).map((name) => parameter(jail, name)),
      )
    : [];
  const unknown = rows[0]?.find((cell) => cell.kind === "unknown");
  if (unknown) {
    call.io.err(`jls: unknown parameter: ${unknown.name}\n`);
    return 1;
  }
  if (style !== "text") json(call, jails, rows, named, has("v"), style === "pretty");
  else if (named) parameters(call, rows, parsed.rest, has("n") || has("s"), has("h"), has("q"));
  else if (has("v")) verbose(call, jails);
  else plain(call, jails, has("N"));
  return 0;
}

type Cell = { name: string; kind: "text" | "list" | "flag" | "unknown"; text: string; list: string[]; yes: boolean };

function parameter(jail: Jail, name: string): Cell {
  const known = KERNEL.find(([own]) => sameOption(own, name));
  const cell = (kind: Cell["kind"], text: string, list: string[] = [], yes = false): Cell => ({
    name,
    kind,
    text,
    list,
    yes,
  });
  if (!known) return cell("unknown", "");
  const [own, otherwise] = known;
  if (own === "ip4.addr") return cell("list", jail.ip4.join(","), jail.ip4);
  if (own === "ip6.addr") return cell("list", jail.ip6.join(","), jail.ip6);
  if (own === "persist") return cell("flag", String(jail.persist), [], jail.persist);
  if (typeof otherwise === "boolean") {
    const yes = flag(jail.params, own, otherwise);
    return { ...cell("flag", String(yes), [], yes), name: own };
  }
  const special: Record<string, string> = {
    jid: String(jail.jid),
    name: jail.name,
    path: jail.path,
    "host.hostname": jail.hostname,
    "cpuset.id": String(2 * jail.jid + 1),
  };
  const inherits = own.startsWith("sysv") && flag(jail.params, "allow.sysvipc") && !(own in jail.params);
  return cell("text", special[own] ?? (inherits ? "inherit" : (jail.params[own] ?? otherwise)));
}

/** A flag's name with "no" before its last part when it is off. */
const flagName = (cell: Cell): string => {
  const dot = cell.name.lastIndexOf(".") + 1;
  return cell.yes ? cell.name : `${cell.name.slice(0, dot)}no${cell.name.slice(dot)}`;
};

const quoted = (text: string): string =>
  text === "" ? '""' : /[\s"'\\]/.test(text) ? `"${text.replace(/["\\]/g, "\\$&")}"` : text;

function parameters(
  call: Call,
  rows: Cell[][],
  asked: string[],
  withNames: boolean,
  header: boolean,
  quote: boolean,
): void {
  if (header) call.io.out(`${(asked.length ? asked : KERNEL.map(([name]) => name)).join(" ")}\n`);
  for (const row of rows) {
    const cells = row.map((cell) => {
      if (withNames && cell.kind === "flag") return flagName(cell);
      if (withNames) return `${cell.name}=${cell.kind === "list" ? cell.text : quoted(cell.text)}`;
      if (cell.kind === "list") return cell.text || "-";
      return quote ? quoted(cell.text) : cell.text || '""';
    });
    call.io.out(`${cells.join(" ")}\n`);
  }
}

const column = (text: string, width: number): string => text.slice(0, width).padEnd(width);

function plain(call: Call, jails: Jail[], byName: boolean): void {
  const ip = (jail: Jail) => column(jail.ip4[0] ?? jail.ip6[0] ?? "-", 15);
  if (byName) call.io.out(` JID             IP Address      Hostname                      Path\n`);
  else call.io.out(`   JID  IP Address      Hostname                      Path\n`);
  for (const jail of jails) {
    const id = byName ? ` ${column(jail.name, 15)} ` : `${String(jail.jid).padStart(6)}  `;
    call.io.out(`${id}${ip(jail)} ${column(jail.hostname, 29)} ${jail.path.slice(0, 74)}\n`);
  }
}

function verbose(call: Call, jails: Jail[]): void {
  const edge = " ".repeat(8);
  call.io.out(`   JID  Hostname                      Path\n`);
  call.io.out(`${edge}Name                          State\n${edge}CPUSetID\n${edge}IP Address(es)\n`);
  for (const jail of jails) {
    call.io.out(`${String(jail.jid).padStart(6)}  ${column(jail.hostname, 29)} ${jail.path.slice(0, 74)}\n`);
    call.io.out(`${edge}${column(jail.name, 29)} ACTIVE\n${edge}${2 * jail.jid + 1}\n`);
    for (const address of [...jail.ip4, ...jail.ip6]) call.io.out(`${edge}${address}\n`);
  }
}

type Field = [key: string, value: string | number | string[]];

function fieldsOf(jail: Jail, row: Cell[] | undefined, verboseToo: boolean): Field[] {
  if (row) return row.map((cell): Field => [cell.name, cell.kind === "list" ? cell.list : cell.text]);
  if (!verboseToo)
    return [
      ["jid", jail.jid],
      ["ipv4", jail.ip4[0] ?? jail.ip6[0] ?? "-"],
      ["hostname", jail.hostname],
      ["path", jail.path],
    ];
  return [
    ["jid", jail.jid],
    ["hostname", jail.hostname],
    ["path", jail.path],
    ["name", jail.name],
    ["state", "ACTIVE"],
    ["cpusetid", 2 * jail.jid + 1],
    ["ipv4_addrs", jail.ip4],
    ["ipv6_addrs", jail.ip6],
  ];
}

/** The spacing is libxo's: a list stands after a space, elements of the outer list after a comma and a space. */
function json(call: Call, jails: Jail[], rows: Cell[][], named: boolean, verboseToo: boolean, pretty: boolean): void {
  const all = jails.map((jail, i) => fieldsOf(jail, named ? rows[i] : undefined, verboseToo));
  if (!pretty) {
    const one = (fields: Field[]) =>
      fields
        .map(([key, value], i) => {
          const space = Array.isArray(value) ? " " : "";
          const text = Array.isArray(value)
            ? ` [${value.map((item) => JSON.stringify(item)).join(", ")}]`
            : JSON.stringify(value);
          return `${i ? "," : ""}${i ? space : ""}${JSON.stringify(key)}:${text}`;
        })
        .join("");
    call.io.out(
      `{"__version": "2", "jail-information": {"jail": [${all.map((fields) => `{${one(fields)}}`).join(", ")}]}}\n`,
    );
    return;
  }
  const item = (fields: Field[]) => {
    const lines = fields.map(([key, value]) => {
      if (!Array.isArray(value)) return `        ${JSON.stringify(key)}: ${JSON.stringify(value)}`;
      const inner = value.map((text) => `          ${JSON.stringify(text)}`).join(",\n");
      return `        ${JSON.stringify(key)}: [\n${inner ? `${inner}\n` : ""}        ]`;
    });
    return `      {\n${lines.join(",\n")}\n      }`;
  };
  const list = all.length ? `${all.map(item).join(",\n")}\n` : "";
  call.io.out(`{\n  "__version": "2", \n  "jail-information": {\n    "jail": [\n${list}    ]\n  }\n}\n`);
}
