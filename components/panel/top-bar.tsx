"use client";
import Link from "next/link";
import { usePathname, useRouter } from "next/navigation";
import { useCallback, useEffect, useMemo, useState } from "react";
import { usePanel } from "@/components/jails/panel-context.tsx";
import { NoticesLink } from "@/components/notices/notices-link.tsx";
import { Menu } from "@/components/ui/menu.tsx";
import { Palette, type PaletteItem } from "@/components/ui/palette.tsx";
import { THEMES, useTheme } from "@/components/ui/theme.ts";

/** The panel's name, the search, the account. On a phone the way back to the list stands where the name was. */
export function TopBar() {
  const { me, live, actions, addShell } = usePanel();
  const router = useRouter();
  const here = usePathname();
  const [open, setOpen] = useState(false);
  const [theme, setTheme] = useTheme();
  const [key, setKey] = useState("Ctrl K");
  useEffect(() => {
    if (/Mac|iP/.test(navigator.platform)) setKey("⌘K");
  }, []);
  const onOpen = useCallback(() => setOpen(true), []);
  const onClose = useCallback(() => setOpen(false), []);

  const items = useMemo<PaletteItem[]>(() => {
    const go = (href: string) => () => router.push(href);
    const pages = [
      ["All jails", "/jails"],
      ["My shells", "/shells"],
      ["Notices", "/notices"],
      ["Your tokens", "/you/tokens"],
      ["You", "/you"],
      ...(me.role === "admin"
        ? [
            ["New jail", "/jails/new"],
            ["Host", "/host"],
            ["Friends", "/friends"],
            ["Set-up", "/set-up"],
          ]
        : []),
    ] as [string, string][];
    return [
      ...live.rows.map((row) => ({
        id: `jail-${row.name}`,
        label: row.name,
        detail: `${row.hostname} ${row.addresses[0] ?? ""}`,
        onSelect: go(`/jails/${encodeURIComponent(row.name)}`),
      })),
      ...pages.map(([label, href]) => ({ id: `page-${label}`, label, detail: href, onSelect: go(href) })),
      ...live.rows
        .filter((row) => row.state === "running" && row.rights.includes("shell"))
        .map((row) => ({
          id: `shell-${row.name}`,
          label: `Open a shell in ${row.name}`,
          detail: `jexec -l ${row.name}`,
          onSelect: () =>
            void actions
              .openShell({ name: row.name, last: true, cols: 80, rows: 24 })
              .then((result) => (result.ok ? addShell(result.value) : router.push(`/jails/${row.name}?tab=shell`))),
        })),
    ];
  }, [live.rows, me.role, router, actions, addShell]);

  return (
    <header className="flex h-11 shrink-0 items-center gap-2 border-b bg-raised px-3 max-md:h-13">
      {here === "/jails" ? null : (
        <Link
          href="/jails"
          className="-ml-2 flex h-11 items-center gap-1 rounded px-2 text-ink-2 hover:text-ink md:hidden"
        >
          <span aria-hidden>‹</span> Jails
        </Link>
      )}
      <Link
        href="/jails"
        className={`mr-auto rounded font-mono text-14 font-semibold tracking-tight ${here === "/jails" ? "" : "max-md:hidden"}`}
      >
        knasthorst
      </Link>
      <button
        type="button"
        aria-label="Search"
        onClick={onOpen}
        className="ml-auto flex h-8 items-center gap-3 rounded border border-line-2 px-3 text-ink-3 hover:text-ink max-md:h-11 md:absolute md:left-1/2 md:w-72 md:-translate-x-1/2 md:justify-between"
      >
        Search
        <kbd className="text-13 max-md:hidden">{key}</kbd>
      </button>
      <NoticesLink />
      <Menu
        label="Account"
        items={[
          { label: "My shells", onSelect: () => router.push("/shells") },
          { label: "You", onSelect: () => router.push("/you") },
          ...THEMES.map((one) => ({
            label: one.label,
            checked: theme === one.value,
            onSelect: () => setTheme(one.value),
          })),
          { label: "Your tokens", onSelect: () => router.push("/you/tokens") },
          {
            label: "Sign out",
            onSelect: () => void actions.signOut({}).finally(() => location.assign("/sign-in")),
          },
        ]}
      >
        <span className="font-mono text-13">{me.name}</span>
      </Menu>
      <Palette open={open} onOpen={onOpen} onClose={onClose} items={items} />
    </header>
  );
}
