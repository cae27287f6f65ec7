import type { Block, Statement, Template } from "./parser.ts";

/** A parameter of a configured jail after defaults, `*` sections and variables; no values: a bare flag. */
export type Param = { name: string; values: string[] };

export type ConfiguredJail = {
  name: string;
  params: Param[];
  /** what is wrong with its variables, in jail(8)'s words */ problems: string[];
};

type Draft = { name: string; variable: boolean; immutable: boolean; values: Template[] };

/** `allow.nox` and `allow.x` are one parameter. */
export function sameOption(a: string, b: string): boolean {
  if (a === b) return true;
  const parts = [a, b].map(
    (name) => [name.slice(0, name.lastIndexOf(".") + 1), name.slice(name.lastIndexOf(".") + 1)] as const,
  );
  const [[prefixA, lastA], [prefixB, lastB]] = parts as [readonly [string, string], readonly [string, string]];
  return prefixA === prefixB && (lastA === `no${lastB}` || lastB === `no${lastA}`);
}

const isWild = (name: string): boolean => name === "*" || name.endsWith(".*") || name.startsWith("*.");

/** `*` stands for one or more components at that place of a hierarchical name. */
function wildMatches(name: string, pattern: string): boolean {
  if (pattern === "*") return true;
  const text = pattern.split(".").map((part) => (part === "*" ? "[^.]+(?:\\.[^.]+)*" : part.replace(/[^\w]/g, "\\$&")));
  return new RegExp(`^${text.join("\\.")}$`).test(name);
}

/** Applies jail.conf(5): sections in the order of the file, `+=`, and variables in bare and double-quoted words. */
export function resolve(blocks: Block[]): ConfiguredJail[] {
  // A name that comes again adds to the first one, at its place.
  const jails = blocks.filter((block) => !isWild(block.name));
  return jails.map((jail) => {
    const problems: string[] = [];
    const numeric = /^[+-]?[0-9]+$/.test(jail.name) && Number(jail.name) !== 0;
    const drafts: Draft[] = [
      {
        name: numeric ? "jid" : "name",
        variable: false,
        immutable: true,
        values: [{ text: jail.name, variables: [] }],
      },
    ];
    for (const block of blocks) {
      if (block !== jail && !(isWild(block.name) && wildMatches(jail.name, block.name))) continue;
      for (const statement of block.statements) addStatement(drafts, statement, problems);
    }
    const params = substitute(drafts, problems);
    return { name: jail.name, params, problems: problems.map((text) => `jail: ${jail.name}: ${text}`) };
  });
}

function addStatement(drafts: Draft[], item: Statement, problems: string[]): void {
  const known = drafts.find((draft) => sameOption(draft.name, item.name));
  const values = item.values.map((value) => ({ text: value.text, variables: [...value.variables] }));
  if (!known) {
    drafts.push({ name: item.name, variable: item.variable, immutable: false, values });
    return;
  }
  if (known.variable !== item.variable) {
    problems.push(`variable "$${item.name}" cannot have the same name as a parameter.`);
    return;
  }
  if (known.immutable) {
    problems.push(`cannot redefine parameter "${known.name}".`);
    return;
  }
  known.name = item.name;
  known.values = item.append && values.length ? [...known.values, ...values] : values;
}

function substitute(drafts: Draft[], problems: string[]): Param[] {
  const done = new Map<Draft, string[]>();
  const under = new Set<Draft>();
  const valuesOf = (draft: Draft): string[] => {
    const known = done.get(draft);
    if (known) return known;
    under.add(draft);
    const values = draft.values.flatMap((value) => expand(draft, value));
    under.delete(draft);
    done.set(draft, values);
    return values;
  };
  const expand = (owner: Draft, value: Template): string[] => {
    let out = "";
    let from = 0;
    for (const { name, at } of value.variables) {
      const source = drafts.find((draft) => draft.name === name);
      if (source && under.has(source)) {
        problems.push(`${name}: variable loop`);
        return [];
      }
      const values = source ? valuesOf(source) : [];
      if (!values.length) {
        problems.push(`${owner.name}: variable "${name}" not found`);
        return [];
      }
      if (values.length > 1) {
        if (value.text !== "" || value.variables.length > 1) {
          problems.push(`${owner.name}: array cannot be substituted inline`);
          return [];
        }
        return values;
      }
      out += value.text.slice(from, at) + values[0]!;
      from = at;
    }
    return [out + value.text.slice(from)];
  };
  return drafts.flatMap((draft) => {
    const values = valuesOf(draft);
    return draft.variable ? [] : [{ name: draft.name, values }];
  });
}

/** `jail -e SEP` prints a value with spaces, quotes or nothing in it in double quotes. */
const quoted = (text: string): string =>
  text === "" || /[\s"'\\]/.test(text) ? `"${text.replace(/["\\]/g, "\\$&")}"` : text;

/** @returns the line of one jail as `jail -e SEP` prints it, without the newline; a numeric name prints nothing of itself */
export function exportJail(jail: ConfiguredJail, separator: string): string {
  return jail.params
    .filter((param) => param.name !== "jid")
    .map((param) => (param.values.length ? `${param.name}=${param.values.map(quoted).join(",")}` : param.name))
    .join(separator);
}
