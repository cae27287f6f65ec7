import ssh2 from "ssh2";
import { isStrongKey } from "./parse-public-key.ts";

/**
 * Makes a key pair in OpenSSH's own format. ssh2 writes one key in some hundred a byte short; such a one is thrown away.
 * @param bits of ecdsa: 256, 384 or 521
 */
export function makeKeyPair(
  type: "ed25519" | "ecdsa",
  { bits = 256, comment = "" }: { bits?: 256 | 384 | 521; comment?: string } = {},
): { private: string; public: string } {
  for (;;) {
    const pair =
      type === "ed25519"
        ? ssh2.utils.generateKeyPairSync("ed25519", { comment })
        : ssh2.utils.generateKeyPairSync("ecdsa", { bits, comment });
    const [name = "", blob = ""] = pair.public.split(" ");
    const read = ssh2.utils.parseKey(pair.private);
    const whole = isStrongKey(name, Buffer.from(blob, "base64"));
    if (whole && !(read instanceof Error) && read.getPublicSSH().toString("base64") === blob) return pair;
  }
}
