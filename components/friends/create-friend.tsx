"use client";
import { useRef, useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { PRESET_WORDS } from "@/components/people/rights-words.ts";
import { Select, TextField } from "@/components/ui/field.tsx";
import { focusFirstInvalid, useAction } from "@/components/ui/use-action.ts";
import { type Preset, PRESETS } from "@/server/contract/grants.ts";
import type { OneTimeLink } from "@/server/contract/panel.ts";
import type { FriendActions } from "./friends.tsx";

/** Name and jails of a new friend; he chooses his password himself, by the link that comes out of it. */
export function CreateFriend({
  jails,
  create,
  onCreated,
}: {
  jails: string[];
  create: FriendActions["create"];
  onCreated: (name: string, link: OneTimeLink) => void;
}) {
  const [name, setName] = useState("");
  const [given, setGiven] = useState<string[]>([]);
  const [preset, setPreset] = useState<Preset>("owner");
  const action = useAction(create);
  const form = useRef<HTMLFormElement>(null);
  return (
    <form
      ref={form}
      aria-label="New friend"
      noValidate
      className="space-y-3 rounded border bg-raised p-4"
      onSubmit={(event) => {
        event.preventDefault();
        void action.run({ name: name.trim(), jails: given, rights: [...PRESETS[preset]] }).then((result) => {
          if (!result.ok) return focusFirstInvalid(form.current);
          onCreated(name.trim(), result.value.link);
          setName("");
          setGiven([]);
        });
      }}
    >
      <div className="w-full sm:w-64">
        <TextField
          label="Name of the friend"
          mono
          autoComplete="off"
          placeholder="anna"
          value={name}
          onChange={(typed) => {
            setName(typed.toLowerCase());
            action.setFailure(null);
          }}
          error={action.problem("name")}
        />
      </div>
      {jails.length > 0 ? (
        <fieldset>
          <legend className="mb-1 text-13 text-ink-3">His jails</legend>
          <div className="grid max-h-48 grid-cols-[repeat(auto-fill,minmax(9rem,1fr))] gap-x-4 gap-y-1 overflow-y-auto">
            {jails.map((jail) => (
              <label key={jail} className="flex cursor-pointer items-center gap-2 font-mono text-13 max-md:min-h-10">
                <input
                  type="checkbox"
                  className="accent-accent"
                  checked={given.includes(jail)}
                  onChange={(event) =>
                    setGiven((now) => (event.target.checked ? [...now, jail] : now.filter((one) => one !== jail)))
                  }
                />
                <span className="min-w-0 break-all">{jail}</span>
              </label>
            ))}
          </div>
        </fieldset>
      ) : null}
      {given.length > 0 ? (
        <div className="w-full sm:w-64">
          <Select
            label="What may he do in them?"
            value={preset}
            options={(Object.keys(PRESETS) as Preset[]).map((value) => ({ value, label: PRESET_WORDS[value] }))}
            onChange={(value) => setPreset(value as Preset)}
            hint="Each jail's People tab has the ticks one by one."
          />
        </div>
      ) : null}
      <Button type="submit" kind="primary" busy={action.pending && "Creating …"}>
        {name.trim() ? `Create ${name.trim()}` : "Create the friend"}
      </Button>
      {action.failure && !action.problem("name") ? <FailureNotice failure={action.failure} /> : null}
    </form>
  );
}
