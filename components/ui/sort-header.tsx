"use client";

export type Sort<K extends string> = { by: K; down: boolean };

/** A column's head that sorts by a press; a second press turns the order round. */
export function SortHeader<K extends string>({
  column,
  label,
  sort,
  onSort,
  right = false,
  className = "",
}: {
  column: K;
  label: string;
  sort: Sort<K>;
  onSort: (sort: Sort<K>) => void;
  right?: boolean;
  className?: string;
}) {
  const chosen = sort.by === column;
  const arrow = (
    <span aria-hidden className="mx-1 inline-block w-2">
      {chosen ? (sort.down ? "↓" : "↑") : ""}
    </span>
  );
  return (
    <th
      scope="col"
      aria-sort={chosen ? (sort.down ? "descending" : "ascending") : "none"}
      className={`h-9 p-0 font-normal ${right ? "text-right" : "text-left"} ${className}`}
    >
      <button
        type="button"
        onClick={() => onSort({ by: column, down: chosen ? !sort.down : false })}
        className={`h-9 px-3 text-13 -outline-offset-2 hover:text-ink ${chosen ? "text-ink" : "text-ink-3"}`}
      >
        {right ? arrow : null}
        {label}
        {right ? null : arrow}
      </button>
    </th>
  );
}
