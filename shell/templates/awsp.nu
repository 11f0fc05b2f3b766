# awsp for nushell (0.114 and later). Source it from config.nu.
#
# The shim runs the program and loads the variables that it prints, as JSON. The shim itself does what is done before each
# prompt: it makes the prompt, ends the time limit and reads the folder pins. No process is started for that: Node takes about
# 40 ms.

# --- program and state -------------------------------------------------------------------------------------

const __awsp_dist = path self | path expand | path dirname | path dirname | path join dist

# `own` is the person's prompt while that of awsp is in its place. `ended`: after the time limit has ended at an old prompt, until
# the next one, the variables that the program gets as they were. A record is not exported.
$env.__awsp = {own: null, ended: {}}

# --- the awsp function -------------------------------------------------------------------------------------

# The program, or the script that finds a Node for it (src/launcher.sh), or what is on PATH, where this file was copied alone.
def __awsp_program [] {
  # A closure for each folder takes a millisecond.
  let choosing = ($env.PATH | append '' | str join ':') =~ '/shims:' and (
    $env.PATH | any {|folder| ($folder ends-with '/shims') and ($"($folder)/node" | path exists) }
  )
  let found = (which node).0?.type? == external
  let program = [$__awsp_dist (if $found and not $choosing { 'awsp.cjs' } else { 'awsp.sh' })] | path join
  if ($program | path exists) { $program } else { 'awsp' }
}

# Switch the AWS profile of this shell
@complete __awsp_complete
def --env --wrapped awsp [...args] {
  # The first command in here gets the input.
  match ($args.0? | default '' | into string) {
    # Nushell has no subshell that could become the command of `awsp exec`, so the program runs it.
    @PASS_THROUGH@ => {
      ^(__awsp_program) ...($args | flatten | into string)
    }
    @SHIM_AWARE@ => {
      with-env {AWSP_SHIM: 'nu @VERSION@'} { ^(__awsp_program) ...($args | flatten | into string) }
    }
    _ => {
      let mark = $'awsp-($nu.pid)-(random int)'
      # `awsp -` at an old prompt means the profile before the one that was shown there, so the program gets that one.
      let ended = if ($env.AWS_PROFILE? | is-empty) { $env.__awsp.ended } else { {} }
      # A failure of the program ends this function.
      let printed = with-env $ended { ^(__awsp_program) --shell nu --mark $mark ...($args | flatten | into string) }
      # Only what stands between two lines of the mark is of awsp's: something else may have printed too, or nothing ran.
      let parts = $printed | split row $mark
      if ($parts | length) < 3 {
        error make --unspanned {msg: 'awsp: the program did not run to its end, so nothing was changed'}
      }
      let change = $parts.1 | str trim | default --empty '{}' | from json
      if $change != {} and $env.__awsp.ended != {} {
        load-env ($env.__awsp.ended | select AWSP_PREVIOUS AWSP_PREVIOUS_UNTIL)
        $env.__awsp.ended = {}
      }
      hide-env --ignore-errors ...($change.unset? | default [])
      load-env ($change.set? | default {})
      if $change.inScript? != null and not $nu.is-interactive { print --stderr $change.inScript }
      $change.print?
    }
  }
}

# --- clock and time limit ----------------------------------------------------------------------------------

# The time in seconds since 1970.
def __awsp_clock [] {
  (date now | into int) // 1_000_000_000
}

# The end of a limit as a number, or null.
def __awsp_end [value: any] {
  if $"($value)" =~ '^[1-9][0-9]{0,14}$' { $value | into int }
}

