"use client";

type Ask = () => Promise<boolean>;
let asked: Ask | null = null;

/** The one dialog by which a person proves again that it is him names itself here. @returns takes it back */
export function setProver(ask: Ask): () => void {
  asked = ask;
  return () => {
    if (asked === ask) asked = null;
  };
}

/** Asks the person; false when he would rather not, or when this page has no such dialog. */
export const askForProof = (): Promise<boolean> => asked?.() ?? Promise.resolve(false);
