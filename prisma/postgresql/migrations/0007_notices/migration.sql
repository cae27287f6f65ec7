-- AlterTable
ALTER TABLE "Account" ADD COLUMN "noticeChannels" TEXT COLLATE "C";

-- CreateTable
CREATE TABLE "PlannedWork" (
    "id" TEXT COLLATE "C" NOT NULL,
    "base" TEXT COLLATE "C" NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,
    "note" TEXT COLLATE "C" NOT NULL DEFAULT '',
    "jails" TEXT COLLATE "C" NOT NULL,
    "createdById" TEXT COLLATE "C" NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "PlannedWork_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "PlannedWork_base_at_idx" ON "PlannedWork"("base", "at");

-- AddForeignKey
ALTER TABLE "PlannedWork" ADD CONSTRAINT "PlannedWork_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "Account"("id") ON DELETE CASCADE ON UPDATE CASCADE;
