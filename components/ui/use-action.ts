"use client";
import { useCallback, useRef, useState } from "react";
import { unstable_rethrow } from "next/navigation";
import type { ActionResult } from "@/server/contract/action.ts";
import type { Failure } from "@/server/contract/errors.ts";
import { askForProof } from "./prover.ts";

/** A server action as the app's wrapper makes it; it never throws for what the person did. */
export type Action<I, T> = (input: I) => Promise<ActionResult<T>>;

const UNREACHABLE: Failure = {
  code: "unavailable",
  message: "The panel can't be reached from this browser. Nothing was lost here; try again when the network is back.",
  problems: [],
};

/**
 * Runs an action and keeps what went wrong.
 * `problem(field)` is the sentence for a field (its path, "ip4" also finds "ip4.0"); a session that has ended leads to the sign-in page.
 * What wants a proof that it is still the same person asks for it, then goes on.
 */
export function useAction<I, T>(action: Action<I, T>) {
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const running = useRef(false);

  const run = useCallback(
    async (input: I): Promise<ActionResult<T>> => {
      if (running.current) return { ok: false, failure: { code: "busy", message: "Still at it.", problems: [] } };
      running.current = true;
      setPending(true);
      setFailure(null);
      let result: ActionResult<T>;
      try {
        result = await action(input);
        if (!result.ok && result.failure.code === "prove_first" && (await askForProof())) result = await action(input);
      } catch (error) {
        unstable_rethrow(error);
        result = { ok: false, failure: UNREACHABLE };
      } finally {
        running.current = false;
        setPending(false);
      }
      if (!result.ok) {
        if (result.failure.code === "unauthenticated") location.assign("/sign-in");
        setFailure(result.failure);
      }
      return result;
    },
    [action],
  );

  return { run, pending, failure, setFailure, problem: (field: string) => problemAt(failure, field) };
}

/** @returns the message for the field or for the first of its parts, null when there is none */
export function problemAt(failure: Pick<Failure, "problems"> | null, field: string): string | null {
  const found = failure?.problems.find((p) => p.field === field || p.field.startsWith(`${field}.`));
  if (!found) return null;
  const part = /^\d+$/.exec(found.field.slice(field.length + 1))?.[0];
  return part !== undefined && Number(part) > 0 ? `No. ${Number(part) + 1}: ${found.message}` : found.message;
}

/** Puts the focus on the first field that is marked as wrong, after React has drawn the marks. */
export function focusFirstInvalid(form: HTMLElement | null): void {
  const focus = (): boolean => {
    const first = form?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? null;
    first?.focus();
    return first !== null;
  };
  if (!form || focus()) return;
  // The answer is there before React has drawn it.
  const drawn = new MutationObserver(() => focus() && drawn.disconnect());
  drawn.observe(form, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-invalid"] });
  setTimeout(() => drawn.disconnect(), 1000);
}
