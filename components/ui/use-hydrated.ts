"use client";
import { useSyncExternalStore } from "react";

const never = () => () => {};

/** Whether the page answers already: what is pressed before would be lost, so what can be pressed waits for it. */
export const useHydrated = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
