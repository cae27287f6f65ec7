import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { BaseSource } from "../../../contract/base.ts";
import type { JobEvent } from "../../../contract/job.ts";
import { createRunner, type Run } from "../../host/run.ts";
import type { BaseJob } from "../base-job.ts";
import { installBase } from "../install-base.ts";
import type { Step, StepContext } from "../../jobs/step.ts";

/** A world of FreeBSD's shape with a few bytes in each place; `more` adds files (path to text), null removes one. */
export function makeWorld(root: string, more: Record<string, string | null> = {}): void {
  const files: Record<string, string | null> = {
    COPYRIGHT: "The compilation of software known as FreeBSD\n",
    ".cshrc": "# root's\n",
    "bin/sh": "sh\n",
    "bin/freebsd-version": '#!/bin/sh\nUSERLAND_VERSION="14.2-RELEASE-p1"\n',
    "sbin/init": "init\n",
    "lib/libc.so.7": "libc\n",
    "libexec/ld-elf.so.1": "ld\n",
    "rescue/sh": "sh\n",
    "boot/kernel/kernel": "kernel\n",
    "boot/entropy": "random\n",
    "usr/bin/id": "id\n",
    "usr/sbin/pw": "pw\n",
    "usr/include/stdio.h": "\n",
    "usr/lib/libz.so": "z\n",
    "usr/libdata/x": "x\n",
    "usr/libexec/atrun": "x\n",
    "usr/share/skel/dot.cshrc": "# skel\n",
    "etc/rc": "#!/bin/sh\n",
    "etc/rc.d/sshd": "#!/bin/sh\n",
    "etc/master.passwd":
      "root:$6$secret$hash:0:0::0:0:Charlie &:/root:/bin/sh\nme:$6$mine:1001:1001::0:0:Me:/home/me:/bin/csh\n",
    "etc/group": "wheel:*:0:root,me\nme:*:1001:\n",
    "etc/rc.conf": 'hostname="host.example.org"\n',
    "etc/resolv.conf": "nameserver 10.0.0.1\n",
    "etc/ssh/ssh_host_ed25519_key": "PRIVATE\n",
    "etc/ssh/sshd_config": "ListenAddress 10.0.0.1\n",
    "etc/ssl/private.key": "PRIVATE\n",
    "root/.profile": "# root\n",
    "root/.ssh/id_ed25519": "PRIVATE\n",
    "var/db/entropy/saved": "random\n",
    "var/run/x.pid": "1\n",
    "tmp/left": "over\n",
    ...more,
  };
  for (const [path, text] of Object.entries(files)) {
    if (text === null) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  for (const path of ["dev", "proc", "mnt", "var/log", "usr/local"]) mkdirSync(join(root, path), { recursive: true });
  symlinkSync("usr/src/sys", join(root, "sys"));
}

/** Names the scratch directory of every job of a bench. */
export const BENCH_ID = "a".repeat(32);

export type Bench = {
  root: string;
  paths: { jails: string; state: string; world: string };
  run: Run;
  events: JobEvent["kind"][];
  lines: string[];
  steps(steps: Step[]): Promise<void>;
  context: StepContext;
  job(source: BaseSource, inUse?: string[]): BaseJob;
  /** all steps as the job runner does them: a failure is followed by the undo */
  install(source: BaseSource, inUse?: string[]): Promise<void>;
  end(): void;
};

/** A temporary directory with a jail root, and programs that stand in for FreeBSD's where the machine's differ. */
export function makeBench(): Bench {
  const root = mkdtempSync(join(tmpdir(), "knast-base-"));
  const paths = { jails: join(root, "jails"), state: join(root, "state"), world: join(root, "world") };
  for (const path of [...Object.values(paths), join(root, "bin")]) mkdirSync(path, { mode: 0o700 });
  const program = (name: string, text: string) => {
    writeFileSync(join(root, "bin", name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(root, "bin", name), 0o755);
  };
  program("chflags", "exit 0");
  program("cp", 'exec /bin/cp "$@" --no-preserve=links');
  program("rm", 'shift; exec /bin/rm -rf "$@"');
  program("freebsd-version", "echo 14.2-RELEASE-p3");
  const run = createRunner([join(root, "bin"), "/usr/bin", "/bin"]);
  const events: JobEvent["kind"][] = [];
  const lines: string[] = [];
  const context: StepContext = {
    run: (name, args, { deadline = 60_000, take, feed } = {}) =>
      run(name, args, { deadline, ...(take ? { take } : {}), ...(feed ? { feed } : {}) }),
    output: (line) => lines.push(line),
    progress: () => events.push("progress"),
    signal: new AbortController().signal,
  };
  const steps = async (all: Step[]): Promise<void> => {
    for (const step of all) await step.run(context);
  };
  const job = (source: BaseSource, inUse: string[] = []): BaseJob => ({
    name: "basejail",
    source,
    paths,
    data: { id: BENCH_ID, name: "basejail", before: null, after: null },
    id: BENCH_ID,
    jailsOnBase: async () => inUse,
  });
  const install = async (source: BaseSource, inUse?: string[]): Promise<void> => {
    const plan = installBase(job(source, inUse));
    await steps(plan.steps).catch(async (error) => {
      await plan.undo(context);
      throw error;
    });
  };
  return {
    root,
    paths,
    run,
    events,
    lines,
    context,
    steps,
    job,
    install,
    end: () => rmSync(root, { recursive: true, force: true }),
  };
}
