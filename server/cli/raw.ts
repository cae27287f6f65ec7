import { API_METHODS } from "../contract/api/endpoint.ts";
import { API_ROOT } from "../contract/api/table.ts";
import { refusal } from "./client.ts";
import type { Command, Typed } from "./command.ts";
import { EXIT, usage } from "./failure.ts";
import { textOf } from "./input.ts";

async function api(to: Typed): Promise<number> {
  const [asked, path, given] = to.args as [string, string, string | undefined];
  const method = asked.toUpperCase();
  if (!API_METHODS.has(method)) throw usage(`A method is one of ${[...API_METHODS].join(", ")}.`);
  if (!path.startsWith("/")) throw usage(`A path begins with /, for example /jails, and is below ${API_ROOT}.`);
  const body = given === "-" ? await textOf("-") : given;
  const key = to.text("key");
  const client = await to.client();
  const response = await client.raw(method, path.startsWith(`${API_ROOT}/`) ? path : API_ROOT + path, {
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(key ? { "idempotency-key": key } : {}),
      ...(to.text("after") ? { "last-event-id": to.text("after")! } : {}),
    },
    body,
  });
  if (!response.ok) throw await refusal(response);
  for await (const chunk of (response.body ?? []) as unknown as AsyncIterable<Uint8Array>) process.stdout.write(chunk);
  if (process.stdout.isTTY) process.stdout.write("\n");
  return EXIT.done;
}

export const RAW_COMMANDS: Command[] = [
  {
    words: "api",
    usage: "METHOD PATH [BODY | -] [--key KEY] [--after EVENT]",
    summary: "send any request of docs/api.md and print the answer as it is",
    options: { key: { type: "string" }, after: { type: "string" } },
    takes: [2, 3],
    run: api,
  },
];
