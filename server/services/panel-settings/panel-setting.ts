import type { z } from "zod";
import { PanelSettings } from "../../contract/panel-settings.ts";
import { db, type Transaction } from "../db.ts";

type Key = keyof typeof PanelSettings.shape;
type Value<K extends Key> = z.output<(typeof PanelSettings.shape)[K]>;

/** @returns what the admin set under a key, the schema's default while he set nothing or an older program wrote it */
export async function readSetting<K extends Key>(key: K, on: Transaction = db()): Promise<Value<K>> {
  const schema = PanelSettings.shape[key];
  const stored = await on.setting.findUnique({ where: { key } });
  const parsed = schema.safeParse(stored ? valueOf(stored.value) : undefined);
  return (parsed.success ? parsed.data : schema.parse(undefined)) as Value<K>;
}

/** What is no JSON is a value that no schema takes. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Writes a key's value whole. */
export async function writeSetting<K extends Key>(key: K, value: Value<K>, on: Transaction = db()): Promise<void> {
  const text = JSON.stringify(PanelSettings.shape[key].parse(value));
  await on.setting.upsert({ where: { key }, create: { key, value: text }, update: { value: text } });
}
