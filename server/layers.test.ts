import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");

/** Who may import whom (ARCHITECTURE.md, "The rooms"): rooms of ours, then packages; a room may always import itself. */
const ROOMS: Record<string, { rooms: string[]; packages: RegExp }> = {
  app: {
    rooms: ["components", "components/ui", "components/terminal", "server/services", "server/contract"],
    packages: /^(react|next|next-auth|zod)(\/|$)/,
  },
  "components/ui": { rooms: ["server/contract"], packages: /^(react|react-dom|next)(\/|$)/ },
  "components/terminal": {
    rooms: ["components/ui", "server/contract"],
    packages: /^(react|react-dom|next|@xterm)(\/|$)/,
  },
  components: {
    rooms: ["components/ui", "components/terminal", "server/contract"],
    packages: /^(react|react-dom|next|zod|asciinema-player|@simplewebauthn\/browser)(\/|$)/,
  },
  "server/contract": { rooms: [], packages: /^zod$/ },
  "server/services": {
    rooms: ["server/contract"],
    packages:
      /^(node:.*|zod|next-auth\/jwt|@node-rs\/argon2|better-sqlite3|pg|@prisma\/adapter-better-sqlite3|@prisma\/adapter-pg|nodemailer\/lib\/.*|otpauth|qrcode|ssh2|@simplewebauthn\/server)$/,
  },
  "server/handover": { rooms: [], packages: /^node:/ },
  "server/web": {
    rooms: ["server/services", "server/contract", "server/handover"],
    packages: /^(node:.*|next|ssh2|ws)$/,
  },
  "server/chain": { rooms: ["server/contract"], packages: /^(node:.*|zod)$/ },
  "server/cli": { rooms: ["server/contract", "server/chain", "server/services"], packages: /^(node:.*|zod|ws)$/ },
  "server/daemon": {
    rooms: ["server/contract", "server/chain", "server/handover"],
    packages: /^(node:.*|zod|ws|node-pty)$/,
  },
  "server/devjail": { rooms: [], packages: /^node:/ },
  "server/launch": { rooms: [], packages: /^(node:.*|esbuild)$/ },
};
/** Packages that belong into one place of a room. */
const ONLY_IN: [RegExp, RegExp, string][] = [
  [
    /^@prisma\/|\/generated\//,
    /^server\/services\/(db|database\/open-(sqlite|postgres)|generated\/.*)\.ts$/,
    "Only server/services/db.ts asks Prisma for a client.",
  ],
  [/^(better-sqlite3|pg)$/, /^server\/services\/database\//, "Only server/services/database goes around Prisma."],
  [/^ssh2$/, /^server\/(services|web)\/ssh\//, "Only the rooms named ssh know SSH."],
  [/^nodemailer/, /^server\/services\/mail\//, "Only server/services/mail speaks SMTP."],
  [/^node-pty/, /^server\/daemon\/terminals\//, "Ptys belong to server/daemon/terminals."],
  [
    /^ws$/,
    /^server\/(daemon\/(terminals\/|router\.ts)|cli\/terminal\.ts|web\/ssh\/line\.ts)/,
    "Frames are parsed in the daemon, by the knast command and for ssh; for browsers knast-web joins bytes.",
  ],
  [
    /^server\/services\//,
    /^(?!server\/cli\/)|^server\/cli\/(local|unlock|reset-password|record-here|audit|database|database-work|become-web-account)\.ts$/,
    "The knast command asks the API; only its commands for the host itself know the services.",
  ],
  [/^asciinema-player/, /^components\/recordings\//, "components/recordings is the only place that plays."],
  [/^@xterm\//, /^components\/terminal\//, "components/terminal is the only place that knows xterm.js."],
  [
    /^(node:)?child_process$/,
    /^server\/((daemon\/host|devjail|launch)\/|cli\/database\.ts$)/,
    "Programs are started by server/daemon/host's run(), by devjail, by launch, and knast database starts itself.",
  ],
];

type File = { path: string; text: string; imports: string[] };

function* walk(dir: string): Generator<string> {
  for (const entry of readdirSync(join(root, dir), { withFileTypes: true })) {
    const path = `${dir}/${entry.name}`;
    if (/^(generated|testdata|native)$/.test(entry.name)) continue;
    if (entry.isDirectory()) yield* walk(path);
    else if (/\.(ts|tsx|mjs)$/.test(entry.name)) yield path;
  }
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^"';]*?\bfrom\s*["']([^"']+)["']|(?:^|\n)\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/g;

/** @returns what a source imports, types included */
export function importsOf(text: string): string[] {
  return [...text.matchAll(IMPORT)].map((match) => (match[1] ?? match[2] ?? match[3])!);
}

const files: File[] = ["app", "components", "server"]
  .flatMap((dir) => [...walk(dir)])
  .map((path) => {
    const text = readFileSync(join(root, path), "utf8");
    return { path, text, imports: importsOf(text) };
  });
const isTest = (path: string) =>
  /\.test\.tsx?$/.test(path) || /^server\/services\/testing\/|^server\/devjail\/fixture\.ts$|\/testing\//.test(path);
const shipped = files.filter(({ path }) => !isTest(path));

/** The room of a path: the longest that contains it. */
const roomOf = (path: string) =>
  Object.keys(ROOMS)
    .filter((room) => path.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];

/** @returns the imported file's path below the root, or the package's name */
function target(from: string, specifier: string): { path: string } | { package: string } {
  if (specifier.startsWith("@/")) return { path: specifier.slice(2) };
  if (!specifier.startsWith(".")) return { package: specifier };
  return { path: relative(root, resolve(root, dirname(from), specifier)) };
}

function complaint(file: File, specifier: string): string | null {
  const room = roomOf(file.path);
  const found = target(file.path, specifier);
  const name = "path" in found ? found.path : found.package;
  for (const [what, where, why] of ONLY_IN) if (what.test(name) && !where.test(file.path)) return why;
  if (!room) return null;
  const rules = ROOMS[room]!;
  if ("package" in found) return rules.packages.test(name) ? null : `${room} may not import the package ${name}.`;
  const other = roomOf(found.path);
  if (!other || other === room || rules.rooms.includes(other)) return null;
  // A room below another one is part of it where it is not listed on its own.
  return `${room} may import ${[room, ...rules.rooms].join(", ")}, not ${other}.`;
}

describe("the rooms", () => {
  it("import only whom ARCHITECTURE.md lets them", () => {
    const complaints = shipped.flatMap((file) =>
      file.imports.flatMap((specifier) => {
        const words = complaint(file, specifier);
        return words ? [`${file.path} imports ${specifier}: ${words}`] : [];
      }),
    );
    expect(complaints).toEqual([]);
  });

  it("read the environment in one env.ts per process", () => {
    const where = shipped.filter(({ text }) => /\bprocess\.env\b/.test(text)).map(({ path }) => path);
    const allowed = /\/env(\/[^/]+)?\.ts$|^server\/(launch|devjail)\//;
    expect(where.filter((path) => !allowed.test(path))).toEqual([]);
  });

  it("know no platform in the daemon", () => {
    const where = shipped.filter(
      ({ path, text }) => path.startsWith("server/daemon/") && /process\.platform|\bplatform\(/.test(text),
    );
    expect(where.map(({ path }) => path)).toEqual([]);
  });

  it("have files of one thing: under 250 lines, kebab-case, no drawer for everything", () => {
    const long = shipped.filter(({ text }) => text.split("\n").length > 251).map(({ path }) => path);
    expect(long).toEqual([]);
    const name = /^(\[?[a-z0-9]+(-[a-z0-9]+)*\]?|\[\.\.\.nextauth\]|\[\[\.\.\.path\]\]|\([a-z]+\))(\.[a-z]+)*$/;
    const odd = files.filter(({ path }) => path.split("/").some((part) => !name.test(part)));
    expect(odd.map(({ path }) => path)).toEqual([]);
    const drawers = files.filter(({ path }) => /(^|\/)(utils?|helpers?|lib|misc|common)(\.|\/)/.test(path));
    expect(drawers.map(({ path }) => path)).toEqual([]);
  });

  it("are seen by this test at all", () => {
    expect(
      importsOf(`import { a } from "x";\nimport type {\n  b,\n} from "./y.ts";\nimport "z";\nawait import("w");`),
    ).toEqual(["x", "./y.ts", "z", "w"]);
    const bad: File = { path: "server/services/x.ts", text: "", imports: [] };
    expect(complaint(bad, "node:child_process")).toMatch(/run\(\)/);
    expect(complaint(bad, "../daemon/main.ts")).toMatch(/not server\/daemon/);
    expect(complaint({ ...bad, path: "components/jails/x.tsx" }, "@/server/services/db.ts")).toMatch(
      /not server\/services/,
    );
    expect(complaint({ ...bad, path: "server/daemon/x.ts" }, "express")).toMatch(/package express/);
    expect(complaint({ ...bad, path: "server/cli/jails.ts" }, "../services/db.ts")).toMatch(/asks the API/);
    expect(complaint({ ...bad, path: "server/cli/unlock.ts" }, "../services/db.ts")).toBeNull();
    expect(shipped.length).toBeGreaterThan(100);
  });
});
