import { type Endpoint, pathNames, restIn, statusOf } from "./endpoint.ts";
import { API, API_ROOT, OPERATIONS } from "./table.ts";

const TITLES: Record<string, string> = {
  jails: "Jails",
  archives: "Archives",
  "host-archives": "The whole host's archives",
  uploads: "Uploads",
  jobs: "Jobs",
  shells: "Shells",
  recordings: "Recordings of shells",
  me: "You",
  tokens: "Tokens",
  "ssh-keys": "SSH keys",
  accounts: "Accounts",
  host: "The host",
  bases: "Bases",
  flavours: "Flavours",
  ports: "Ports",
  jailping: "jailping",
  "take-over": "Taking over",
};

const INTRODUCTION = `# The API

Made by \`npm run docs\` from \`server/contract/api\`; the same as an OpenAPI 3.1 document is at \`${API_ROOT}/openapi.json\`.

\`\`\`sh
curl -H "Authorization: Bearer $KNAST_TOKEN" https://panel.example.org${API_ROOT}/jails
\`\`\`

- **Token.** Made at /you/tokens, shown once, sent in \`Authorization: Bearer\`. It may what its account may at that moment, narrowed to its
  rights and jails. Cookies count for nothing here, and no page of another origin gets an answer.
- **Input** is strict: what is unknown is refused. What the path does not name goes into the query (GET, DELETE) or a JSON object.
- **Errors** are problem documents (RFC 9457) with a \`code\` of a closed list and \`problems\` at fields. What is not yours is as what is not there: the same 404.
- **Twice.** A POST with \`Idempotency-Key\` (1 to 64 of A-Z, a-z, 0-9, _ and -) is done once: the same request gets the same answer for a day,
  with \`Idempotent-Replayed: true\`, also after a restart. While the first is at work: 409; another request under the key: 422. What failed may be tried again.
- **Jobs.** 202 and \`{ "job": ID }\`. \`GET /jobs/ID/events\` sends what happens as server-sent events and ends with \`done\` or \`failed\`; \`Last-Event-ID\` goes on where one was.
- **Files.** Downloads take Range and If-Range; a line that stands still for two minutes is closed. Uploads: announce the size, then PUT pieces of at most 8 MiB, each within 30 seconds, at \`offset\`.
- **Shells.** Open one, then a WebSocket at \`/ws/terminals/ID\` with the same \`Authorization\` and the subprotocol \`knast.terminal.v1\`.
- **How much.** 300 requests in one go, 20 a second after that, for each token; then 429 with \`Retry-After\`.

The right \`see\` and so on is the one that the token and its account need on the jail; \`admin\` is an admin's token.
`;

const ANSWERS: Record<Endpoint["kind"], string> = {
  look: "",
  call: "",
  create: "",
  job: "a job",
  events: "events",
  file: "a file",
};

function row(operation: string, endpoint: Endpoint): string {
  const { method, path, right, summary, kind } = endpoint;
  const named = pathNames(path);
  const rest = Object.keys(endpoint.input.shape)
    .filter((key) => !named.includes(key))
    .map((key) => `\`${key}\``);
  const given = [
    rest.length === 0 ? "" : `${restIn(endpoint)}: ${rest.join(", ")}`,
    endpoint.takesFile ? "body: bytes" : "",
  ].filter(Boolean);
  const answer = [String(statusOf(endpoint)), ANSWERS[kind]].filter(Boolean).join(" ");
  return `| \`${method} ${path}\` | ${summary} | ${given.join("; ")} | ${answer} | ${right} | ${operation} |`;
}

/** @returns docs/api.md */
export function apiMarkdown(): string {
  const nouns = [...new Set(OPERATIONS.map((operation) => operation.split(".")[0]!))];
  const sections = nouns.map((noun) => {
    const rows = OPERATIONS.filter((operation) => operation.startsWith(`${noun}.`)).map((each) => row(each, API[each]));
    const head =
      "| request | what it does | with | answers | right | operation |\n| --- | --- | --- | --- | --- | --- |";
    return `## ${TITLES[noun] ?? noun}\n\n${head}\n${rows.join("\n")}\n`;
  });
  return [INTRODUCTION, ...sections].join("\n");
}
