import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { SELF_MADE } from "./self-made-certificate.ts";

export type Received = { from: string; to: string[]; user: string | null; secure: boolean; raw: string };

/**
 * A mail server on a free port of 127.0.0.1 that keeps what it takes. It knows panel / "right p@ss", offers STARTTLS with a
 * certificate of its own, and refuses every recipient whose name begins with "nobody" for good, with "later" for now.
 */
export async function smtpServer(options: SMTPServerOptions = {}) {
  const mails: Received[] = [];
  const server = new SMTPServer({
    ...SELF_MADE,
    authOptional: true,
    logger: false,
    onAuth: ({ username, password }, _, done) =>
      username === "panel" && password === "right p@ss"
        ? done(null, { user: username })
        : done(new Error("no\u001b[31m")),
    onRcptTo({ address }, _, done) {
      const no = (responseCode: number) => done(Object.assign(new Error("not \u001b[31mhere"), { responseCode }));
      if (address.startsWith("nobody")) return no(550);
      if (address.startsWith("later")) return no(451);
      done();
    },
    onData(stream, session, done) {
      let raw = "";
      stream.on("data", (chunk: Buffer) => (raw += chunk.toString()));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom ? mailFrom.address : "";
        const user = typeof session.user === "string" ? session.user : null;
        mails.push({ from, to: rcptTo.map(({ address }) => address), user, secure: session.secure, raw });
        done();
      });
    },
    ...options,
  });
  server.on("error", () => {});
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  return {
    mails,
    port: (server.server.address() as AddressInfo).port,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
export type TestSmtpServer = Awaited<ReturnType<typeof smtpServer>>;
