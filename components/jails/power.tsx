"use client";
import { useRouter } from "next/navigation";
import { useCallback, useState } from "react";
import { Button, LONG_LABEL } from "@/components/ui/button.tsx";
import { useAction } from "@/components/ui/use-action.ts";
import type { Failure } from "@/server/contract/errors.ts";
import type { JailState } from "@/server/contract/jail.ts";
import type { Right } from "@/server/contract/panel.ts";
import { usePanel } from "./panel-context.tsx";

export type Power = {
  /** the job that this page has begun last */
  job: string | null;
  failure: Failure | null;
  pending: string | false;
  start: () => void;
  stop: () => void;
  restart: () => void;
  shell: () => void;
  /** shows the steps of a job that something else on the page has begun */
  follow: (job: string) => void;
};

/** The verbs of one jail and what became of them. */
export function usePower(name: string): Power {
  const { actions, addShell } = usePanel();
  const router = useRouter();
  const [job, setJob] = useState<string | null>(null);
  const [doing, setDoing] = useState<string | false>(false);
  const start = useAction(actions.start);
  const stop = useAction(actions.stop);
  const restart = useAction(actions.restart);
  const open = useAction(actions.openShell);
  const all = [start, stop, restart, open];

  const begin = useCallback(
    async (verb: Pick<typeof start, "run">, word: string) => {
      setDoing(word);
      const result = await verb.run({ name });
      setDoing(false);
      if (result.ok) setJob(result.value.job);
      else if (result.failure.code !== "unavailable") router.refresh();
    },
    [name, router],
  );
  const clear = () => all.forEach((one) => one.setFailure(null));
  return {
    job,
    failure: all.find((one) => one.failure)?.failure ?? null,
    pending: doing,
    follow: setJob,
    start: () => (clear(), void begin(start, "Starting …")),
    stop: () => (clear(), void begin(stop, "Stopping …")),
    restart: () => (clear(), void begin(restart, "Restarting …")),
    shell: () => {
      clear();
      setDoing("Opening …");
      void open.run({ name, last: true, cols: 80, rows: 24 }).then((result) => {
        setDoing(false);
        if (result.ok) addShell(result.value);
      });
    },
  };
}

/** The sensible next action first, in red; what is not possible now is not there. */
export function PowerButtons({
  name,
  state,
  rights,
  power,
}: {
  name: string;
  state: JailState;
  rights: Right[];
  power: Power;
}) {
  const may = (right: Right) => rights.includes(right);
  const busy = power.pending;
  if (state === "stopped" || state === "broken")
    return may("power") ? (
      <Button className={LONG_LABEL} kind={state === "stopped" ? "primary" : "plain"} busy={busy} onClick={power.start}>
        {state === "stopped" ? `Start ${name}` : `Try to start ${name}`}
      </Button>
    ) : null;
  if (state !== "running") return null;
  return (
    <>
      {may("shell") ? (
        <Button kind="primary" busy={busy === "Opening …" && busy} disabled={Boolean(busy)} onClick={power.shell}>
          Open a shell
        </Button>
      ) : null}
      {may("power") ? (
        <>
          <Button busy={busy === "Restarting …" && busy} disabled={Boolean(busy)} onClick={power.restart}>
            <span>
              Restart <span className="max-sm:sr-only">{name}</span>
            </span>
          </Button>
          <Button busy={busy === "Stopping …" && busy} disabled={Boolean(busy)} onClick={power.stop}>
            <span>
              Stop <span className="max-sm:sr-only">{name}</span>
            </span>
          </Button>
        </>
      ) : null}
    </>
  );
}
