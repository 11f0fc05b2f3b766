#!/usr/bin/env bash
# Installs awsp for the user who runs it, shows it in a demo, or uninstalls it: see usage().
# It must run in the bash 3.2 of macOS. main() is called on the last line, so that an incomplete file does nothing.
# Each program that it starts takes a millisecond or more, and so does each $(…): functions here set variables instead.

usage() {
  cat <<'END'
usage: ./install.sh [--prefix DIR] [--no-rc]
       ./install.sh --uninstall [--prefix DIR] [--no-rc]
       ./install.sh --demo [-c COMMAND]

Builds awsp and installs it for you alone. Needs Node 20.19 or later, and no root.

  --prefix DIR   install below DIR instead of ~/.local
  --no-rc        leave the start-up files of your shells alone
  --uninstall    remove what an installation added, and nothing else
  --demo         try awsp in a temporary folder that is removed afterwards
  -c COMMAND     with --demo: run this command instead of a shell
  --help         print this text
END
}

parts=(LICENSE dist docs man package.json shell)

# Progress goes to stderr. What was done goes to stdout; with --demo only the command writes there.
step() { printf 'awsp: %s\n' "$*" >&2; }
say() {
  tilde "$2"
  printf '%-8s %s%s\n' "$1" "$shown" "${3-}"
}

fail() {
  step "$*"
  exit 1
}

refuse() {
  step "$*"
  usage >&2
  exit 2
}

