"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { TextField } from "@/components/ui/field.tsx";
import { useAction, type Action } from "@/components/ui/use-action.ts";
import type { Reach, Role } from "@/server/contract/panel.ts";
import { dayOf, endOf } from "./rights-fields.tsx";

/** For the admin: until when somebody may sign in, and whether he is an admin. */
export function AccountControls({
  reach,
  setEnd,
  setRole,
}: {
  reach: Reach;
  setEnd: Action<{ account: string; endsAt: string | null }, unknown>;
  setRole: Action<{ account: string; role: Role }, unknown>;
}) {
  const router = useRouter();
  const [until, setUntil] = useState(dayOf(reach.endsAt));
  const end = useAction(setEnd);
  const role = useAction(setRole);
  const { id, name } = reach.account;
  const admin = reach.role === "admin";
  const after = (result: { ok: boolean }) => result.ok && router.refresh();
  return (
    <div className="space-y-6">
      {admin ? null : (
        <form
          aria-label="End of the account"
          noValidate
          className="flex max-w-md items-start gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            void end.run({ account: id, endsAt: endOf(until) }).then(after);
          }}
        >
          <div className="flex-1">
            <TextField
              label={`${name} may sign in until`}
              type="date"
              value={until}
              onChange={(day) => {
                setUntil(day);
                end.setFailure(null);
              }}
              error={end.problem("endsAt")}
              hint="The last day. Leave it empty for no end; his jails go on in any case."
            />
          </div>
          <Button type="submit" className="mt-6" busy={end.pending && "Setting …"}>
            Set the end
          </Button>
        </form>
      )}
      {end.failure && !end.problem("endsAt") ? <FailureNotice failure={end.failure} /> : null}
      <div className="space-y-2">
        <Button
          kind={admin ? "plain" : "danger"}
          busy={role.pending && "Changing …"}
          onClick={() => void role.run({ account: id, role: admin ? "friend" : "admin" }).then(after)}
        >
          {admin ? `Make ${name} a friend` : `Make ${name} an admin`}
        </Button>
        <p className="text-13 text-ink-3">
          An admin reaches every jail, makes and destroys them, and sees all accounts.
        </p>
        {role.failure ? <FailureNotice failure={role.failure} /> : null}
      </div>
    </div>
  );
}
