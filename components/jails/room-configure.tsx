"use client";
import { useState } from "react";
import { Button, LONG_LABEL } from "@/components/ui/button.tsx";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { Choice } from "@/components/ui/field.tsx";
import { FileDiff } from "@/components/ui/file-diff.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { problemAt, useAction } from "@/components/ui/use-action.ts";
import type { JailRoom } from "@/server/contract/panel.ts";
import type { Apply } from "@/server/contract/settings.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { SettingsFields } from "./settings-fields.tsx";
import { type SettingsActions, useSettings } from "./use-settings.ts";

const APPLY: Record<Apply, { label: string; detail: string }> = {
  none: { label: "With the next start", detail: "The file is written; the running jail stays as it is." },
  now: { label: "At once", detail: "The kernel changes the running jail (jail -m); nothing in it is interrupted." },
  restart: { label: "Restart it now", detail: "Everything in it is stopped and started again; shells end." },
};

/** The settings of a jail beside the file that they stand in, and what of it changes. */
export function RoomConfigure({
  room,
  actions,
  onJob,
}: {
  room: JailRoom;
  actions: SettingsActions;
  /** the job that writes the file has begun */
  onJob: (job: string) => void;
}) {
  const it = useSettings(room.name, `${room.autostart} ${room.config?.text}`, actions);
  const configure = useAction(actions.configure);
  const [apply, setApply] = useState<Apply>("none");
  if (!it.form || !it.base)
    return it.failure ? <FailureNotice failure={it.failure} /> : <p className="text-ink-2">Reading the config …</p>;
  const { plan, wish, theirs } = it;
  const ways = plan?.apply ?? ["none"];
  const way = ways.includes(apply) ? apply : "none";
  const problems = { problems: [...it.problems, ...(configure.failure?.problems ?? [])] };
  const write = async () => {
    if (!wish) return;
    const result = await configure.run({ ...wish, apply: way });
    if (!result.ok) {
      if (result.failure.code === "changed") await it.reload();
      return;
    }
    onJob(result.value.job);
  };
  return (
    <form
      aria-label={`Settings of ${room.name}`}
      className="grid grid-cols-1 gap-6 lg:grid-cols-2"
      onSubmit={(event) => {
        event.preventDefault();
        void write();
      }}
    >
      <div className="min-w-0 space-y-6">
        <SettingsFields
          form={it.form}
          open={it.base.open}
          set={(patch) => {
            configure.setFailure(null);
            it.set(patch);
          }}
          problem={(field) => problemAt(problems, field)}
        />
      </div>
      <div
        className="min-w-0 space-y-4 lg:sticky lg:top-4 lg:self-start"
        data-testid="settings-preview"
        data-stale={it.stale}
      >
        {it.planFailure && it.planFailure.code !== "changed" && it.planFailure.problems.length === 0 ? (
          <FailureNotice failure={it.planFailure} />
        ) : null}
        {plan?.problems
          .filter((one) => one.field === "settings" || one.field === "network")
          .map((one) => (
            <Notice key={one.message} tone="bad" title={one.message} />
          ))}
        {configure.failure && configure.failure.code !== "changed" ? (
          <FailureNotice failure={configure.failure} />
        ) : null}
        {ways.length > 1 ? (
          <Choice
            legend="When does it take effect?"
            name="apply"
            value={way}
            onChange={(value) => setApply(value as Apply)}
            options={ways.map((value) => ({ value, ...APPLY[value] }))}
          />
        ) : null}
        {it.changed ? (
          <div className="flex flex-wrap gap-2">
            <Button
              className={LONG_LABEL}
              type="submit"
              kind="primary"
              disabled={!plan || it.stale || plan.problems.length > 0 || theirs !== null || it.problems.length > 0}
              busy={configure.pending && "Writing …"}
            >
              {way === "restart" ? `Write and restart ${room.name}` : "Write the config"}
            </Button>
            <Button kind="quiet" onClick={it.reset}>
              Take back my changes
            </Button>
          </div>
        ) : (
          <p className="text-13 text-ink-3">
            Change something, and the lines that it changes stand here. All other lines stay, comments too.
          </p>
        )}
        {theirs ? (
          <Notice tone="warn" title="The file was changed by hand meanwhile.">
            <p>
              Nothing of yours is lost: what you changed here is kept, everything else becomes what the file says now.
            </p>
            <Button onClick={it.goOn}>Go on with the file as it is now</Button>
            <FileDiff path={theirs.config.path} before={it.base.config.text} after={theirs.config.text} />
          </Notice>
        ) : plan ? (
          <FileDiff path={plan.after.path} before={plan.before.text} after={plan.after.text} />
        ) : (
          <CodeBlock path={it.base.config.path} text={it.base.config.text} />
        )}
        {plan && plan.commands.length > 0 ? (
          <p className="text-13 text-ink-3">
            By hand:{" "}
            {plan.commands.map((command) => (
              <code key={command} className="block break-all">
                {command}
              </code>
            ))}
          </p>
        ) : null}
      </div>
    </form>
  );
}
