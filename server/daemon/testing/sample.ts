import type { z } from "zod";

const TEXTS = [
  "2026-01-01T00:00:00Z",
  "text",
  "0".repeat(32),
  "0".repeat(64),
  "192.0.2.1",
  "192.0.2.0/24",
  "2001:db8::1",
  "2001:db8::/64",
  "em0",
  "/usr",
  "https://git.FreeBSD.org/ports.git",
  "mail-20260101T000000Z.knast.tar",
  "20260101T000000Z",
  "basejail",
  "mail-20260101T000000Z-00000000.knast.cast",
  "A".repeat(43),
];
const NUMBERS = [1, 0, 2, 100, 1024, 65_536, 1_048_576];

type Def = {
  type: string;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  innerType?: z.ZodType;
  in?: z.ZodType;
  options?: z.ZodType[];
  items?: z.ZodType[];
  entries?: Record<string, unknown>;
  values?: unknown[];
};

/** @returns the plainest value that a schema takes: what a daemon answers that has nothing to say. @throws Error when none is found */
export function sample(schema: z.ZodType): unknown {
  const def = (schema as unknown as { _zod: { def: Def } })._zod.def;
  const fits = (candidates: readonly unknown[]) => {
    const found = candidates.find((each) => schema.safeParse(each).success);
    if (found === undefined) throw new Error(`no sample of ${def.type}`);
    return found;
  };
  switch (def.type) {
    case "object":
      return Object.fromEntries(
        Object.entries(def.shape!).flatMap(([key, of]) => (of.safeParse(undefined).success ? [] : [[key, sample(of)]])),
      );
    case "array":
      return fits([[], ...(def.element ? [[sample(def.element)]] : [])]);
    case "tuple":
      return def.items!.map(sample);
    case "record":
      return {};
    case "nullable":
      return null;
    case "optional":
    case "default":
    case "readonly":
    case "nonoptional":
      return sample(def.innerType!);
    case "pipe":
      return sample(def.in!);
    case "union":
      return sample(def.options![0]!);
    case "literal":
      return def.values![0];
    case "enum":
      return Object.values(def.entries!)[0];
    case "boolean":
      return false;
    default:
      return fits([...TEXTS, ...NUMBERS]);
  }
}
