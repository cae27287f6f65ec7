import type { Limits } from "../../contract/limits.ts";
import type { AccountRecord } from "../db.ts";

export type BudgetColumns = Pick<
  AccountRecord,
  "budgetMemoryBytes" | "budgetProcesses" | "budgetCpuPercent" | "budgetOpenFiles" | "budgetTerminals"
>;

/** Any of them set: the accounts that have a budget. */
export const HAS_BUDGET = {
  OR: [
    { budgetMemoryBytes: { not: null } },
    { budgetProcesses: { not: null } },
    { budgetCpuPercent: { not: null } },
    { budgetOpenFiles: { not: null } },
    { budgetTerminals: { not: null } },
  ],
};

/** @returns what all running jails of an account may use together; null: no budget of this kind */
export const budgetOf = (account: BudgetColumns): Limits => ({
  memoryBytes: account.budgetMemoryBytes === null ? null : Number(account.budgetMemoryBytes),
  processes: account.budgetProcesses,
  cpuPercent: account.budgetCpuPercent,
  openFiles: account.budgetOpenFiles,
  terminals: account.budgetTerminals,
});

/** Bytes go beyond the 32 bits of Prisma's Int. */
export const budgetColumns = (budget: Limits): BudgetColumns => ({
  budgetMemoryBytes: budget.memoryBytes === null ? null : BigInt(budget.memoryBytes),
  budgetProcesses: budget.processes,
  budgetCpuPercent: budget.cpuPercent,
  budgetOpenFiles: budget.openFiles,
  budgetTerminals: budget.terminals,
});
