import { basename } from "node:path";
import { KnastError } from "../../contract/errors.ts";
import { look, makeDirectory, readText } from "../host/disk.ts";
import type { Step, StepContext } from "../jobs/step.ts";
import { type BaseJob, scratchOf } from "./base-job.ts";
import { checksumInManifest } from "./manifest.ts";

const HOURS = 3600_000;
/** A base.txz has some 200 MB; what goes on beyond this is none. */
export const URL_MAX_BYTES = 4 * 1024 ** 3;
const MANIFEST_MAX_BYTES = 256 * 1024;

type Found = { path: string; sha256: string };

/**
 * Steps that fetch(1) an archive, and the MANIFEST beside it when no checksum is given, into the scratch directory; nothing of them
 * is believed: the archive is checked as one on the host is.
 * @param found filled by the steps: where it lies, and the checksum that it must have
 */
export function downloadSteps(
  job: BaseJob,
  source: { url: string; sha256?: string | undefined },
  found: Found,
): Step[] {
  const { root } = scratchOf(job);
  const name = basename(source.url);
  const manifest = source.url.replace(/[^/]*$/, "MANIFEST");
  found.path = `${root}/${name}`;
  const download: Step = {
    id: "download",
    title: `Fetch ${name}`,
    command: `fetch -o ${found.path} ${source.url}`,
    run: async (context) => {
      await makeDirectory(root, 0o700);
      if (source.sha256) found.sha256 = source.sha256;
      else {
        await get(context, manifest, `${root}/MANIFEST`, MANIFEST_MAX_BYTES);
        const sum = checksumInManifest((await readText(`${root}/MANIFEST`, MANIFEST_MAX_BYTES)) ?? "", name);
        if (sum === null)
          throw new KnastError("checksum_mismatch", {
            message: `The MANIFEST beside the archive does not name ${name}. Give the SHA-256 yourself.`,
          });
        found.sha256 = sum;
      }
      await get(context, source.url, found.path, URL_MAX_BYTES);
    },
  };
  return [download];
}

/**
 * fetch(1): -m and -r are left out, so that a file is always whole and new; -T ends a server that says nothing. Progress is what
 * the growing file says, as fetch draws none without a terminal.
 */
async function get(context: StepContext, url: string, path: string, max: number): Promise<void> {
  const tooLarge = new AbortController();
  let over = false;
  let told = -1;
  const watch = setInterval(() => {
    void look(path).then((file) => {
      if (!file || file.size === told) return;
      context.progress((told = file.size), null, "bytes");
      if (file.size <= max) return;
      over = true;
      tooLarge.abort();
    }, tooLarge.abort.bind(tooLarge));
  }, 250);
  try {
    const args = ["-T", "60", "-o", path, url];
    const result = await context.run("fetch", args, { deadline: 6 * HOURS, signal: tooLarge.signal }).catch((error) => {
      throw over ? new KnastError("too_large", { message: `${url} is too large.` }) : error;
    });
    const file = await look(path);
    if (file && file.size > max) throw new KnastError("too_large", { message: `${url} is too large.` });
    if (result.status === 0 && file?.kind === "file") return context.progress(file.size, file.size, "bytes");
    if (/No space left on device/.test(result.stderr)) throw new KnastError("disk_full", { cause: result.stderr });
    throw new KnastError("fetch_failed", {
      message: `${url} could not be fetched. ${reason(result.stderr)}`.slice(0, 500),
    });
  } finally {
    clearInterval(watch);
  }
}

/** What fetch(1) says of its failure, after fetch(3): "fetch: URL: Not Found". Only what we know is shown. */
export function reason(stderr: string): string {
  const known: [RegExp, string][] = [
    [/: Not Found$/m, "The server has no such file."],
    [/: (Forbidden|Unauthorized)$/m, "The server does not give it away."],
    [
      /: (No address record|Host not found|Non-recoverable resolver failure|Transient resolver failure|No data)$/m,
      "Its host name can't be resolved.",
    ],
    [/: Connection refused$/m, "The server refuses connections."],
    [/: (Operation timed out|Connection timed out)$|: timed out$/m, "The server did not answer in time."],
    [/: (No route to host|Network is unreachable)$/m, "There is no way to the server."],
    [/appears to be truncated|: Connection reset by peer$/m, "The transfer broke off."],
    [/certificate|Authentication error/im, "The server's certificate is not one that this host trusts."],
    [/Unsupported redirect|: (Moved Permanently|Moved Temporarily|Found)$/m, "The server sends one elsewhere."],
  ];
  return known.find(([shape]) => shape.test(stderr))?.[1] ?? "The job's log says why.";
}
