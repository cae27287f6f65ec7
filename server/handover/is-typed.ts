/**
 * Whether what comes from a browser begins a frame of what a person typed: opcode 2 (RFC 6455 5.2). 1 and 10 are acknowledgements that a
 * lonely tab sends as well.
 */
export const isTyped = (bytes: Buffer): boolean => (bytes[0]! & 0x0f) === 2;
