import { useState } from "react";

export type Hearing = {
  /** hands over what was printed, if anybody listens */
  tell: (text: string) => void;
  /** names the one who listens; returns what ends that */
  hear: (take: (text: string) => void) => () => void;
};

/** Joins the terminal, which gets knast-get's offers, with those who ask about them: the same for as long as the component is there. */
export function useHearing(): Hearing {
  const [hearing] = useState((): Hearing => {
    let listener: ((text: string) => void) | null = null;
    return {
      tell: (text) => listener?.(text),
      hear: (take) => {
        listener = take;
        return () => {
          if (listener === take) listener = null;
        };
      },
    };
  });
  return hearing;
}
