-- AlterTable
ALTER TABLE "Account" ADD COLUMN "budgetCpuPercent" INTEGER,
ADD COLUMN "budgetMemoryBytes" BIGINT,
ADD COLUMN "budgetOpenFiles" INTEGER,
ADD COLUMN "budgetProcesses" INTEGER,
ADD COLUMN "budgetTerminals" INTEGER;
