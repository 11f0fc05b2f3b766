# awsp for zsh (5.8 and later). Source it from ~/.zshrc, after the lines that set the prompt.
#
# The shim runs the program and evaluates the code that it prints. The shim itself does what is done before each prompt: it
# makes the prompt, ends the time limit and reads the folder pins. No process may be started for that: Node takes about 40 ms.

# Another shell may read this in ~/.profile: sh reads and runs one line after the other.
[ -n "${ZSH_VERSION-}" ] || { echo 'awsp: awsp.zsh is for zsh, and this is another shell: nothing was loaded' >&2 && return 0; }

# --- program and state -------------------------------------------------------------------------------------

typeset -g __awsp_dist="${${(%):-%x}:A:h}/../dist"
typeset -ga __awsp_program

\unalias awsp 2>/dev/null || :

# The folder pin: the folder that it was found for, what the pin says, the file, and awsp's copy of it.
typeset -g __awsp_folder= __awsp_wants= __awsp_pin= __awsp_record=
# After the time limit has ended at an old prompt, until the next one: the variables that the program gets as they were.
typeset -ga __awsp_ended
# Whether PROMPT lost the prefix that was put into it, as long as it is not known that it did not; how long PROMPT was without it, plus
# one; whether __awsp_prompt moved to the last place just now; whether a theme makes PROMPT anew while a line is typed; and whether
# the prompt is on a line of its own. And PROMPT, with the prefix, as it was at the last prompt.
typeset -g __awsp_missed=1 __awsp_bare=0 __awsp_moved=0 __awsp_async=0 __awsp_line=0 __awsp_drawn=
# What moves the cursor in PROMPT, to the left or up: a carriage return, or a sequence such as ESC [ A.
typeset -g __awsp_moves=$'*(\r|\e\\[(|<->)[A-Hf]|cuu1)*'
# The last prompt: all that it was made of, the prompt, the number and the value of its psvar, and the time for which it holds.
typeset -g __awsp_all= __awsp_all0= __awsp_all1= __awsp_all2= __awsp_all3= __awsp_same= __awsp_number= __awsp_shown= __awsp_from= __awsp_to=

# --- the awsp function -------------------------------------------------------------------------------------

# Sets `__awsp_program`: the program and the first node in PATH, or the script that finds a Node for it (src/launcher.sh). Not by
# `whence`, because zsh also remembers a node where there is an earlier one by now.
function __awsp_find_node {
  local folder node=
  for folder in "${(@)path:#}"; do
    [[ -f $folder/node && -x $folder/node ]] || continue
    [[ $folder != */shims ]] || { node= && break; }
    node=${node:-$folder/node}
  done
  __awsp_program=("$__awsp_dist/awsp.sh")
  [[ -z $node ]] || __awsp_program=("$node" "$__awsp_dist/awsp.cjs")
  # A plugin manager may have copied this file alone, as `zinit snippet` does.
  [[ -e $__awsp_dist/awsp.cjs ]] || __awsp_program=(awsp)
}

