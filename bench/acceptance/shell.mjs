import { createHash, randomBytes } from "node:crypto";
import { request } from "node:http";

const PROTOCOL = "knast.terminal.v1";
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const ANSWER_DEADLINE = 20_000;

/**
 * Attaches to a shell: a WebSocket (RFC 6455) over the Unix socket, without a library.
 * @param from offset to go on from; null for a replay of the screen
 * @param who account of the panel; null for root on the host
 * @returns the open shell; @throws Error naming the status when there was no upgrade
 */
export function attach(socketPath, terminal, from = null, who = null) {
  return new Promise((resolve, reject) => {
    const key = randomBytes(16).toString("base64");
    const call = request({
      socketPath,
      path: `/v1/terminals/${terminal}${from === null ? "" : `?from=${from}`}`,
      headers: {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": key,
        "sec-websocket-protocol": PROTOCOL,
        ...(who === null ? {} : { "knast-actor": who }),
      },
    });
    call.on("response", (response) => {
      response.resume();
      reject(new Error(`no upgrade: status ${response.statusCode}`));
    });
    call.on("error", reject);
    call.on("upgrade", (response, socket, head) => {
      const accept = createHash("sha1")
        .update(key + GUID)
        .digest("base64");
      if (response.headers["sec-websocket-accept"] !== accept) return reject(new Error("a wrong sec-websocket-accept"));
      if (response.headers["sec-websocket-protocol"] !== PROTOCOL) return reject(new Error("a wrong subprotocol"));
      resolve(new Shell(socket, head));
    });
    call.end();
  });
}

class Shell {
  /** what the shell has printed since the attach, replay included */
  text = "";
  /** the daemon's text frames */
  messages = [];
  closed = false;
  #socket;
  #rest = Buffer.alloc(0);
  #bytes = 0;
  #waiting = new Set();

  constructor(socket, head) {
    this.#socket = socket;
    socket.on("data", (chunk) => this.#take(chunk));
    socket.on("error", () => this.#end());
    socket.on("close", () => this.#end());
    this.#take(head);
  }

  get hello() {
    return this.messages.find((message) => message.t === "hello");
  }
  get exit() {
    return this.messages.find((message) => message.t === "exit");
  }
  /** offset in the stream up to which this viewer has read */
  get offset() {
    return (this.hello?.offset ?? 0) + Math.max(0, this.#bytes - (this.hello?.replayBytes ?? 0));
  }

  type(text) {
    this.#send(2, Buffer.from(text));
  }
  resize(cols, rows) {
    this.#send(1, Buffer.from(JSON.stringify({ t: "resize", cols, rows })));
  }

  /** Waits until `test` holds. @throws Error with the end of what was printed instead */
  until(test, what) {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!test(this)) {
          if (this.closed) stop(() => reject(new Error(`the shell closed before ${what}: ${this.#tail()}`)));
          return;
        }
        stop(() => resolve(this));
      };
      const stop = (then) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        then();
      };
      const late = () => stop(() => reject(new Error(`${what} did not come: ${this.#tail()}`)));
      const timer = setTimeout(late, ANSWER_DEADLINE);
      this.#waiting.add(look);
      look();
    });
  }

  /** Types a line and waits for something that the line itself, echoed, does not hold. */
  async says(line, expected) {
    const from = this.text.length;
    this.type(`${line}\r`);
    const test = typeof expected === "string" ? (text) => text.includes(expected) : (text) => expected.test(text);
    await this.until(() => test(this.text.slice(from)), `${expected} after ${JSON.stringify(line)}`);
  }

  close() {
    this.#send(8, Buffer.from([3, 232]));
    this.#socket.end();
    this.#socket.destroy();
  }

  #tail() {
    return JSON.stringify(this.text.slice(-300));
  }

  #end() {
    this.closed = true;
    for (const look of [...this.#waiting]) look();
  }

  #take(chunk) {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (let frame = readFrame(this.#rest); frame; frame = readFrame(this.#rest)) {
      this.#rest = this.#rest.subarray(frame.length);
      if (frame.opcode === 1) this.messages.push(JSON.parse(frame.payload.toString()));
      else if (frame.opcode === 2) this.#print(frame.payload);
      else if (frame.opcode === 9) this.#send(10, frame.payload);
      else if (frame.opcode === 8) this.#socket.end();
    }
    for (const look of [...this.#waiting]) look();
  }

  #print(bytes) {
    this.text += bytes.toString();
    this.#bytes += bytes.length;
    this.#send(1, Buffer.from(JSON.stringify({ t: "ack", offset: this.offset })));
  }

  /** One whole frame, masked as a client's must be. */
  #send(opcode, payload) {
    if (this.#socket.destroyed || !this.#socket.writable) return;
    const mask = randomBytes(4);
    const long = payload.length > 125;
    const head = Buffer.alloc(long ? 4 : 2);
    head[0] = 0x80 | opcode;
    head[1] = 0x80 | (long ? 126 : payload.length);
    if (long) head.writeUInt16BE(payload.length, 2);
    this.#socket.write(Buffer.concat([head, mask, payload.map((byte, i) => byte ^ mask[i & 3])]));
  }
}

/** @returns the first whole frame of a server, which masks nothing and is taken to fragment nothing; null when there is none yet */
function readFrame(buffer) {
  if (buffer.length < 2) return null;
  let length = buffer[1] & 0x7f;
  let at = 2;
  if (length === 126) {
    if (buffer.length < 4) return null;
    length = buffer.readUInt16BE(2);
    at = 4;
  } else if (length === 127) {
    if (buffer.length < 10) return null;
    length = Number(buffer.readBigUInt64BE(2));
    at = 10;
  }
  if (buffer.length < at + length) return null;
  return { opcode: buffer[0] & 15, payload: buffer.subarray(at, at + length), length: at + length };
}
