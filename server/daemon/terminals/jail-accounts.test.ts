import { expect, test } from "vitest";
import { parseAccounts, parseShells } from "./jail-accounts.ts";

test("shells are absolute paths; comments, doubles, dot segments, blanks and control characters are none", () => {
  const text =
    "# list\n/bin/sh\n  /bin/csh # mine\n/bin/sh\n/usr/local/bin/bash\n../x\n/bin/../x\n/a b\n/e\x1b[31mvil\n/bin/\n-c\n//x\n";
  expect(parseShells(text)).toEqual(["/bin/sh", "/bin/csh", "/usr/local/bin/bash", "/a"]);
  expect(parseShells(null)).toEqual(["/bin/sh", "/bin/csh"]);
  expect(parseShells("")).toEqual([]);
});

test("no more than 64 shells and 512 accounts are taken", () => {
  expect(parseShells(Array.from({ length: 1000 }, (_, i) => `/bin/s${i}`).join("\n"))).toHaveLength(64);
  const many = Array.from({ length: 5000 }, (_, i) => `u${i}:*:${i}:0::/:/bin/sh`).join("\n");
  expect(parseAccounts(many, ["/bin/sh"])).toHaveLength(512);
});

test("accounts have seven fields, a name that is no option, and a number; the first of a name counts", () => {
  const text = [
    "root:*:0:0:Charlie &:/root:/bin/csh",
    "toor:*:0:0::/root:",
    "www:*:80:80:World:/nonexistent:/usr/sbin/nologin",
    "-U:*:0:0::/:/bin/sh",
    "ev\x07il:*:1:1::/:/bin/sh",
    "root:*:7:0::/:/bin/sh",
    "+:::::",
    "short:*:1",
    "minus:*:-1:1::/:/bin/sh",
    "odd:*:1001:1::/:/bin/\x1b]0;x\x07",
  ].join("\n");
  expect(parseAccounts(text, ["/bin/sh", "/bin/csh"])).toEqual([
    { name: "root", uid: 0, shell: "/bin/csh", mayLogIn: true },
    { name: "toor", uid: 0, shell: "/bin/sh", mayLogIn: true },
    { name: "www", uid: 80, shell: "/usr/sbin/nologin", mayLogIn: false },
    { name: "odd", uid: 1001, shell: null, mayLogIn: false },
  ]);
});
