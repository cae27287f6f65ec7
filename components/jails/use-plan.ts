"use client";
import { useEffect, useState } from "react";
import type { z } from "zod";
import type { Action } from "@/components/ui/use-action.ts";
import type { Failure } from "@/server/contract/errors.ts";
import type { JailPlan, JailSpec } from "@/server/contract/jail.ts";

const QUIET_MS = 250;

export type Planned = { plan: JailPlan | null; failure: Failure | null; stale: boolean };

/** Asks for the plan when nobody has typed for a quarter of a second; the last good one stays in view meanwhile. */
export function usePlan(
  spec: z.input<typeof JailSpec> | null,
  plan: Action<z.input<typeof JailSpec>, JailPlan>,
): Planned {
  const [planned, setPlanned] = useState<{ of: string; plan: JailPlan | null; failure: Failure | null }>({
    of: "",
    plan: null,
    failure: null,
  });
  const wished = spec === null ? "" : JSON.stringify(spec);
  useEffect(() => {
    if (wished === "") return;
    let old = false;
    const timer = setTimeout(() => {
      void plan(JSON.parse(wished)).then(
        (result) => {
          if (old) return;
          setPlanned((now) =>
            result.ok
              ? { of: wished, plan: result.value, failure: null }
              : { of: wished, plan: now.plan, failure: result.failure },
          );
        },
        () => {},
      );
    }, QUIET_MS);
    return () => {
      old = true;
      clearTimeout(timer);
    };
  }, [wished, plan]);
  const fits = planned.of === wished;
  return {
    plan: wished === "" ? null : planned.plan && { ...planned.plan, problems: fits ? planned.plan.problems : [] },
    failure: fits ? planned.failure : null,
    stale: !fits,
  };
}