# Does what `awsp --unset` would do, without a process, when the time is over. It runs before each prompt, and before each
# command, which may be typed at an old prompt.
def --env __awsp_limit [is_old_prompt: bool] {
  if not $is_old_prompt { $env.__awsp.ended = {} }
  let end = __awsp_end $env.AWSP_UNTIL?
  let name = $env.AWSP_PROFILE? | default ''
  if $end == null or $name == '' or $env.AWS_PROFILE? != $name or $end > (__awsp_clock) { return }
  if $is_old_prompt {
    $env.__awsp.ended = {
      AWS_PROFILE: $name
      AWSP_PROFILE: $name
      AWSP_UNTIL: $env.AWSP_UNTIL
      AWSP_PREVIOUS: ($env.AWSP_PREVIOUS? | default '')
      AWSP_PREVIOUS_UNTIL: ($env.AWSP_PREVIOUS_UNTIL? | default '')
    }
  }
  print --stderr $'awsp: the time of "(__awsp_printable $name)" is over: no profile now; awsp - goes back'
  for variable in [@REGION_VARIABLES@] { # only a region that awsp set
    if ($env.AWSP_REGION? | is-not-empty) and ($env | get --optional $variable) == $env.AWSP_REGION {
      hide-env $variable
    }
  }
  hide-env --ignore-errors ...[
    @DROPPED@
    AWSP_PREVIOUS_UNTIL # `awsp -` must not set the limit that has ended
  ]
  $env.AWSP_PREVIOUS = $name
}

# --- folder pins -------------------------------------------------------------------------------------------

# Finds what the pin of this folder says: that of the nearest `.awsp` file, in it or above, that `awsp allow` trusts. For each of
# those awsp keeps a copy, at the path of the file below awsp/allowed/. The first line of the copy says what is pinned, the rest
# is the file as it was allowed. File and copy are only compared, never run, and no more is read than awsp allows a file to hold
# (4096 bytes).
def __awsp_look [] {
  let home = $env.HOME? | default ''
  let state = $env.XDG_STATE_HOME? | default ''
  let allowed = (if $state starts-with '/' { $state } else { $"($home)/.local/state" }) + /awsp/allowed
  if not ($allowed | path exists) { return '' }
  mut folder = $env.PWD | str trim --right --char /
  loop {
    let files = [$"($allowed)($folder)/.awsp" $"($folder)/.awsp"]
    if ($folder != ($home | str trim --right --char /)) and ($files | all {|| ($in | path type) == file }) {
      let texts = $files | each {|| open --raw $in | first 4096 | into binary | decode utf-8 }
      let wants = $texts.0 | split row --number 2 "\n" | first
      if $texts.0 == $"($wants)\n($texts.1)" { return $wants }
    }
    if $folder == '' { return '' }
    $folder = $folder | str replace --regex '/[^/]*$' ''
  }
}

# --- completion --------------------------------------------------------------------------------------------

# The program prints the candidates, one a line: `value TAB meaning`.
def __awsp_complete [words: list<string>] {
  let end = $words | enumerate | where item == '--' | get --optional 0.index
  if $words.1? == exec and $end != null {
    # The command of `awsp exec`, as after sudo: by the person's own completer, if there is one, else files.
    let completer = $env.config.completions.external.completer?
    return (if $completer != null { do $completer ($words | skip ($end + 1)) })
  }
  # A word may have a quote that is still open.
  let plain = $words | each {|| str replace --regex '^([''"`])(.*?)\1?$' '$2' }
  try { ^(__awsp_program) --complete nu ...$plain e> /dev/null } catch { '' }
  | lines
  | each {||
    let parts = $in | split row --number 2 "\t"
    let value = $parts.0
    {value: (if $value =~ '^[\w@%+=:,./-]+$' { $value } else { $value | to nuon }), description: $parts.1?}
  }
}

# --- prompt ------------------------------------------------------------------------------------------------

