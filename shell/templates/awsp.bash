# shellcheck shell=bash disable=SC2030,SC2031
# awsp for bash (3.2 and later). Source it from ~/.bashrc, after the lines that set the prompt.
#
# The shim runs the program and evaluates the code that it prints. The shim itself does what is done before each prompt: it
# makes the prompt, ends the time limit and reads the folder pins. No process may be started for that: Node takes about 40 ms.

# Another shell may read this in ~/.profile: sh reads and runs one line after the other.
[ -n "${BASH_VERSION-}" ] || { echo 'awsp: awsp.bash is for bash, and this is another shell: nothing was loaded' >&2 && return 0; }

# --- program and state -------------------------------------------------------------------------------------

__awsp_dist=${BASH_SOURCE[0]}
[ "${__awsp_dist#/}" != "$__awsp_dist" ] || __awsp_dist=$PWD/$__awsp_dist
__awsp_dist=${__awsp_dist%/*}/../dist

\unalias awsp 2>/dev/null || :

# The folder pin: the folder that it was found for, what the pin says, the file, and awsp's copy of it.
__awsp_folder='' __awsp_wants='' __awsp_pin='' __awsp_record=''
# The time limit: the variables that __awsp_limit has accepted, and what to say when the time is over.
__awsp_limited='' __awsp_over=''
# The last prompt: all that it was made of, the prompt, its __awsp_end, and the time for which it holds.
__awsp_all='' __awsp_same='' __awsp_same_end=0 __awsp_from=0 __awsp_to=0
# The command that runs before each prompt; it gets another number when it moves, because PS1 was drawn without the prompt.
__awsp_entry=${__awsp_entry-__awsp_prompt}
# How the prompt was put into PS1: the style, the PS1 that was looked at last and what suits it, the text where PS1 takes no variable.
__awsp_style='' __awsp_looked='' __awsp_suits='' __awsp_literal=''
# What moves the cursor in PS1, to the left or up: a carriage return, or a sequence such as ESC [ A.
__awsp_moves=$'(\\\\r|\r|(\\\\e|\\\\033|\e)\\[[0-9;]*[A-Hf])'
# Bash before 4.4 cannot tell whether a variable is exported.
__awsp_old=''
((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)) || __awsp_old=1

# --- the awsp function -------------------------------------------------------------------------------------

# Sets `__awsp_program`: the program and the first node in PATH, or the script that finds a Node for it (src/launcher.sh). Not by
# `type`, because bash also remembers a node that has gone since.
function __awsp_find_node {
  local rest=${PATH-}: folder node=''
  while [[ -n $rest ]]; do
    folder=${rest%%:*} rest=${rest#*:}
    [[ -n $folder && -f $folder/node && -x $folder/node ]] || continue
    [[ $folder != */shims ]] || { node='' && break; }
    node=${node:-$folder/node}
  done
  __awsp_program=("$__awsp_dist/awsp.sh")
  [[ -z $node ]] || __awsp_program=("$node" "$__awsp_dist/awsp.cjs")
  # A plugin manager may have copied this file alone.
  [[ -e $__awsp_dist/awsp.cjs ]] || __awsp_program=(awsp)
}

function awsp {
  __awsp_folder=
  __awsp_find_node
  case ${1-} in
    @PASS_THROUGH@)
      __awsp_drop_ended
      command "${__awsp_program[@]}" "$@"
      ;;
    @SHIM_AWARE@)
      local __awsp_unseen=''
      __awsp_drop_ended
      ! __awsp_is_unseen || __awsp_unseen=' unseen'
      AWSP_SHIM='bash @VERSION@'$__awsp_unseen command "${__awsp_program[@]}" "$@"
      ;;
    *)
      local __awsp_code __awsp_mark="awsp-$$-$RANDOM"
      # When the time is over, AWS_PROFILE may be -1 (see __awsp_watch): the program gets the name of the profile instead.
      __awsp_code=$(
        [ "${AWS_PROFILE-}" != -1 ] || AWS_PROFILE=${AWSP_PROFILE-}
        # The input is that of the command which follows; the program asks on the terminal.
        [ "${1-}" != exec ] || { exec </dev/null && set -- --subshell "$@"; }
        command "${__awsp_program[@]}" --shell bash --mark "$__awsp_mark" "$@"
      ) || return
      # Only what stands between two lines of the mark is code of awsp's: something else may have printed too, or nothing ran.
      case $__awsp_code in
        *"$__awsp_mark"$'\n'*"$__awsp_mark"*) ;;
        *)
          printf '%s\n' 'awsp: the program did not run to its end, so nothing was changed' >&2
          return 1
          ;;
      esac
      __awsp_code=${__awsp_code#*"$__awsp_mark"$'\n'}
      __awsp_code=${__awsp_code%%"$__awsp_mark"*}
      if [ "${1-}" = exec ]; then
        # The subshell becomes the command.
        (eval "$__awsp_code")
        return
      fi
      eval "$__awsp_code" || return
      case $- in *i*) __awsp_hook ;; esac
      ;;
  esac
}

