#!/usr/bin/env node
// Patches node-pty 1.1.0 after `npm install` and compiles it anew: as released, each shell inherits the
// pty masters of all earlier shells (SECURITY.md, "Descriptors"), so a friend could type into another's jail.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const EXPECTED = "5e1005d6bdcfbe97b486ee415419fe7adae99035047f07340fbad36419e0bae6";

/** Why, what stands there, what shall stand there. Each `from` must be in the source exactly once. */
const EDITS = [
  {
    why: "close_range(2) by its number: not every C library on Linux has closefrom(3)",
    from: "#include <thread>\n",
    to: "#include <thread>\n\n#if defined(__linux__)\n#include <sys/syscall.h>\n#endif\n",
  },
  {
    why: "IUTF8 always: erase in cooked mode takes a whole character",
    from: "  if (info[8].As<Napi::Boolean>().Value()) {\n#if defined(IUTF8)\n    term->c_iflag |= IUTF8;\n#endif\n  }\n",
    to: "#if defined(IUTF8)\n  term->c_iflag |= IUTF8;\n#endif\n",
  },
  {
    why: "a slot left at 0 makes ^@ suspend or print status on FreeBSD; these are ttydefaults.h's",
    from: "  #if (__APPLE__)\n  term->c_cc[VDSUSP] = 25;\n  term->c_cc[VSTATUS] = 20;\n  #endif\n",
    to: [
      "#if defined(VDSUSP)\n  term->c_cc[VDSUSP] = 25;\n#endif\n",
      "#if defined(VSTATUS)\n  term->c_cc[VSTATUS] = 20;\n#endif\n",
      "#if defined(VERASE2)\n  term->c_cc[VERASE2] = 8;\n#endif\n",
    ].join(""),
  },
  {
    why: "FreeBSD sizes a tty's buffers by its speed",
    from: "  cfsetispeed(term, B38400);\n  cfsetospeed(term, B38400);\n",
    to: "  cfsetispeed(term, B460800);\n  cfsetospeed(term, B460800);\n",
  },
  {
    why: "the shell starts with 0, 1, 2 only, whatever the daemon has open",
    from: "      {\n        char **old = environ;\n        environ = env;\n",
    to: [
      "#if defined(SYS_close_range)\n",
      "      if (syscall(SYS_close_range, 3U, ~0U, 0U) == -1) {\n",
      "        for (long fd = sysconf(_SC_OPEN_MAX); fd > 2; fd--) close(static_cast<int>(fd));\n",
      "      }\n",
      "#else\n",
      "      closefrom(3);\n",
      "#endif\n\n",
      "      {\n        char **old = environ;\n        environ = env;\n",
    ].join(""),
  },
  {
    why: "the master is for this process alone",
    from: "    default:\n      if (pty_nonblock(master) == -1) {\n",
    to: [
      "    default:\n",
      "      if (fcntl(master, F_SETFD, FD_CLOEXEC) == -1) {\n",
      '        throw Napi::Error::New(napiEnv, "Could not set master fd to close on exec.");\n',
      "      }\n",
      "      if (pty_nonblock(master) == -1) {\n",
    ].join(""),
  },
  {
    why: "a child that is not ours any more has no status; it must not be read from an uninitialised word",
    from: "    int ret;\n    int stat_loc;\n",
    to: "    int ret;\n    int stat_loc = 0;\n",
  },
  {
    why: "knastd looks for this mark and opens no shell without it",
    from: '  exports.Set("process", Napi::Function::New(env, PtyGetProc));\n',
    to: '  exports.Set("process", Napi::Function::New(env, PtyGetProc));\n  exports.Set("knast", Napi::Number::New(env, 1));\n',
  },
];

const sha256 = (data) => createHash("sha256").update(data).digest("hex");

/** The patched text of pty.cc; throws when an edit does not fit. */
export function patch(source) {
  for (const { why, from, to } of EDITS) {
    if (source.split(from).length !== 2) throw new Error(`node-pty's pty.cc is not the expected one (${why})`);
    source = source.replace(from, () => to);
  }
  return source;
}

/** node-gyp as npm ships it: npm names it to the scripts that it runs; else it lies beside npm. */
function nodeGyp() {
  const named = process.env.npm_config_node_gyp;
  if (named && existsSync(named)) return named;
  const prefix = join(dirname(process.execPath), "..");
  const npm = process.env.npm_execpath ? [join(dirname(process.env.npm_execpath), "..")] : [];
  for (const dir of [...npm, join(prefix, "lib/node_modules/npm"), "/usr/share/nodejs/npm", "/usr/share"]) {
    const script = join(dir, dir === "/usr/share" ? "nodejs/node-gyp" : "node_modules/node-gyp", "bin/node-gyp.js");
    if (existsSync(script)) return script;
  }
  throw new Error("node-gyp was not found beside npm; install npm as your system packages it");
}

function compile(dir) {
  const prefix = join(dirname(process.execPath), "..");
  const env = { ...process.env };
  // With headers beside node nothing has to be fetched.
  if (!env.npm_config_nodedir && existsSync(join(prefix, "include/node/node.h"))) env.npm_config_nodedir = prefix;
  try {
    execFileSync(process.execPath, [nodeGyp(), "rebuild"], { cwd: dir, env, stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    process.stderr.write(`${error.stdout ?? ""}${error.stderr ?? ""}\n`);
    throw new Error("node-pty did not compile: a C++ compiler, make (gmake on FreeBSD) and python3 are needed", {
      cause: error,
    });
  }
}

/**
 * Patches and compiles the package in `dir`, or does nothing when its binary is the one that an earlier run made.
 * Throws when the source is neither the released nor our patched one, so that no unpatched binary goes unnoticed.
 */
export function patchNodePty(dir) {
  const file = join(dir, "src/unix/pty.cc");
  const binary = join(dir, "build/Release/pty.node");
  const stamp = join(dir, "build/Release/knast.json");
  const mark = join(dir, "src/unix/pty.knast");
  let source = readFileSync(file, "utf8");
  if (sha256(source) === EXPECTED) {
    source = patch(source);
    writeFileSync(`${file}.new`, source);
    writeFileSync(mark, sha256(source));
    renameSync(`${file}.new`, file);
  } else if (!existsSync(mark) || readFileSync(mark, "utf8") !== sha256(source)) {
    throw new Error(`${file} is not the one of node-pty 1.1.0; look at server/launch/patch-node-pty.mjs`);
  }
  const wanted = () => JSON.stringify({ source: sha256(source), binary: sha256(readFileSync(binary)) });
  if (existsSync(stamp) && existsSync(binary) && readFileSync(stamp, "utf8") === wanted()) return "already patched";
  compile(dir);
  if (createRequire(import.meta.url)(binary).knast !== 1)
    throw new Error("the compiled node-pty is not the patched one");
  writeFileSync(stamp, wanted());
  return "patched and compiled";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const dir = fileURLToPath(new URL("../../node_modules/node-pty", import.meta.url));
  // macOS spawns with everything closed on exec already; knastd does not run there.
  if (process.platform === "linux" || process.platform === "freebsd") console.log(`node-pty: ${patchNodePty(dir)}`);
}
