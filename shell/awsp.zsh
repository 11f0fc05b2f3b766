# awsp for zsh (5.8 and later): source it from ~/.zshrc, after whatever sets the prompt.
# It holds no logic of switching: the program decides, and prints the code that `awsp` evaluates.

typeset -g __awsp_program="${${(%):-%x}:A:h}/../dist/awsp.cjs"

\unalias awsp 2>/dev/null || :

function awsp {
  emulate -L zsh
  case ${1-} in
    (list | show | current | login | logout | sessions | import | init | demo | -h | --help | --version) # pass-through
      command "$__awsp_program" "$@"
      ;;
    (doctor) # pass-through
      AWSP_SHIM='zsh 0.1.0' command "$__awsp_program" "$@"
      ;;
    (*)
      local __awsp_code
      __awsp_code=$(command "$__awsp_program" --shell zsh "$@") || return
      eval "$__awsp_code"
      ;;
  esac
}

# At the Tab key the program tells what the word may become, one candidate a line: `group TAB value:meaning`.
function __awsp_complete {
  local typed=$PREFIX group flag
  local -a lines candidates
  # What is typed between single quotes has no others.
  [[ ${compstate[quote]} == \' ]] || typed=${(Q)PREFIX}
  lines=("${(@f)$(command "$__awsp_program" --complete zsh "${(@Q)words[1,CURRENT-1]}" "$typed" 2>/dev/null </dev/null)}")
  # First those that begin with it, as zsh's own matching sees it; if none does, all: the program found them by a fragment.
  for flag in '' -U; do
    for group in ${(u)lines%%$'\t'*}; do
      candidates=("${(@)${(@M)lines:#$group$'\t'*}#*$'\t'}")
      _describe -t "$group" "$group" candidates $flag
    done
    (( ! compstate[nmatches] )) || break
  done
  # What fragments have in common may be nothing: the word stays, until a second Tab goes through them.
  if [[ -n $flag && ${compstate[insert]} == *unambiguous ]] && (( compstate[nmatches] > 1 )); then
    compstate[insert]=
    compstate[list]='list force'
  fi
}

# Normal, caution, production, alarm, no colour: each has its psvar (91 to 95), of which at most one has a value. What
# psvar holds is shown as it is, with and without prompt_subst, so the prefix is constant and a name in it is only text.
typeset -ga __awsp_open __awsp_close
typeset -g __awsp_prefix
__awsp_open=('%F{cyan}' '%F{yellow}' '%B%F{white}%K{red}' '%B%F{red}%K{yellow}' '')
__awsp_close=('%f' '%f' '%b%f%k' '%b%f%k' '')
() {
  emulate -L zsh
  __awsp_prefix=
  local -i i
  for (( i = 1; i <= 5; i++ )); do
    __awsp_prefix+="%(9${i}V.${__awsp_open[i]}(%9${i}v%)${__awsp_close[i]} .)"
  done
}

# Sets AWSP_PROMPT, and psvar for the prefix of PROMPT, to what is true now; no process is started.
function __awsp_prompt {
  local percent=0
  [[ -o prompt_percent ]] && percent=1
  emulate -L zsh
  local name=${AWS_PROFILE-} text variable by now
  local -i style
  psvar[91,95]=('' '' '' '' '')
  AWSP_PROMPT=
  if [[ -n $name && -z ${AWSP_NO_PROMPT-} ]]; then
    for variable in AWS_DEFAULT_PROFILE AWS_EB_PROFILE; do # beats AWS_PROFILE when different
      [[ ${(P)variable-$name} == "$name" ]] || by=$variable
    done
    for variable in AWS_WEB_IDENTITY_TOKEN_FILE AWS_SECRET_KEY AWS_ACCESS_KEY AWS_SECRET_ACCESS_KEY AWS_ACCESS_KEY_ID; do # beats AWS_PROFILE when set
      [[ -z ${(P)variable-} ]] || by=$variable
    done
    if [[ -n $by ]]; then
      text="$name overridden by $by" style=4
    elif [[ $name != "${AWSP_PROFILE-}" || ${AWS_CONFIG_FILE-}:${AWS_SHARED_CREDENTIALS_FILE-} != "${AWSP_FILES-}" ]]; then
      text="$name not set by awsp" style=2
    else
      text=$name style=1
      [[ $name == *"${AWSP_ACCOUNT_ID-}"* ]] || text+=" $AWSP_ACCOUNT_ID"
      [[ ${AWSP_STATE-} == verified ]] || { text+=' not verified'; style=2; }
      [[ ${AWSP_LEVEL-} != production ]] || style=3
      if [[ ${AWSP_EXPIRES-} == [1-9]* && $AWSP_EXPIRES != *[^0-9]* ]]; then
        # The prompt's own clock: no module to load, no process.
        now=${(%):-%D{%s}}
        if (( AWSP_EXPIRES <= now )); then
          text+=' expired'
        elif (( AWSP_EXPIRES - now < 900 )); then
          text+=" $(( (AWSP_EXPIRES - now + 59) / 60 ))m"
        fi
      fi
    fi
    text=${text//[[:cntrl:]]/?}
    [[ -z ${NO_COLOR-} && ${TERM-} != dumb ]] || style=5
    psvar[90+style]=$text
    AWSP_PROMPT="${__awsp_open[style]}(${text//\%/%%})${__awsp_close[style]} "
  fi
  # Here and not once: a theme may make PROMPT anew for each prompt.
  if (( percent )) && [[ ${PROMPT-}${RPROMPT-} != *AWSP_PROMPT* && ${PROMPT-} != *"$__awsp_prefix"* ]]; then
    PROMPT=$__awsp_prefix${PROMPT-}
  fi
  # The completion system may be started after this, or again, and then it forgets.
  (( ${+functions[compdef]} && ${+_comps} )) && [[ -z ${_comps[awsp]-} ]] && compdef __awsp_complete awsp
  # A theme that was loaded later makes PROMPT after this; from the next prompt on it comes first.
  [[ ${precmd_functions[-1]-} == __awsp_prompt ]] || precmd_functions=(${precmd_functions:#__awsp_prompt} __awsp_prompt)
}

() {
  emulate -L zsh
  [[ -o interactive ]] || return 0
  typeset -ga precmd_functions
  # Last, so that it sees the PROMPT that the others make.
  (( ${precmd_functions[(Ie)__awsp_prompt]} )) || precmd_functions+=(__awsp_prompt)
}
