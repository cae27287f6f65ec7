import type { Company } from "./together.ts";

/** Who else is in a shell and whether it is recorded, for those who have no page to see it on; "" when he is alone. */
export function companyWords({ people, recording, self }: Pick<Company, "people" | "recording" | "self">): string {
  const words = people
    .filter(({ here, name }) => here && name !== self)
    .map(({ name, mode }) => `${name} ${mode === "read" ? "reads" : "types"} here too`);
  if (recording?.ended === null) words.push("this is being recorded");
  return words.join(", ");
}

/** Tells the words once each time that they change. */
export class CompanyTeller {
  #said = "";

  /** @returns what is to be told, null when nothing has changed */
  news(company: Company): string | null {
    const words = companyWords(company);
    if (words === this.#said) return null;
    this.#said = words;
    return words === "" ? "you are alone here again" : words;
  }
}
