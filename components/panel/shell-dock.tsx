"use client";

/** My open shells, below every room. */
export function ShellDock() {
  return null;
}
