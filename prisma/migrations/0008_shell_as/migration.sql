-- AlterTable
ALTER TABLE "Grant" ADD COLUMN "shellAs" TEXT NOT NULL DEFAULT 'root';

-- AlterTable
ALTER TABLE "InvitationGrant" ADD COLUMN "shellAs" TEXT NOT NULL DEFAULT 'root';
