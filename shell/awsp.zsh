# awsp for zsh (5.8 and later): source it from ~/.zshrc, after whatever sets the prompt.
# It holds no logic of switching: the program decides, and prints the code that `awsp` evaluates.

typeset -g __awsp_program="${${(%):-%x}:A:h}/../dist/awsp.cjs"

\unalias awsp 2>/dev/null || :

typeset -g __awsp_folder= __awsp_wants= __awsp_pin= __awsp_record=

# The prompt's own clock, in seconds since 1970: no module to load, no process. Here because `ignore_braces` ends an expansion at
# a brace in it.
typeset -g __awsp_clock='%D{%s}'

function awsp {
  emulate -L zsh
  __awsp_folder=
  case ${1-} in
    (list | show | login | logout | sessions | import | allow | deny | init | demo | help | -h | --help | --version) # pass-through
      command "$__awsp_program" "$@"
      ;;
    (current | doctor) # pass-through
      AWSP_SHIM='zsh 0.1.0' command "$__awsp_program" "$@"
      ;;
    (*)
      local __awsp_code
      # -1 is in the place of a profile whose time is over; the program is to know which one it was. (Not in the parentheses:
      # interactive zsh takes a comment there for a command.)
      __awsp_code=$(
        [[ ${AWS_PROFILE-} != -1 ]] || AWS_PROFILE=${AWSP_PROFILE-}
        command "$__awsp_program" --shell zsh "$@"
      ) || return
      eval "$__awsp_code" || return
      __awsp_hook
      ;;
  esac
}

