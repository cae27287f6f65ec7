import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, expect, it } from "vitest";
import { KnastError } from "../../contract/errors.ts";
import { SELF_MADE } from "../testing/self-made-certificate.ts";
import { smtpServer } from "../testing/smtp-server.ts";
import { mailIsSetUp, sendMail } from "./send-mail.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  delete process.env.KNAST_SMTP_URL;
  delete process.env.KNAST_MAIL_FROM;
  for (const each of undo.splice(0)) await each();
});

function use(url: string): void {
  Object.assign(process.env, { KNAST_SMTP_URL: url, KNAST_MAIL_FROM: "Our host <panel@example.org>" });
}
async function server(...options: Parameters<typeof smtpServer>) {
  const made = await smtpServer(...options);
  undo.push(made.stop);
  return made;
}
/** A server that says what it is told to and otherwise nothing. */
async function mute(greet: (socket: Socket) => void = () => {}) {
  const sockets = new Set<Socket>();
  const made = createServer((socket) => {
    sockets.add(socket);
    socket
      .resume()
      .on("error", () => {})
      .on("close", () => sockets.delete(socket));
    greet(socket);
  }).listen(0, "127.0.0.1");
  await once(made, "listening");
  undo.push(() => {
    for (const socket of sockets) socket.destroy();
    made.close();
  });
  return { port: (made.address() as AddressInfo).port, sockets };
}
const mail = { to: "olaf@example.org", subject: "Hello", text: "A line.\nAnother one." };
const outcome = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: unknown) => (error instanceof KnastError ? `${error.code}: ${error.message}` : String(error)),
  );

it("says whether there is a server, and sends nothing without one", async () => {
  expect(mailIsSetUp()).toBe(false);
  expect(await outcome(sendMail(mail))).toMatch(/^mail_off/);
});

