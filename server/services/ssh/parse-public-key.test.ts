import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { KnastError } from "../../contract/errors.ts";
import { fingerprintOf, isStrongKey, parsePublicKey } from "./parse-public-key.ts";
import { makeKeyPair } from "./make-key-pair.ts";

const make = (type: "ed25519" | "ecdsa", bits: 256 | 384 | 521 = 256): string =>
  type === "ecdsa" ? makeKeyPair("ecdsa", { bits }).public : makeKeyPair("ed25519").public;
const text = (value: string | Buffer) => {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};
const line = (type: string, ...parts: Buffer[]) =>
  `${type} ${Buffer.concat([text(type), ...parts]).toString("base64")}`;
const refused = (key: string): string => {
  try {
    parsePublicKey(key);
    return "taken";
  } catch (error) {
    if (!(error instanceof KnastError)) throw error;
    expect(error.problems).toMatchObject([{ field: "key" }]);
    return error.message;
  }
};
/** RSA as Node makes it, with whatever exponent. */
function rsa(bits: number, exponent = 65_537): string {
  const { n, e } = generateKeyPairSync("rsa", { modulusLength: bits, publicExponent: exponent }).publicKey.export({
    format: "jwk",
  });
  return line(
    "ssh-rsa",
    text(Buffer.from(e!, "base64url")),
    text(Buffer.concat([Buffer.alloc(1), Buffer.from(n!, "base64url")])),
  );
}

describe("a public key", () => {
  it("is taken in each kind that can be checked, with the fingerprint that ssh-keygen prints", () => {
    // Made by ssh-keygen -t ed25519, whose -l prints the fingerprint below.
    const known = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJHWkzOoAdfz9ekQukp8r42zGxSLfnxhaLG1XsYsflSn olaf@laptop";
    expect(parsePublicKey(`  ${known}\r\n`)).toMatchObject({
      type: "ssh-ed25519",
      comment: "olaf@laptop",
      fingerprint: "SHA256:wDyB/qc3JfhdhxvTAoWZ9MbN28IPCJRrJpxqAviLT58",
    });
    for (const key of [make("ed25519"), make("ecdsa", 256), make("ecdsa", 384), make("ecdsa", 521), rsa(3072)]) {
      const { type, blob, fingerprint } = parsePublicKey(key);
      expect(key.startsWith(`${type} `)).toBe(true);
      expect(fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
      expect(fingerprint).toBe(fingerprintOf(blob));
      expect(isStrongKey(type, blob)).toBe(true);
    }
  });

  it("says why another one is not", () => {
    const ed = make("ed25519").trim();
    const [type, base64] = ed.split(" ") as [string, string];
    const blob = Buffer.from(base64, "base64");
    const curve = (point: Buffer) => line("ecdsa-sha2-nistp256", text("nistp256"), text(point));
    const cases: [string, string, RegExp][] = [
      ["nothing", "", /^Paste a public key/],
      ["words", "my key", /^Paste a public key/],
      ["a private key", makeKeyPair("ed25519").private, /^This is a private key/],
      ["two keys", `${ed}\n${ed}`, /^Paste one key/],
      ["options", `command="rm -rf /" ${ed}`, /^Options before a key/],
      ["an option", `no-pty ${ed}`, /^Options before a key/],
      ["a hardware key", line("sk-ssh-ed25519@openssh.com", text(blob), text("ssh:")), /hardware token/],
      ["a certificate", line("ssh-ed25519-cert-v01@openssh.com", text(blob)), /^Certificates/],
      ["DSA", line("ssh-dss", text("p"), text("q"), text("g"), text("y")), /^DSA/],
      ["RSA of 2048 bits", rsa(2048), /3072 bits/],
      ["RSA with exponent 3", rsa(3072, 3), /not whole/],
      ["a short key", line(type, text(Buffer.alloc(31))), /not whole/],
      ["a key with a tail", `${type} ${Buffer.concat([blob, Buffer.from([0])]).toString("base64")}`, /not whole/],
      ["a key that is cut", `${type} ${base64.slice(0, 40)}`, /not whole/],
      ["another type outside", `ssh-rsa ${base64}`, /not whole/],
      ["base64 of two writings", `${type} ${base64.replace(/=*$/, "=")}`, /not whole/],
      ["a point off its curve", curve(Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 7)])), /not whole/],
      ["another curve's name", line("ecdsa-sha2-nistp256", text("nistp384"), text(Buffer.alloc(65, 4))), /not whole/],
    ];
    for (const [what, key, why] of cases) expect(refused(key), what).toMatch(why);
  });

  it("survives whatever bytes there are", () => {
    const ed = Buffer.from(make("ed25519").split(" ")[1]!, "base64");
    for (let i = 0; i < 5000; i++) {
      const blob = Buffer.from(ed.subarray(0, i % (ed.length + 1)));
      if (blob.length > 0) blob[(i * 31) % blob.length]! ^= 1 << (i % 8);
      for (const type of ["ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "none"])
        expect(() => isStrongKey(type, blob)).not.toThrow();
    }
  });
});

it("takes every key that makeKeyPair() makes", () => {
  for (let i = 0; i < 600; i++) expect(() => parsePublicKey(makeKeyPair("ed25519").public)).not.toThrow();
});
