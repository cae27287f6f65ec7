import type { ReactNode } from "react";
import { visitor } from "../session.ts";

/** One column: the panel's name, the host's name, nothing to distract. */
export default async function AuthLayout({ children }: { children: ReactNode }) {
  const { origin } = await visitor();
  return (
    <main className="mx-auto w-full max-w-sm px-4 pt-[14vh] pb-10">
      <p className="mb-8">
        <span className="block font-mono text-20 font-semibold">knasthorst</span>
        <span className="font-mono text-13 text-ink-3">{URL.canParse(origin) ? new URL(origin).host : ""}</span>
      </p>
      {children}
    </main>
  );
}
