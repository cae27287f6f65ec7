"use client";
import Link from "next/link";
import type { ButtonHTMLAttributes, ComponentProps, Ref } from "react";
import { useHydrated } from "./use-hydrated.ts";

export type ButtonKind = "primary" | "plain" | "danger" | "quiet";

const KINDS: Record<ButtonKind, string> = {
  primary: "border-accent bg-accent text-accent-ink hover:border-accent-2 hover:bg-accent-2",
  plain: "border-line-2 bg-raised text-ink hover:bg-sunken",
  danger: "border-bad bg-raised text-bad hover:bg-sunken",
  quiet: "border-transparent text-ink-2 hover:bg-sunken hover:text-ink",
};
const classes = (kind: ButtonKind, small: boolean, more = "") =>
  `inline-flex items-center justify-center gap-2 rounded border font-medium whitespace-nowrap select-none data-off:opacity-55 ${
    small ? "h-7 px-2 text-13 max-md:h-10 max-md:px-3" : "h-9 px-4 text-14 max-md:h-12"
  } ${KINDS[kind]} ${more}`;

/** For a label that names a jail: on a phone it breaks where it is wider than the screen. */
export const LONG_LABEL =
  "max-sm:h-auto max-sm:min-h-12 max-sm:max-w-full max-sm:py-1 max-sm:break-words max-sm:whitespace-normal";

type Common = { kind?: ButtonKind; small?: boolean };

/** `busy` replaces the label while the button's work goes on ("Starting …") and keeps it from a second press. */
export function Button({
  kind = "plain",
  small = false,
  busy,
  className,
  children,
  ref,
  ...rest
}: Common & { busy?: string | false; ref?: Ref<HTMLButtonElement> } & ButtonHTMLAttributes<HTMLButtonElement>) {
  const hydrated = useHydrated();
  const off = rest.disabled || Boolean(busy);
  return (
    <button
      type="button"
      ref={ref}
      {...rest}
      disabled={off || !hydrated}
      data-off={off || undefined}
      className={classes(kind, small, className)}
    >
      {busy || children}
    </button>
  );
}

export function ButtonLink({
  kind = "plain",
  small = false,
  className,
  ...rest
}: Common & ComponentProps<typeof Link>) {
  return <Link {...rest} className={classes(kind, small, className)} />;
}