# Sets `shown` to a path as it is said.
tilde() {
  shown=$1
  case $1 in
    "${HOME-}"/*) shown="~${1#"$HOME"}" ;;
  esac
}

# --- the manifest: what the installation created, one "<what> <path>" a line -------------------------------

unrecord() {
  local entry others=''
  while IFS= read -r entry; do
    if [ "$entry" != "$1" ]; then others=$others$entry$newline; fi
  done <"$manifest"
  printf '%s' "$others" >"$manifest"
}

record() {
  unrecord "$1"
  printf '%s\n' "$1" >>"$manifest"
}

is_recorded() {
  local entry
  while IFS= read -r entry; do
    if [ "$entry" = "$1" ]; then return 0; fi
  done <"$manifest"
  return 1
}

# Prints the paths that are recorded as what the argument says.
recorded() {
  local entry
  while IFS= read -r entry; do
    case $entry in
      "$1 "*) printf '%s\n' "${entry#"$1 "}" ;;
    esac
  done <"$manifest"
}

# Creates a folder and its missing parents.
make_folder() {
  local folder=$1 missing=() status=0
  while [ ! -d "$folder" ]; do
    case $folder in
      */) ;;
      *) missing=("$folder" ${missing[@]+"${missing[@]}"}) ;;
    esac
    case $folder in
      /*/*) folder=${folder%/*} ;;
      /*) folder=/ ;;
      */*) folder=${folder%/*} ;;
      *) folder=. ;;
    esac
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  mkdir -- "${missing[@]}" 2>/dev/null || status=1
  for folder in "${missing[@]}"; do
    if [ -d "$folder" ]; then record "folder $folder"; fi
  done
  return "$status"
}

# --- the program -------------------------------------------------------------------------------------------

check_node() {
  local way_out='install Node 20.19 or later (https://nodejs.org), then run this again' version major minor
  command -v node >/dev/null || fail "node is not in PATH; $way_out"
  version=$(node -p process.versions.node) || fail "\"$(command -v node)\" does not run; $way_out"
  IFS=. read -r major minor _ <<<"$version"
  [ "$major" -gt 20 ] || { [ "$major" -eq 20 ] && [ "$minor" -ge 19 ]; } ||
    fail "node $version (\"$(command -v node)\") is too old; $way_out"
  command -v npm >/dev/null || fail "npm is not in PATH; $way_out"
}

# Runs a command in the build folder, and shows its output only when it fails. It runs in the background, because after
# Ctrl-C npm goes on for seconds.
quietly() {
  local status=0
  (cd -- "$work/build" && TMPDIR=$work exec "$@") </dev/null >"$work/log" 2>&1 &
  child=$!
  wait "$child" || status=$?
  child=
  [ "$status" -ne 0 ] || return 0
  cat -- "$work/log" >&2
  fail "\"$1 $2\" failed, its output is above; nothing was changed"
}

# Builds in a copy of the sources, so that nothing in the clone changes: it may have a node_modules and a dist of its own.
build() {
  local file files=() cache=$work/npm
  [ -f "$source/scripts/build.mjs" ] || fail "\"$source\" has no sources to build; run install.sh in a clone of awsp"
  check_node
  if [ -n "${HOME-}" ] && [ -d "$HOME/.npm" ]; then cache=$HOME/.npm; fi
  mkdir -- "$work/build"
  for file in .npmrc LICENSE docs package.json package-lock.json scripts shell src tsconfig.json; do
    if [ -e "$source/$file" ]; then files+=("$source/$file"); fi
  done
  cp -R -- "${files[@]}" "$work/build/"
  chmod -R -- u+w "$work/build" # the clone may be read-only
  step 'installing dependencies'
  # Not those of the tests, which are a workspace.
  quietly npm ci --include=dev --workspaces=false --ignore-scripts --no-audit --no-fund --no-update-notifier --prefer-offline \
    --loglevel=error --logs-max=0 --cache="$cache"
  step 'building'
  quietly node scripts/build.mjs
  quietly node scripts/man.mjs
  rm -rf -- "$work/build/shell/templates"
}

locate() {
  if [ -d "$prefix" ]; then prefix=$(cd -- "$prefix" && pwd); fi
  program=$prefix/share/awsp
  link=$prefix/bin/awsp
  man_link=$prefix/share/man/man1/awsp.1
  if [ -f "$program/manifest" ]; then manifest=$program/manifest; fi
}

# Writes the file system of a path to the disk, so that a power cut leaves no half of an installation. Not every `sync` can
# write one alone.
flush() {
  sync -f -- "$1" 2>/dev/null || sync 2>/dev/null || :
}

# Installs the build. A program that is installed already works until the new one is complete.
place_program() {
  local new=() old=() part way_out='choose another place with --prefix DIR'
  locate
  if [ "$manifest" = "$work/manifest" ] && [ -d "$program" ] && [ -n "$(ls -A -- "$program" 2>/dev/null)" ]; then
    fail "\"$program\" exists and was not made by this installer; move it away, or $way_out"
  fi
  if [ ! -e "$program/dist" ]; then fresh=true; fi
  make_folder "$prefix" || fail "cannot create \"$prefix\"; $way_out"
  locate
  if ! make_folder "$program" || ! make_folder "$prefix/bin" || ! stage=$(mktemp -d "$program/.new.XXXXXX"); then
    fail "cannot write in \"$prefix\"; $way_out"
  fi
  (cd -- "$work/build" && cp -R -- "${parts[@]}" "$stage/")
  if [ "$manifest" = "$work/manifest" ]; then
    cp -- "$manifest" "$program/manifest"
    manifest=$program/manifest
  fi
  # What takes the place of the old is on the disk before it does.
  flush "$stage"

  trap '' HUP INT TERM
  for part in "${parts[@]}"; do
    new+=("$stage/$part")
    if [ -e "$program/$part" ]; then old+=("$program/$part"); fi
  done
  if [ "${#old[@]}" -gt 0 ]; then
    mkdir -- "$stage/old"
    mv -- "${old[@]}" "$stage/old/"
  fi
  mv -- "${new[@]}" "$program/"
  fresh=
  obey_signals
}

# Links a file of the installation; the third argument says what works without the link.
place_link() {
  local path=$1 target=$2 why
  if [ -L "$path" ] && [ "$(readlink "$path")" = "$target" ]; then
    say Exists "$path"
    return
  fi
  if [ -e "$path" ] || [ -L "$path" ]; then
    why='something else has that name'
  elif make_folder "${path%/*}" && ln -s -- "$target" "$path" 2>/dev/null; then
    record "link $path"
    say Added "$path"
    return
  else
    why='cannot be written'
  fi
  say Skipped "$path" ": $why; $3"
}

remove_program() {
  local files=() folders=() part path
  recorded link | while IFS= read -r path; do
    case $(readlink "$path") in
      "$program"/*) rm -f -- "$path" ;;
    esac
  done
  recorded folder | LC_ALL=C sort -r >"$work/folders"
  for part in "${parts[@]}"; do
    files+=("${program:?}/$part")
  done
  rm -rf -- "${files[@]}" "$manifest"
  while IFS= read -r path; do
    folders+=("$path")
  done <"$work/folders"
  [ "${#folders[@]}" -eq 0 ] || rmdir -- "${folders[@]}" 2>/dev/null || :
}

# --- the start-up files ------------------------------------------------------------------------------------

# Sets `quoted` to a path in quotes for a shell. Between single quotes nushell has nothing special, and no single quote. A
# multibyte locale might see the second byte of a character as "\".
quote_for() {
  local LC_ALL=C rest=$2 mark=\' special=\' escape="'\\''" before
  case $1:$2 in
    fish:*) special="[\\\\']" escape= ;;
    nu:*\'*) mark=\" special='[\\"]' escape= ;;
  esac
  quoted=$mark
  while :; do
    # shellcheck disable=SC2295 # it is a pattern
    before=${rest%%$special*}
    quoted=$quoted$before
    rest=${rest#"$before"}
    [ -n "$rest" ] || break
    quoted=$quoted${escape:-\\${rest:0:1}}
    rest=${rest:1}
  done
  quoted=$quoted$mark
}

# Sets `line` to the line that loads awsp in a shell. sh reads ~/.profile too, and must not run that line.
line_for() {
  local verb=source
  case $1 in bash | zsh) verb=. ;; esac
  quote_for "$1" "$program/shell/awsp.$1"
  line="$verb $quoted # awsp"
  case $2 in
    */.profile) line="[ -z \"\${BASH_VERSION-}\" ] || shopt -oq posix || $line" ;;
  esac
}

