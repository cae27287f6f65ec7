import type { ReactNode } from "react";

/** A room that is read from top to bottom: its name, perhaps a sentence, its sections. */
export function Page({
  title,
  lead,
  wide = false,
  children,
}: {
  title: string;
  lead?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}) {
  return (
    <div className={`mx-auto w-full space-y-6 p-4 md:p-6 ${wide ? "max-w-7xl" : "max-w-5xl"}`}>
      <title>{`${title} · knasthorst`}</title>
      <header>
        <h1 className="text-20 font-semibold">{title}</h1>
        {lead ? <p className="mt-1 max-w-prose text-ink-2">{lead}</p> : null}
      </header>
      {children}
    </div>
  );
}

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="space-y-3">
      <h2 className="text-16 font-semibold">{title}</h2>
      {children}
    </section>
  );
}
