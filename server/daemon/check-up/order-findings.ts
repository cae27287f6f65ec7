import type { Finding } from "../../contract/check-up.ts";

const RANK: Record<Finding["level"], number> = { bad: 0, warn: 1, note: 2, ok: 3 };

/** @returns worst first, else in the order given; 500 at most */
export const orderFindings = (findings: readonly Finding[]): Finding[] =>
  findings.toSorted((a, b) => RANK[a.level] - RANK[b.level]).slice(0, 500);
