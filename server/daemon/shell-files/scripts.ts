/**
 * What knastd has a jail's own sh(1) do. Arguments come as arguments, never as text of the script; programs are FreeBSD's base.
 * A jail's root may have replaced all of them: then he harms himself, as all of it has no more power than he.
 */
const HEAD = `
PATH=/bin:/usr/bin:/sbin:/usr/sbin
LC_ALL=C
export PATH LC_ALL
unset CDPATH
umask 022
say() { printf '%s\\n' "$1"; }
there() { [ -e "./$1" ] || [ -L "./$1" ]; }
enter() { cd -P -- "$1" 2>/dev/null || { say "no place"; exit 0; }; }
space() { df -k . 2>/dev/null | tail -n 1; }
`;

/** DIRECTORY: the last line of df(1), or "no place". */
export const PLACE_SCRIPT = `${HEAD}
enter "$1"
space
`;

/**
 * What replaces a file has its mode from the first byte on, by umask(2). To execute, and the owner, are given by name, which
 * somebody who may put another file under it could turn into a gift of that: so only in a directory that is nobody else's.
 */
const LIKE = `
denied() {
  case $1 in rw?) say 1 ;; r??) say 3 ;; ?w?) say 5 ;; *) say 7 ;; esac
}
like() {
  set -f
  set -- $(ls -ldn "./$name" 2>/dev/null | head -n 1 | cut -d / -f 1 | tr stST xx__)
  set +f
  [ $# -ge 4 ] || return 0
  u=$(say "$1" | cut -c 2-4) g=$(say "$1" | cut -c 5-7) o=$(say "$1" | cut -c 8-10) owner=$3:$4
  umask "0$(denied "$u")$(denied "$g")$(denied "$o")"
  mode=$(say "u=$u,g=$g,o=$o" | tr -d _-)
}
private() {
  set -- $(ls -ldn .)
  case $1 in d????-??-? | d????-??-?.) ;; *) return 1 ;; esac
  [ "$3" = 0 ] || [ "$3" = "$(id -u)" ]
}
`;

/**
 * DIRECTORY NAME BYTES TAKEN PART STEM EXTENSION, the bytes on standard input. What has not come whole is removed, also when
 * knastd was killed: its end of the pipe closes then. A name is taken by ln(1), which never replaces anything.
 */
export const PUT_SCRIPT = `${HEAD}${LIKE}
enter "$1"
name=$2 bytes=$3 taken=$4 part=$5 stem=$6 ext=$7
if there "$name"; then
  case $taken in
  ask) say "no free"; exit 0 ;;
  replace) if [ -d "./$name" ]; then say "no directory"; exit 0; fi ;;
  esac
fi
mode= owner=
if [ "$taken" = replace ] && [ -f "./$name" ] && [ ! -L "./$name" ]; then like; fi
trap '' PIPE
trap 'rm -f "./$part"' EXIT
trap 'exit 1' HUP INT TERM
set -C
if ! { command exec 3> "./$part"; } 2>/dev/null; then say "no write"; exit 0; fi
set +C
say "df $(space)"
say ready
if ! cat >&3 2>/dev/null; then say "no room"; exit 0; fi
exec 3>&-
size=$((0 + $(wc -c < "./$part")))
if [ "$size" -ne "$bytes" ]; then say "no whole"; exit 0; fi
put() {
  if there "$1"; then return 1; fi
  if ln "./$part" "./$1" 2>/dev/null; then return 0; fi
  if there "$1"; then return 1; fi
  mv -n "./$part" "./$1" 2>/dev/null && [ ! -e "./$part" ]
}
n=1
if [ "$taken" = replace ]; then
  if [ -d "./$name" ]; then say "no directory"; exit 0; fi
  if [ -n "$mode" ] && private; then
    chown "$owner" "./$part" 2>/dev/null
    chmod "$mode" "./$part" 2>/dev/null
  fi
  if ! mv -f "./$part" "./$name" 2>/dev/null; then say "no write"; exit 0; fi
else
  until put "$name"; do
    n=$((n + 1))
    if [ "$n" -gt 99 ]; then say "no name"; exit 0; fi
    name="$stem ($n)$ext"
  done
fi
say "done $n"
`;

/** PATH: its size in bytes, or "no file". */
export const FILE_SCRIPT = `${HEAD}
if [ -f "$1" ] && [ -r "$1" ]; then wc -c < "$1"; else say "no file"; fi
`;

/** PATH: its bytes, with status 0 only when all of them came. */
export const GET_SCRIPT = `${HEAD}
[ -f "$1" ] || exit 66
exec cat < "$1"
`;

/** knast-get on standard input. */
export const GIVE_SCRIPT = `${HEAD}
mkdir -p /usr/local/bin && cd /usr/local/bin && rm -f ./.knast-get.new && cat > ./.knast-get.new &&
chmod 755 ./.knast-get.new && mv -f ./.knast-get.new ./knast-get
`;