# Sets `numbers` to the numbers of the lines in a file that the installer added.
our_lines() {
  local shell line number wanted=()
  numbers=''
  if [ ! -e "$1" ]; then return; fi
  for shell in bash zsh fish nu; do
    line_for "$shell" "$1"
    wanted+=(-e "$line")
  done
  while IFS=: read -r number _; do
    numbers=${numbers:+$numbers$newline}$number
  done < <(LC_ALL=C grep -anFx "${wanted[@]}" -- "$1" 2>/dev/null)
}

# bash warns of a byte of zero.
ends_in_newline() { [ "$(tail -c 1 -- "$1"; echo .)" = "$newline." ]; } 2>/dev/null

# Sets `size` to the bytes of a file.
size_of() { size=$(($(wc -c <"$1"))); }

# Sets `files` to the start-up files of bash that need the line. On macOS a terminal opens login shells, which read only
# the first of three files. So a new .bash_profile would hide the others. A file that reads .bashrc needs no line.
bash_files() {
  local login
  files=("$HOME/.bashrc")
  [ "$system" = Darwin ] || return 0
  for login in "$HOME/.bash_profile" "$HOME/.bash_login" "$HOME/.profile" "$HOME/.bash_profile"; do
    if [ -e "$login" ]; then break; fi
  done
  LC_ALL=C grep -aq -e '^[^#]*bashrc' -- "$login" 2>/dev/null || files+=("$login")
}

