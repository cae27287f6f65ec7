import type { Intent } from "./journal.ts";
import type { Step, StepContext } from "./step.ts";

/** What a verb gives to Jobs.begin(). */
export type JobPlan = {
  verb: string;
  jail: string | null;
  /** its $knast_id */
  jailId: string | null;
  actor: string;
  steps: Step[];
  /** for recovery; steps may add to it, it is written again before each step */
  data: Intent["data"];
  /** heavy: copies or deletes trees, 2 at once on the host; light: 4 at once for each actor, for all that a jail's root can make last: its start and stop, what is read or deleted by its own programs */
  weight: "heavy" | "light";
  /** stop and destroy go on when a full disk takes no intent: they are how one gets out of it, and both bear being asked again */
  withoutIntent?: boolean;
  /** job.cancel may stop it at any point of any step; `undo` then takes it back */
  cancellable?: boolean;
  /** after a failed step: takes back what was done; `failed` is the id of the step that failed */
  undo?(context: StepContext, failed: string): Promise<void>;
  /** always, before the job's end is told */
  release(): void;
};
