/** Smaller letters are there, but nobody reads them. */
export const LEAST_FONT = 6;

/** `size`: the font's, in pixels, with which a cell is `cell` wide. */
type Measured = { size: number; cell: number };

/**
 * @param width what there is room for, in pixels @param usual the size that its person likes, which is never gone beyond
 * @returns the size, in halves of a pixel, with which all columns are in view; the least one where even that is too large, and one scrolls
 */
export function fontToFit({ size, cell }: Measured, cols: number, width: number, usual: number): number {
  const fitting = Math.floor((width / cols / (cell / size)) * 2) / 2;
  return Number.isFinite(fitting) && fitting > 0
    ? Math.max(Math.min(LEAST_FONT, usual), Math.min(usual, fitting))
    : usual;
}
