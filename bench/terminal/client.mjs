import { randomBytes } from "node:crypto";
import WebSocket from "ws";

const ACK = 32 * 1024;
const TICK = 5;

/**
 * A connection to one shell; `data` gets what was printed. Ours has acknowledgements besides, ttyd a byte before each message.
 * @param kind ours, bare or ttyd
 * @param from, as where to go on (ours)
 * @param data the first `data`: what comes with the upgrade would be missed by one set later
 * @param rate bytes a second that are drawn: `data` gets them when they are; none: at once
 */
export async function openShell(
  url,
  { kind, from = null, as = randomBytes(16).toString("hex"), rate = 0, data = () => {} },
) {
  const protocol = { ours: "knast.terminal.v1", bare: [], ttyd: "tty" }[kind];
  const query = kind === "ours" ? `?${from === null ? "" : `from=${from}&`}as=${as}` : "";
  const options = { perMessageDeflate: false, skipUTF8Validation: true, origin: "http://bench" };
  const ws = new WebSocket(url + query, protocol, options);
  let replay = 0;
  let acked = 0;
  let waiting = [];
  let timer;
  const shell = {
    as,
    /** stream offsets up to which bytes have come, and are drawn */
    received: 0,
    drawn: 0,
    hellos: [],
    exit: null,
    data,
    type: (text) => ws.send(kind === "ttyd" ? Buffer.concat([Buffer.from("0"), Buffer.from(text)]) : Buffer.from(text)),
    close() {
      clearInterval(timer);
      ws.terminate();
    },
    /** resolves when the line is closed */
    gone: new Promise((resolve) => ws.once("close", resolve)),
    pause: () => ws._socket.pause(),
    resume: () => ws._socket.resume(),
    /** resolves when `text` has been drawn */
    async see(text, within = 120_000) {
      let tail = "";
      await new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`no ${text} in ${JSON.stringify(tail)}`)), within);
        shell.data = (bytes) => {
          tail = (tail + bytes.subarray(-200).toString("latin1")).slice(-400);
          if (tail.includes(text)) resolve(clearTimeout(late));
        };
      });
    },
  };
  const draw = (bytes) => {
    shell.drawn += bytes.length;
    shell.data(bytes);
    if (kind !== "ours" || shell.drawn - acked < ACK || ws.readyState !== ws.OPEN) return;
    ws.send(JSON.stringify({ t: "ack", offset: (acked = shell.drawn) }));
  };
  const live = (bytes) => {
    shell.received += bytes.length;
    if (rate > 0) waiting.push(bytes);
    else draw(bytes);
  };
  if (rate > 0) {
    let last = performance.now();
    let allowed = 0;
    timer = setInterval(() => {
      const now = performance.now();
      allowed = Math.min(allowed + ((now - last) / 1000) * rate, rate / 20);
      last = now;
      let count = 0;
      while (count < waiting.length && allowed > 0) {
        allowed -= waiting[count].length;
        draw(waiting[count++]);
      }
      waiting = waiting.slice(count);
    }, TICK);
  }
  ws.on("message", (bytes, isBinary) => {
    if (kind === "bare") return live(bytes);
    if (kind === "ttyd") return bytes[0] === 0x30 && live(bytes.subarray(1));
    if (isBinary) {
      if (replay === 0) return live(bytes);
      replay -= bytes.length;
      return shell.data(bytes);
    }
    const message = JSON.parse(String(bytes));
    if (message.t === "exit") shell.exit = message;
    if (message.t !== "hello") return;
    shell.hellos.push(message);
    replay = message.replayBytes;
    shell.received = shell.drawn = acked = message.offset;
  });
  await new Promise((resolve, reject) => {
    ws.on("open", resolve);
    ws.on("error", reject);
  });
  if (kind === "ttyd") ws.send(JSON.stringify({ AuthToken: "", columns: 80, rows: 24 }));
  return shell;
}
