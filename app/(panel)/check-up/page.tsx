import { CheckUpRoom } from "@/components/check-up/check-up-room.tsx";
import { Unreachable } from "@/components/panel/unreachable.tsx";
import { checkUp } from "@/server/services/check-up/check-up.ts";
import { whenReachable } from "../../reach.ts";
import { requireAdmin } from "../../session.ts";
import { look } from "./actions.ts";

export default async function CheckUpPage() {
  const found = await whenReachable(checkUp(await requireAdmin()));
  return found ? <CheckUpRoom first={found} look={look} /> : <Unreachable />;
}
