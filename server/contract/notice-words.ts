import type { NoticeFacts, NoticeKind } from "./notices.ts";

/** What a kind is called where one chooses how to be told of it. */
export const KIND_WORDS: Record<NoticeKind, string> = {
  "jail-stopped": "Somebody else stopped a jail",
  "jail-started": "Somebody else started a jail",
  "jail-restarted": "Somebody else restarted a jail",
  "jail-destroyed": "A jail was destroyed",
  "job-failed": "A job failed",
  "limit-reached": "A jail is at one of its limits",
  "work-planned": "Work on a base is planned",
  "work-cancelled": "Planned work was taken back",
  "invitation-accepted": "Somebody accepted an invitation",
  "grant-given": "You may reach a jail",
  "grant-taken": "You may reach a jail no longer",
  "guest-asks": "Somebody asks to look at a shell that you don't look at",
  "password-changed": "Your password was changed",
  "second-factor-changed": "Your second factor was changed",
  "ssh-keys-changed": "Your ssh keys were changed",
  "new-device": "A sign-in from a new device",
};

const LIMITS: Record<string, string> = {
  memoryBytes: "memory",
  processes: "processes",
  cpuPercent: "CPU",
  openFiles: "open files",
  terminals: "terminals",
};

/** A notice in words, the same in the panel, in the mail and in what the webhook gets. */
export function noticeWords(
  kind: NoticeKind,
  jail: string | null,
  facts: NoticeFacts,
): { title: string; text: string } {
  const name = jail ?? "A jail";
  const by = facts.by ?? "somebody";
  // Told in the host's own words: nobody of the panel did it.
  const doneBy = (verb: string) =>
    facts.by ? `${facts.by} ${verb} ${name}` : `${name} was ${verb} by hand on the host`;
  const account = "If this was not you, tell the host's admin at once.";
  switch (kind) {
    case "jail-stopped":
      return { title: doneBy("stopped"), text: `${name} does not run now.` };
    case "jail-started":
      return { title: doneBy("started"), text: `${name} runs.` };
    case "jail-restarted":
      return { title: doneBy("restarted"), text: `${name} runs; its shells and processes began anew.` };
    case "jail-destroyed":
      return { title: doneBy("destroyed"), text: `${name} and all that was in it is gone.` };
    case "job-failed":
      return {
        title: `${facts.verb ?? "A job"} failed${jail ? ` on ${jail}` : ""}`,
        text: `${by} had begun it. ${facts.why ?? ""}`.trim(),
      };
    case "limit-reached":
      return {
        title: `${name} is at its limit of ${LIMITS[facts.limit ?? ""] ?? "something"}`,
        text: `It uses ${facts.use ?? "?"} of ${facts.of ?? "?"}. At the limit, what asks for more is refused.`,
      };
    case "work-planned":
      return {
        title: `Work on ${name} is planned for ${moment(facts.at)}`,
        text: `${by} will update its base ${facts.base ?? ""}; the jail restarts then. ${facts.note ?? ""}`.trim(),
      };
    case "work-cancelled":
      return {
        title: `The work on ${name} on ${moment(facts.at)} was taken back`,
        text: `${by} does not update the base ${facts.base ?? ""} then.`,
      };
    case "invitation-accepted":
      return { title: `${facts.guest ?? "Somebody"} accepted your invitation`, text: facts.jails ?? "" };
    case "grant-given":
      return { title: `${by} gave you ${name}`, text: facts.rights ? `You may: ${facts.rights}.` : "" };
    case "grant-taken":
      return { title: `${by} took ${name} from you`, text: "You can reach it no longer." };
    case "guest-asks":
      return {
        title: `${by} asks to look at your shell in ${name}`,
        text: "Open the shell in the panel to let them in or to refuse. Until then they see nothing.",
      };
    case "password-changed":
      return { title: "Your password was changed", text: `All other sessions have ended. ${account}` };
    case "second-factor-changed":
      return { title: `Your second factor was changed: ${facts.what ?? ""}`, text: account };
    case "ssh-keys-changed":
      return {
        title: facts.added ? `An ssh key was added: ${facts.added}` : `An ssh key was removed: ${facts.removed ?? ""}`,
        text: [facts.fingerprint, facts.source && `from ${facts.source}`, facts.by && `by ${facts.by}`]
          .filter(Boolean)
          .join(", ")
          .concat(`. ${account}`),
      };
    case "new-device":
      return {
        title: "You signed in from a new device",
        text: `${[facts.device, facts.source].filter(Boolean).join(", ")}. ${account}`,
      };
  }
}

/** UTC, as the reader of a mail sits anywhere. */
const moment = (at: string | undefined): string => (at ? `${at.slice(0, 16).replace("T", " ")} UTC` : "a day");
