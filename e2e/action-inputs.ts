/** What belongs to the jail of the name, or to nobody. */
export type Ids = { owner: string; terminal: string; job: string };
type Input = (name: string, ids: Ids) => unknown;

const FLAGS = "devfs fdescfs procfs setHostname rawSockets chflags mlock readMsgbuf socketAf quotas persist".split(" ");
/** All rights that a jail can have. */
const SETTINGS = {
  digest: "0".repeat(64),
  settings: {
    hostname: "mallory.example.org",
    network: null,
    flags: Object.fromEntries(FLAGS.map((key) => [key, true])),
    sysvipc: true,
    childrenMax: 99,
    securelevel: -1,
    enforceStatfs: 0,
    devfsRuleset: 4,
    execTimeout: 0,
    stopTimeout: 0,
    depend: [],
    autostart: true,
  },
};

/** What each action gets for a jail's name, with everything else right. A new action without a row here fails the matrix. */
export const INPUTS: Record<string, Input> = {
  "app/(panel)/actions.ts#start": (name) => ({ name }),
  "app/(panel)/actions.ts#stop": (name) => ({ name }),
  "app/(panel)/actions.ts#restart": (name) => ({ name }),
  "app/(panel)/actions.ts#openShell": (name) => ({ name, cols: 80, rows: 24 }),
  "app/(panel)/actions.ts#shellChoices": (name) => ({ name }),
  "app/(panel)/actions.ts#nameShell": (_, { terminal }) => ({ terminal, name: "named" }),
  "app/(panel)/actions.ts#cancel": (_, { job }) => ({ job }),
  "app/(panel)/actions.ts#closeShell": (_, { terminal }) => ({ terminal }),
  "app/(panel)/shell-files/actions.ts#place": (_, { terminal }) => ({ terminal }),
  "app/(panel)/shell-files/actions.ts#put": (_, { terminal }) => ({
    terminal,
    directory: "/root",
    file: "x",
    bytes: 1,
    taken: "ask",
  }),
  "app/(panel)/shell-files/actions.ts#cancelPut": (_, { terminal }) => ({ terminal, transfer: "0".repeat(32) }),
  "app/(panel)/shell-files/actions.ts#look": (_, { terminal }) => ({ terminal, path: "/etc/motd" }),
  "app/(panel)/shell-files/actions.ts#give": (_, { terminal }) => ({ terminal }),
  "app/(panel)/jails/actions.ts#plan": (name) => ({ hostname: name.replaceAll("_", "."), interface: "dev0" }),
  "app/(panel)/jails/actions.ts#create": (name) => ({
    hostname: name.replaceAll("_", "."),
    interface: "dev0",
    owner: null,
  }),
  "app/(panel)/jails/actions.ts#destroy": (name) => ({ name, confirm: name }),
  "app/(panel)/jails/actions.ts#processes": (name) => ({ name }),
  "app/(panel)/jails/actions.ts#signal": (name) => ({ name, pid: 2, signal: "KILL" }),
  "app/(panel)/jails/[name]/actions.ts#people": (name) => ({ name }),
  "app/(panel)/jails/[name]/actions.ts#grant": (name, { owner }) => ({ name, account: owner, rights: ["see"] }),
  "app/(panel)/jails/[name]/actions.ts#take": (name, { owner }) => ({ name, account: owner }),
  "app/(panel)/jails/[name]/actions.ts#invite": (name) => ({ grants: [{ name, rights: ["see"] }] }),
  "app/(panel)/jails/[name]/actions.ts#revoke": () => ({ invitation: "cnothing0000000000000000" }),
  "app/(panel)/friends/actions.ts#role": (_, { owner }) => ({ account: owner, role: "admin" }),
  "app/(panel)/friends/actions.ts#end": (_, { owner }) => ({ account: owner, endsAt: null }),
  "app/(panel)/host/actions.ts#openSettings": () => ({ open: ["autostart"] }),
  "app/(auth)/actions.ts#accept": () => ({ token: "x".repeat(43) }),
  "app/(panel)/friends/actions.ts#create": (name) => ({ name: "mallory2", jails: [name] }),
  "app/(panel)/friends/actions.ts#newLink": (_, { owner }) => ({ account: owner }),
  "app/(panel)/friends/actions.ts#disable": (_, { owner }) => ({ account: owner }),
  "app/(panel)/friends/actions.ts#enable": (_, { owner }) => ({ account: owner }),
  "app/(panel)/friends/actions.ts#remove": (_, { owner }) => ({ account: owner }),
  "app/(panel)/friends/actions.ts#budget": (_, { owner }) => ({ account: owner, budget: { processes: 100 } }),
  "app/(panel)/friends/actions.ts#assign": (name, { owner }) => ({ name, account: owner }),
  "app/(panel)/friends/actions.ts#unassign": (name, { owner }) => ({ name, account: owner }),
  "app/(panel)/host/actions.ts#configure": () => ({ pools: [] }),
  "app/(panel)/host/actions.ts#install": () => ({ source: { kind: "host" } }),

  // Together
  // one that is not there: the rows behind need theirs
  "app/(panel)/shells/actions.ts#endOther": () => ({ terminal: "0".repeat(32) }),
  "app/(panel)/shells/actions.ts#share": (_, { terminal }) => ({ terminal }),
  "app/(panel)/shells/actions.ts#unshare": (_, { terminal }) => ({ terminal }),
  "app/(panel)/shells/actions.ts#admit": (_, { terminal }) => ({ terminal, guest: "mallory", as: "type" }),
  "app/(panel)/shells/actions.ts#record": (_, { terminal }) => ({ terminal, on: true }),
  "app/(panel)/shells/actions.ts#lookAtLink": () => ({ token: "x".repeat(43) }),
  "app/(panel)/shells/actions.ts#knock": () => ({ token: "x".repeat(43) }),
  "app/(panel)/shells/actions.ts#recordings": (name) => ({ name }),
  "app/(panel)/shells/actions.ts#removeRecording": (name) => ({
    recording: `${name}-20200101T000000Z-00000000.knast.cast`,
  }),

  // Bases
  "app/(panel)/bases/actions.ts#update": () => ({ name: "basejail", to: "basejail-x" }),
  "app/(panel)/bases/actions.ts#move": (name) => ({ from: "basejail", to: "basejail-x", jails: [name] }),
  "app/(panel)/bases/actions.ts#remove": () => ({ name: "basejail-x" }),
  "app/(panel)/bases/actions.ts#plan": () => ({ base: "basejail", at: "2100-01-01T00:00:00Z", note: "" }),
  "app/(panel)/bases/actions.ts#takeBack": () => ({ work: "x" }),
  "app/(panel)/actions.ts#openUpload": () => ({ bytes: 1 }),
  "app/(panel)/actions.ts#removeUpload": () => ({ upload: "0".repeat(32) }),

  // Flavours and mounts
  "app/(panel)/flavours/actions.ts#save": () => ({
    flavour: { name: "mine", title: "Mine", description: "", files: [], settings: {}, firstBoot: "" },
  }),
  "app/(panel)/flavours/actions.ts#remove": () => ({ name: "mine" }),
  "app/(panel)/jails/[name]/actions.ts#mounts": (name) => ({ name }),
  "app/(panel)/jails/[name]/actions.ts#setMounts": (name) => ({ name, mounts: [], digest: "0".repeat(64) }),

  // Settings
  "app/(panel)/jails/[name]/actions.ts#settings": (name) => ({ name }),
  "app/(panel)/jails/[name]/actions.ts#planSettings": (name) => ({ name, ...SETTINGS }),
  "app/(panel)/jails/[name]/actions.ts#configure": (name) => ({ name, ...SETTINGS, apply: "restart" }),

  // Network and check-up
  "app/(panel)/check-up/actions.ts#look": () => ({}),

  // Audit
  "app/(panel)/audit/actions.ts#verify": () => ({}),
  "app/(panel)/jails/[name]/actions.ts#audit": (name) => ({ name }),

  // Snapshots
  "app/(panel)/jails/[name]/actions.ts#snapshots": (name) => ({ name }),
  "app/(panel)/jails/[name]/actions.ts#takeSnapshot": (name) => ({ name, snapshot: "mine" }),
  "app/(panel)/jails/[name]/actions.ts#removeSnapshot": (name) => ({ name, snapshot: "mine" }),
  "app/(panel)/jails/[name]/actions.ts#rollBack": (name) => ({ name, snapshot: "mine", discardLater: true }),

  // Moving house
  "app/(panel)/archives/actions.ts#archives": (name) => ({ name }),
  "app/(panel)/archives/actions.ts#archive": (name) => ({ name }),
  "app/(panel)/archives/actions.ts#archiveAll": () => ({}),
  "app/(panel)/archives/actions.ts#restoreAll": () => ({ set: "20200101T000000Z" }),
  "app/(panel)/archives/actions.ts#forgetSet": () => ({ set: "20200101T000000Z" }),
  "app/(panel)/archives/actions.ts#archivePlan": (name) => ({ name }),
  "app/(panel)/archives/actions.ts#planArchives": (name) => ({ name, plan: null }),
  "app/(panel)/archives/actions.ts#verify": (name) => ({ archive: `${name}-20200101T000000Z.knast.tar` }),
  "app/(panel)/archives/actions.ts#removeArchive": (name) => ({ archive: `${name}-20200101T000000Z.knast.tar` }),
  "app/(panel)/archives/actions.ts#restore": (name) => ({ archive: `${name}-20200101T000000Z.knast.tar`, as: {} }),
  "app/(panel)/archives/actions.ts#takeIn": () => ({ upload: "0".repeat(32) }),
  "app/(panel)/archives/actions.ts#clone": (name) => ({ name, as: { hostname: "copy.example.org" } }),

  // Taking over and order
  "app/(panel)/order/actions.ts#save": () => ({
    list: [],
    reverseStop: false,
    parallelStart: false,
    digest: "0".repeat(64),
  }),
  "app/(panel)/order/actions.ts#startEach": () => ({}),
  "app/(panel)/order/actions.ts#stopEach": () => ({}),
  "app/(panel)/take-over/actions.ts#plan": (name) => ({ scheme: "jail.conf", name }),
  "app/(panel)/take-over/actions.ts#run": (name) => ({ scheme: "jail.conf", name, digest: "0".repeat(64) }),

  // Notices; what is one's own stands in OWN_WRITES of the story
  "app/(panel)/notices/actions.ts#testMail": () => ({ to: "mallory@example.org" }),
  "app/(panel)/notices/actions.ts#settle": () => ({ privateWebhooks: true, accountsBySignOn: true }),
  // Second factors and sessions of others; one's own stand in OWN_ACCOUNT of the story
  "app/(panel)/friends/actions.ts#policy": () => ({ policy: "off" }),
  "app/(panel)/friends/actions.ts#sessionLimits": () => ({ idleMinutes: 30, longestHours: 12 }),
  "app/(panel)/friends/actions.ts#signOutOf": (_, { owner }) => ({ account: owner }),
  "app/(panel)/friends/actions.ts#resetFactor": (_, { owner }) => ({ account: owner }),

  // Tokens
  "app/(panel)/you/tokens/actions.ts#make": (name) => ({ name: "x", rights: ["see"], jails: [name], days: 1 }),
  "app/(panel)/you/actions.ts#sshKeyAdd": () => ({ name: "x", key: "ssh-ed25519 AAAA" }),
  "app/(panel)/you/actions.ts#sshKeyRemove": () => ({ key: "cnothing0000000000000000" }),
  "app/(panel)/notices/actions.ts#setGateway": () => ({ on: false, address: "127.0.0.1", port: 2222 }),
  "app/(panel)/you/tokens/actions.ts#end": () => ({ token: "cnothing0000000000000000" }),

  // Limits, ports and jailping
  "app/(panel)/host/actions.ts#pingForJails": () => ({ address: null }),
  "app/(panel)/jails/actions.ts#cleanPorts": (name) => ({ name }),
  "app/(panel)/ports/actions.ts#configure": () => ({
    url: "https://git.FreeBSD.org/ports.git",
    branch: "main",
    schedule: null,
  }),
  "app/(panel)/ports/actions.ts#update": () => ({}),
  "app/(panel)/ports/actions.ts#cleanHost": () => ({}),
  "app/(panel)/jails/actions.ts#limits": (name) => ({ name }),
  "app/(panel)/jails/actions.ts#limit": (name) => ({ name, limits: { processes: 100 } }),
};
