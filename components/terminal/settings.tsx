"use client";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Select } from "@/components/ui/field.tsx";
import { Switch } from "@/components/ui/switch.tsx";
import { mayNotify } from "./attention.ts";
import { SCHEME_NAMES, SCHEME_WORDS, SCHEMES, type SchemeName, type Shade } from "./colours.ts";
import { choose, FONT_SIZE, GROUNDS, usePreferences, withinFontSizes } from "./preferences.ts";

const GROUND_WORDS = { panel: "As the panel", light: "Always light", dark: "Always dark" } as const;

/** A button that opens what can be chosen for shells in this browser. Whatever is changed holds at once, in every open shell. */
export function ShellSettings({ className }: { className: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        aria-label="How shells look"
        title="How shells look"
        onClick={() => setOpen(true)}
        className={className}
      >
        <span aria-hidden className="text-14">
          Aa
        </span>
      </button>
      <Dialog open={open} onClose={() => setOpen(false)} title="Shells in this browser">
        <Chosen />
        <div className="mt-4 flex justify-end">
          <Button kind="primary" onClick={() => setOpen(false)}>
            Done
          </Button>
        </div>
      </Dialog>
    </>
  );
}

function Chosen() {
  const chosen = usePreferences();
  const [refused, setRefused] = useState(false);
  const resize = (by: number) => choose({ fontSize: withinFontSizes(chosen.fontSize + by) });
  const ground = chosen.ground === "panel" ? null : chosen.ground;
  return (
    <>
      <div className="mb-3 grid grid-cols-2 gap-3 max-md:grid-cols-1">
        <Select
          label="Colours"
          value={chosen.scheme}
          onChange={(scheme) => choose({ scheme: scheme as SchemeName })}
          options={SCHEME_NAMES.map((value) => ({ value, label: SCHEME_WORDS[value] }))}
        />
        <Select
          label="Light or dark"
          value={chosen.ground}
          onChange={(value) => choose({ ground: value as (typeof GROUNDS)[number] })}
          options={GROUNDS.map((value) => ({ value, label: GROUND_WORDS[value] }))}
        />
      </div>
      <div className="mb-3 flex overflow-hidden rounded border">
        {(["light", "dark"] as const)
          .filter((one) => ground === null || one === ground)
          .map((one) => (
            <Sample key={one} shade={SCHEMES[chosen.scheme][one]} size={chosen.fontSize} />
          ))}
      </div>
      <div role="group" aria-label="Size of the letters" className="mb-3 flex items-center gap-2">
        <span className="flex-1 font-medium">Size of the letters</span>
        <Button small aria-label="Smaller" disabled={chosen.fontSize <= FONT_SIZE.least} onClick={() => resize(-1)}>
          −
        </Button>
        <output className="w-12 text-center font-mono text-13">{chosen.fontSize} px</output>
        <Button small aria-label="Larger" disabled={chosen.fontSize >= FONT_SIZE.most} onClick={() => resize(1)}>
          +
        </Button>
      </div>
      <div className="rows rounded border">
        <Switch
          label="A bell marks the tab"
          detail="When you look at something else. It never makes a sound."
          checked={chosen.bellMarks}
          onChange={(bellMarks) => choose({ bellMarks })}
        />
        <Switch
          label="Tell when a long command ends"
          detail={
            refused
              ? "Your browser does not let the panel do that. Its tab is marked anyway."
              : "It ran for 10 seconds or more, and you look at something else. Its tab is marked anyway."
          }
          checked={chosen.tellWhenDone}
          onChange={(wanted) => {
            if (!wanted) return choose({ tellWhenDone: false });
            void mayNotify().then((may) => {
              setRefused(!may);
              choose({ tellWhenDone: may });
            });
          }}
        />
        <Switch
          label="For a screen reader"
          detail="What is printed is read out, and each line can be walked to. Slower with much output."
          checked={chosen.screenReader}
          onChange={(screenReader) => choose({ screenReader })}
        />
        <div className="rows [@media(hover:none)]:hidden">
          <Switch
            label="Copy what is selected"
            detail="With the mouse, without a further key."
            checked={chosen.copyOnSelection}
            onChange={(copyOnSelection) => choose({ copyOnSelection })}
          />
          <Switch
            label="Paste with the middle button"
            detail="What was selected last. With Shift also in a program that has the mouse."
            checked={chosen.middleClickPastes}
            onChange={(middleClickPastes) => choose({ middleClickPastes })}
          />
        </div>
      </div>
      <p className="mt-3 text-13 text-ink-3 [@media(hover:none)]:hidden">
        In a shell <kbd>Ctrl-Shift-F</kbd> searches, <kbd>Ctrl-Shift-C</kbd> copies, <kbd>Ctrl-Shift-V</kbd> pastes; on
        a Mac with <kbd>⌘</kbd>.
      </p>
    </>
  );
}

/** What a shell looks like in these colours. */
function Sample({ shade, size }: { shade: Shade; size: number }) {
  const sixteen = shade.sixteen.split(" ");
  return (
    <p
      aria-hidden
      className="min-w-0 flex-1 overflow-hidden px-3 py-2 font-mono leading-snug whitespace-pre"
      style={{ background: shade.background, color: shade.foreground, fontSize: size }}
    >
      <span style={{ color: sixteen[2] }}>root@mail</span>:<span style={{ color: sixteen[4] }}>~</span> # ls{"\n"}
      {sixteen.slice(1, 7).map((colour, i) => (
        <span key={i} style={{ color: colour }}>
          {["bin ", "dev ", "etc\n", "lib ", "tmp ", "usr"][i]}
        </span>
      ))}
    </p>
  );
}
