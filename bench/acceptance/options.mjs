export const USAGE = `Usage: npm run acceptance -- --socket PATH [--interface IF] [--address A --address B]
                                [--pool IF=BLOCK] [--base host|DIRECTORY|ARCHIVE]

Leads a running knastd through the life of two jails, knast_acc_a and knast_acc_b, and removes them again.
  --address    an address for each of the two; without it, free ones of the host's pools
  --pool       is set only on a host that has no pool yet, and taken away at the end
  --base       is installed only on a host that has no base yet (default: host, its own world)
`;

/** @returns the options; @throws Error with a sentence for the person at the terminal */
export function readOptions(args) {
  const options = { socket: null, interface: null, addresses: [], pool: null, base: "host" };
  for (let i = 0; i < args.length; i += 2) {
    const [name, value] = [args[i], args[i + 1]];
    if (value === undefined) throw new Error(`${name} needs a value.`);
    if (name === "--socket") options.socket = value;
    else if (name === "--interface") options.interface = value;
    else if (name === "--address") options.addresses.push(value);
    else if (name === "--pool") options.pool = poolOf(value);
    else if (name === "--base") options.base = value;
    else throw new Error(`There is no option ${name}.`);
  }
  if (!options.socket) throw new Error("Say where knastd listens: --socket PATH.");
  return options;
}

function poolOf(value) {
  const [name, block] = value.split("=");
  if (!block) throw new Error("--pool takes IF=BLOCK, for example vtnet0=10.0.2.0/24.");
  return { interface: name, block };
}

export const baseSource = (base) =>
  base === "host" ? { kind: "host" } : { kind: base.endsWith(".txz") ? "txz" : "directory", path: base };
