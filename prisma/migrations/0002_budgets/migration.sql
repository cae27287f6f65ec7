-- AlterTable
ALTER TABLE "Account" ADD COLUMN "budgetCpuPercent" INTEGER;
ALTER TABLE "Account" ADD COLUMN "budgetMemoryBytes" BIGINT;
ALTER TABLE "Account" ADD COLUMN "budgetOpenFiles" INTEGER;
ALTER TABLE "Account" ADD COLUMN "budgetProcesses" INTEGER;
ALTER TABLE "Account" ADD COLUMN "budgetTerminals" INTEGER;
