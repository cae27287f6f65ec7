import { MailAddress } from "../../contract/mail.ts";

/** How knast-web hands its mail to a server. */
export type MailSettings = {
  host: string;
  port: number;
  /** `wrapped`: TLS from the first byte; `required`: STARTTLS or no mail; `none`: plain text, for a server on this host */
  tls: "wrapped" | "required" | "none";
  login: { user: string; pass: string } | null;
  from: { name: string; address: string };
};

const LOOPBACK = /^(localhost|127(\.[0-9]{1,3}){3}|::1)$/;
const EXAMPLE = "smtps://user:password@mail.example.org";

/**
 * Reads KNAST_SMTP_URL, `smtp://[user:password@]host[:port][?tls=none|required]` or `smtps://…`, and KNAST_MAIL_FROM,
 * `panel@example.org` or `Name <panel@example.org>`. Without `tls`, a server on a loopback address gets plain text, every
 * other one STARTTLS (RFC 3207) or nothing; a password never leaves the host in plain text.
 * @returns null without a URL
 * @throws RangeError with a sentence for the console, which never repeats the password
 */
export function mailSettings(url: string | undefined, from: string | undefined): MailSettings | null {
  if (!url) return null;
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const scheme = parsed?.protocol;
  if (!parsed?.hostname || (scheme !== "smtp:" && scheme !== "smtps:") || !/^\/?$/.test(parsed.pathname) || parsed.hash)
    throw new RangeError(`KNAST_SMTP_URL is not like ${EXAMPLE}.`);
  const host = parsed.hostname.replace(/^\[|\]$/g, "");
  const login = loginOf(parsed);
  return { host, port: portOf(parsed), tls: tlsOf(parsed, host, login !== null), login, from: fromOf(from) };
}

function portOf({ port, protocol }: URL): number {
  if (port === "0") throw new RangeError("KNAST_SMTP_URL names port 0.");
  return port ? Number(port) : protocol === "smtps:" ? 465 : 587;
}

function loginOf({ username, password }: URL): MailSettings["login"] {
  if (!username && !password) return null;
  try {
    const login = { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
    if (login.user && login.pass && !/[\0\r\n]/.test(login.user + login.pass)) return login;
  } catch {
    // A % that begins no code: said below.
  }
  throw new RangeError("KNAST_SMTP_URL: user and password must both be there, percent-encoded where they are odd.");
}

function tlsOf({ protocol, searchParams }: URL, host: string, login: boolean): MailSettings["tls"] {
  const given = [...searchParams];
  const wish = given[0]?.[1] ?? null;
  if (given.length > 1 || (given[0] && given[0][0] !== "tls") || (wish !== null && !/^(none|required)$/.test(wish)))
    throw new RangeError("KNAST_SMTP_URL takes one option: ?tls=none or ?tls=required.");
  const local = LOOPBACK.test(host);
  if (protocol === "smtps:") {
    if (wish === "none") throw new RangeError("KNAST_SMTP_URL: smtps is TLS; ?tls=none contradicts it.");
    return "wrapped";
  }
  if (wish === "none" && login && !local)
    throw new RangeError("KNAST_SMTP_URL: with ?tls=none the password would leave this host in plain text.");
  return wish === "none" || (wish === null && local) ? "none" : "required";
}

function fromOf(text: string | undefined): MailSettings["from"] {
  const parts = /^(?:([^<>"\x00-\x1f\x7f]{1,64})<([^<>]+)>|([^<>]+))$/.exec(text?.trim() ?? "");
  const address = MailAddress.safeParse(parts?.[2] ?? parts?.[3]);
  if (!address.success)
    throw new RangeError("KNAST_MAIL_FROM is not like panel@example.org or Our host <panel@example.org>.");
  return { name: parts?.[1]?.trim() ?? "", address: address.data };
}
