import { KnastError, type Problem } from "../../contract/errors.ts";
import { blockContains, parseBlock } from "../../contract/ip.ts";
import type { HostInfo } from "../../contract/jail.ts";
import type { Pool } from "../../contract/pool.ts";
import type { Daemon } from "../daemon.ts";
import { hostInfo } from "./host-info.ts";
import { writeSettings } from "./settings.ts";

/** host.configure: sets the pools. Throws KnastError interface_missing, invalid (pools that overlap), disk_full, with the field. */
export async function configureHost(daemon: Daemon, input: { pools: Pool[] }): Promise<HostInfo> {
  const interfaces = await daemon.view.interfacesNow();
  const problems: Problem[] = [];
  for (const [i, pool] of input.pools.entries()) {
    if (!interfaces.some((one) => one.name === pool.interface)) {
      const message = `The host has no interface ${pool.interface}.`;
      problems.push({ field: `pools.${i}.interface`, code: "interface_missing", message });
    }
    if (input.pools.slice(0, i).some((other) => overlap(other.block, pool.block))) {
      const message = "This block overlaps with one above.";
      problems.push({ field: `pools.${i}.block`, code: "invalid", message });
    }
  }
  if (problems.length > 0) throw new KnastError(problems[0]!.code, { message: problems[0]!.message, problems });
  await writeSettings(daemon, input);
  return hostInfo(daemon);
}

function overlap(a: string, b: string): boolean {
  const [one, two] = [parseBlock(a)!, parseBlock(b)!];
  return blockContains(one, two.bytes) || blockContains(two, one.bytes);
}
