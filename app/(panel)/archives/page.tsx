import { Archives } from "@/components/archives/archives.tsx";
import { WholeHost } from "@/components/archives/whole-host.tsx";
import { Page } from "@/components/panel/page.tsx";
import { Unreachable } from "@/components/panel/unreachable.tsx";
import { listArchives } from "@/server/services/archives/find-archive.ts";
import { listSets } from "@/server/services/archives/whole-host.ts";
import { whenReachable } from "../../reach.ts";
import { requireAdmin } from "../../session.ts";
import { cancel, openUpload } from "../actions.ts";
import { archiveAll, forgetSet, removeArchive, restoreAll, restore, takeIn, verify } from "./actions.ts";

export default async function ArchivesPage() {
  const ctx = await requireAdmin();
  const [archives, sets] = await Promise.all([whenReachable(listArchives(ctx)), whenReachable(listSets(ctx))]);
  if (!archives || !sets) return <Unreachable />;
  return (
    <Page
      title="Archives"
      lead="A jail as one file: its files, its config, and what is needed to make it again here or on another host. They lie on this host's disk: take a copy elsewhere."
    >
      <Archives archives={archives} actions={{ verify, remove: removeArchive, restore, takeIn, openUpload, cancel }} />
      <WholeHost sets={sets} actions={{ archiveAll, restoreAll, forgetSet, cancel }} />
    </Page>
  );
}
