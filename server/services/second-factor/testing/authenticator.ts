import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type { NewPasskeyAnswer, PasskeyAnswer } from "../../../contract/second-factor.ts";

const PRESENT = 0x01;
const VERIFIED = 0x04;
const ATTESTED = 0x40;
const b64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");
const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest();

/** As much of CBOR (RFC 8949) as an authenticator writes. */
function cbor(value: unknown): Buffer {
  const head = (major: number, n: number) =>
    n < 24
      ? Buffer.from([(major << 5) | n])
      : n < 256
        ? Buffer.from([(major << 5) | 24, n])
        : Buffer.from([(major << 5) | 25, n >> 8, n & 255]);
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  const entries = [...(value as Map<unknown, unknown>)];
  return Buffer.concat([head(5, entries.length), ...entries.flatMap(([k, v]) => [cbor(k), cbor(v)])]);
}

type Lies = { origin?: string; rpId?: string; verified?: boolean; counter?: number; type?: string };

/** An authenticator in software (ES256, no attestation), which also lies when told to. */
export function softAuthenticator(origin: string) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = publicKey.export({ format: "jwk" });
  const id = randomBytes(32);
  let counter = 0;

  const clientData = (type: string, challenge: string, from: string) =>
    Buffer.from(JSON.stringify({ type, challenge, origin: from, crossOrigin: false }));
  const authenticatorData = (
    { rpId = new URL(origin).hostname, verified = true, ...lies }: Lies,
    more: Buffer | null,
  ) => {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(lies.counter ?? ++counter);
    const flags = PRESENT | (verified ? VERIFIED : 0) | (more ? ATTESTED : 0);
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), count, more ?? Buffer.alloc(0)]);
  };
  const common = { id: b64(id), rawId: b64(id), type: "public-key", clientExtensionResults: {} } as const;

  return {
    id: b64(id),
    /** makes a passkey, as navigator.credentials.create() */
    make(challenge: string, lies: Lies = {}): NewPasskeyAnswer {
      const key = new Map<number, number | Buffer>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, Buffer.from(jwk.x!, "base64url")],
        [-3, Buffer.from(jwk.y!, "base64url")],
      ]);
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, cbor(key)]);
      const attestation = new Map<string, unknown>([
        ["fmt", "none"],
        ["attStmt", new Map()],
        ["authData", authenticatorData({ ...lies, counter: 0 }, attested)],
      ]);
      const data = clientData(lies.type ?? "webauthn.create", challenge, lies.origin ?? origin);
      return { ...common, response: { clientDataJSON: b64(data), attestationObject: b64(cbor(attestation)) } };
    },
    /** signs a challenge, as navigator.credentials.get() */
    answer(challenge: string, lies: Lies = {}): PasskeyAnswer {
      const data = clientData(lies.type ?? "webauthn.get", challenge, lies.origin ?? origin);
      const state = authenticatorData(lies, null);
      const signature = sign("sha256", Buffer.concat([state, sha256(data)]), privateKey);
      return {
        ...common,
        response: { clientDataJSON: b64(data), authenticatorData: b64(state), signature: b64(signature) },
      };
    },
  };
}
