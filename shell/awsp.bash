# shellcheck shell=bash
# awsp for bash (3.2 and later): source it from ~/.bashrc, after whatever sets the prompt.
# It holds no logic of switching: the program decides, and prints the code that `awsp` evaluates.

__awsp_program=${BASH_SOURCE[0]}
[ "${__awsp_program#/}" != "$__awsp_program" ] || __awsp_program=$PWD/$__awsp_program
__awsp_program=${__awsp_program%/*}/../dist/awsp.cjs

\unalias awsp 2>/dev/null || :

function awsp {
  case ${1-} in
    list | show | current | login | logout | sessions | import | init | demo | -h | --help | --version) # pass-through
      command "$__awsp_program" "$@"
      ;;
    doctor) # pass-through
      AWSP_SHIM='bash 0.1.0' command "$__awsp_program" "$@"
      ;;
    *)
      local __awsp_code
      __awsp_code=$(command "$__awsp_program" --shell bash "$@") || return
      eval "$__awsp_code"
      ;;
  esac
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
  local kept=$? name=${AWS_PROFILE-} text='' style='' variable by='' now
  AWSP_PROMPT=
  if [[ -n $name && -z ${AWSP_NO_PROMPT-} ]]; then
    for variable in AWS_DEFAULT_PROFILE AWS_EB_PROFILE; do # beats AWS_PROFILE when different
      [ "${!variable-$name}" = "$name" ] || by=$variable
    done
    for variable in AWS_WEB_IDENTITY_TOKEN_FILE AWS_SECRET_KEY AWS_ACCESS_KEY AWS_SECRET_ACCESS_KEY AWS_ACCESS_KEY_ID; do # beats AWS_PROFILE when set
      [[ -z ${!variable-} ]] || by=$variable
    done
    if [[ -n $by ]]; then
      text="$name overridden by $by" style='1;31;43'
    elif [ "$name" != "${AWSP_PROFILE-}" ] || [ "${AWS_CONFIG_FILE-}:${AWS_SHARED_CREDENTIALS_FILE-}" != "${AWSP_FILES-}" ]; then
      text="$name not set by awsp" style=33
    else
      text=$name style=36
      case $name in
        *"${AWSP_ACCOUNT_ID-}"*) ;;
        *) text="$name $AWSP_ACCOUNT_ID" ;;
      esac
      [ "${AWSP_STATE-}" = verified ] || text="$text not verified" style=33
      [ "${AWSP_LEVEL-}" != production ] || style='1;37;41'
      case ${AWSP_EXPIRES-} in
        '' | 0* | *[!0-9]*) ;;
        *)
          # Neither is in bash 3.2, where the time left is not shown.
          now=${EPOCHSECONDS-}
          [ -n "$now" ] || printf -v now '%(%s)T' -1 2>/dev/null || now=$((AWSP_EXPIRES - 900))
          if ((AWSP_EXPIRES <= now)); then
            text="$text expired"
          elif ((AWSP_EXPIRES - now < 900)); then
            text="$text $(((AWSP_EXPIRES - now + 59) / 60))m"
          fi
          ;;
      esac
    fi
    text="(${text//[[:cntrl:]]/?})"
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

case $- in
  *i*)
    # A bash may be built without completion.
    complete -F __awsp_complete awsp 2>/dev/null || :
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
    ;;
esac
