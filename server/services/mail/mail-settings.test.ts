import { describe, expect, it } from "vitest";
import { mailSettings } from "./mail-settings.ts";

const FROM = "Our host <panel@example.org>";

describe("KNAST_SMTP_URL", () => {
  it.each([
    ["smtp://mail.example.org", { host: "mail.example.org", port: 587, tls: "required", login: null }],
    ["smtp://mail.example.org:25/", { port: 25, tls: "required" }],
    ["smtps://u:p@mail.example.org", { port: 465, tls: "wrapped", login: { user: "u", pass: "p" } }],
    ["smtp://u%40x:p%3A%2F@mail.example.org", { tls: "required", login: { user: "u@x", pass: "p:/" } }],
    ["smtp://127.0.0.1:25", { host: "127.0.0.1", port: 25, tls: "none" }],
    ["smtp://localhost", { tls: "none" }],
    ["smtp://u:p@[::1]:2525", { host: "::1", port: 2525, tls: "none" }],
    ["smtp://localhost?tls=required", { tls: "required" }],
    ["smtp://10.0.0.2:25?tls=none", { tls: "none", login: null }],
    ["smtps://localhost?tls=required", { tls: "wrapped" }],
  ])("%s", (url, expected) => {
    expect(mailSettings(url, FROM)).toMatchObject(expected);
  });

  it("may be left out", () => {
    expect(mailSettings(undefined, undefined)).toBeNull();
    expect(mailSettings("", "nonsense")).toBeNull();
  });

  it.each([
    "mail.example.org",
    "https://mail.example.org",
    "smtp://",
    "smtp://mail.example.org/path",
    "smtp://mail.example.org#x",
    "smtp://mail.example.org:0",
    "smtp://mail.example.org:99999",
    "smtp://secret@mail.example.org",
    "smtp://:secret@mail.example.org",
    "smtp://u:secret%0d%0aQUIT@mail.example.org",
    "smtp://u:secret%zz@mail.example.org",
    "smtp://u:secret@mail.example.org?tls=none",
    "smtps://u:secret@mail.example.org?tls=none",
    "smtp://mail.example.org?tls=maybe",
    "smtp://mail.example.org?tls=none&tls=required",
    "smtp://mail.example.org?rejectUnauthorized=false",
  ])("refuses %s without repeating a password", (url) => {
    expect(() => mailSettings(url, FROM)).toThrow(RangeError);
    expect(() => mailSettings(url, FROM)).not.toThrow(/secret/);
  });
});

describe("KNAST_MAIL_FROM", () => {
  it.each([
    ["panel@example.org", { name: "", address: "panel@example.org" }],
    [" Our host <panel@example.org> ", { name: "Our host", address: "panel@example.org" }],
    ["Gefängnis <p+x@example.org>", { name: "Gefängnis", address: "p+x@example.org" }],
  ])("%s", (from, expected) => {
    expect(mailSettings("smtp://localhost", from)?.from).toEqual(expected);
  });

  it.each([undefined, "", "panel", "a@b, c@d", "x <a@b> <c@d>", "x\r\nBcc: <a@b>", "<a@b", 'a"b <a@b.c>'])(
    "refuses %s",
    (from) => {
      expect(() => mailSettings("smtp://localhost", from)).toThrow(/KNAST_MAIL_FROM/);
    },
  );
});
