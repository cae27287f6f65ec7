#!/usr/bin/env node
// npm run verify: everything that needs no jails, in under a minute.
import { format, lint, schema, sumUp, types, vitest } from "./checks.mjs";

/** @returns what each check came to */
export const verify = () => Promise.all([format(), lint(), types(), schema(), vitest("unit", false)]);

if (import.meta.filename === process.argv[1]) process.exitCode = sumUp(await verify());