add_line() {
  local shell=$1 file=$2 line numbers size gap='' why=''
  line_for "$shell" "$file"
  our_lines "$file"
  if [ -n "$numbers" ]; then
    say Exists "$file" ", line ${numbers%%"$newline"*}"
    return
  fi
  if [ -z "$edit_rc" ]; then
    why='--no-rc'
  elif [ ! -e "$file" ] && [ -L "$file" ]; then
    why='it links to a missing file'
  elif [ ! -e "$file" ]; then
    if make_folder "${file%/*}" && { : >"$file"; } 2>/dev/null; then record "file $file"; fi
  fi
  if [ -z "$why" ] && ! { [ -f "$file" ] && [ -r "$file" ] && [ -w "$file" ]; }; then why='it cannot be written'; fi
  if [ -z "$why" ]; then
    if [ -s "$file" ]; then
      size_of "$file"
      unrecord "newline-at-$((size - 1)) $file"
      if ! ends_in_newline "$file"; then
        gap=$newline
        record "newline-at-$size $file"
      fi
    fi
    record "line $file"
    printf '%s%s\n' "$gap" "$line" 2>/dev/null >>"$file" || why='it cannot be written'
  fi
  if [ -z "$why" ]; then
    our_lines "$file"
    say Added "$file" ", line $numbers"
  else
    say Skipped "$file" ": $why; the line to add by hand:"
    printf '%-8s %s\n' '' "$line"
  fi
}

add_lines() {
  local file files
  bash_files
  for file in "${files[@]}"; do
    add_line bash "$file"
  done
  if command -v zsh >/dev/null; then add_line zsh "$zshrc"; fi
  if command -v fish >/dev/null; then add_line fish "$fish_config"; fi
  if command -v nu >/dev/null; then add_line nu "$nu_config"; fi
}

# Removes the installer's lines from a file. A symbolic link and the mode stay. The end of the file becomes what it was:
# also removed are the newline that add_line() had to write before its line, unless the file was edited since, and the
# newline that the sed of macOS adds to a last line that has none.
remove_line() {
  local file=$1 numbers size chop=''
  our_lines "$file"
  if [ -n "$numbers" ] && [ ! -w "$file" ]; then
    say Kept "$file" ", line ${numbers//$newline/, }: the file cannot be written; remove the line by hand"
    incomplete=true
    return
  fi
  if [ -n "$numbers" ]; then
    LC_ALL=C sed "${numbers//$newline/d;}d" "$file" >"$work/rc"
    size_of "$work/rc"
    if ! ends_in_newline "$file" || is_recorded "newline-at-$((size - 1)) $file"; then chop=true; fi
    if [ -z "$chop" ] || ! ends_in_newline "$work/rc"; then
      cat -- "$work/rc" >"$file"
    else
      head -c "$((size - 1))" "$work/rc" >"$file"
    fi
    say Removed "$file" ", line ${numbers//$newline/, }"
  fi
  if LC_ALL=C grep -aqF -e "$program/shell/awsp." -- "$file" 2>/dev/null; then
    say Kept "$file" ": it still names $program/shell, in a line that is not the installer's"
  fi
}

remove_lines() {
  local file empty=()
  {
    printf '%s\n' "$HOME/.bashrc" "$HOME/.bash_profile" "$HOME/.bash_login" "$HOME/.profile" \
      "$zshrc" "$fish_config" "$nu_config"
    recorded line
  } | LC_ALL=C sort -u >"$work/files"
  while IFS= read -r file; do
    if [ -f "$file" ]; then remove_line "$file"; fi
  done <"$work/files"
  recorded file >"$work/files"
  while IFS= read -r file; do
    if [ -f "$file" ] && [ ! -L "$file" ] && [ ! -s "$file" ]; then empty+=("$file"); fi
  done <"$work/files"
  [ "${#empty[@]}" -eq 0 ] || rm -- "${empty[@]}"
}

# --- the actions -------------------------------------------------------------------------------------------

install() {
  local verb=Added
  build
  locate
  if [ -e "$program/dist" ]; then verb=Updated; fi
  place_program
  say "$verb" "$program"
  place_link "$link" "$program/dist/awsp.cjs" 'the shells work without it'
  tilde "$program/man/awsp.1"
  place_link "$man_link" "$program/man/awsp.1" "to read it: man $shown"
  add_lines
  flush "$program"
  flush "$HOME"
  case ":$PATH:" in
    *":$prefix/bin:"*) ;;
    *) tilde "$prefix/bin" && step "\"$shown\" is not in PATH; only scripts that call awsp need it there" ;;
  esac
  step 'open a new shell, then type: awsp'
}

