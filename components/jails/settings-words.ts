import { SETTING_FLAGS, SETTING_NUMBERS, type SettingFlag, type SettingNumber } from "@/server/contract/settings.ts";
import { SWITCH_WORDS } from "./switch-words.ts";

type Words = { label: string; parameter: string; detail: string; risk?: string };

const MORE: Partial<Record<SettingFlag, Omit<Words, "parameter">>> = {
  chflags: {
    label: "File flags",
    detail: "The jail's root may set and clear flags as schg, which installworld and some packages want.",
    risk: "on a file system that the jail shares with the host he can make files that rm refuses until you clear them.",
  },
  mlock: {
    label: "Lock memory",
    detail: "Programs may keep pages from being swapped out, as gpg and some databases do.",
    risk: "one jail can pin memory until the whole host has none left; give it together with a limit.",
  },
  readMsgbuf: {
    label: "Kernel messages",
    detail: "dmesg shows the messages of the host's kernel.",
    risk: "they tell of the host's hardware, of its other jails and of kernel addresses.",
  },
  socketAf: {
    label: "Other protocols",
    detail: "Sockets beyond IPv4, IPv6, local and routing ones.",
    risk: "those protocols know nothing of jails: what they reach, the jail reaches.",
  },
  quotas: {
    label: "Quotas",
    detail: "The jail's root may change quotas of his file system.",
    risk: "if it is the host's own file system, he changes the quotas of everybody on it.",
  },
  persist: {
    label: "Stay without processes",
    detail: "The jail goes on to exist when nothing runs in it any more.",
  },
};

const known = new Map(SWITCH_WORDS.map((words) => [words.key as string, words]));

/** Every flag of the settings, those of the create form in the same words. */
export const FLAG_WORDS: (Words & { key: SettingFlag })[] = (Object.keys(SETTING_FLAGS) as SettingFlag[]).map(
  (key) => ({
    key,
    ...(known.get(key) ?? MORE[key] ?? { label: key, detail: "" }),
    parameter: SETTING_FLAGS[key].parameter,
  }),
);

export const SYSVIPC_WORDS: Words = known.get("sysvipc")!;

export const NUMBER_WORDS: Record<
  SettingNumber,
  { label: string; hint: string; options?: { value: string; label: string }[] }
> = {
  childrenMax: {
    label: "Jails inside it",
    hint: "How many jails its root may make. Risk: they are his, this panel and the host's limits for single jails don't see them.",
  },
  securelevel: {
    label: "Securelevel",
    hint: "1 and more keep its own root from undoing file flags. It can rise while the jail runs, never sink.",
    options: ["-1", "0", "1", "2", "3"].map((value) => ({
      value,
      label: value === "-1" ? "-1, the kernel's default" : value,
    })),
  },
  enforceStatfs: {
    label: "Mount points it sees",
    hint: "Risk below 2: it learns what else is mounted on the host.",
    options: [
      { value: "2", label: "2, only its own root" },
      { value: "1", label: "1, those below its root" },
      { value: "0", label: "0, all of the host" },
    ],
  },
  devfsRuleset: {
    label: "Devices in its /dev",
    hint: "Risk of 5: it shows /dev/pf; only for a jail with a network stack of its own. Others are written into the file by hand.",
    options: [
      { value: "4", label: "4, devfsrules_jail" },
      { value: "5", label: "5, devfsrules_jail_vnet" },
    ],
  },
  execTimeout: { label: "Seconds for a start", hint: "0: as long as it takes. What takes longer is undone." },
  stopTimeout: { label: "Seconds for a stop", hint: "What still runs then is killed." },
};

export const NUMBERS = Object.keys(SETTING_NUMBERS) as SettingNumber[];
