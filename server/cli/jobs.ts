import type { Command } from "./command.ts";
import { EXIT } from "./failure.ts";
import { follow } from "./follow.ts";
import { table } from "./print.ts";

export const JOB_COMMANDS: Command[] = [
  {
    words: "jobs list",
    usage: "[JAIL]",
    summary: "the latest jobs",
    takes: [0, 1],
    run: async (to) => {
      const jail = to.args[0];
      const { jobs } = await (await to.client()).call("jobs.list", jail ? { jail } : {});
      const rows = jobs.map((job) => [job.id, job.verb, job.jail, job.actor, job.state, job.startedAt]);
      to.say(jobs, table(["JOB", "WHAT", "JAIL", "WHO", "STATE", "SINCE"], rows));
      return EXIT.done;
    },
  },
  {
    words: "jobs follow",
    usage: "JOB",
    summary: "what a job does, until it ends; 1 when it failed",
    takes: [1, 1],
    run: async (to) => follow(await to.client(), to.args[0]!, to),
  },
  {
    words: "jobs cancel",
    usage: "JOB",
    summary: "take a job back",
    takes: [1, 1],
    run: async (to) => {
      await (await to.client()).call("jobs.cancel", { job: to.args[0]! });
      return EXIT.done;
    },
  },
];
