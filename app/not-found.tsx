import { NothingHere } from "@/components/panel/nothing-here.tsx";

export default function NotFound() {
  return <NothingHere />;
}
