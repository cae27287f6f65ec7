"use client";
import { useRef, useState, type ReactNode } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Select, TextField } from "@/components/ui/field.tsx";
import { focusFirstInvalid, useAction } from "@/components/ui/use-action.ts";
import { GrantRight } from "@/server/contract/grants.ts";
import { type MadeToken, TOKEN_DAYS } from "@/server/contract/token.ts";
import { RIGHT_WORDS } from "./token-words.ts";
import type { TokenActions } from "./tokens.tsx";

const LIVES = [1, 7, 30, TOKEN_DAYS.usual, 180, TOKEN_DAYS.most];

/** What a token is for, what it may, where and how long. */
export function MakeToken({
  jails,
  admin,
  make,
  onMade,
}: {
  jails: string[];
  admin: boolean;
  make: TokenActions["make"];
  onMade: (made: MadeToken) => void;
}) {
  const [name, setName] = useState("");
  const [all, setAll] = useState(false);
  const [rights, setRights] = useState<GrantRight[]>(["see"]);
  const [some, setSome] = useState(false);
  const [chosen, setChosen] = useState<string[]>([]);
  const [days, setDays] = useState(String(TOKEN_DAYS.usual));
  const action = useAction(make);
  const form = useRef<HTMLFormElement>(null);
  const shown = ["name", "jails", "days"].some((field) => action.problem(field));
  return (
    <form
      ref={form}
      aria-label="New token"
      noValidate
      className="space-y-3 rounded border bg-raised p-4"
      onSubmit={(event) => {
        event.preventDefault();
        const input = { name, admin: all, rights, jails: some && !all ? chosen : null, days: Number(days) };
        void action.run(input).then((result) => {
          if (!result.ok) return focusFirstInvalid(form.current);
          setName("");
          onMade(result.value);
        });
      }}
    >
      <div className="grid gap-3 md:grid-cols-2">
        <TextField
          label="What is it for?"
          placeholder="backup at night"
          value={name}
          onChange={setName}
          error={action.problem("name")}
        />
        <Select
          label="How long is it good?"
          value={days}
          onChange={setDays}
          error={action.problem("days")}
          options={LIVES.map((life) => ({ value: String(life), label: life === 1 ? "1 day" : `${life} days` }))}
        />
      </div>
      <Ticks legend="What may it do?">
        {GrantRight.options.map((right) => (
          <Tick
            key={right}
            checked={all || rights.includes(right)}
            disabled={all || right === "see"}
            onChange={(on) => setRights((now) => (on ? [...now, right] : now.filter((one) => one !== right)))}
          >
            {RIGHT_WORDS[right]}
          </Tick>
        ))}
        {admin ? (
          <Tick checked={all} onChange={setAll}>
            everything, as an admin
          </Tick>
        ) : null}
      </Ticks>
      {all ? (
        <p className="text-13 text-warn">
          ▲ Whoever has this token has the panel: every jail, every account, the host.
        </p>
      ) : (
        <Ticks legend="On which jails?">
          <Tick checked={!some} onChange={(on) => setSome(!on)}>
            all that you may reach, also later ones
          </Tick>
          {some
            ? jails.map((jail) => (
                <Tick
                  key={jail}
                  checked={chosen.includes(jail)}
                  onChange={(on) => setChosen((now) => (on ? [...now, jail] : now.filter((one) => one !== jail)))}
                >
                  <span className="font-mono text-13">{jail}</span>
                </Tick>
              ))
            : null}
          {action.problem("jails") ? (
            <p role="alert" className="w-full text-13 text-bad">
              ▲ {action.problem("jails")}
            </p>
          ) : null}
        </Ticks>
      )}
      <Button type="submit" kind="primary" busy={action.pending && "Making …"}>
        Make the token
      </Button>
      {action.failure && !shown ? <FailureNotice failure={action.failure} /> : null}
    </form>
  );
}

function Ticks({ legend, children }: { legend: string; children: ReactNode }) {
  return (
    <fieldset>
      <legend className="mb-1 text-14 font-medium">{legend}</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">{children}</div>
    </fieldset>
  );
}

function Tick({
  checked,
  disabled,
  onChange,
  children,
}: {
  checked: boolean;
  disabled?: boolean;
  onChange: (on: boolean) => void;
  children: ReactNode;
}) {
  return (
    <label className="flex items-center gap-2 max-md:min-h-11">
      <input
        type="checkbox"
        className="accent-accent"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      {children}
    </label>
  );
}
