// The baseline: node-pty and ws and nothing else, a frame per read, no flow control, one shell per connection.
import { spawn } from "node-pty";
import { WebSocketServer } from "ws";

const wss = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
wss.on("listening", () => process.send({ port: wss.address().port }));
wss.on("connection", (ws) => {
  const pty = spawn("/bin/sh", ["-i"], { name: "xterm-256color", cols: 80, rows: 24, encoding: null });
  pty.onData((data) => ws.send(data));
  pty.onExit(() => ws.close());
  ws.on("message", (data) => pty.write(data));
  ws.on("close", () => pty.kill());
  ws.on("error", () => {});
});
process.on("disconnect", () => process.exit());