it("hands a mail over in plain text on the host itself", async () => {
  const { port, mails } = await server();
  use(`smtp://127.0.0.1:${port}`);
  expect(mailIsSetUp()).toBe(true);
  await sendMail({ ...mail, subject: "Grüße: jail ünï", text: ".\n.dot\nÄ line\n", id: "abc123" });
  expect(mails).toHaveLength(1);
  expect(mails[0]).toMatchObject({ from: "panel@example.org", to: ["olaf@example.org"], user: null, secure: false });
  const { raw } = mails[0]!;
  expect(raw).toMatch(/^From: Our host <panel@example\.org>\r$/m);
  expect(raw).toMatch(/^To: olaf@example\.org\r$/m);
  expect(raw).toMatch(/^Subject: =\?UTF-8\?/m);
  expect(raw).toMatch(/^Message-ID: <abc123@example\.org>\r$/m);
  expect(raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
  expect(raw).toMatch(/\r\n\r\n\.\r\n\.dot\r\n=C3=84 line/);
});

it("signs in after STARTTLS with a certificate that it was told to trust", async () => {
  const { port, mails } = await server({ authOptional: false });
  use(`smtp://panel:right%20p%40ss@127.0.0.1:${port}?tls=required`);
  await sendMail(mail, { trusted: SELF_MADE.cert });
  expect(mails[0]).toMatchObject({ user: "panel", secure: true });
});

it("sends over TLS from the first byte", async () => {
  const { port, mails } = await server({ secure: true });
  use(`smtps://panel:right%20p%40ss@localhost:${port}`);
  await sendMail(mail, { trusted: SELF_MADE.cert });
  expect(mails[0]).toMatchObject({ user: "panel", secure: true });
  expect(await outcome(sendMail(mail))).toMatch(/^mail_failed: .*no TLS that can be trusted/);
  expect(mails).toHaveLength(1);
});

it("trusts no certificate that nobody vouches for, and gives it no password", async () => {
  const asked: string[] = [];
  const { port, mails } = await server({ onAuth: ({ username }, _, done) => (asked.push(username!), done(null, {})) });
  use(`smtp://panel:right%20p%40ss@127.0.0.1:${port}?tls=required`);
  expect(await outcome(sendMail(mail))).toMatch(/^mail_failed: .*no TLS that can be trusted/);
  expect([asked, mails]).toEqual([[], []]);
});

it("sends nothing when TLS is required and not offered", async () => {
  const { port, mails } = await server({ hideSTARTTLS: true, disabledCommands: ["STARTTLS"] });
  use(`smtp://127.0.0.1:${port}?tls=required`);
  expect(await outcome(sendMail(mail))).toMatch(/^mail_failed/);
  expect(mails).toEqual([]);
});

it("tells a wrong password, a refused address and one refused for now apart, in words of its own", async () => {
  const { port, mails } = await server({ allowInsecureAuth: true });
  use(`smtp://panel:wrong@127.0.0.1:${port}`);
  expect(await outcome(sendMail(mail))).toMatch(/^mail_failed: .*name and password/);
  use(`smtp://127.0.0.1:${port}`);
  expect(await outcome(sendMail({ ...mail, to: "nobody@example.org" }))).toMatch(
    /^mail_refused: The mail server takes/,
  );
  expect(await outcome(sendMail({ ...mail, to: "later@example.org" }))).toMatch(/^mail_failed: The mail server did/);
  const failed = await sendMail({ ...mail, to: "nobody@example.org" }).catch((error: KnastError) => error);
  expect(String((failed as KnastError).cause)).not.toContain("\u001b");
  expect(mails).toEqual([]);
});

it("gives up on a server that hangs at any point, and closes the connection", async () => {
  const hangs: ((socket: Socket) => void)[] = [
    () => {},
    (socket) => socket.write("220 x ESMTP\r\n"),
    (socket) => {
      socket.write("220 x ESMTP\r\n");
      socket.on("data", (chunk) => socket.write(String(chunk).startsWith("EHLO") ? "250 x\r\n" : ""));
    },
    // Never silent and never at an end.
    (socket) => {
      const timer = setInterval(() => socket.write("220-x\r\n"), 20);
      socket.on("close", () => clearInterval(timer));
    },
  ];
  for (const [i, hang] of hangs.entries()) {
    const { port, sockets } = await mute(hang);
    use(`smtp://127.0.0.1:${port}`);
    expect(await outcome(sendMail(mail, { deadlineMs: 300 })), `hang ${i}`).toMatch(/^mail_failed: .*does not answer/);
    await expect.poll(() => sockets.size).toBe(0);
  }
});

it("says that a server is down or ends in the middle", async () => {
  const { port } = await mute((socket) => socket.end());
  use(`smtp://127.0.0.1:${port}`);
  expect(await outcome(sendMail(mail))).toMatch(/^mail_failed: .*can't be reached/);
  const gone = await smtpServer();
  await gone.stop();
  use(`smtp://127.0.0.1:${gone.port}`);
  expect(await outcome(sendMail(mail))).toMatch(/^mail_failed: .*can't be reached/);
});

it("lets no header and no second recipient in", async () => {
  const { port, mails } = await server();
  use(`smtp://127.0.0.1:${port}`);
  for (const to of [
    "a@b.example, c@d.example",
    "a@b.example\r\nBcc: c@d.example",
    "a@b.example> NOTIFY=NEVER\r\nRCPT TO:<c@d.example",
    "Olaf <a@b.example>",
    "group: a@b.example;",
    '"a\r\n"@b.example',
    "a@b.example (c@d.example)",
    "a@[127.0.0.1]",
    "",
    `${"a".repeat(65)}@b.example`,
  ])
    expect(await outcome(sendMail({ ...mail, to })), to).toMatch(/^invalid/);
  expect(mails).toEqual([]);
  await sendMail({ ...mail, subject: "one\r\nBcc: c@d.example\r\n\r\nbody\u2028x", id: "a>\r\nBcc: c@d.example" });
  expect(mails[0]!.to).toEqual(["olaf@example.org"]);
  const [head] = mails[0]!.raw.split("\r\n\r\n");
  expect(head).not.toMatch(/^Bcc/im);
  expect(head).toMatch(/^Subject: one Bcc: c@d\.example body x\r$/m);
});
