"use client";
import Link from "next/link";
import { useEffect, useMemo, useRef, useState, type FormEvent } from "react";
import { Button, ButtonLink } from "@/components/ui/button.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { focusFirstInvalid, problemAt, useAction, type Action } from "@/components/ui/use-action.ts";
import type { HostInfo, JailPlan, JailSpec } from "@/server/contract/jail.ts";
import { Limits } from "@/server/contract/limits.ts";
import type { JobRef } from "@/server/contract/job.ts";
import type { CreateJailForm } from "@/server/contract/panel.ts";
import type { z } from "zod";
import { CreateFields } from "./create-fields.tsx";
import { CreatePreview } from "./create-preview.tsx";
import { FailureNotice } from "./failure-notice.tsx";
import { checkForm, nameOf, type Offers, specOf, type JailFormState } from "./jail-form.ts";
import { JobProgress } from "./job-progress.tsx";
import { PowerButtons, usePower } from "./power.tsx";
import { useJailRow } from "./panel-context.tsx";
import { usePlan } from "./use-plan.ts";

type Props = {
  host: HostInfo;
  offers: Offers;
  plan: Action<z.input<typeof JailSpec>, JailPlan>;
  create: Action<z.input<typeof CreateJailForm>, JobRef>;
};
type Job = { id: string; name: string; owner: string | null; steps: JailPlan["steps"] };

/** The form beside the two files that it writes; then the steps as they happen; then what one wants next. */
export function CreateJail({ host, offers, plan, create }: Props) {
  const [form, setForm] = useState<JailFormState>(() => first(host));
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [job, setJob] = useState<Job | null>(null);
  const [side, setSide] = useState<"form" | "files">("form");
  const ref = useRef<HTMLFormElement>(null);
  const action = useAction(create);
  const checked = useMemo(() => checkForm(form), [form]);
  const planned = usePlan(checked.spec, plan);

  const set = (patch: Partial<JailFormState>) => {
    setForm((now) => ({ ...now, ...patch }));
    setTouched((now) => new Set([...now, ...Object.keys(patch)]));
    action.setFailure(null);
  };
  // What the contract says counts at once for fields that were touched; what the daemon knows (taken, outside the pools) counts always.
  const problem = (field: string): string | null =>
    problemAt(action.failure, field) ??
    (touched.has(field) || (field === "name" && touched.has("hostname")) ? problemAt(checked, field) : null) ??
    problemAt(planned.plan, field) ??
    problemAt(planned.failure, field);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (checked.problems.length > 0) {
      setTouched(new Set(Object.keys(form)));
      setSide("form");
      return focusFirstInvalid(ref.current);
    }
    const result = await action.run({ ...specOf(form), owner: form.owner });
    if (result.ok)
      setJob({ id: result.value.job, name: nameOf(form), owner: form.owner, steps: planned.plan?.steps ?? [] });
    else focusFirstInvalid(ref.current);
  };

  if (job)
    return (
      <Creating
        job={job}
        friend={offers.friends.find((friend) => friend.id === job.owner)?.name ?? null}
        onBack={() => setJob(null)}
        onAnother={() => {
          setForm(first(host));
          setTouched(new Set());
          setJob(null);
        }}
      />
    );

  const name = nameOf(form);
  return (
    <div className="grid grid-cols-1 gap-6 lg:grid-cols-[minmax(0,26rem)_minmax(0,1fr)]">
      <div className="flex gap-1 border-b lg:hidden" role="group" aria-label="What to show">
        {(["form", "files"] as const).map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={side === one}
            onClick={() => setSide(one)}
            className={`-mb-px h-12 border-b-2 px-3 ${side === one ? "border-b-ink font-medium" : "border-b-transparent text-ink-2"}`}
          >
            {one === "form" ? "Form" : "Files it writes"}
          </button>
        ))}
      </div>
      <form
        ref={ref}
        noValidate
        onSubmit={(event) => void submit(event)}
        className={`space-y-5 ${side === "form" ? "" : "max-lg:hidden"}`}
      >
        <CreateFields form={form} set={set} host={host} offers={offers} problem={problem} />
        {action.failure && action.failure.problems.length === 0 ? <FailureNotice failure={action.failure} /> : null}
        {action.failure && action.failure.problems.length > 0 ? (
          <Notice tone="bad" title={action.failure.message}>
            <p>Nothing was made. The field says what is wrong.</p>
          </Notice>
        ) : null}
        <Button type="submit" kind="primary" busy={action.pending && "Creating …"} className="w-full sm:w-auto">
          {name ? `Create ${name}` : "Create the jail"}
        </Button>
      </form>
      <div className={`self-start lg:sticky lg:top-6 ${side === "files" ? "" : "max-lg:hidden"}`}>
        <CreatePreview {...planned} name={name} missing={checked.spec === null} />
      </div>
    </div>
  );
}

function first(host: HostInfo): JailFormState {
  const onInterface = host.freeIp4?.interface ?? host.freeIp6?.interface ?? host.pools[0]?.interface;
  return {
    owner: null,
    hostname: "",
    name: null,
    interface: onInterface ?? host.interfaces.find((one) => one.name !== "lo0")?.name ?? "",
    ip4: host.freeIp4?.address ?? "",
    ip6: host.freeIp6 && host.freeIp6.interface === onInterface ? host.freeIp6.address : "",
    sshKeys: "",
    nameservers: "",
    switches: { devfs: true, fdescfs: true, procfs: false, setHostname: false, rawSockets: false, sysvipc: false },
    autostart: true,
    base: "basejail",
    flavour: null,
    network: "shared",
    mounts: [],
    limits: Limits.parse({}),
    depend: [],
  };
}

/** After the button: steps, then "Start", then "Open a shell". The form is kept in case it failed. */
function Creating({
  job,
  friend,
  onBack,
  onAnother,
}: {
  job: Job;
  friend: string | null;
  onBack: () => void;
  onAnother: () => void;
}) {
  const [end, setEnd] = useState<"done" | "failed" | null>(null);
  const power = usePower(job.name);
  const row = useJailRow(job.name);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className="max-w-3xl space-y-4">
      <h2 ref={heading} tabIndex={-1} className="text-16 font-semibold outline-none">
        {end === "done" ? `${job.name} is ready` : end === "failed" ? `${job.name} was not made` : `Making ${job.name}`}
      </h2>
      {end === "done" ? (
        <div className="flex flex-wrap items-center gap-2">
          <PowerButtons
            name={job.name}
            state={row?.state ?? "stopped"}
            rights={row?.rights ?? ["see", "power", "shell"]}
            power={power}
          />
          <ButtonLink href={`/jails/${job.name}`}>Go to {job.name}</ButtonLink>
          <Button kind="quiet" onClick={onAnother}>
            Make another one
          </Button>
        </div>
      ) : null}
      {end === "done" && friend ? (
        <p className="text-ink-2">
          {friend} sees it now. Has he no password yet?{" "}
          <Link href="/friends" className="link">
            Make him a link
          </Link>
          .
        </p>
      ) : null}
      {end === "failed" ? (
        <div className="flex gap-2">
          <Button kind="primary" onClick={onBack}>
            Back to the form
          </Button>
        </div>
      ) : null}
      {power.failure ? <FailureNotice failure={power.failure} /> : null}
      {power.job ? <JobProgress key={power.job} job={power.job} label={`Steps of starting ${job.name}`} /> : null}
      <JobProgress job={job.id} label={`Steps of making ${job.name}`} planned={job.steps} onEnd={setEnd} />
    </div>
  );
}
