import { request } from "node:http";

/** @returns what knastd's host.info answers at this socket; null when it does not answer, or something else */
export function hostInfo(socketPath) {
  const headers = { "content-type": "application/json", "content-length": 2, "knast-actor": "root" };
  return new Promise((done) => {
    const options = { socketPath, path: "/v1/host.info", method: "POST", headers, timeout: 5000 };
    const asked = request(options, (reply) => {
      let body = "";
      reply.on("data", (chunk) => (body += chunk));
      reply.on("error", () => done(null));
      reply.on("end", () => done(reply.statusCode === 200 ? JSON.parse(body) : null));
    });
    asked.on("timeout", () => asked.destroy(new Error("timeout")));
    asked.on("error", () => done(null));
    asked.end("{}");
  });
}
