import MailComposer from "nodemailer/lib/mail-composer/index.js";
import SMTPConnection from "nodemailer/lib/smtp-connection/index.js";
import { KnastError } from "../../contract/errors.ts";
import { MailAddress } from "../../contract/mail.ts";
import { env } from "../env.ts";
import { Turns } from "../turns.ts";
import type { MailSettings } from "./mail-settings.ts";

/** From the look-up of the name to the server's last answer; a server that trickles gets no more of it. */
const DEADLINE_MS = 30_000;
const SUBJECT_MAX = 200;
/** Connections at once, and mails that may wait for one. */
const turns = new Turns(4, 200);

export type Mail = {
  to: string;
  subject: string;
  text: string;
  /** part of its Message-ID, so that a mail that is sent again after a crash can be known for the same one */
  id?: string;
};

/** Whether KNAST_SMTP_URL names a server; without one, links are shown to be copied. */
export const mailIsSetUp = (): boolean => env().mail !== null;

/**
 * Hands one mail of plain text to the configured server and returns when that has taken it. No header can come of `to`, which
 * must be one address, or of `subject`, which becomes one line.
 * @throws KnastError mail_off; invalid for a bad address; mail_refused when the server does not take mail for this address;
 * mail_failed when it can't be reached, trusted or used; too_many
 */
export async function sendMail(mail: Mail, options: { trusted?: string; deadlineMs?: number } = {}): Promise<void> {
  const settings = env().mail;
  if (!settings) throw new KnastError("mail_off");
  const to = MailAddress.safeParse(mail.to);
  if (!to.success) throw new KnastError("invalid", { message: "This is no mail address." });
  await turns.run("mail", async () => {
    const message = await compose({ ...mail, to: to.data }, settings);
    await deliver(message, to.data, settings, options);
  });
}

function compose({ to, subject, text, id }: Mail, { from }: MailSettings): Promise<Buffer> {
  const line = subject.replace(/[\x00-\x1f\x7f\u0085\u2028\u2029]+/g, " ").slice(0, SUBJECT_MAX);
  return new MailComposer({
    from,
    to: { name: "", address: to },
    subject: line,
    text,
    ...(id ? { messageId: `<${id.replace(/[^A-Za-z0-9._-]/g, "")}@${from.address.split("@")[1]}>` } : {}),
    // RFC 3834: nobody's holiday answers this.
    headers: { "Auto-Submitted": "auto-generated" },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
}

async function deliver(
  message: Buffer,
  to: string,
  { host, port, tls, login, from }: MailSettings,
  { trusted, deadlineMs = DEADLINE_MS }: { trusted?: string; deadlineMs?: number },
): Promise<void> {
  const connection = new SMTPConnection({
    host,
    port,
    secure: tls === "wrapped",
    requireTLS: tls === "required",
    ignoreTLS: tls === "none",
    connectionTimeout: deadlineMs,
    greetingTimeout: deadlineMs,
    socketTimeout: deadlineMs,
    dnsTimeout: deadlineMs,
    tls: { minVersion: "TLSv1.2", ...(trusted ? { ca: trusted } : {}) },
  });
  let timer: NodeJS.Timeout | undefined;
  // Whatever comes first: an error of the connection, its early end, or the deadline.
  const broken = new Promise<never>((_, reject) => {
    connection.on("error", reject);
    connection.on("end", () => reject(Object.assign(new Error("closed"), { code: "ECONNECTION" })));
    timer = setTimeout(() => reject(Object.assign(new Error("late"), { code: "ETIMEDOUT" })), deadlineMs);
  });
  broken.catch(() => {});
  try {
    await Promise.race([broken, step((done) => connection.connect(done))]);
    if (login) await Promise.race([broken, step((done) => connection.login(login, done))]);
    const envelope = { from: from.address, to: [to], size: message.length };
    await Promise.race([broken, step((done) => connection.send(envelope, message, done))]);
    connection.quit();
    connection._socket.destroySoon();
  } catch (error) {
    // close() alone waits for the other side's end, which a server that hangs never sends.
    connection._socket?.destroy();
    throw failureOf(error as SMTPConnection.SMTPError);
  } finally {
    clearTimeout(timer);
    connection.close();
  }
}

const step = (begin: (done: (error?: Error | null) => void) => void) =>
  new Promise<void>((resolve, reject) => begin((error) => (error ? reject(error) : resolve())));

const SENTENCES: Record<string, string> = {
  EDNS: "The mail server's name can't be looked up.",
  ECONNECTION: "The mail server can't be reached.",
  ESOCKET: "The mail server can't be reached.",
  ETIMEDOUT: "The mail server does not answer.",
  ETLS: "The mail server offers no TLS that can be trusted.",
  EAUTH: "The mail server does not accept the panel's name and password.",
};

/** The server's own words may hold anything: the log gets codes, the person a sentence of ours. */
function failureOf({ code = "", command, responseCode, message }: SMTPConnection.SMTPError): KnastError {
  const untrusted = code === "ESOCKET" && /certificate|self-signed|SSL|TLS|altnames/i.test(message);
  const kind = untrusted ? "ETLS" : code;
  const cause = new Error(`${kind} ${command ?? ""} ${responseCode ?? ""}`);
  if (command === "RCPT TO" && responseCode && responseCode >= 500) return new KnastError("mail_refused", { cause });
  const sentence = SENTENCES[kind];
  return new KnastError("mail_failed", { cause, ...(sentence ? { message: sentence } : {}) });
}
