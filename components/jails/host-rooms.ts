/** The admin's rooms beside the jails, in the rail's order. */
export const HOST_ROOMS = [
  { href: "/host", label: "Host" },
  { href: "/bases", label: "Bases" },
  { href: "/flavours", label: "Flavours" },
  { href: "/archives", label: "Archives" },
  { href: "/check-up", label: "Check-up" },
  { href: "/ports", label: "Ports" },
  { href: "/take-over", label: "Take over" },
  { href: "/order", label: "Order" },
  { href: "/friends", label: "Friends" },
  { href: "/audit", label: "Audit" },
] as const;
