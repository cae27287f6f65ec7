import type { Command, Typed } from "./command.ts";
import { EXIT } from "./failure.ts";
import { accountOf } from "./jails.ts";
import { table } from "./print.ts";

type OnAccount = "accounts.disable" | "accounts.enable" | "accounts.delete";

const onAccount = (verb: string, operation: OnAccount, summary: string): Command => ({
  words: `friends ${verb}`,
  usage: "NAME",
  summary,
  takes: [1, 1],
  run: async (to) => {
    const client = await to.client();
    await client.call(operation, { account: await accountOf(client, to.args[0]!) });
    return EXIT.done;
  },
});

const onJail = (verb: string, operation: "accounts.give" | "accounts.take", summary: string): Command => ({
  words: `friends ${verb}`,
  usage: "NAME JAIL",
  summary,
  takes: [2, 2],
  run: async (to) => {
    const client = await to.client();
    const [friend, name] = to.args as [string, string];
    await client.call(operation, { account: await accountOf(client, friend), name });
    return EXIT.done;
  },
});

async function tokens(to: Typed): Promise<number> {
  const list = (await (await to.client()).call(to.flag("others") ? "tokens.others" : "tokens.list", {})).tokens;
  const rows = list.map((token) => [
    token.id,
    token.account.name,
    token.name,
    token.state,
    token.admin ? "admin" : token.rights.join(" "),
    token.jails?.map(({ name }) => name ?? "(gone)").join(" ") ?? "all",
    token.expiresAt,
    token.lastUsedAt,
  ]);
  to.say(list, table(["TOKEN", "WHOSE", "NAME", "STATE", "MAY", "JAILS", "UNTIL", "LAST USE"], rows));
  return EXIT.done;
}

export const PEOPLE_COMMANDS: Command[] = [
  {
    words: "friends list",
    usage: "",
    summary: "everybody who may sign in, and what is granted to him",
    takes: [0, 0],
    run: async (to) => {
      const { accounts } = await (await to.client()).call("accounts.list", {});
      const rows = accounts.map((one) => [
        one.name,
        one.role,
        one.state,
        one.role === "admin" ? "all" : one.jails.join(" "),
        one.lastSignInAt,
      ]);
      to.say(accounts, table(["NAME", "ROLE", "STATE", "JAILS", "LAST SIGN-IN"], rows));
      return EXIT.done;
    },
  },
  {
    words: "friends create",
    usage: "NAME [JAIL]…",
    summary: "make an account; prints the link by which he sets his password",
    takes: [1, 101],
    run: async (to) => {
      const [name, ...jails] = to.args as [string, ...string[]];
      const made = await (await to.client()).call("accounts.create", { name, jails });
      to.say(made, made.link.url);
      return EXIT.done;
    },
  },
  {
    words: "friends link",
    usage: "NAME",
    summary: "print a link for a new password",
    takes: [1, 1],
    run: async (to) => {
      const client = await to.client();
      const link = await client.call("accounts.link", { account: await accountOf(client, to.args[0]!) });
      to.say(link, link.url);
      return EXIT.done;
    },
  },
  onAccount("disable", "accounts.disable", "end all that he has open, and let him in no more"),
  onAccount("enable", "accounts.enable", "let him in again"),
  onAccount("delete", "accounts.delete", "delete his account; jails stay"),
  onJail("give", "accounts.give", "give him a jail"),
  onJail("take", "accounts.take", "take it from him"),
  {
    words: "tokens list",
    usage: "[--others]",
    summary: "your tokens, or those of all others",
    options: { others: { type: "boolean" } },
    takes: [0, 0],
    run: tokens,
  },
  {
    words: "tokens end",
    usage: "TOKEN",
    summary: "end a token for good",
    takes: [1, 1],
    run: async (to) => {
      await (await to.client()).call("tokens.end", { token: to.args[0]! });
      return EXIT.done;
    },
  },
];
