#!/usr/bin/env node
// npm run bench: what we claim about speed, measured beside a baseline of the same run; the table goes to docs/performance.md.
import { cpus, release } from "node:os";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildServer } from "../server/launch/build-server.mjs";
import { benchAnswers } from "./answers.bench.mjs";
import { benchArchives } from "./archives.bench.mjs";
import { benchBrowser } from "./browser.bench.mjs";
import { root } from "./devjail-daemon.mjs";
import { table } from "./figures.mjs";
import { benchJails } from "./jails.bench.mjs";
import { benchTerminal } from "./terminal.bench.mjs";

await buildServer();
const report = table([
  ...(await benchJails()),
  ...(await benchArchives()),
  ...(await benchTerminal()),
  ...(await benchBrowser()),
  ...(await benchAnswers()),
]);
console.log(report);

const file = join(root, "docs/performance.md");
const machine = `Node ${process.version}, Linux ${release()}, ${cpus().length} × ${cpus()[0].model.trim()}`;
const [before] = readFileSync(file, "utf8").split("<!-- figures -->");
writeFileSync(
  file,
  `${before}<!-- figures -->\n\nMeasured ${new Date().toISOString().slice(0, 10)} on ${machine}, devjail.\n\n${report}\n`,
);
