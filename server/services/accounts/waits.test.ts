import { expect, it, test } from "vitest";
import { isCommonPassword, commonPasswords } from "../../contract/common-passwords.ts";
import { Password } from "../../contract/names.ts";
import { describeDevice } from "../sessions/describe-device.ts";
import { networkOf } from "./network-of.ts";
import { words } from "./sign-in-limits.ts";
import { pauseAfter, standing, waitOf } from "./waits.ts";

test.each([
  [1, 0],
  [5, 0],
  [6, 2],
  [7, 4],
  [8, 8],
  [14, 512],
  [15, 900],
  [99, 900],
  [100, 86_400],
  [1000, 86_400],
])("the failure no. %d brings a pause of %d s", (failures, seconds) =>
  expect(pauseAfter(failures)).toBe(seconds * 1000),
);

it("counts a row until its life is over, and no longer because of a clock that was set back", () => {
  const row = { failures: 7, blockedUntil: new Date(5000), updatedAt: new Date(1000) };
  expect(standing(row, 2000, 10_000)).toEqual({ failures: 7, until: 5000 });
  expect(waitOf(standing(row, 2000, 10_000), 2000)).toBe(3000);
  expect(waitOf(standing(row, 9000, 10_000), 9000)).toBe(0);
  expect(standing(row, 11_000, 10_000)).toEqual({ failures: 0, until: 0 });
  expect(standing({ ...row, updatedAt: new Date(900_000) }, 2000, 10_000)).toEqual({ failures: 0, until: 0 });
  expect(standing(undefined, 0, 1)).toEqual({ failures: 0, until: 0 });
});

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:DB8:1:2::", "2001:db8:1:2::/64"],
  ["2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%em0", "fe80:0:0:0::/64"],
  ["64:ff9b::192.0.2.1", "64:ff9b:0:0::/64"],
  ["", ""],
  ["nonsense".repeat(20), "nonsense".repeat(8)],
])("%s is held to the limit of %s", (address, network) => expect(networkOf(address)).toBe(network));

test.each([
  [1, "Try again in 1 second."],
  [1000, "Try again in 1 second."],
  [1001, "Try again in 2 seconds."],
  [900_000, "Try again in 15 minutes."],
  [86_400_000, "Try again in 24 hours."],
])("%d ms are told as: %s", (wait, text) => expect(words(wait)).toBe(text));

test.each([
  ["Mozilla/5.0 (X11; FreeBSD amd64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on FreeBSD"],
  [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Chromium on Linux",
  ],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
    "Edge on Windows",
  ],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
    "Safari on macOS",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
    "Safari on iPhone",
  ],
  [
    "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
    "Chromium on Android",
  ],
  ["curl/8.9.1", "a program"],
  ["Mozilla/5.0 (OpenBSD)", "a browser on OpenBSD"],
  ["<script>alert(1)</script>", "an unknown device"],
  ["", "an unknown device"],
])("%s is %s", (agent, words) => expect(describeDevice(agent)).toBe(words));

it("knows the passwords that everybody tries, and takes what is one's own", () => {
  expect(commonPasswords().size).toBeGreaterThan(3000);
  for (const each of [
    "password",
    "Password1",
    "12345678",
    "qwertyuiop",
    "iloveyou",
    "SUMMER2024",
    "xxxxxxxx",
    "trustno1",
  ]) {
    expect(isCommonPassword(each), each).toBe(true);
    expect(Password.safeParse(each).success, each).toBe(false);
  }
  for (const each of [
    "correct horse battery staple",
    "a sentence of my own",
    "passwordless living",
    "漢字漢字漢字漢字",
  ])
    expect(Password.safeParse(each).success, each).toBe(true);
});
