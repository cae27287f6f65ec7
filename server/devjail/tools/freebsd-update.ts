import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Call } from "../io.ts";

/** Patches that this host's "server" has of every release. */
const LATEST = 3;

/**
 * freebsd-update(8) -b BASEDIR [-d WORKDIR] [--currently-running RELEASE] --not-running-from-cron fetch install: really changes the
 * tree, its COPYRIGHT and the version in bin/freebsd-version. DIR/run/freebsd-update may hold one word that makes it fail: `mirrors`
 * (nothing is reached), `half` (it dies in the middle of install) or `hang`.
 */
export async function freebsdUpdate(call: Call): Promise<number> {
  const options = new Map<string, string>();
  const commands: string[] = [];
  let cron = true;
  for (let i = 0; i < call.args.length; i++) {
    const word = call.args[i]!;
    if (word === "--not-running-from-cron") cron = false;
    else if (/^(-[bdfjkrst]|--currently-running)$/.test(word)) options.set(word, call.args[++i] ?? "");
    else commands.push(word);
  }
  const base = options.get("-b") ?? "/";
  const work = options.get("-d") ?? "/var/db/freebsd-update";
  if (commands.join(" ") !== "fetch install" || base === "/") {
    call.io.err("freebsd-update: this host knows -b BASEDIR fetch install only\n");
    return 1;
  }
  if (cron && !process.stdout.isTTY) {
    call.io.err(
      "freebsd-update fetch should not be run non-interactively.\nRun freebsd-update cron instead, or use\n--not-running-from-cron\n",
    );
    return 1;
  }
  for (const path of [base, work])
    if (!existsSync(path) || !statSync(path).isDirectory()) {
      call.io.err(`freebsd-update: Directory does not exist or is not writable: ${path}\n`);
      return 1;
    }
  const fault = existsSync(call.state.at("run/freebsd-update"))
    ? readFileSync(call.state.at("run/freebsd-update"), "utf8").trim()
    : "";
  return update(call, { base, work, fault, release: options.get("--currently-running") ?? "14.2-BETA1" });
}

async function update(
  call: Call,
  { base, work, fault, release }: { base: string; work: string; fault: string; release: string },
): Promise<number> {
  const { out } = call.io;
  out("Looking up update.FreeBSD.org mirrors... 3 mirrors found.\n");
  if (fault === "mirrors") {
    for (const n of [1, 2, 3]) out(`Fetching public key from update${n}.freebsd.org... failed.\n`);
    out("No mirrors remaining, giving up.\n");
    return 1;
  }
  out(`Fetching metadata signature for ${release.replace(/-p\d+$/, "")} from update1.freebsd.org... done.\n`);
  out("Fetching metadata index... done.\nInspecting system... done.\nPreparing to download files... done.\n");
  if (fault === "hang") await new Promise((resolve) => setTimeout(resolve, 600_000));
  const patches = Number(/-p(\d+)$/.exec(release)?.[1] ?? 0);
  const next = `${release.replace(/-p\d+$/, "")}-p${LATEST}`;
  if (patches >= LATEST) {
    out(`\nNo updates needed to update system to ${next}.\n`);
    out("No updates are available to install.\n");
    return 2;
  }
  writeFileSync(join(work, "tINDEX.present"), `${next}\n`);
  out(`The following files will be updated as part of updating to\n${next}:\n/COPYRIGHT\n/bin/freebsd-version\n`);
  out("Installing updates...");
  appendFileSync(join(base, "COPYRIGHT"), `patched to ${next}\n`);
  if (fault === "half") {
    call.io.err("install: /bin/freebsd-version: Input/output error\n");
    return 1;
  }
  const version = join(base, "bin/freebsd-version");
  mkdirSync(dirname(version), { recursive: true });
  writeFileSync(version, `#!/bin/sh\nUSERLAND_VERSION="${next}"\n`, { mode: 0o555 });
  out(
    "\nScanning /usr/share/certs/untrusted for certificates...\nScanning /usr/share/certs/trusted for certificates...\n done.\n",
  );
  return 0;
}
