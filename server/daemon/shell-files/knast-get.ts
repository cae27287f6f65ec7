import { OFFER_OSC } from "../../contract/shell-file.ts";

/** The program knast-get as it lies in a jail: sh(1), od(1) and tr(1) are all that it needs. */
export const KNAST_GET = `#!/bin/sh
# knast-get FILE ...
# Offers files of this jail to the browser that shows this shell. It asks there before anything is loaded down.
if [ $# -eq 0 ]; then
  echo 'usage: knast-get file ...' >&2
  exit 64
fi
[ -t 1 ] || exec > /dev/tty || exit 1
# tmux(1) hands a sequence on that is wrapped for it, if its option allow-passthrough is on; screen(1) does always.
offer() {
  if [ -n "$TMUX" ]; then
    printf '\\033Ptmux;\\033\\033]${OFFER_OSC};get;%s\\007\\033\\\\' "$1"
    [ "$(tmux show -gwv allow-passthrough 2>/dev/null)" = off ] &&
      echo 'knast-get: tmux keeps this to itself; tmux set -g allow-passthrough on lets it through' >&2
  elif [ -n "$STY" ]; then
    printf '\\033P\\033]${OFFER_OSC};get;%s\\007\\033\\\\' "$1"
  else
    printf '\\033]${OFFER_OSC};get;%s\\033\\\\' "$1"
  fi
}
status=0
for file do
  case $file in
  /*) ;;
  *) file=$(pwd)/$file ;;
  esac
  if [ ! -f "$file" ] || [ ! -r "$file" ]; then
    printf 'knast-get: %s: this is no file that can be read\\n' "$file" >&2
    status=66
    continue
  fi
  name=$(printf %s "$file" | od -An -v -tx1 | tr -d ' \\t\\n')
  offer "$name"
  printf 'Offered to your browser: %s\\n' "$file"
done
exit $status
`;