# --- clock and time limit ----------------------------------------------------------------------------------

# Sets `now` to the time in seconds since 1970, for a bash without EPOCHSECONDS (before 5.0). Before bash 4.2 the only clock is
# SECONDS; `date` is run once, to know when SECONDS was 0.
function __awsp_clock {
  printf -v now '%(%s)T' -1 2>/dev/null || {
    [[ -n ${__awsp_start-} ]] || __awsp_start=$(($(command date +%s) - SECONDS))
    now=$((__awsp_start + SECONDS))
  }
}

# Returns whether the profile has a time limit, and sets `__awsp_over` to the message for its end.
function __awsp_limit {
  local name=${AWSP_PROFILE-}
  case $AWSP_UNTIL in 0* | *[!0-9]*) return 1 ;; esac
  [[ -n $name ]] || return 1
  [ "${AWS_PROFILE-}" = "$name" ] || [ "${AWS_PROFILE-}" = -1 ] || return 1
  __awsp_over="awsp: the time of \"${name//[![:print:]]/?}\" is over: no profile now; awsp - goes back"$'\n'
  __awsp_limited="$AWSP_UNTIL $AWS_PROFILE $name"
}

# Does what `awsp --unset` would do, without a process, when the time is over.
function __awsp_drop {
  local name=$AWSP_PROFILE variable
  [ "$AWS_PROFILE" = -1 ] || printf %s "$__awsp_over" >&2
  for variable in @REGION_VARIABLES@; do # only a region that awsp set
    if [ -n "${AWSP_REGION-}" ] && [ "${!variable-}" = "$AWSP_REGION" ]; then unset "$variable"; fi
  done
  unset @DROPPED@
  unset AWSP_PREVIOUS_UNTIL # `awsp -` must not set the limit that has ended
  export AWSP_PREVIOUS=$name
}

# For a command that uses AWS_PROFILE: -1 is what __awsp_watch put there when the time was over, not the person's choice.
function __awsp_drop_ended {
  if [ "${AWS_PROFILE-}" = -1 ] && [ -n "${AWSP_UNTIL-}" ] && [ -n "${AWSP_PROFILE-}" ]; then __awsp_drop; fi
}

# A command may be typed at an old prompt, after the time is over. Bash (4.4 and later) expands PS0 before the command. An
# expansion can calculate but not unset, so it sets AWS_PROFILE to -1: the program sets no limit while there is a profile of that
# name. The clock is EPOCHSECONDS;
# where there is none it is SECONDS, which the person's own code may set.
function __awsp_watch {
  # shellcheck disable=SC2016
  if shopt -q promptvars; then PS0='${__awsp_over:__awsp_end && __awsp_end <= ${EPOCHSECONDS-$SECONDS} ? (AWS_PROFILE = -1, 0) : ${#__awsp_over}}'${PS0-}; fi
}

# --- folder pins -------------------------------------------------------------------------------------------

