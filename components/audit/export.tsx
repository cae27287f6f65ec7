/** A download of what is shown, all pages of it; a link of the browser's own, so that nothing has to fit into memory. */
export function Export({ href }: { href: string }) {
  return (
    <a
      href={href}
      download
      className="inline-flex h-9 items-center rounded border border-line-2 px-3 hover:border-ink-3 max-md:h-12"
    >
      Export as JSON lines
    </a>
  );
}