function awsp {
  emulate -L zsh
  __awsp_folder=
  __awsp_find_node
  case ${1-} in
    (@PASS_THROUGH@)
      command "${__awsp_program[@]}" "$@"
      ;;
    (@SHIM_AWARE@)
      local __awsp_unseen=
      # The person has switched it off, or other code has removed it.
      [[ ! -o interactive || -z ${AWS_PROFILE-} || -n "${AWSP_NO_PROMPT-}${(M)AWSP_PROMPT_STYLE:#(off|export)}" ]] ||
        (( ${precmd_functions[(Ie)__awsp_prompt]} )) || __awsp_unseen=' unseen'
      AWSP_SHIM='zsh @VERSION@'$__awsp_unseen command "${__awsp_program[@]}" "$@"
      ;;
    (*)
      local __awsp_code __awsp_mark="awsp-$$-$RANDOM"
      # `awsp -` at an old prompt means the profile before the one that was shown there, so the program gets that one. The input
      # of `awsp exec` is that of the command which follows; the program asks on the terminal. (This comment cannot stand in the
      # parentheses: interactive zsh takes a comment there for a command.)
      __awsp_code=$(
        [[ -n ${AWS_PROFILE-} ]] || (( ! $#__awsp_ended )) || export "${__awsp_ended[@]}"
        [[ ${1-} != exec ]] || { exec </dev/null && set -- --subshell "$@"; }
        command "${__awsp_program[@]}" --shell zsh --mark "$__awsp_mark" "$@"
      ) || return
      # Only what stands between two lines of the mark is code of awsp's: something else may have printed too, or nothing ran.
      if [[ $__awsp_code != *"$__awsp_mark"$'\n'*"$__awsp_mark"* ]]; then
        print -ru2 -- 'awsp: the program did not run to its end, so nothing was changed'
        return 1
      fi
      __awsp_code=${__awsp_code#*"$__awsp_mark"$'\n'}
      __awsp_code=${__awsp_code%%"$__awsp_mark"*}
      if [[ ${1-} == exec ]]; then
        # The subshell becomes the command.
        (eval "$__awsp_code")
        return
      fi
      if [[ -n $__awsp_code ]] && (( $#__awsp_ended )); then
        export "${(@M)__awsp_ended:#AWSP_PREVIOUS*}"
        __awsp_ended=()
      fi
      eval "$__awsp_code" || return
      __awsp_hook
      ;;
  esac
}

# --- clock and time limit ----------------------------------------------------------------------------------

# Expanded as a prompt, this is the time in seconds since 1970; it needs no module and no process. It is a variable because with
# `ignore_braces` the brace in it would end an expansion.
typeset -g __awsp_clock='%D{%s}'

# Does what `awsp --unset` would do, without a process, when the time is over. It runs before each prompt, and before each
# command, which may be typed at an old prompt: then it has arguments.
function __awsp_limit {
  emulate -L zsh
  (( ! $# )) || __awsp_check
  [[ ${AWSP_UNTIL-} == [1-9]* && $AWSP_UNTIL != *[^0-9]* && ${#AWSP_UNTIL} -lt 16 ]] || return 0
  [[ -n ${AWSP_PROFILE-} && ${AWS_PROFILE-} == "$AWSP_PROFILE" ]] || return 0
  local name=$AWSP_PROFILE variable now=${(%)__awsp_clock}
  (( AWSP_UNTIL <= now )) || return 0
  (( ! $# )) || __awsp_ended=(
    AWS_PROFILE="$name" AWSP_PROFILE="$name" AWSP_UNTIL="$AWSP_UNTIL"
    AWSP_PREVIOUS="${AWSP_PREVIOUS-}" AWSP_PREVIOUS_UNTIL="${AWSP_PREVIOUS_UNTIL-}"
  )
  print -ru2 -- "awsp: the time of \"${name//[^[:print:]]/?}\" is over: no profile now; awsp - goes back"
  for variable in @REGION_VARIABLES@; do # only a region that awsp set
    [[ -z ${AWSP_REGION-} || ${(P)variable-} != "$AWSP_REGION" ]] || unset $variable
  done
  unset @DROPPED@
  unset AWSP_PREVIOUS_UNTIL # `awsp -` must not set the limit that has ended
  export AWSP_PREVIOUS=$name
}

# --- folder pins -------------------------------------------------------------------------------------------

# Finds the pin of this folder: the nearest `.awsp` file, in it or above, that `awsp allow` trusts. For each of those awsp keeps
# a copy, at the path of the file below awsp/allowed/. The first line of the copy says what is pinned, the rest is the file as
# it was allowed. File and copy are only compared, never run, and no more is read than awsp allows a file to hold (4096 bytes).
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
        # The prompt looks again when the file is newer than its copy, and each time where it is newer already.
        if [[ $folder/.awsp -nt $allowed$folder/.awsp ]]; then
          __awsp_folder=
        else
          __awsp_pin=$folder/.awsp __awsp_record=$allowed$folder/.awsp
        fi
        return 0
      fi
    fi
    # A changed file may become the allowed one again (`git checkout`): look again before each prompt.
    [[ ! -f $allowed$folder/.awsp ]] || __awsp_folder=
    # In a folder that is gone PWD is no path.
    [[ $folder == */* ]] || return 0
    folder=${folder%/*}
  done
}

# --- completion --------------------------------------------------------------------------------------------

# The program prints the candidates, one a line: `group TAB value:meaning`. A TAB alone before them: all are meant.
function __awsp_complete {
  local typed=$PREFIX group flag
  local -a lines candidates suffix flags=('' -U)
  # The command of `awsp exec`, as after sudo.
  local -i end=${words[(ie)--]}
  if [[ ${words[2]} == exec ]] && (( end < CURRENT )); then
    shift $end words
    (( CURRENT -= end ))
    _normal
    return
  fi
  # Inside single quotes nothing else is quoted.
  [[ ${compstate[quote]} == \' ]] || typed=${(Q)PREFIX}
  __awsp_find_node
  # The locale of this shell, which need not be exported.
  lines=("${(@f)$(LC_ALL=${LC_ALL:-${LC_CTYPE:-${LANG-}}} command "${__awsp_program[@]}" --complete zsh "${(@Q)words[1,CURRENT-1]}" "$typed" 2>/dev/null </dev/null)}")
  # First the candidates that begin with the word, by zsh's own matching. If there is none, all: the program found them by a
  # fragment of the name.
  [[ $lines[1] != $'\t' ]] || { shift lines; flags=(-U); }
  for flag in "${(@)flags}"; do
    for group in ${(u)lines%%$'\t'*}; do
      candidates=("${(@)${(@M)lines:#$group$'\t'*}#*$'\t'}")
      # A value comes behind the name of a property.
      suffix=()
      [[ $group != properties ]] || suffix=(-S '')
      _describe -t "$group" "$group" candidates $flag "${(@)suffix}"
    done
    (( ! compstate[nmatches] )) || break
  done
  # Candidates that were found by a fragment may have no common beginning: the word stays as typed, and a second Tab goes
  # through them.
  if [[ -n $flag && ${compstate[insert]} == *unambiguous ]] && (( compstate[nmatches] > 1 )); then
    compstate[insert]=
    compstate[list]='list force'
  fi
}

# --- prompt ------------------------------------------------------------------------------------------------

# Seven looks: normal, caution, time nearly over, time over, production, alarm, no colour. Each has its psvar (91 to 97), of which at most one has a value. The
# prefix of PROMPT is constant, and zsh shows the value of a psvar as text, with and without prompt_subst.
typeset -ga __awsp_open __awsp_close
typeset -g __awsp_prefix
__awsp_open=('%F{cyan}' '%F{yellow}' '%F{magenta}' '%F{red}' '%B%F{white}%K{red}' '%B%F{red}%K{yellow}' '')
__awsp_close=('%f' '%f' '%f' '%f' '%b%f%k' '%b%f%k' '')
() {
  emulate -L zsh
  __awsp_prefix=
  local -i i
  for (( i = 1; i <= 7; i++ )); do
    __awsp_prefix+="%(9${i}V.${__awsp_open[i]}(%9${i}v%)${__awsp_close[i]} .)"
  done
}

# Makes `text` of its parts, in at most as many columns as the prompt may have. What is not ASCII may take two columns each. Where
# there is too little room, the words of `words`, `more` and `alarm` become short ones, then the text does; then words go.
function __awsp_fit {
  local all=$mark$text$words$more$alarm
  local -i room=@WIDTH@
  [[ $width != [1-9]* || $width == *[^0-9]* || ${#width} -gt 3 ]] || room=$width
  room=$(( room - @FRAME@ ))
  if (( ${#all} + ${#${all//[[:ascii:]]/}} > room )); then
    words=${words/#" overridden by $by"/, $by set} more=${more/: awsp current/} alarm=${alarm/% belongs here/ here}
    all=$mark$text$words$more$alarm
    if (( ${#all} + ${#${all//[[:ascii:]]/}} > room )); then
      # As much as there is beside the alarm, which must be seen, and as a short text has at most.
      if [[ -n $short ]]; then text=$short all=$mark$alarm; else all=$mark$words$more$alarm; fi
      local -i left=$(( room - ${#all} - ${#${all//[[:ascii:]]/}} )) least=$(( room * 5 / 12 ))
      __awsp_cut text $(( left > least ? left : least ))
      room=$(( room - (${#mark} + ${#text} + ${#${text//[[:ascii:]]/}}) ))
      __awsp_cut alarm $room
      room=$(( room - (${#alarm} + ${#${alarm//[[:ascii:]]/}}) ))
      __awsp_cut words $room
      room=$(( room - (${#words} + ${#${words//[[:ascii:]]/}}) ))
      __awsp_cut more $room
    fi
  fi
  text=$mark$text$words$more$alarm
}

# Cuts the value of the variable $1 to at most $2 columns: names in the middle, words at the end. In less than six columns nothing
# can be told.
function __awsp_cut {
  local value=${(P)1}
  local -i room=$2 head
  (( ${#value} + ${#${value//[[:ascii:]]/}} > room )) || return 0
  [[ -z ${value//[[:ascii:]]/} ]] || room=$(( (room + 2) / 2 ))
  if [[ $1 == words || $1 == more ]]; then head=$(( room - 2 )); else head=$(( (room - 2) * 3 / 5 )); fi
  if (( room < 6 )); then value=; else value=${value[1,head]}..${value[$#value-room+head+3,-1]}; fi
  : ${(P)1::=$value}
}

# Sets AWSP_PROMPT, and psvar for the prefix of PROMPT.
function __awsp_make_prompt {
  local name text variable short mark words alarm by more servers region width=${AWSP_WIDTH-}
  local -i end limit
  local -i style
  # __awsp_limit is called only when the time is over: a call takes as long as all of this function.
  if [[ ${AWSP_UNTIL-} == [1-9]* && $AWSP_UNTIL != *[^0-9]* && ${#AWSP_UNTIL} -lt 16 ]]; then
    end=$AWSP_UNTIL limit=$AWSP_UNTIL
    (( now < end )) || __awsp_limit
  fi
  name=${AWS_PROFILE-}
  psvar[91,97]=('' '' '' '' '' '' '')
  AWSP_PROMPT=
  if [[ -n $name && -z ${AWSP_NO_PROMPT-} ]]; then
    # One test for all of them: usually none is set. When several are, the prompt names the last.
    if [[ -n @ANY_WHEN_DIFFERENT@ ]]; then
      for variable in @WHEN_DIFFERENT@; do
        [[ ${(P)variable-$name} == "$name" ]] || by=$variable
      done
    fi
    if [[ -n @ANY_WHEN_SET@ ]]; then
      for variable in @WHEN_SET@; do
        [[ -z ${(P)variable-} ]] || by=$variable
      done
    fi
    [[ -z @ANY_SERVER@ ]] || servers=:@SERVERS@
    if [[ -n $by ]]; then
      text=$name words=" overridden by $by" style=6
      [[ "${AWSP_ACCOUNT_ID-}:${AWSP_ROLE-}:$name" != "${AWSP_TEXT_OF-}" ]] || short=${AWSP_TEXT_SHORT-}
    elif [[ ${(t)AWS_PROFILE} != *export* ]]; then
      text=$name words=' not exported' style=6
      [[ "${AWSP_ACCOUNT_ID-}:${AWSP_ROLE-}:$name" != "${AWSP_TEXT_OF-}" ]] || short=${AWSP_TEXT_SHORT-}
    elif [[ $name != "${AWSP_PROFILE-}" || ${HOME-}:${AWS_CONFIG_FILE-}:${AWS_SHARED_CREDENTIALS_FILE-}$servers != "${AWSP_FILES-}" || ${AWSP_FOLDER:-$PWD} != "$PWD" ]]; then
      text=$name words=' not set by awsp' style=2
    else
      style=1
      if [[ -n ${AWSP_TEXT-} && "${AWSP_ACCOUNT_ID-}:${AWSP_ROLE-}:$name" == "${AWSP_TEXT_OF-}" ]]; then
        text=$AWSP_TEXT short=${AWSP_TEXT_SHORT-} region=${AWS_REGION:-${AWS_DEFAULT_REGION-}}
        [[ -z $region || $region == "${AWSP_PROFILE_REGION-}" ]] || words=" $region"
      else # The text is of another version of awsp, or there is none: as long as it is.
        text=$name width=999
        [[ $name == *"${AWSP_ACCOUNT_ID-}"* ]] || text+=" $AWSP_ACCOUNT_ID"
      fi
      [[ ${AWSP_STATE-} == verified ]] || { words+=' not verified'; style=2; }
      [[ -z ${AWSP_ENDPOINT-} ]] || { more=", $AWSP_ENDPOINT set"; style=2; }
      # Whether AWS's files have the dates that they had, see src/node/file-dates.ts. Zsh compares whole seconds.
      [[ -z ${AWSP_SEEN-} || @UNCHANGED@ ]] || { more+=', files changed: awsp current'; style=2; }
      if [[ ${AWSP_EXPIRES-} == [1-9]* && $AWSP_EXPIRES != *[^0-9]* && ${#AWSP_EXPIRES} -lt 16 ]]; then
        (( end && end < AWSP_EXPIRES )) || end=$AWSP_EXPIRES
      fi
      if (( end )); then
        if (( end <= now )); then
          words+=' expired' style=4
        elif (( end - now < 900 )); then
          words+=" $(( (end - now + 59) / 60 ))m" style=3
        fi
      fi
      [[ ${AWSP_LEVEL-} != production ]] || { style=5; mark='PROD '; }
      if [[ $PWD != "$__awsp_folder" || ( -n $__awsp_pin && ( ! -f $__awsp_pin || ! -f $__awsp_record || $__awsp_pin -nt $__awsp_record ) ) ]]; then
        __awsp_look
      fi
      if [[ -n $__awsp_wants && $__awsp_wants != "account ${AWSP_ACCOUNT_ID-}" && $__awsp_wants != "profile $name" ]]; then
        alarm=", ${__awsp_wants#* } belongs here" style=6
      elif [[ -z ${NO_COLOR-} && ${TERM-} != dumb ]]; then
        mark= # the colour says it
      fi
    fi
    [[ -z $mark$words$more$alarm ]] || __awsp_fit
    text=${text//[^[:print:]]/?}
    [[ -z ${NO_COLOR-} && ${TERM-} != dumb ]] || style=7
    psvar[90+style]=$text
    AWSP_PROMPT="${__awsp_open[style]}(${text//\%/%%})${__awsp_close[style]} "
    # An unusual prompt is made anew each time, and so is one in a folder whose pin has to be looked for each time.
    if [[ -z $by$more@ANY_WHEN_DIFFERENT@ && $PWD == "$__awsp_folder" ]]; then
      __awsp_same=$AWSP_PROMPT __awsp_number=$(( 90 + style )) __awsp_shown=$text __awsp_from=$now __awsp_to=9999999999
      # Until its minutes change.
      (( end <= now )) || __awsp_to=$(( end - now < 900 ? end - (end - now - 1) / 60 * 60 : end - 899 ))
      (( ! limit || __awsp_to < limit )) || __awsp_to=$limit
      __awsp_all=yes @KEEP_ALL@
    fi
  fi
}

# Does that before each prompt, without a process. What the prompt is made of usually is as it was: then so is the prompt.
function __awsp_prompt {
  local percent=0 now
  [[ -o prompt_percent ]] && percent=1
  emulate -L zsh
  now=${(%)__awsp_clock}
  __awsp_ended=()
  if [[ -n $__awsp_all && @IS_ALL@ && $PWD == "$__awsp_folder" && $now -ge $__awsp_from && $now -lt $__awsp_to ]] &&
    [[ -z $__awsp_pin || ( -f $__awsp_pin && -f $__awsp_record && ! $__awsp_pin -nt $__awsp_record ) ]] &&
    [[ -z ${AWSP_SEEN-} || @UNCHANGED@ ]]; then
    [[ $psvar[__awsp_number] == "$__awsp_shown" ]] || psvar[__awsp_number]=$__awsp_shown
    AWSP_PROMPT=$__awsp_same
  else
    __awsp_all=
    __awsp_make_prompt
  fi
  # The completion system may be started after this file, or again, and then has no function for awsp.
  (( ${+functions[compdef]} && ${+_comps} )) && [[ -z ${_comps[awsp]-} ]] && compdef __awsp_complete awsp
  # A call takes as long as all of this, and mostly PROMPT is as it was.
  (( ! __awsp_missed )) && [[ "$percent$AWSP_PROMPT_STYLE|$PROMPT" == "$__awsp_drawn" ]] || __awsp_draw $percent
}

# Shows the prompt, at each prompt, because a theme may set PROMPT at each prompt: in a segment of powerlevel10k, in front of PROMPT,
# or on a line of its own, where PROMPT would draw over what stands in front of it or is made anew by others.
function __awsp_draw {
  local how=${AWSP_PROMPT_STYLE-}
  __awsp_line=0 __awsp_moved=0 __awsp_drawn=
  if [[ $how == off || $how == export ]]; then
    (( ! __awsp_bare )) || __awsp_clean
    [[ $how == off ]] || export AWSP_PROMPT=${(%)AWSP_PROMPT}
  elif [[ $how != line && $how != prefix && -n ${POWERLEVEL9K_LEFT_PROMPT_ELEMENTS-} ]] && (( ${precmd_functions[(Ie)_p9k_precmd]} )); then
    (( ! __awsp_bare )) || __awsp_clean
    [[ ${+functions[prompt_awsp]} == 1 && " $POWERLEVEL9K_LEFT_PROMPT_ELEMENTS $POWERLEVEL9K_RIGHT_PROMPT_ELEMENTS " == *' awsp'[\ _]* ]] || __awsp_add_segment
  elif [[ ${PROMPT-}${RPROMPT-} == *AWSP_PROMPT* ]]; then
    __awsp_bare=0 # the person has put it elsewhere
  elif [[ $how == line ]] || (( ! $1 )) || { [[ $how != prefix ]] && __awsp_needs_line; }; then
    (( ! __awsp_bare )) || __awsp_clean
    __awsp_line=1
    [[ ${widgets[clear-screen]-} != builtin ]] || zle -N clear-screen __awsp_clear_screen
    __awsp_print_line
  else
    # A theme that was loaded later set PROMPT after this function: move it to the end, from the next prompt on.
    if (( __awsp_missed )) && [[ ${precmd_functions[-1]-} != __awsp_prompt ]]; then
      precmd_functions=(${precmd_functions:#__awsp_prompt} __awsp_prompt)
      __awsp_moved=1
    fi
    if [[ ${PROMPT-} != *"$__awsp_prefix"* ]]; then
      __awsp_bare=$(( $#PROMPT + 1 ))
      PROMPT=$__awsp_prefix${PROMPT-}
    fi
    __awsp_drawn="1$how|$PROMPT"
  fi
}

# Takes the prefix out of PROMPT.
function __awsp_clean {
  __awsp_bare=0
  [[ ${PROMPT-} != *"$__awsp_prefix"* ]] || PROMPT=${PROMPT%%"$__awsp_prefix"*}${PROMPT#*"$__awsp_prefix"}
}

# Returns whether PROMPT cannot carry a prefix: it moves the cursor to the left or up, or it is made anew while a line is typed, as
# spaceship does, and pure before it had its values in psvar.
function __awsp_needs_line {
  (( __awsp_async || ${+functions[spaceship::populate]} )) ||
    [[ ${PROMPT-} == ${~__awsp_moves} ]] ||
    { (( ${+functions[prompt_pure_preprompt_render]} )) && [[ ${PROMPT-} != *'%(14V'* ]]; }
}

function __awsp_print_line {
  [[ -z $AWSP_PROMPT ]] || print -r -- "${${(%)AWSP_PROMPT}% }"
}

# Ctrl-L clears the line as well, so it is printed again. What zle prints comes later than what this prints.
function __awsp_clear_screen {
  emulate -L zsh
  if (( __awsp_line )); then
    zle -I
    print -n '\e[H\e[2J'
    __awsp_print_line
  else
    zle .clear-screen
  fi
}

# Puts a segment into powerlevel10k's prompt, first on the left, unless the person has put it somewhere. Powerlevel10k runs last, so
# it makes its prompt with it.
function __awsp_add_segment {
  (( ${+functions[prompt_awsp]} )) || function prompt_awsp {
    p10k segment -e -c '$AWSP_PROMPT' -t '${AWSP_PROMPT% }'
  }
  [[ " $POWERLEVEL9K_LEFT_PROMPT_ELEMENTS $POWERLEVEL9K_RIGHT_PROMPT_ELEMENTS " == *' awsp'[\ _]* ]] ||
    POWERLEVEL9K_LEFT_PROMPT_ELEMENTS=(awsp $POWERLEVEL9K_LEFT_PROMPT_ELEMENTS)
  p10k reload
}

# Before each command: finds out whether PROMPT has the prefix still. When it has not, and this function was the last to set it, it
# was made anew while the line was typed. But a shorter one only takes its place in front of a line that is done.
function __awsp_check {
  (( __awsp_bare )) || return 0
  if [[ ${PROMPT-} == *"$__awsp_prefix"* ]]; then
    __awsp_missed=0
  elif (( $#PROMPT + 1 >= __awsp_bare )); then
    __awsp_missed=1
    (( __awsp_moved )) || [[ ${precmd_functions[-1]-} != __awsp_prompt ]] || __awsp_async=1
  fi
}

# --- hooks -------------------------------------------------------------------------------------------------

# Makes zsh run __awsp_prompt and __awsp_limit. Also called after a switch: other code may have removed them since, and the prompt
# would go on showing the old profile.
function __awsp_hook {
  emulate -L zsh
  [[ -o interactive ]] || return 0
  typeset -ga precmd_functions preexec_functions
  # First, so that the functions after it run without the profile.
  (( ${preexec_functions[(Ie)__awsp_limit]} )) || preexec_functions=(__awsp_limit $preexec_functions)
  # Last, so that it sees the PROMPT that the others set; but powerlevel10k keeps the last place, and sees the segment then.
  if (( ! ${precmd_functions[(Ie)__awsp_prompt]} )); then
    local -i place=${precmd_functions[(ie)_p9k_precmd]}
    # Another program makes the prompt of AWSP_PROMPT.
    [[ ${AWSP_PROMPT_STYLE-} != export ]] || place=1
    precmd_functions=($precmd_functions[1,place-1] __awsp_prompt $precmd_functions[place,-1])
  fi
}

# --- start -------------------------------------------------------------------------------------------------

# What stands behind `awsp` is mostly no name of a file, which zsh would offer in its place.
[[ ! -o correct_all ]] || alias awsp='nocorrect awsp'
__awsp_hook
