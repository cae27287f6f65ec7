import type { Switches } from "@/server/contract/jail.ts";

/** What each switch means for the jail and for the host, in one plain sentence each. */
export const SWITCH_WORDS: { key: keyof Switches; label: string; parameter: string; detail: string; risk?: string }[] =
  [
    {
      key: "devfs",
      label: "Device nodes",
      parameter: "mount.devfs",
      detail: "A /dev with the few harmless nodes of ruleset 4. Nearly every program needs it.",
    },
    {
      key: "fdescfs",
      label: "Open files as files",
      parameter: "mount.fdescfs",
      detail: "A /dev/fd, which bash and some scripts want.",
    },
    {
      key: "procfs",
      label: "Old /proc",
      parameter: "mount.procfs",
      detail: "Only a few old programs read it.",
      risk: "procfs had holes in the past; leave it off unless something asks for it.",
    },
    {
      key: "setHostname",
      label: "Rename itself",
      parameter: "allow.set_hostname",
      detail: "The jail's root may rename his host while it runs.",
      risk: "the names that you read in jls and in logs are then his choice.",
    },
    {
      key: "rawSockets",
      label: "Raw sockets",
      parameter: "allow.raw_sockets",
      detail: "ping and traceroute work.",
      risk: "the jail's root can forge packets, so give it only to somebody whom you would give the network.",
    },
    {
      key: "sysvipc",
      label: "System V IPC",
      parameter: "sysvmsg, sysvsem, sysvshm = new",
      detail: "Shared memory as PostgreSQL wants it, in a namespace of the jail's own.",
      risk: "its segments count against the whole host's limits, so one jail can use them up.",
    },
  ];
