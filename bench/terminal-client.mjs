import WebSocket from "ws";

const ACK = 32 * 1024;

/** A connection to one shell; `data` gets what was printed. Both speak bytes, ours has acknowledgements besides. */
export async function openShell(url, { ours }) {
  const options = { perMessageDeflate: false, skipUTF8Validation: true, origin: "http://bench" };
  const ws = new WebSocket(url, ours ? "knast.terminal.v1" : [], options);
  let replay = 0;
  let offset = 0;
  let acked = 0;
  const shell = {
    data: () => {},
    type: (text) => ws.send(Buffer.from(text)),
    close: () => ws.terminate(),
    /** resolves when `text` has been printed */
    async see(text, within = 60_000) {
      let tail = "";
      await new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no ${text} in ${JSON.stringify(tail)}`)), within);
        shell.data = (bytes) => {
          tail = (tail + bytes.subarray(-200).toString("latin1")).slice(-400);
          if (tail.includes(text)) resolve(clearTimeout(timer));
        };
      });
    },
  };
  ws.on("message", (bytes, isBinary) => {
    if (!ours) return shell.data(bytes);
    if (!isBinary) {
      const message = JSON.parse(String(bytes));
      if (message.t === "hello") {
        replay = message.replayBytes;
        offset = acked = message.offset;
      }
      return;
    }
    if (replay > 0) {
      replay -= bytes.length;
      return shell.data(bytes);
    }
    offset += bytes.length;
    shell.data(bytes);
    if (offset - acked >= ACK) ws.send(JSON.stringify({ t: "ack", offset: (acked = offset) }));
  });
  await new Promise((resolve, reject) => {
    ws.on("open", resolve);
    ws.on("error", reject);
  });
  return shell;
}
