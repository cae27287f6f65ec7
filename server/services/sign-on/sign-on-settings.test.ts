import { expect, it } from "vitest";
import { signOnSettings } from "./sign-on-settings.ts";

const rest = { KNAST_OIDC_CLIENT_ID: "knast", KNAST_OIDC_CLIENT_SECRET: "s" };

it("may be left out", () => {
  expect(signOnSettings({})).toBeNull();
  expect(signOnSettings({ ...rest, KNAST_OIDC_ISSUER: "" })).toBeNull();
});

it.each([
  "https://login.example.org",
  "https://example.org/realms/friends",
  "http://127.0.0.1:8080",
  "http://localhost:1",
])("takes %s as it is written", (issuer) =>
  expect(signOnSettings({ ...rest, KNAST_OIDC_ISSUER: issuer })).toMatchObject({ issuer, clientId: "knast" }),
);

it.each([
  "login.example.org",
  "http://login.example.org",
  "https://u:p@x.org",
  "https://x.org?a=1",
  "https://x.org/#a",
  "ftp://x",
])("refuses %s", (issuer) =>
  expect(() => signOnSettings({ ...rest, KNAST_OIDC_ISSUER: issuer })).toThrow(/KNAST_OIDC_ISSUER/),
);

it("wants the client's name and secret, and has a word for the button", () => {
  const issuer = { KNAST_OIDC_ISSUER: "https://login.example.org" };
  expect(() => signOnSettings({ ...issuer, KNAST_OIDC_CLIENT_ID: "knast" })).toThrow(/CLIENT_SECRET/);
  expect(signOnSettings({ ...issuer, ...rest })!.name).toBe("login.example.org");
  expect(signOnSettings({ ...issuer, ...rest, KNAST_OIDC_NAME: " Our club " })!.name).toBe("Our club");
});
