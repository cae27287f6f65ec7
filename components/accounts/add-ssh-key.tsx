"use client";
import { useRef, useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { TextArea, TextField } from "@/components/ui/field.tsx";
import { focusFirstInvalid, useAction, type Action } from "@/components/ui/use-action.ts";
import { type AccountSshKey, type AddSshKeyForm, holdsPrivateKey, PRIVATE_KEY_WORDS } from "@/server/contract/ssh.ts";

/** A public key and what it is called. A private one never leaves the browser. */
export function AddSshKey({ add, onAdded }: { add: Action<AddSshKeyForm, AccountSshKey>; onAdded: () => void }) {
  const [name, setName] = useState("");
  const [key, setKey] = useState("");
  const action = useAction(add);
  const form = useRef<HTMLFormElement>(null);
  const isPrivate = holdsPrivateKey(key);
  const shown = ["name", "key"].some((field) => action.problem(field));
  return (
    <form
      ref={form}
      aria-label="New SSH key"
      noValidate
      className="space-y-3 rounded border bg-raised p-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (isPrivate) return focusFirstInvalid(form.current);
        void action.run({ name, key }).then((result) => {
          if (!result.ok) return focusFirstInvalid(form.current);
          setName("");
          setKey("");
          onAdded();
        });
      }}
    >
      <TextArea
        label="Public key"
        hint="One line of the file that ends in .pub: Ed25519, ECDSA, or RSA of 3072 bits and more."
        placeholder="ssh-ed25519 AAAA… you@laptop"
        value={key}
        onChange={setKey}
        error={isPrivate ? PRIVATE_KEY_WORDS : action.problem("key")}
      />
      <div className="flex flex-wrap items-end gap-2">
        <div className="w-64 max-w-full">
          <TextField
            label="Name of the key"
            placeholder="as it calls itself"
            value={name}
            onChange={setName}
            error={action.problem("name")}
          />
        </div>
        <Button type="submit" busy={action.pending && "Adding …"}>
          Add the key
        </Button>
      </div>
      {action.failure && !shown ? <FailureNotice failure={action.failure} /> : null}
    </form>
  );
}