# Drops the profile when its time is over, as `awsp --unset` would; no process is started. Before a prompt, and before a
# command, since that may be typed at a prompt that is old by then: "$3" is the command.
function __awsp_limit {
  emulate -L zsh
  [[ ${AWSP_UNTIL-} == [1-9]* && $AWSP_UNTIL != *[^0-9]* && ${#AWSP_UNTIL} -lt 16 ]] || return 0
  [[ -n ${AWSP_PROFILE-} && ( ${AWS_PROFILE-} == "$AWSP_PROFILE" || ${AWS_PROFILE-} == -1 ) ]] || return 0
  local name=$AWSP_PROFILE variable now=${(%)__awsp_clock}
  (( AWSP_UNTIL <= now )) || return 0
  local -a words=(${(z)3-})
  # Who typed `awsp -`, by whatever name and with whatever options, wants the profile before this one; what else is in the line,
  # or runs when there is none, gets one that does not exist.
  (( ! ${words[(Ie)-]} )) || { AWS_PROFILE=-1; return 0; }
  print -ru2 -- "awsp: the time of \"${name//[[:cntrl:]]/?}\" is over: no profile now; awsp - goes back"
  for variable in AWS_REGION AWS_DEFAULT_REGION; do # when awsp set it
    [[ -z ${AWSP_REGION-} || ${(P)variable-} != "$AWSP_REGION" ]] || unset $variable
  done
  unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_EB_PROFILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
  unset AWS_ACCESS_KEY AWS_SECRET_KEY AWS_SESSION_TOKEN AWS_SECURITY_TOKEN
  unset AWS_CREDENTIAL_EXPIRATION AWS_SESSION_EXPIRATION AWS_ACCOUNT_ID AWS_CREDENTIAL_SCOPE
  unset AWSP_PROFILE AWSP_FILES AWSP_ACCOUNT_ID AWSP_ROLE AWSP_STATE AWSP_LEVEL AWSP_EXPIRES
  unset AWSP_UNTIL AWSP_REGION AWSP_PREVIOUS_UNTIL
  export AWSP_PREVIOUS=$name
}

# Finds what belongs in this folder, by the `.awsp` file in it or above that `awsp allow` trusts. The copies that awsp keeps of
# those lie under the folders' own paths, below one line that says what is pinned; copy and file are compared, and nothing in
# them or in their paths is run. No more is read of them than awsp allows them to hold.
function __awsp_look {
  emulate -L zsh
  local folder=${PWD%/} home=${HOME-} allowed record text
  case ${XDG_STATE_HOME-} in
    (/*) allowed=$XDG_STATE_HOME/awsp/allowed ;;
    (*) allowed=$home/.local/state/awsp/allowed ;;
  esac
  __awsp_folder=$PWD __awsp_wants= __awsp_pin= __awsp_record=
  zmodload -F zsh/system b:sysread 2>/dev/null || return 0
  while :; do
    if [[ -f $allowed$folder/.awsp && -f $folder/.awsp && $folder != "${home%/}" ]]; then
      record= text=
      { sysread -s 4096 record <"$allowed$folder/.awsp" && sysread -s 4096 text <"$folder/.awsp"; } 2>/dev/null
      if [[ $record == "${record%%$'\n'*}"$'\n'"$text" ]]; then
        __awsp_wants=${record%%$'\n'*}
        # A file that is older than its copy has been changed when it is newer; one that was newer already is not looked at again.
        [[ $folder/.awsp -nt $allowed$folder/.awsp ]] || __awsp_pin=$folder/.awsp __awsp_record=$allowed$folder/.awsp
        return 0
      fi
    fi
    # What is not as it was allowed may be so again, as after `git checkout`: that is looked for before each prompt.
    [[ ! -f $allowed$folder/.awsp ]] || __awsp_folder=
    [[ -n $folder ]] || return 0
    folder=${folder%/*}
  done
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
  local name text variable by now
  local -i end
  local -i style
  # That it is not over yet is seen here: a call takes as long as all of this.
  if [[ ${AWSP_UNTIL-} == [1-9]* && $AWSP_UNTIL != *[^0-9]* && ${#AWSP_UNTIL} -lt 16 ]]; then
    end=$AWSP_UNTIL now=${(%)__awsp_clock}
    (( now < end )) || __awsp_limit
  fi
  name=${AWS_PROFILE-}
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
    elif [[ ${(t)AWS_PROFILE} != *export* ]]; then
      text="$name not exported" style=4
    elif [[ $name != "${AWSP_PROFILE-}" || ${HOME-}:${AWS_CONFIG_FILE-}:${AWS_SHARED_CREDENTIALS_FILE-} != "${AWSP_FILES-}" ]]; then
      text="$name not set by awsp" style=2
    else
      text=$name style=1
      [[ $name == *"${AWSP_ACCOUNT_ID-}"* ]] || text+=" $AWSP_ACCOUNT_ID"
      [[ ${AWSP_STATE-} == verified ]] || { text+=' not verified'; style=2; }
      [[ ${AWSP_LEVEL-} != production ]] || style=3
      if [[ ${AWSP_EXPIRES-} == [1-9]* && $AWSP_EXPIRES != *[^0-9]* && ${#AWSP_EXPIRES} -lt 16 ]]; then
        (( end && end < AWSP_EXPIRES )) || end=$AWSP_EXPIRES
      fi
      if (( end )); then
        now=${now:-${(%)__awsp_clock}}
        if (( end <= now )); then
          text+=' expired'
        elif (( end - now < 900 )); then
          text+=" $(( (end - now + 59) / 60 ))m"
        fi
      fi
      if [[ $PWD != "$__awsp_folder" || ( -n $__awsp_pin && ( ! -f $__awsp_pin || ! -f $__awsp_record || $__awsp_pin -nt $__awsp_record ) ) ]]; then
        __awsp_look
      fi
      if [[ -n $__awsp_wants && $__awsp_wants != "account ${AWSP_ACCOUNT_ID-}" && $__awsp_wants != "profile $name" ]]; then
        text+=", ${__awsp_wants#* } belongs here" style=4
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

# Has both run. After a switch too: whoever has taken them away since would leave the profile before on the screen.
function __awsp_hook {
  emulate -L zsh
  [[ -o interactive ]] || return 0
  typeset -ga precmd_functions preexec_functions
  # First, so that what others do before a command is done without the profile.
  (( ${preexec_functions[(Ie)__awsp_limit]} )) || preexec_functions=(__awsp_limit $preexec_functions)
  # Last, so that it sees the PROMPT that the others make.
  (( ${precmd_functions[(Ie)__awsp_prompt]} )) || precmd_functions+=(__awsp_prompt)
}

__awsp_hook
