import type { Program } from "./io.ts";
import { jail } from "./jail/main.ts";
import { jls } from "./jls.ts";
import { ifconfig } from "./ifconfig.ts";
import { mount } from "./mount.ts";
import { umount } from "./umount.ts";

/** What stands in DIR/bin, each under FreeBSD's name. jexec is native and not here. */
export const PROGRAMS: Record<string, Program> = { ifconfig, jail, jls, mount, umount };
