import { expect, test } from "vitest";
import { Finding } from "../../contract/check-up.ts";
import { judgePanel } from "./judge-panel.ts";

const jails = [{ name: "mail", hostname: "mail.example.org", addresses: ["10.0.2.5", "2001:db8::5"] }];

test.each([
  ["127.0.0.1", "http://localhost:3000", "ok panel"],
  ["0.0.0.0", "https://panel.example.org", "warn panel.any"],
  ["::", "https://panel.example.org", "warn panel.any"],
  ["10.0.2.5", "https://panel.example.org", "bad panel.address"],
  ["2001:db8:0::5", "https://panel.example.org", "bad panel.address"],
  ["10.0.2.1", "https://mail.example.org", "bad panel.name"],
  ["10.0.2.1", "https://mail.example.org:8443", "bad panel.name"],
  ["10.0.2.1", "http://[2001:db8::5]:3000", "bad panel.name"],
])("a panel on %s, reached at %s: %s", (host, origin, expected) => {
  const found = Finding.parse(judgePanel({ host, port: 3000, origin }, jails));
  expect(`${found.level} ${found.id}`).toBe(expected);
});
