import { expect, it } from "vitest";
import { newWebhookSecret, signedHeaders } from "./webhook-signature.ts";

// The example of the Standard Webhooks specification.
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const BODY = '{"test": 2432232314}';

it("signs as the specification's example does", () => {
  expect(signedHeaders(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, BODY)).toEqual({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

it("signs id, time and body, each of them", () => {
  const of = (...rest: [string, number, string]) => signedHeaders(SECRET, ...rest)["webhook-signature"];
  const all = [of("a", 1, "x"), of("b", 1, "x"), of("a", 2, "x"), of("a", 1, "y"), of("a.1", 1, "x")];
  expect(new Set(all).size).toBe(5);
});

it("draws secrets of 256 bits", () => {
  const [one, other] = [newWebhookSecret(), newWebhookSecret()];
  expect(one).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(one).not.toBe(other);
});
