import { expect, it } from "vitest";
import { BaseUrl } from "../../contract/base.ts";
import { reason } from "./fetch-url.ts";

it.each([
  ["fetch: http://h/base.txz: Not Found\n", "no such file"],
  ["fetch: http://h/base.txz: Connection refused\n", "refuses"],
  ["fetch: http://h/base.txz: No address record\n", "resolved"],
  ["fetch: http://h/base.txz: Operation timed out\n", "in time"],
  ["fetch: base.txz appears to be truncated: 1000/5000 bytes\n", "broke off"],
  ["Certificate verification failed for /CN=x\nfetch: https://h/base.txz: Authentication error\n", "certificate"],
  ["fetch: something else\n", "log"],
])("%j", (said, sentence) => expect(reason(said)).toContain(sentence));

it("addresses of archives", () => {
  for (const good of [
    "https://download.freebsd.org/releases/amd64/14.2-RELEASE/base.txz",
    "ftp://mirror.example.org:2121/pub/base.txz",
    "http://[2001:db8::1]/base.txz",
  ])
    expect(BaseUrl.safeParse(good).success, good).toBe(true);
  for (const bad of [
    "file:///x",
    "HTTP://h/x",
    "http://h/",
    "http://h/a b",
    "http://h/x;y",
    "http://-h/x",
    "https://h/a/../x",
    " http://h/x",
    "http://h/x\n",
  ])
    expect(BaseUrl.safeParse(bad).success, bad).toBe(false);
});
