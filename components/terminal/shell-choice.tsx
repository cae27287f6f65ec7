"use client";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Select } from "@/components/ui/field.tsx";
import type { ActionResult } from "@/server/contract/action.ts";
import type { Failure } from "@/server/contract/errors.ts";
import { ROOT, type OwnShellChoices, type ShellChoice } from "@/server/contract/shell-choice.ts";

type Props = {
  /** null: closed */
  jail: string | null;
  onClose: () => void;
  /** asks the jail what there is */
  choices: (jail: string) => Promise<ActionResult<OwnShellChoices>>;
  open: (jail: string, choice: ShellChoice) => Promise<Failure | null>;
};

/** Which shell, and as whom: what the jail itself names, with what one took last chosen. What is chosen is taken the next time at once. */
export function ShellChoiceDialog({ jail, ...rest }: Props) {
  return (
    <Dialog open={jail !== null} onClose={rest.onClose} title={`Open a shell in ${jail ?? ""}`}>
      {jail === null ? null : <Choose key={jail} jail={jail} {...rest} />}
    </Dialog>
  );
}

const USUAL = "";

function Choose({ jail, onClose, choices, open }: Props & { jail: string }) {
  const [there, setThere] = useState<OwnShellChoices | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [shell, setShell] = useState(USUAL);
  const [account, setAccount] = useState(ROOT);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let gone = false;
    void choices(jail).then((result) => {
      if (gone) return;
      if (!result.ok) return setFailure(result.failure);
      const { accounts, shells, last } = result.value;
      setThere(result.value);
      setShell(last.shell !== undefined && shells.includes(last.shell) ? last.shell : USUAL);
      setAccount(accounts.find((one) => one.name === (last.account ?? ROOT))?.name ?? accounts[0]?.name ?? ROOT);
    });
    return () => {
      gone = true;
    };
  }, [jail, choices]);
  if (!there) return <p className="text-ink-2">{failure ? failure.message : "Looking what the jail has …"}</p>;
  const chosen = { ...(shell === USUAL ? {} : { shell }), ...(account === ROOT ? {} : { account }) };
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        setBusy(true);
        void open(jail, chosen).then((wrong) => {
          setBusy(false);
          setFailure(wrong);
          if (!wrong) onClose();
        });
      }}
    >
      <Select
        label="Shell"
        mono
        value={shell}
        onChange={setShell}
        options={[
          { value: USUAL, label: "csh, as always" },
          ...there.shells.map((path) => ({ value: path, label: path })),
        ]}
        hint="What the jail's /etc/shells names."
      />
      <Select
        label="As"
        mono
        value={account}
        onChange={(name) => {
          setAccount(name);
          // One's own shell, as after a login; root's is csh here.
          const his = there.accounts.find((one) => one.name === name);
          setShell(name !== ROOT && his?.mayLogIn && his.shell !== null ? his.shell : USUAL);
        }}
        options={there.accounts.map((one) => ({
          value: one.name,
          label: `${one.name} (${one.uid})${one.mayLogIn ? "" : ", without a login"}`,
        }))}
        hint="An account of the jail. What you choose is taken the next time at once."
      />
      {failure ? (
        <p role="alert" className="text-13 text-bad">
          ▲ {failure.message}
        </p>
      ) : null}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Leave it</Button>
        <Button type="submit" kind="primary" busy={busy && "Opening …"} disabled={there.accounts.length === 0}>
          Open
        </Button>
      </div>
    </form>
  );
}
