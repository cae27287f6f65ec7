import { once } from "node:events";
import { Writable } from "node:stream";
import { expect, test } from "vitest";
import * as ws from "ws";
import { FramesOfKeys } from "./frames-of-keys.ts";

// What takes the short way and what ws reads of the rest, put together, is what was sent, in order.

type Done = () => void;
/** ws has them, its types do not. */
const { Receiver, Sender } = ws as unknown as {
  Receiver: new (options: object) => Writable;
  Sender: new (sink: Writable) => {
    send(bytes: Buffer, options: object, done: Done): void;
    ping(bytes: Buffer, mask: boolean, done: Done): void;
    pong(bytes: Buffer, mask: boolean, done: Done): void;
  };
};

/** The same numbers in each run (Park and Miller's generator). */
function chance(seed: number) {
  let state = seed;
  return (below: number) => (state = (state * 48_271) % 2_147_483_647) % below;
}

type Message = { bytes: Buffer; binary: boolean };

/** Frames as a browser masks them, of messages whole and in fragments, with control frames between. */
async function sent(random: (below: number) => number, count: number) {
  const wire: Buffer[] = [];
  const sink = new Writable({ write: (bytes: Buffer, _, done) => (wire.push(bytes), done()) });
  const sender = new Sender(sink);
  const messages: Message[] = [];
  const pieces: Buffer[] = [];
  for (let i = 0; i < count; i++) {
    const length = [random(126), 125 + random(4), random(70_000), 65_534 + random(4)][random(40)] ?? random(4);
    const bytes = Buffer.alloc(length, Buffer.from(Array.from({ length: 61 }, () => random(256))));
    const binary = random(8) > 0;
    const options = { compress: false, mask: true, binary };
    const cut = random(6) === 0 ? random(length + 1) : length;
    if (random(9) === 0) sender.ping(Buffer.from("are you there"), true, () => {});
    const whole = cut === length;
    sender.send(bytes.subarray(0, cut), { ...options, fin: whole }, () => {});
    if (!whole && random(2) === 0) sender.pong(Buffer.alloc(0), true, () => {});
    if (!whole) sender.send(bytes.subarray(cut), { ...options, fin: true }, () => {});
    messages.push({ bytes, binary });
    // A browser's frame mostly comes as a piece of its own, sometimes with others, sometimes in parts.
    if (random(4) > 0) pieces.push(Buffer.concat(wire.splice(0)));
  }
  pieces.push(Buffer.concat(wire.splice(0)));
  const cut = pieces.flatMap((piece) => {
    if (random(3) > 0) return [piece];
    const at = random(Math.min(piece.length, random(2) ? 16 : 100_000) + 1);
    return [piece.subarray(0, at), piece.subarray(at)];
  });
  return { messages, pieces: cut.filter((piece) => piece.length > 0) };
}

test.each([1, 2, 3, 4, 5, 6])("nothing is lost, changed or overtaken: %i", async (seed) => {
  const { messages, pieces } = await sent(chance(seed * 7919), 400);
  const frames = new FramesOfKeys();
  const receiver = new Receiver({ isServer: true, skipUTF8Validation: true });
  const got: Message[] = [];
  receiver.on("message", (bytes: Buffer, binary: boolean) => got.push({ bytes: Buffer.from(bytes), binary }));
  let quick = 0;
  for (const piece of pieces) {
    const before = Buffer.from(piece);
    const key = frames.key(piece);
    expect(piece.equals(before)).toBe(true);
    if (key) {
      quick++;
      got.push({ bytes: key, binary: true });
    } else if (!receiver.write(piece)) await once(receiver, "drain");
  }
  expect(got.length).toBe(messages.length);
  for (const [i, message] of messages.entries()) {
    expect(got[i]!.binary).toBe(message.binary);
    expect(got[i]!.bytes.equals(message.bytes)).toBe(true);
  }
  expect(quick).toBeGreaterThan(50);
});

const MASK = [1, 2, 3, 4];
const KEY = Buffer.from([0x82, 0x81, ...MASK, 0x61 ^ 1]);

test("a key is a short frame and nothing beside it", () => {
  expect(new FramesOfKeys().key(KEY)).toEqual(Buffer.from("a"));
  for (const other of [
    [0x81, 0x81, ...MASK, 0x60], // text
    [0x02, 0x81, ...MASK, 0x60], // the first of several
    [0x80, 0x81, ...MASK, 0x60], // the last of several
    [0xc2, 0x81, ...MASK, 0x60], // compressed
    [0x82, 0x01, 0x61], // not masked
    [0x82, 0x80, ...MASK], // empty
    [0x82, 0x82, ...MASK, 0x60], // half of it
    [...KEY, 0x82], // the next one begins
    [0x82, 0xfe, 0, 1, ...MASK, 0x60], // a length in two bytes
  ])
    expect(new FramesOfKeys().key(Buffer.from(other))).toBeNull();
});

test("within a message in fragments there are no keys, within a header neither", () => {
  const frames = new FramesOfKeys();
  expect(frames.key(Buffer.from([0x02, 0x81, ...MASK, 0x60]))).toBeNull();
  expect(frames.key(KEY)).toBeNull();
  const halves = new FramesOfKeys();
  expect(halves.key(KEY.subarray(0, 1))).toBeNull();
  expect(halves.key(KEY)).toBeNull();
});

test("a length of eight bytes that no file has is followed, and no key is found in it", () => {
  const frames = new FramesOfKeys();
  expect(frames.key(Buffer.from([0x82, 0xff, ...Buffer.alloc(8, 0xff), ...MASK]))).toBeNull();
  for (let i = 0; i < 100; i++) expect(frames.key(KEY)).toBeNull();
});