# A text made of its parts, in at most as many columns as the prompt may have. What is not ASCII may take two columns each.
# Where there is too little room, the words become short ones, then the text does; then words go.
def __awsp_fit [parts: record] {
  mut p = $parts
  mut room = (if $p.width =~ '^[1-9][0-9]{0,2}$' { $p.width | into int } else { @WIDTH@ }) - @FRAME@
  if (__awsp_columns ($p | __awsp_joined)) > $room {
    if $p.by != '' { $p.words = $", ($p.by) set" }
    $p.more = $p.more | str replace ': awsp current' ''
    $p.alarm = $p.alarm | str replace --regex ' belongs here$' ' here'
    if (__awsp_columns ($p | __awsp_joined)) > $room {
      # As much as there is beside the alarm, which must be seen, and as a short text has at most.
      mut all = $p.mark + $p.words + $p.more + $p.alarm
      if $p.short != '' {
        $p.text = $p.short
        $all = $p.mark + $p.alarm
      }
      $p.text = __awsp_cut $p.text ([($room - (__awsp_columns $all)) ($room * 5 // 12)] | math max)
      $room -= __awsp_columns ($p.mark + $p.text)
      $p.alarm = __awsp_cut $p.alarm $room
      $room -= __awsp_columns $p.alarm
      $p.words = __awsp_cut --end $p.words $room
      $room -= __awsp_columns $p.words
      $p.more = __awsp_cut --end $p.more $room
    }
  }
  $p | __awsp_joined
}

def __awsp_joined [] {
  $in.mark + $in.text + $in.words + $in.more + $in.alarm
}

# How many columns a text may take.
def __awsp_columns [text: string] {
  $text | str replace --all --regex '[^\x00-\x7f]' '??' | str length
}

# A text, cut to at most so many columns: a name in the middle, words at the end. In less than six columns nothing can be told.
def __awsp_cut [--end, text: string, columns: int] {
  if (__awsp_columns $text) <= $columns { return $text }
  let room = if $text =~ '[^\x00-\x7f]' { ($columns + 2) // 2 } else { $columns }
  if $room < 6 { return '' }
  let letters = $text | split chars
  let head = if $end { $room - 2 } else { ($room - 2) * 3 // 5 }
  ($letters | first $head | str join) + '..' + ($letters | last ($room - 2 - $head) | str join)
}

def __awsp_printable [text: string] {
  $text | str replace --all --regex '[\x00-\x1f\x7f-\x9f]' '?'
}

# Whether AWS's files have the dates that they had, see src/node/file-dates.ts.
def __awsp_unchanged [seen: string] {
  if ($seen | path type) != dir { return false }
  let dates = ls $seen | select name modified | transpose --header-row --as-record
  for name in [config credentials] {
    let file = $"($seen)/($name)" | path expand # `ls` tells the date of a link itself
    let now = if ($file | path exists) { ls --directory $file | get 0.modified }
    let since = $dates | get --optional $"($seen)/($name).since"
    let until = $dates | get --optional $"($seen)/($name).until"
    if $now == null and $since != null { return false }
    if $now != null and ($until == null or $now > $until or $now < ($since | default $now)) { return false }
  }
  true
}

# The AWS profile of this shell, for a prompt
def awsp_prompt [] {
  let e = $env
  let name = $e.AWS_PROFILE? | default ''
  if $name == '' or ($e.AWSP_NO_PROMPT? | is-not-empty) { return '' }
  mut p = {mark: '', text: $name, short: '', words: '', more: '', alarm: '', by: '', width: ($e.AWSP_WIDTH? | default '')}
  mut style = ''
  # When several are set, the prompt names the last.
  for variable in [@WHEN_DIFFERENT@] {
    if $variable in $e and ($e | get $variable) != $name { $p.by = $variable }
  }
  for variable in [@WHEN_SET@] {
    if ($e | get --optional $variable | is-not-empty) { $p.by = $variable }
  }
  let servers = $e | select --optional @SERVERS@ | values
  let files = [$e.HOME? $e.AWS_CONFIG_FILE? $e.AWS_SHARED_CREDENTIALS_FILE?]
  | append (if ($servers | str join) != '' { $servers })
  | str join ':'
  let is_text_of = $"($e.AWSP_ACCOUNT_ID?):($e.AWSP_ROLE?):($name)" == $e.AWSP_TEXT_OF?
  if $p.by != '' {
    $p.words = $" overridden by ($p.by)"
    if $is_text_of { $p.short = $e.AWSP_TEXT_SHORT? | default '' }
    $style = '1;31;43'
  } else if $name != $e.AWSP_PROFILE? or $files != $e.AWSP_FILES? or ($e.AWSP_FOLDER? | default $e.PWD) != $e.PWD {
    $p.words = ' not set by awsp'
    $style = '33'
  } else {
    $style = '36'
    if $is_text_of and ($e.AWSP_TEXT? | is-not-empty) {
      $p.text = $e.AWSP_TEXT
      $p.short = $e.AWSP_TEXT_SHORT? | default ''
      let region = $e.AWS_REGION? | default --empty ($e.AWS_DEFAULT_REGION? | default '')
      if $region != '' and $region != $e.AWSP_PROFILE_REGION? { $p.words = $" ($region)" }
    } else { # The text is of another version of awsp, or there is none: as long as it is.
      $p.width = '999'
      let account = $e.AWSP_ACCOUNT_ID? | default ''
      if not ($name has $account) { $p.text = $"($name) ($account)" }
    }
    if $e.AWSP_STATE? != verified {
      $p.words += ' not verified'
      $style = '33'
    }
    if ($e.AWSP_ENDPOINT? | is-not-empty) {
      $p.more = $", ($e.AWSP_ENDPOINT) set"
      $style = '33'
    }
    if ($e.AWSP_SEEN? | is-not-empty) and not (__awsp_unchanged $e.AWSP_SEEN) {
      $p.more += ', files changed: awsp current'
      $style = '33'
    }
    let ends = [(__awsp_end $e.AWSP_EXPIRES?) (__awsp_end $e.AWSP_UNTIL?)] | compact
    if $ends != [] {
      let left = ($ends | math min) - (__awsp_clock)
      if $left <= 0 {
        $p.words += ' expired'
        $style = '31'
      } else if $left < 900 {
        $p.words += $" (($left + 59) // 60)m"
        $style = '35'
      }
    }
    let wants = __awsp_look
    if $wants not-in ['' $"account ($e.AWSP_ACCOUNT_ID?)" $"profile ($name)"] {
      $p.alarm = $", ($wants | str replace --regex '^\S+ ' '') belongs here"
    }
    if $e.AWSP_LEVEL? == production {
      $style = '1;37;41'
      if $p.alarm != '' or not (__awsp_has_colour) { $p.mark = 'PROD ' }
    }
    if $p.alarm != '' { $style = '1;31;43' }
  }
  let text = __awsp_printable (__awsp_fit $p)
  if (__awsp_has_colour) { $"\e[($style)m\(($text)\)\e[0m " } else { $"\(($text)\) " }
}

def __awsp_has_colour [] {
  ($env.NO_COLOR? | is-empty) and $env.TERM? != dumb
}

# The prompt of awsp in front of the person's own, which may begin with empty lines.
def __awsp_before [own: any] {
  let text = (if ($own | describe) == closure { do $own } else { $own }) | default '' | into string
  let end = if $env.AWSP_PROMPT_STYLE? == line and ($env.AWS_PROFILE? | is-not-empty) { "\n" } else { '' }
  $text | str replace --regex '^\n*' $'$0(awsp_prompt | str replace --all '$' '$$')($end)'
}

# --- hooks -------------------------------------------------------------------------------------------------

def __awsp_is_placed [] {
  for prompt in [$env.PROMPT_COMMAND? $env.PROMPT_COMMAND_RIGHT?] {
    if ($prompt | describe) == closure and (view source $prompt) =~ 'awsp_(before|prompt)' { return true }
  }
  false
}

# Before each prompt, because a theme may be chosen at any time.
def --env __awsp_before_prompt [] {
  __awsp_limit false
  if $env.AWSP_PROMPT_STYLE? == export { $env.AWSP_PROMPT = awsp_prompt }
  if $env.AWSP_PROMPT_STYLE? in [export off] or (__awsp_is_placed) { return }
  let own = $env.PROMPT_COMMAND?
  $env.__awsp.own = $own
  $env.PROMPT_COMMAND = {|| __awsp_before $own }
}

# Before each command. Commands must find the person's own prompt: a virtual environment calls it from a prompt of its own.
def --env __awsp_before_command [] {
  __awsp_limit true
  let prompt = $env.PROMPT_COMMAND?
  if ($prompt | describe) == closure and (view source $prompt) has '__awsp_before' { $env.PROMPT_COMMAND = $env.__awsp.own }
}

# --- start -------------------------------------------------------------------------------------------------

if (version).minor < 114 {
  print --stderr $'awsp: this is nushell (version | get version), and awsp needs 0.114 or later'
} else if not ($env.config.hooks.pre_prompt | any {|hook| ($hook | describe) == closure and (view source $hook) has __awsp }) {
  $env.config.hooks.pre_prompt = $env.config.hooks.pre_prompt | append {|| __awsp_before_prompt }
  $env.config.hooks.pre_execution = $env.config.hooks.pre_execution | append {|| __awsp_before_command }
}
