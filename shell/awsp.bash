# shellcheck shell=bash disable=SC2030,SC2031
# awsp for bash (3.2 and later): source it from ~/.bashrc, after whatever sets the prompt.
# It holds no logic of switching: the program decides, and prints the code that `awsp` evaluates.

__awsp_program=${BASH_SOURCE[0]}
[ "${__awsp_program#/}" != "$__awsp_program" ] || __awsp_program=$PWD/$__awsp_program
__awsp_program=${__awsp_program%/*}/../dist/awsp.cjs

\unalias awsp 2>/dev/null || :

__awsp_folder='' __awsp_wants='' __awsp_pin='' __awsp_record='' __awsp_limited='' __awsp_over='' __awsp_old=''
((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)) || __awsp_old=1

function awsp {
  __awsp_folder=
  case ${1-} in
    list | show | login | logout | sessions | import | allow | deny | init | demo | help | -h | --help | --version) # pass-through
      command "$__awsp_program" "$@"
      ;;
    current | doctor) # pass-through
      # -1 is in the place of a profile whose time is over, and is not one that the person chose.
      if [ "${AWS_PROFILE-}" = -1 ] && [ -n "${AWSP_UNTIL-}" ]; then __awsp_drop; fi
      AWSP_SHIM='bash 0.1.0' command "$__awsp_program" "$@"
      ;;
    *)
      local __awsp_code
      # -1 is in the place of a profile whose time is over; the program is to know which one it was.
      __awsp_code=$(
        [ "${AWS_PROFILE-}" != -1 ] || AWS_PROFILE=${AWSP_PROFILE-}
        command "$__awsp_program" --shell bash "$@"
      ) || return
      eval "$__awsp_code" || return
      case $- in *i*) __awsp_hook ;; esac
      ;;
  esac
}

# Sets `now` to the time in seconds since 1970 where there is no EPOCHSECONDS, which came with bash 5. Before bash 4.2 the only
# clock is SECONDS, which one `date` sets for good.
function __awsp_clock {
  printf -v now '%(%s)T' -1 2>/dev/null || {
    [[ -n ${__awsp_start-} ]] || __awsp_start=$(($(command date +%s) - SECONDS))
    now=$((__awsp_start + SECONDS))
  }
}

# Answers whether this profile has a limit, and puts into `__awsp_over` what is said when that is over.
function __awsp_limit {
  local name=${AWSP_PROFILE-}
  case $AWSP_UNTIL in 0* | *[!0-9]*) return 1 ;; esac
  [[ -n $name ]] || return 1
  [ "${AWS_PROFILE-}" = "$name" ] || [ "${AWS_PROFILE-}" = -1 ] || return 1
  __awsp_over="awsp: the time of \"${name//[[:cntrl:]]/?}\" is over: no profile now; awsp - goes back"$'\n'
  __awsp_limited="$AWSP_UNTIL $AWS_PROFILE $name"
}

# Drops the profile whose time is over, as `awsp --unset` would; no process is started.
function __awsp_drop {
  local name=$AWSP_PROFILE variable
  [ "$AWS_PROFILE" = -1 ] || printf %s "$__awsp_over" >&2
  for variable in AWS_REGION AWS_DEFAULT_REGION; do # when awsp set it
    if [ -n "${AWSP_REGION-}" ] && [ "${!variable-}" = "$AWSP_REGION" ]; then unset "$variable"; fi
  done
  unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_EB_PROFILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
  unset AWS_ACCESS_KEY AWS_SECRET_KEY AWS_SESSION_TOKEN AWS_SECURITY_TOKEN
  unset AWS_CREDENTIAL_EXPIRATION AWS_SESSION_EXPIRATION AWS_ACCOUNT_ID AWS_CREDENTIAL_SCOPE
  unset AWSP_PROFILE AWSP_FILES AWSP_ACCOUNT_ID AWSP_ROLE AWSP_STATE AWSP_LEVEL AWSP_EXPIRES
  unset AWSP_UNTIL AWSP_REGION AWSP_PREVIOUS_UNTIL
  export AWSP_PREVIOUS=$name
}

# A command may be typed at a prompt that is old by then: PS0, which bash (4.4 and later) expands before the command, puts a
# profile that does not exist in the place of one whose time is over, since it can calculate but not unset. Its clock is SECONDS,
# which others may set, only where there is no better one.
function __awsp_watch {
  # shellcheck disable=SC2016
  if shopt -q promptvars; then PS0='${__awsp_over:__awsp_end && __awsp_end <= ${EPOCHSECONDS-$SECONDS} ? (AWS_PROFILE = -1, 0) : ${#__awsp_over}}'${PS0-}; fi
}

# Finds what belongs in this folder, by the `.awsp` file in it or above that `awsp allow` trusts. The copies that awsp keeps of
# those lie under the folders' own paths, below one line that says what is pinned; copy and file are compared, and nothing in
# them or in their paths is run. No more is read of them than awsp allows them to hold.
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
    # What is not as it was allowed may be so again, as after `git checkout`: that is looked for before each prompt.
    [[ ! -f $allowed$folder/.awsp ]] || __awsp_folder=
    [[ -n $folder ]] || return 0
    folder=${folder%/*}
  done
  # A file that is older than its copy has been changed when it is newer; one that was newer already is not looked at again.
  [[ $folder/.awsp -nt $allowed$folder/.awsp ]] || __awsp_pin=$folder/.awsp __awsp_record=$allowed$folder/.awsp
}

# At the Tab key the program tells what to put in the place of $2, the part of the line that readline replaces.
function __awsp_complete {
  local candidates candidate
  COMPREPLY=()
  candidates=$(command "$__awsp_program" --complete bash "${COMP_LINE:0:COMP_POINT}" "${2-}" 2>/dev/null </dev/null) || return 0
  [ -n "$candidates" ] || return 0
  while IFS= read -r candidate; do
    COMPREPLY+=("$candidate")
  done <<<"$candidates"
}

# Sets AWSP_PROMPT to what is true now, before each prompt; no process is started. Names are compared by `[ = ]`: `[[ == ]]`
# would call "Dev" and "dev" the same under nocasematch.
function __awsp_prompt {
  local kept=$? name text style by='' now='' end=0
  __awsp_end=0 AWSP_PROMPT='' # first: nothing is shown of before, whatever fails below
  if [[ -n ${AWSP_UNTIL-} ]] && { [ "$AWSP_UNTIL ${AWS_PROFILE-} ${AWSP_PROFILE-}" = "$__awsp_limited" ] || __awsp_limit; }; then
    now=${EPOCHSECONDS-}
    [[ -n $now ]] || __awsp_clock
    if ((now < AWSP_UNTIL)); then
      end=$AWSP_UNTIL __awsp_end=$((${EPOCHSECONDS-$SECONDS} + AWSP_UNTIL - now))
      case ${PS0-} in *__awsp_over*) ;; *) __awsp_watch ;; esac
    else
      __awsp_drop
    fi
  fi
  name=${AWS_PROFILE-}
  if [[ -n $name && -z ${AWSP_NO_PROMPT-} ]]; then
    # Written out: a loop with `${!variable-}` takes twice as long.
    [[ -z ${AWS_DEFAULT_PROFILE+set} ]] || [ "$AWS_DEFAULT_PROFILE" = "$name" ] || by=AWS_DEFAULT_PROFILE # beats AWS_PROFILE when different
    [[ -z ${AWS_EB_PROFILE+set} ]] || [ "$AWS_EB_PROFILE" = "$name" ] || by=AWS_EB_PROFILE # beats AWS_PROFILE when different
    [[ -z ${AWS_WEB_IDENTITY_TOKEN_FILE-} ]] || by=AWS_WEB_IDENTITY_TOKEN_FILE # beats AWS_PROFILE when set
    [[ -z ${AWS_SECRET_KEY-} ]] || by=AWS_SECRET_KEY # beats AWS_PROFILE when set
    [[ -z ${AWS_ACCESS_KEY-} ]] || by=AWS_ACCESS_KEY # beats AWS_PROFILE when set
    [[ -z ${AWS_SECRET_ACCESS_KEY-} ]] || by=AWS_SECRET_ACCESS_KEY # beats AWS_PROFILE when set
    [[ -z ${AWS_ACCESS_KEY_ID-} ]] || by=AWS_ACCESS_KEY_ID # beats AWS_PROFILE when set
    if [[ -n $by ]]; then
      text="$name overridden by $by" style='1;31;43'
    elif [[ -z $__awsp_old && ${AWS_PROFILE@a} != *x* ]]; then
      text="$name not exported" style='1;31;43'
    elif [ "$name" != "${AWSP_PROFILE-}" ] || [ "${HOME-}:${AWS_CONFIG_FILE-}:${AWS_SHARED_CREDENTIALS_FILE-}" != "${AWSP_FILES-}" ]; then
      text="$name not set by awsp" style=33
    else
      text=$name style=36
      case $name in
        *"${AWSP_ACCOUNT_ID-}"*) ;;
        *) text="$name $AWSP_ACCOUNT_ID" ;;
      esac
      [[ ${AWSP_STATE-} == verified ]] || text="$text not verified" style=33
      [[ ${AWSP_LEVEL-} != production ]] || style='1;37;41'
      case ${AWSP_EXPIRES-} in '' | 0* | *[!0-9]*) ;; *) ((end && end < AWSP_EXPIRES)) || end=$AWSP_EXPIRES ;; esac
      if ((end)); then
        now=${now:-${EPOCHSECONDS-}}
        [[ -n $now ]] || __awsp_clock
        if ((end <= now)); then
          text="$text expired"
        elif ((end - now < 900)); then
          text="$text $(((end - now + 59) / 60))m"
        fi
      fi
      if [ "${PWD-}" != "$__awsp_folder" ] || [[ -n $__awsp_pin && (! -f $__awsp_pin || $__awsp_pin -nt $__awsp_record) ]]; then
        __awsp_look
      fi
      if [[ -n $__awsp_wants ]] && [ "$__awsp_wants" != "account ${AWSP_ACCOUNT_ID-}" ] && [ "$__awsp_wants" != "profile $name" ]; then
        text="$text, ${__awsp_wants#* } belongs here" style='1;31;43'
      fi
    fi
    [[ $text != *[[:cntrl:]]* ]] || text=${text//[[:cntrl:]]/?}
    text="($text)"
    # Bash does not decode what a variable in PS1 holds, so these are the bytes that \[ and \] stand for.
    if [[ -z ${NO_COLOR-} && ${TERM-} != dumb ]]; then
      text=$'\001\e['${style}$'m\002'${text}$'\001\e[0m\002'
    fi
    AWSP_PROMPT="$text "
  fi
  # Here and not once: a theme may make PS1 anew for each prompt.
  case ${PS1-} in
    *AWSP_PROMPT*) ;;
    *)
      # Bash expands it at each prompt, and does not expand its value again.
      # shellcheck disable=SC2016
      if [ -n "$AWSP_PROMPT" ] && shopt -q promptvars; then PS1='${AWSP_PROMPT-}'${PS1-}; fi
      ;;
  esac
  # Under `set -e` another status than 0 would end the shell.
  case $- in *e*) return 0 ;; esac
  return "$kept"
}

# Has the prompt run. After a switch too: whoever has taken it away since would leave the profile before on the screen.
function __awsp_hook {
  case ${PROMPT_COMMAND[*]-} in
    *__awsp_prompt*) ;;
    '') PROMPT_COMMAND=__awsp_prompt ;;
    *)
      # Last, so that it sees the PS1 that the others make. Bash 5.1 and later run all of an array, older ones its first.
      if [ "${#PROMPT_COMMAND[@]}" -gt 1 ] && ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)); then
        PROMPT_COMMAND+=(__awsp_prompt)
      else
        # shellcheck disable=SC2178
        PROMPT_COMMAND="${PROMPT_COMMAND-}"$'\n'__awsp_prompt
      fi
      ;;
  esac
}

case $- in
  *i*)
    # A bash may be built without completion.
    complete -F __awsp_complete awsp 2>/dev/null || :
    __awsp_hook
    ;;
esac
