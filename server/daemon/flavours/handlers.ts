import type { FLAVOUR_VERBS } from "../../contract/flavour.ts";
import type { Handlers } from "../handlers.ts";
import { listFlavours } from "./list-flavours.ts";
import { removeFlavour } from "./remove-flavour.ts";
import { saveFlavour } from "./save-flavour.ts";
import { showFlavour } from "./show-flavour.ts";

export const FLAVOUR_HANDLERS: Handlers<keyof typeof FLAVOUR_VERBS> = {
  "flavour.list": listFlavours,
  "flavour.show": showFlavour,
  "flavour.save": saveFlavour,
  "flavour.remove": removeFlavour,
};