# Finds the pin of this folder: the nearest `.awsp` file, in it or above, that `awsp allow` trusts. For each of those awsp keeps
# a copy, at the path of the file below awsp/allowed/. The first line of the copy says what is pinned, the rest is the file as
# it was allowed. File and copy are only compared, never run, and no more is read than awsp allows a file to hold (4096 bytes).
function __awsp_look {
  local folder=${PWD-} home=${HOME-} allowed record='' text=''
  case ${XDG_STATE_HOME-} in
    /*) allowed=$XDG_STATE_HOME/awsp/allowed ;;
    *) allowed=$home/.local/state/awsp/allowed ;;
  esac
  __awsp_folder=$folder __awsp_pin='' __awsp_record=''
  folder=${folder%/}
  until [[ -f $allowed$folder/.awsp && -f $folder/.awsp ]] && [ "$folder" != "${home%/}" ] && {
    IFS= read -r -d '' -n 4096 record
    IFS= read -r -d '' -n 4096 text <&3
    __awsp_wants=${record%%$'\n'*}
    [ "$record" = "$__awsp_wants"$'\n'"$text" ]
  } 2>/dev/null <"$allowed$folder/.awsp" 3<"$folder/.awsp"; do
    __awsp_wants=
    # A changed file may become the allowed one again (`git checkout`): look again before each prompt.
    [[ ! -f $allowed$folder/.awsp ]] || __awsp_folder=
    # In a folder that is gone PWD is no path.
    [[ $folder == */* ]] || return 0
    folder=${folder%/*}
  done
  # The prompt looks again when the file is newer than its copy, and each time where it is newer already.
  if [[ $folder/.awsp -nt $allowed$folder/.awsp ]]; then __awsp_folder=''; else __awsp_pin=$folder/.awsp __awsp_record=$allowed$folder/.awsp; fi
}

# --- completion --------------------------------------------------------------------------------------------

# Completes the command of `awsp exec` after `--`, from the word $1 on, as after sudo: by bash-completion where it is loaded,
# else the commands, and then the files.
function __awsp_complete_command {
  if declare -F _comp_command_offset >/dev/null; then
    _comp_command_offset "$1"
  elif declare -F _command_offset >/dev/null; then
    _command_offset "$1"
  elif ((COMP_CWORD == $1)); then
    while IFS= read -r candidate; do
      COMPREPLY+=("$candidate")
    done <<<"$(compgen -c -- "$2")"
  else
    # Bash before 4 has no compopt.
    compopt -o default -o bashdefault 2>/dev/null || while IFS= read -r candidate; do
      COMPREPLY+=("$candidate")
    done <<<"$(compgen -f -- "$2")"
  fi
}

# The program prints the candidates, one a line, for $2: the part of the command line that readline replaces.
function __awsp_complete {
  local candidates candidate locale=${LC_ALL:-${LC_CTYPE:-${LANG-}}} at
  COMPREPLY=()
  if [ "${COMP_WORDS[1]-}" = exec ]; then
    for ((at = 2; at < COMP_CWORD; at++)); do
      if [ "${COMP_WORDS[at]}" = -- ]; then
        __awsp_complete_command "$((at + 1))" "${2-}"
        return 0
      fi
    done
  fi
  __awsp_find_node
  candidates=$(command "${__awsp_program[@]}" --complete bash "${COMP_LINE:0:COMP_POINT}" "${2-}" "$locale" 2>/dev/null </dev/null) || return 0
  [ -n "$candidates" ] || return 0
  while IFS= read -r candidate; do
    COMPREPLY+=("$candidate")
  done <<<"$candidates"
  # A value comes behind it. bash 3.2 has no compopt.
  [[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null || :
}

# --- prompt ------------------------------------------------------------------------------------------------

# Makes `text` of its parts, in at most as many columns as the prompt may have. What is not ASCII may take two columns each. Where
# there is too little room, the words of `words`, `more` and `alarm` become short ones, then the text does; then words go.
function __awsp_fit {
  local room=@WIDTH@ all wide left least
  case $width in '' | 0* | *[!0-9]* | ????*) ;; *) room=$width ;; esac
  room=$((room - @FRAME@))
  all=$mark$text$words$more$alarm wide=${all//[[:ascii:]]/}
  ((${#all} + ${#wide} <= room)) || {
    words=${words/# overridden by $by/, $by set} more=${more/: awsp current/} alarm=${alarm/% belongs here/ here}
    all=$mark$text$words$more$alarm wide=${all//[[:ascii:]]/}
    ((${#all} + ${#wide} <= room)) || {
      # As much as there is beside the alarm, which must be seen, and as a short text has at most.
      if [ -n "$short" ]; then text=$short all=$mark$alarm; else all=$mark$words$more$alarm; fi
      wide=${all//[[:ascii:]]/} least=$((room * 5 / 12))
      left=$((room - ${#all} - ${#wide}))
      __awsp_cut text $((left > least ? left : least))
      wide=${text//[[:ascii:]]/}
      room=$((room - (${#mark} + ${#text} + ${#wide})))
      __awsp_cut alarm "$room"
      wide=${alarm//[[:ascii:]]/}
      room=$((room - (${#alarm} + ${#wide})))
      __awsp_cut words "$room"
      wide=${words//[[:ascii:]]/}
      room=$((room - (${#words} + ${#wide})))
      __awsp_cut more "$room"
    }
  }
  text=$mark$text$words$more$alarm
}

# Cuts the value of the variable $1 to at most $2 columns: names in the middle, words at the end. In less than six columns nothing
# can be told.
function __awsp_cut {
  local value=${!1} room=$2 wide head
  wide=${value//[[:ascii:]]/}
  ((${#value} + ${#wide} <= room)) && return
  [[ -z $wide ]] || room=$(((room + 2) / 2))
  case $1 in words | more) head=$((room - 2)) ;; *) head=$(((room - 2) * 3 / 5)) ;; esac
  if ((room < 6)); then value=''; else value=${value:0:head}..${value:${#value}-(room-2-head)}; fi
  printf -v "$1" %s "$value"
}

# Sets AWSP_PROMPT. Names are compared by `[ = ]`: with nocasematch, `[[ == ]]` takes "Dev" and "dev" for the same.
function __awsp_make_prompt {
  local name text style variable short='' mark='' words='' alarm='' by='' now='' end=0 more='' servers='' limit='' region width=${AWSP_WIDTH-}
  if [[ -n ${AWSP_UNTIL-} ]] && { [ "$AWSP_UNTIL ${AWS_PROFILE-} ${AWSP_PROFILE-}" = "$__awsp_limited" ] || __awsp_limit; }; then
    now=${EPOCHSECONDS-}
    [[ -n $now ]] || __awsp_clock
    if ((now < AWSP_UNTIL)); then
      end=$AWSP_UNTIL __awsp_end=$((${EPOCHSECONDS-$SECONDS} + AWSP_UNTIL - now))
      limit=yes
    else
      __awsp_drop
    fi
  fi
  name=${AWS_PROFILE-}
  if [[ -n $name && -z ${AWSP_NO_PROMPT-} ]]; then
    # One test for all of them: usually none is set. When several are, the prompt names the last.
    if [[ -n @ANY_WHEN_DIFFERENT@ ]]; then
      for variable in @WHEN_DIFFERENT@; do
        [[ -z ${!variable+set} ]] || [ "${!variable}" = "$name" ] || by=$variable
      done
    fi
    if [[ -n @ANY_WHEN_SET@ ]]; then
      for variable in @WHEN_SET@; do
        [[ -z ${!variable-} ]] || by=$variable
      done
    fi
    [[ -z @ANY_SERVER@ ]] || servers=:@SERVERS@
    if [[ -n $by ]]; then
      text=$name words=" overridden by $by" style='1;31;43'
      [ "${AWSP_ACCOUNT_ID-}:${AWSP_ROLE-}:$name" != "${AWSP_TEXT_OF-}" ] || short=${AWSP_TEXT_SHORT-}
    elif [[ -z $__awsp_old && ${AWS_PROFILE@a} != *x* ]]; then
      text=$name words=' not exported' style='1;31;43'
      [ "${AWSP_ACCOUNT_ID-}:${AWSP_ROLE-}:$name" != "${AWSP_TEXT_OF-}" ] || short=${AWSP_TEXT_SHORT-}
    elif [ "$name" != "${AWSP_PROFILE-}" ] || [ "${AWSP_FOLDER:-${PWD-}}" != "${PWD-}" ] ||
      [ "${HOME-}:${AWS_CONFIG_FILE-}:${AWS_SHARED_CREDENTIALS_FILE-}$servers" != "${AWSP_FILES-}" ]; then
      text=$name words=' not set by awsp' style=33
    else
      style=36
      if [[ -n ${AWSP_TEXT-} ]] && [ "${AWSP_ACCOUNT_ID-}:${AWSP_ROLE-}:$name" = "${AWSP_TEXT_OF-}" ]; then
        text=$AWSP_TEXT short=${AWSP_TEXT_SHORT-} region=${AWS_REGION:-${AWS_DEFAULT_REGION-}}
        [[ -z $region ]] || [ "$region" = "${AWSP_PROFILE_REGION-}" ] || words=" $region"
      else # The text is of another version of awsp, or there is none: as long as it is.
        text=$name width=999
        case $name in
          *"${AWSP_ACCOUNT_ID-}"*) ;;
          *) text="$name $AWSP_ACCOUNT_ID" ;;
        esac
      fi
      [[ ${AWSP_STATE-} == verified ]] || words="$words not verified" style=33
      [[ -z ${AWSP_ENDPOINT-} ]] || more=", $AWSP_ENDPOINT set" style=33
      if [[ -n ${AWSP_SEEN-} && ! @UNCHANGED@ ]]; then more="$more, files changed: awsp current" style=33; fi
      case ${AWSP_EXPIRES-} in '' | 0* | *[!0-9]*) ;; *) ((end && end < AWSP_EXPIRES)) || end=$AWSP_EXPIRES ;; esac
      if ((end)); then
        now=${now:-${EPOCHSECONDS-}}
        [[ -n $now ]] || __awsp_clock
        if ((end <= now)); then
          words="$words expired" style=31
        elif ((end - now < 900)); then
          words="$words $(((end - now + 59) / 60))m" style=35
        fi
      fi
      [[ ${AWSP_LEVEL-} != production ]] || style='1;37;41' mark='PROD '
      if [ "${PWD-}" != "$__awsp_folder" ] || [[ -n $__awsp_pin && (! -f $__awsp_pin || $__awsp_pin -nt $__awsp_record) ]]; then
        __awsp_look
      fi
      if [[ -n $__awsp_wants ]] && [ "$__awsp_wants" != "account ${AWSP_ACCOUNT_ID-}" ] && [ "$__awsp_wants" != "profile $name" ]; then
        alarm=", ${__awsp_wants#* } belongs here" style='1;31;43'
      elif [[ -z ${NO_COLOR-} && ${TERM-} != dumb ]]; then
        mark='' # the colour says it
      fi
    fi
    [[ -z $mark$words$more$alarm ]] || __awsp_fit
    [[ $text != *[![:print:]]* ]] || text=${text//[![:print:]]/?}
    text="($text)"
    # \001 and \002 are the bytes that \[ and \] stand for: bash does not decode \[ in the value of a variable in PS1.
    if [[ -z ${NO_COLOR-} && ${TERM-} != dumb ]]; then
      text=$'\001\e['${style}$'m\002'${text}$'\001\e[0m\002'
    fi
    AWSP_PROMPT="$text "
    # An unusual prompt is made anew each time, and so is one in a folder whose pin has to be looked for each time.
    if [[ -n ${EPOCHSECONDS-} && -z $by$more@ANY_WHEN_DIFFERENT@ && ${PWD-} == "$__awsp_folder" ]]; then
      __awsp_same=$AWSP_PROMPT __awsp_same_end=$__awsp_end __awsp_from=$EPOCHSECONDS __awsp_to=9999999999
      # Until its minutes change.
      ((end <= __awsp_from)) || ((end = end - __awsp_from < 900 ? end - (end - __awsp_from - 1) / 60 * 60 : end - 899, __awsp_to = end))
      [[ -z $limit ]] || ((__awsp_to < AWSP_UNTIL)) || __awsp_to=$AWSP_UNTIL
      __awsp_all=${AWS_PROFILE@a},@ALL@
    fi
  fi
}

# Sets AWSP_PROMPT before each prompt, without a process. What the prompt is made of usually is as it was: then so is the prompt.
# Where several places call this before one prompt, that with the last number counts: others may stand in the command of another
# framework, which has saved what it found, and cannot be removed there.
function __awsp_prompt {
  local kept=$?
  if [[ __awsp_prompt${1+ $1} == "$__awsp_entry" ]]; then
    [[ -n ${__awsp_drawn+set} || ${PROMPT_COMMAND[*]-} == *"$__awsp_entry" ]] || __awsp_move
    __awsp_end=0 AWSP_PROMPT='' # first, so that a failure below leaves no old prompt
    # With nocasematch another profile may seem to be the same.
    # shellcheck disable=SC2050
    if [[ -n $__awsp_all && -n ${AWS_PROFILE-} && a != A && -n ${EPOCHSECONDS-} ]] && [[ ${AWS_PROFILE@a},@ALL@ == "$__awsp_all" && ${PWD-} == "$__awsp_folder" ]] &&
      ((__awsp_from <= EPOCHSECONDS && EPOCHSECONDS < __awsp_to)) &&
      [[ -z $__awsp_pin || (-f $__awsp_pin && ! $__awsp_pin -nt $__awsp_record) ]] &&
      [[ -z ${AWSP_SEEN-} || @UNCHANGED@ ]]; then
      AWSP_PROMPT=$__awsp_same
      __awsp_end=$__awsp_same_end
    else
      __awsp_all=
      __awsp_make_prompt
    fi
    case $__awsp_end${PS0-} in 0* | *__awsp_over*) ;; *) __awsp_watch ;; esac
    # At each prompt, because a theme may set PS1 at each prompt.
    case ${AWSP_PROMPT_STYLE-}:${PS1-} in
      "$__awsp_style":*'{__awsp_drawn='*) unset __awsp_drawn ;;
      *) __awsp_draw ;;
    esac
  fi
  # With `set -e` a status other than 0 would end the shell.
  case $- in *e*) return 0 ;; esac
  return "$kept"
}

# Puts the prompt into PS1: in front of what is there; above it, where that would draw over what stands in front of it. When bash
# draws it, `__awsp_drawn` is set. What PS1 says here, other shells understand: it may be exported.
function __awsp_draw {
  # shellcheck disable=SC2016
  local prefix='${AWSP_PROMPT-}${__awsp_drawn=}' line='${AWSP_PROMPT:+$AWSP_PROMPT\n}${__awsp_drawn=}'
  if [[ -n ${PS1-} ]]; then PS1=${PS1/"$prefix"/} PS1=${PS1/"$line"/} PS1=${PS1#"$__awsp_literal"}; fi
  __awsp_drawn='' __awsp_literal='' __awsp_style=${AWSP_PROMPT_STYLE-}
  case $__awsp_style in
    off) return 0 ;;
    export)
      AWSP_PROMPT=${AWSP_PROMPT//[$'\001\002']/}
      export AWSP_PROMPT
      return 0
      ;;
  esac
  # The person has put it elsewhere, or there is none.
  [[ -n $AWSP_PROMPT && ${PS1-} != *AWSP_PROMPT* ]] || return 0
  if [[ ${PS1-} != "$__awsp_looked" || -z $__awsp_suits ]]; then
    __awsp_looked=${PS1-} __awsp_suits=prefix
    [[ ! $__awsp_looked =~ $__awsp_moves ]] || __awsp_suits=line
  fi
  [[ ${__awsp_style:-$__awsp_suits} != line ]] || prefix=$line
  if shopt -q promptvars; then
    # Bash expands the variable at each prompt, and does not expand its value again.
    unset __awsp_drawn
  else
    prefix=${AWSP_PROMPT//\\/\\\\}
    [[ ${__awsp_style:-$__awsp_suits} != line ]] || prefix=$prefix$'\n'
    __awsp_literal=$prefix
  fi
  PS1=$prefix${PS1-}
}

# --- hooks -------------------------------------------------------------------------------------------------

# Makes bash run __awsp_prompt before each prompt. Also called after a switch: other code may have removed it since, and the
# prompt would go on showing the old profile.
function __awsp_hook {
  __awsp_is_hooked || __awsp_add
}

function __awsp_is_hooked {
  case "${PROMPT_COMMAND[*]-} ${__vsc_original_prompt_command[*]-} ${precmd_functions[*]-}" in *"$__awsp_entry"*) ;; *) return 1 ;; esac
}

# Returns whether the prompt of this shell shows no profile, though one is active and the person has not switched it off.
function __awsp_is_unseen {
  [[ $- == *i* && -n ${AWS_PROFILE-} && -z ${AWSP_NO_PROMPT-} ]] || return 1
  case ${AWSP_PROMPT_STYLE-} in off | export) return 1 ;; esac
  ! __awsp_is_hooked || [[ ${PS1-} != *AWSP_PROMPT* && (-z $__awsp_literal || ${PS1-} != *"$__awsp_literal"*) ]]
}

# Makes bash run __awsp_entry before each prompt, after what else it runs, so that it sees the PS1 that the others set; before it,
# where another program makes the prompt of AWSP_PROMPT.
function __awsp_add {
  local IFS=' ' places last text
  if [[ ${PROMPT_COMMAND-} == __vsc_prompt_cmd* ]]; then
    # VS Code would take a command after its own for the person's.
    __vsc_original_prompt_command+=("$__awsp_entry")
    PROMPT_COMMAND=__vsc_prompt_cmd_original
  elif [[ ${AWSP_PROMPT_STYLE-} == export ]]; then
    # shellcheck disable=SC2128,SC2178
    PROMPT_COMMAND=$__awsp_entry${PROMPT_COMMAND:+$'\n'$PROMPT_COMMAND}
  elif [[ ${PROMPT_COMMAND[*]-} == *__bp_install* && $__awsp_entry == __awsp_prompt ]]; then
    # Bash-preexec, which changes PROMPT_COMMAND at the first prompt.
    precmd_functions+=(__awsp_prompt)
  else
    places=${PROMPT_COMMAND[*]+${!PROMPT_COMMAND[*]}} last=${places##* }
    text=${PROMPT_COMMAND[${last:-0}]-}
    case $text in
      # After this one bash-preexec takes a command for the person's.
      *__bp_interactive_mode) PROMPT_COMMAND[last]=${text%__bp_interactive_mode}$__awsp_entry$'\n'__bp_interactive_mode ;;
      *)
        # Bash 5.1 and later run each element of an array, older ones the first.
        if [[ $places == *' '* ]] && ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)); then
          PROMPT_COMMAND+=("$__awsp_entry")
        else
          # shellcheck disable=SC2128,SC2178
          PROMPT_COMMAND=${PROMPT_COMMAND:+$PROMPT_COMMAND$'\n'}$__awsp_entry
        fi
        ;;
    esac
  fi
}

# Moves __awsp_entry to the last place, when the prompt was not drawn: then another one set PS1 after it. A fight for that place ends
# after some turns.
function __awsp_move {
  local IFS=$'\n' all=${PROMPT_COMMAND[*]-} turn=${__awsp_entry#__awsp_prompt}
  [[ $all != __vsc_prompt_cmd* ]] || all=${__vsc_original_prompt_command[*]-}
  # shellcheck disable=SC2016
  all=${all%__bp_interactive_mode} all=${all%'__bp_install "$_"'}
  all=${all%"${all##*[![:space:];]}"}
  # shellcheck disable=SC2016
  case ${AWSP_PROMPT_STYLE-}:$all in
    *"$__awsp_entry" | export:* | off:* | *:__bp_precmd_invoke_cmd | *':__bp_precmd_invoke_cmd "$_"') return 0 ;;
  esac
  [[ $- == *i* ]] && ((turn < 9)) || return 0
  __awsp_entry="__awsp_prompt $((turn + 1))"
  __awsp_add
}

# --- start -------------------------------------------------------------------------------------------------

# Returns whether a variable of the person's can be set: no function can have a readonly one as its own.
function __awsp_can_set { local "$1" 2>/dev/null; }

case $- in
  *i*)
    # Fails in a bash that was built without completion.
    complete -F __awsp_complete awsp 2>/dev/null || :
    __awsp_can_set PROMPT_COMMAND || case ${PROMPT_COMMAND[*]-} in
      *__awsp_prompt*) ;;
      *)
        printf '%s\n' 'awsp: PROMPT_COMMAND is readonly here, so the prompt shows no profile and no time limit ends' >&2
        function __awsp_hook { :; }
        ;;
    esac
    __awsp_hook
    ;;
esac