uninstall() {
  local folder
  locate
  if [ -n "$edit_rc" ]; then remove_lines; fi
  if [ -f "$program/manifest" ]; then
    remove_program
    say Removed "$program"
  else
    tilde "$prefix"
    step "there is no installation in \"$shown\""
  fi
  for folder in "${XDG_CONFIG_HOME:-$HOME/.config}" "${XDG_STATE_HOME:-$HOME/.local/state}" "${XDG_CACHE_HOME:-$HOME/.cache}"; do
    if [ -d "$folder/awsp" ]; then say Kept "$folder/awsp" ": your own settings and history"; fi
  done
  [ -z "$incomplete" ] || exit 1
}

demo() {
  local status=0
  build
  prefix=$work/prefix
  place_program
  # Ctrl-C goes to the demo. This script waits for it, and cleans up.
  trap : INT
  node "$program/dist/awsp.cjs" demo ${command+-c "$command"} || status=$?
  exit "$status"
}

clean() {
  trap '' HUP INT TERM
  if [ -n "$child" ]; then { kill -KILL "$child" && wait "$child"; } 2>/dev/null || :; fi
  if [ -n "$stage" ]; then rm -rf -- "$stage"; fi
  if [ -n "$fresh" ]; then remove_program; fi
  if [ -n "$work" ]; then rm -rf -- "$work" || { sleep 1 && rm -rf -- "$work"; }; fi
}

obey_signals() {
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

main() {
  set -eu
  unset CDPATH command
  # Not local: clean() reads them after main() has returned.
  newline=$'\n' action=install edit_rc=true prefix=''
  shown='' quoted='' work='' manifest='' program='' link='' man_link='' stage='' fresh='' child='' incomplete=''
  while [ $# -gt 0 ]; do
    case $1 in
      --prefix=?*) prefix=${1#*=} ;;
      --prefix)
        [ -n "${2-}" ] || refuse '"--prefix" needs a folder'
        prefix=$2
        shift
        ;;
      -c)
        [ $# -gt 1 ] || refuse '"-c" needs a command'
        command=$2
        shift
        ;;
      --no-rc) edit_rc= ;;
      --demo | --uninstall)
        [ "$action" = install ] || [ "$action" = "${1#--}" ] || refuse '"--demo" and "--uninstall" exclude each other'
        action=${1#--}
        ;;
      -h | --help)
        usage
        exit
        ;;
      *) refuse "unknown option \"$1\"" ;;
    esac
    shift
  done
  [ "$action" = demo ] || [ -z "${command+given}" ] || refuse '"-c" goes with "--demo"'
  [ "$action" != demo ] || [ -z "$prefix" ] || refuse '"--prefix" does not go with "--demo"'
  [ "$action" = demo ] || [ -n "${HOME-}" ] || fail 'HOME is not set'
  case $prefix in
    '') prefix=${HOME-}/.local ;;
    /*) ;;
    *) prefix=$PWD/$prefix ;;
  esac
  case $prefix${HOME-}${ZDOTDIR-}${XDG_CONFIG_HOME-} in
    *"$newline"*) fail 'a folder with a line break in its name cannot be used' ;;
  esac
  zshrc=${ZDOTDIR:-${HOME-}}/.zshrc
  fish_config=${XDG_CONFIG_HOME:-${HOME-}/.config}/fish/config.fish
  nu_config=${XDG_CONFIG_HOME:-${HOME-}/.config}/nushell/config.nu
  system=$(uname -s)
  if [ -z "${XDG_CONFIG_HOME-}" ] && [ "$system" = Darwin ]; then
    nu_config="${HOME-}/Library/Application Support/nushell/config.nu"
  fi
  case $0 in
    */*) source=${0%/*}/ ;;
    *) source=. ;;
  esac
  source=$(cd -- "$source" && pwd)

  trap clean EXIT
  obey_signals
  work=$(mktemp -d "${TMPDIR:-/tmp}/awsp.XXXXXX")
  manifest=$work/manifest
  : >"$manifest"
  "$action"
}

main "$@"
