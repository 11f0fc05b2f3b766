# awsp for fish (3.4 and later). Source it from ~/.config/fish/config.fish.
#
# The shim runs the program and evaluates the code that it prints. The shim itself does what is done before each prompt: it
# makes the prompt, ends the time limit and reads the folder pins. No process may be started for that: Node takes about 40 ms.

# Another shell may read this too, and older versions of fish: here is only what all of them can parse, so no "$(…)".
type -q status >/dev/null 2>&1 || eval 'echo "awsp: awsp.fish is for fish, and this is another shell: nothing was loaded" >&2; return 0'
if not string match -qr '^(3\.([4-9]|\d\d)|[4-9]|\d\d)' -- $FISH_VERSION
    echo "awsp: this is fish $FISH_VERSION, and awsp needs 3.4 or later" >&2
    exit # older versions of fish skip the rest of the file then
end

# --- program and state -------------------------------------------------------------------------------------

set -g __awsp_dist (builtin realpath (status dirname))/../dist

# The folder pin: the folder that it was found for, what the pin says, and two paths: the file, and awsp's copy of it.
set -g __awsp_folder
set -g __awsp_wants
set -g __awsp_pin
# After the time limit has ended at an old prompt, until the next one: AWSP_UNTIL, AWSP_PREVIOUS, AWSP_PREVIOUS_UNTIL and the
# profile as they were.
set -g __awsp_ended
# Fish before 3.6 cannot compare the dates of files.
set -g __awsp_dates
test ! / -nt / 2>/dev/null; and set __awsp_dates yes

# --- the awsp function -------------------------------------------------------------------------------------

# Sets `__awsp_program`: the program and its Node, or the script that finds a Node for it (src/launcher.sh).
function __awsp_find_node
    set -g __awsp_program node $__awsp_dist/awsp.cjs
    command -sq node; or set -g __awsp_program $__awsp_dist/awsp.sh
    if string match -q '*/shims' -- $PATH
        for folder in $PATH
            string match -q '*/shims' -- $folder; and test -x "$folder/node"; or continue
            set -g __awsp_program $__awsp_dist/awsp.sh
        end
    end
    # A plugin manager may have copied this file alone.
    test -e $__awsp_dist/awsp.cjs; or set -g __awsp_program awsp
end

function awsp --description 'Switch the AWS profile of this shell'
    set -g __awsp_folder
    __awsp_find_node
    switch "$argv[1]"
        case @PASS_THROUGH@
            command $__awsp_program $argv
        case @SHIM_AWARE@
            AWSP_SHIM='fish @VERSION@' command $__awsp_program $argv
        case '*'
            # `awsp -` at an old prompt means the profile before the one that was shown there, so the program gets that one.
            if set -q __awsp_ended[1]; and test -z "$AWS_PROFILE"
                set -fx AWSP_UNTIL $__awsp_ended[1]
                set -fx AWSP_PREVIOUS $__awsp_ended[2]
                set -fx AWSP_PREVIOUS_UNTIL $__awsp_ended[3]
                set -fx AWSP_PROFILE $__awsp_ended[4]
                set -fx AWS_PROFILE $__awsp_ended[4]
            end
            set -l __awsp_mark awsp-$fish_pid-(random)
            set -l __awsp_code
            if test "$argv[1]" = exec
                # The input is that of the command which follows; the program asks on the terminal.
                set __awsp_code (command $__awsp_program --shell fish --mark $__awsp_mark --subshell $argv </dev/null)
                or return
            else
                set __awsp_code (command $__awsp_program --shell fish --mark $__awsp_mark $argv)
                or return
            end
            # Only what stands between two lines of the mark is code of awsp's: something else may have printed too, or nothing ran.
            set __awsp_code (string join \n -- $__awsp_code | string collect)
            set -l __awsp_framed "(?s)^.*?$__awsp_mark\n(.*?)$__awsp_mark.*\$"
            if not string match -qr $__awsp_framed -- "$__awsp_code"
                echo 'awsp: the program did not run to its end, so nothing was changed' >&2
                return 1
            end
            set __awsp_code (string replace -r $__awsp_framed '$1' -- "$__awsp_code" | string collect)
            if test -n "$__awsp_code"; and set -q __awsp_ended[1]
                set -gx AWSP_PREVIOUS $__awsp_ended[2]
                set -gx AWSP_PREVIOUS_UNTIL $__awsp_ended[3]
                set -g __awsp_ended
            end
            eval $__awsp_code
    end
end

# --- clock and time limit ----------------------------------------------------------------------------------

# Sets __awsp_soon to the time in fifteen minutes, in seconds since 1970, and returns whether it could. Fish has no clock of its
# own: the time is that of the last change of a file plus the age of that change. `path mtime` came with fish 3.6.
function __awsp_clock
    # A word for it, because fish before 3.5 does not parse `builtin path`.
    set -l path path
    builtin -q $path; or return
    # Command substitutions are what takes time in fish: each as long as thirty tests.
    set -l clock (builtin $path mtime / 2>/dev/null; builtin $path mtime --relative / 2>/dev/null)
    set -q clock[2]; and set -g __awsp_soon (math $clock[1] + $clock[2] + 900)
end

# Does what `awsp --unset` would do, without a process, when the time is over. It runs before each prompt, and before each
# command, which may be typed at an old prompt: then $argv is the command.
function __awsp_limit --on-event fish_prompt --on-event fish_preexec
    set -g __awsp_soon
    set -q argv[1]; or set -g __awsp_ended
    string match -qr '^[1-9][0-9]{0,14}$' -- "$AWSP_UNTIL"; or return
    test -n "$AWSP_PROFILE"; or return
    test "$AWS_PROFILE" = "$AWSP_PROFILE"; or return
    __awsp_clock; or set -g __awsp_soon (math (command date +%s) + 900)
    test $AWSP_UNTIL -lt $__awsp_soon; and test (math $AWSP_UNTIL + 900) -le $__awsp_soon; or return
    set -l name $AWSP_PROFILE
    set -q argv[1]; and set -g __awsp_ended "$AWSP_UNTIL" "$AWSP_PREVIOUS" "$AWSP_PREVIOUS_UNTIL" $name
    echo "awsp: the time of \""(string replace -ra '[\x00-\x1f\x7f-\x9f]' '?' -- $name)"\" is over: no profile now; awsp - goes back" >&2
    for variable in @REGION_VARIABLES@ # only a region that awsp set
        test -n "$AWSP_REGION" -a "$$variable" = "$AWSP_REGION"; and set -e -g $variable
    end
    set -e -g @DROPPED@
    set -e -g AWSP_PREVIOUS_UNTIL # `awsp -` must not set the limit that has ended
    set -gx AWSP_PREVIOUS $name
end

# --- folder pins -------------------------------------------------------------------------------------------

# Finds the pin of this folder: the nearest `.awsp` file, in it or above, that `awsp allow` trusts. For each of those awsp keeps
# a copy, at the path of the file below awsp/allowed/. The first line of the copy says what is pinned, the rest is the file as
# it was allowed. File and copy are only compared, never run, and no more is read than awsp allows a file to hold (4096 bytes).
function __awsp_look
    set -g __awsp_folder $PWD
    set -g __awsp_wants
    set -g __awsp_pin
    # A command substitution would split such a path.
    string match -q -- '*'\n'*' "$PWD"; and return
    set -l allowed "$HOME/.local/state/awsp/allowed"
    string match -q '/*' -- "$XDG_STATE_HOME"; and set allowed "$XDG_STATE_HOME/awsp/allowed"
    set -l home (string replace -r '/+$' '' -- "$HOME")
    set -l folder (string replace -r '/$' '' -- "$PWD")
    while true
        if test -f "$allowed$folder/.awsp" -a -r "$allowed$folder/.awsp" -a -f "$folder/.awsp" -a -r "$folder/.awsp" -a "$folder" != "$home"
            set -l record
            set -l text
            read --null --nchars 4096 record <"$allowed$folder/.awsp"
            read --null --nchars 4096 text <"$folder/.awsp"
            set -l wants (string split --max 1 \n -- "$record")[1]
            if test "$record" = "$wants"\n"$text"
                set __awsp_wants $wants
                set -g __awsp_wanted (string replace -r '^\S+ ' '' -- $wants)
                # The prompt looks again when the file is newer than its copy, and each time where it is newer already, or where
                # fish cannot tell.
                if test -n "$__awsp_dates"; and not test "$folder/.awsp" -nt "$allowed$folder/.awsp"
                    set __awsp_pin "$folder/.awsp" "$allowed$folder/.awsp"
                else
                    set __awsp_folder
                end
                return
            end
        end
        # A changed file may become the allowed one again (`git checkout`): look again before each prompt.
        test -f "$allowed$folder/.awsp"; and set __awsp_folder
        # In a folder that is gone PWD is no path.
        string match -q '*/*' -- $folder; or return
        set folder (string replace -r '/[^/]*$' '' -- $folder)
    end
end

# --- completion --------------------------------------------------------------------------------------------

# The program prints the candidates, one a line: `value TAB meaning`.
function __awsp_complete
    set -l words (commandline -opc)
    if test "$words[2]" = exec; and set -l end (contains --index -- -- $words)
        # The command of `awsp exec`, as after sudo.
        set -l command (string escape -- $words[(math $end + 1)..-1] | string join ' ')
        set -l typed (commandline -ct)
        complete -C "$command $typed"
        return
    end
    for quote in '' \' '"' # the word may have a quote that is still open
        set -l typed (commandline -ct | string collect)
        set typed (string unescape -- "$typed$quote"); or continue
        __awsp_find_node
        command -sq $__awsp_program[1]; or return
        command $__awsp_program --complete fish (commandline -opc) "$typed" 2>/dev/null </dev/null
        return
    end
end

# --- prompt ------------------------------------------------------------------------------------------------

# Sets __awsp_fitted to a text made of these parts: production, text, short text, words of the state, warnings, alarm, and what
# overrides the profile; and of the columns of the prompt. It has at most as many columns as the prompt may have; what is not ASCII may take two columns each. Where
# there is too little room, the words become short ones, then the text does; then words go.
function __awsp_fit --argument-names mark text short words more alarm by width
    set -g __awsp_fitted_of "$argv"
    set -l room @WIDTH@
    string match -qr '^[1-9][0-9]{0,2}$' -- "$width"; and set room $width
    set room (math $room - @FRAME@)
    if test (__awsp_columns "$mark$text$words$more$alarm") -gt $room
        test -n "$by"; and set words ", $by set"
        set more (string replace ': awsp current' '' -- "$more")
        set alarm (string replace -r ' belongs here$' ' here' -- "$alarm")
        if test (__awsp_columns "$mark$text$words$more$alarm") -gt $room
            # As much as there is beside the alarm, which must be seen, and as a short text has at most.
            set -l all "$mark$words$more$alarm"
            if test -n "$short"
                set text $short
                set all "$mark$alarm"
            end
            set -l least (math "floor($room * 5 / 12)")
            set -l left (math $room - (__awsp_columns "$all"))
            test $left -gt $least; or set left $least
            set text (__awsp_cut "$text" $left)
            set room (math $room - (__awsp_columns "$mark$text"))
            set alarm (__awsp_cut "$alarm" $room)
            set room (math $room - (__awsp_columns "$alarm"))
            set words (__awsp_cut "$words" $room words)
            set room (math $room - (__awsp_columns "$words"))
            set more (__awsp_cut "$more" $room words)
        end
    end
    set -g __awsp_fitted "$mark$text$words$more$alarm"
end

# Prints how many columns a text may take.
function __awsp_columns
    set -l text (string replace -ra '[^\x00-\x7f]' '??' -- "$argv")
    string length -- "$text"
end

# Prints a text, cut to at most $argv[2] columns: a name in the middle, words at the end. In less than six columns nothing can be
# told.
function __awsp_cut
    set -l room $argv[2]
    if test (__awsp_columns "$argv[1]") -gt $room
        string match -qr '[^\x00-\x7f]' -- "$argv[1]"; and set room (math "floor(($room + 2) / 2)")
        if test $room -lt 6
            printf '\n'
            return
        end
        set -l head (math $room - 2)
        test "$argv[3]" = words; or set head (math "floor($head * 3 / 5)")
        string replace -r "(?s)^(.{$head}).*(.{"(math $room - 2 - $head)"})\$" '$1..$2' -- "$argv[1]"
    else
        printf '%s\n' "$argv[1]"
    end
end

# Sets __awsp_same to the prompt, __awsp_shown to it without its colours, and where it holds __awsp_all to all that it was made of, $argv,
# and __awsp_from and __awsp_to to the times between which __awsp_soon must be.
function __awsp_make_prompt
    set -g __awsp_all
    set -g __awsp_shown
    set -g __awsp_same
    set -g __awsp_from
    set -g __awsp_to
    set -l name "$AWS_PROFILE"
    if test -z "$name"; or test -n "$AWSP_NO_PROMPT"
        return
    end
    set -l by
    # When several are set, the prompt names the last.
    for variable in @WHEN_DIFFERENT@
        set -q $variable; and test "$$variable" != "$name"; and set by $variable
    end
    # One test for all of them: usually none is set.
    if test -n "@ANY_WHEN_SET@"
        for variable in @WHEN_SET@
            test -n "$$variable"; and set by $variable
        end
    end
    set -l files "$HOME:$AWS_CONFIG_FILE:$AWS_SHARED_CREDENTIALS_FILE"
    test -n "@ANY_SERVER@"; and set files "$files:@SERVERS@"
    set -l text
    set -l style
    set -l short
    set -l mark
    set -l words
    set -l more
    set -l alarm
    set -l width $AWSP_WIDTH
    set -l end
    if test -n "$by"
        set text $name
        set words " overridden by $by"
        test "$AWSP_ACCOUNT_ID:$AWSP_ROLE:$name" = "$AWSP_TEXT_OF"; and set short $AWSP_TEXT_SHORT
        set style '1;31;43'
    else if not set -qx AWS_PROFILE
        set text $name
        set words ' not exported'
        test "$AWSP_ACCOUNT_ID:$AWSP_ROLE:$name" = "$AWSP_TEXT_OF"; and set short $AWSP_TEXT_SHORT
        set style '1;31;43'
    else if test "$name" != "$AWSP_PROFILE"; or test "$files" != "$AWSP_FILES"; or test -n "$AWSP_FOLDER" -a "$AWSP_FOLDER" != "$PWD"
        set text $name
        set words ' not set by awsp'
        set style 33
    else
        set style 36
        if test -n "$AWSP_TEXT" -a "$AWSP_ACCOUNT_ID:$AWSP_ROLE:$name" = "$AWSP_TEXT_OF"
            set text $AWSP_TEXT
            set short $AWSP_TEXT_SHORT
            if test -n "$AWS_REGION$AWS_DEFAULT_REGION"
                set -l region $AWS_REGION
                test -n "$region"; or set region $AWS_DEFAULT_REGION
                test "$region" = "$AWSP_PROFILE_REGION"; or set words " $region"
            end
        else # The text is of another version of awsp, or there is none: as long as it is.
            set width 999
            set text $name
            string match -q -- "*$AWSP_ACCOUNT_ID*" $name; or set text "$name $AWSP_ACCOUNT_ID"
        end
        if test "$AWSP_STATE" != verified
            set words "$words not verified"
            set style 33
        end
        if test -n "$AWSP_ENDPOINT"
            set more ", $AWSP_ENDPOINT set"
            set style 33
        end
        # The dates that the files had, see src/node/file-dates.ts.
        if test -n "$AWSP_SEEN" -a -n "$__awsp_dates"; and not test @UNCHANGED@
            set more "$more, files changed: awsp current"
            set style 33
        end
        string match -qr '^[1-9][0-9]{0,14}$' -- "$AWSP_EXPIRES"; and set end $AWSP_EXPIRES
        if string match -qr '^[1-9][0-9]{0,14}$' -- "$AWSP_UNTIL"
            set -q end[1]; and test $end -le $AWSP_UNTIL; or set end $AWSP_UNTIL
        end
        if set -q end[1]
            # The time that __awsp_limit has found just before, if it has.
            set -q __awsp_soon[1]; or __awsp_clock
            set __awsp_from $__awsp_soon
            if set -q __awsp_soon[1]; and test $end -ge $__awsp_soon
                set __awsp_to (math $end + 1)
            else if set -q __awsp_soon[1]
                set -l minutes (math "ceil(($end + 900 - $__awsp_soon) / 60)")
                if test $minutes -gt 0
                    set words "$words "$minutes"m"
                    set style 35
                    set __awsp_to (math "$end + 960 - $minutes * 60")
                else
                    set words "$words expired"
                    set style 31
                    set __awsp_to 999999999999999
                end
            end
        end
        if test "$PWD" != "$__awsp_folder"
            __awsp_look
        else if set -q __awsp_pin[1]
            test ! -f $__awsp_pin[1] -o $__awsp_pin[1] -nt $__awsp_pin[2] 2>/dev/null; and __awsp_look
        end
        if test -n "$__awsp_wants" -a "$__awsp_wants" != "account $AWSP_ACCOUNT_ID" -a "$__awsp_wants" != "profile $name"
            set alarm ", $__awsp_wanted belongs here"
        end
        if test "$AWSP_LEVEL" = production
            set style '1;37;41'
            test -n "$alarm$NO_COLOR" -o "$TERM" = dumb; and set mark 'PROD '
        end
        test -n "$alarm"; and set style '1;31;43'
    end
    if test -n "$mark$words$more$alarm"
        # Mostly all of it fits; and where it does not, it is what it was at the last prompt.
        if test -z "$width"; and string match -qr '^[ -~]{0,@ROOM@}$' -- "$mark$text$words$more$alarm"
            set text "$mark$text$words$more$alarm"
        else
            set -l parts "$mark" "$text" "$short" "$words" "$more" "$alarm" "$by" "$width"
            test "$parts" = "$__awsp_fitted_of"; or __awsp_fit $parts
            set text $__awsp_fitted
        end
    end
    string match -qr '[\x00-\x1f\x7f-\x9f]' -- $text
    and set text (string replace -ra '[\x00-\x1f\x7f-\x9f]' '?' -- $text)
    set __awsp_shown "($text)"
    if test -n "$NO_COLOR"; or test "$TERM" = dumb
        set __awsp_same "($text) "
    else
        set __awsp_same \e"["$style"m($text)"\e"[0m "
    end
    # An unusual prompt is made anew each time, and so are one in a folder whose pin has to be looked for each time, and one with a
    # time that cannot be told.
    if test -z "$by$more" -a "$PWD" = "$__awsp_folder"
        not set -q end[1]; or set -q __awsp_to[1]; and set __awsp_all "$argv"
    end
end

function awsp_prompt --description 'Print the AWS profile of this shell, for a prompt'
    set -l kept $status
    set -qx AWS_PROFILE
    set -l all $status
    set -q @WHEN_DIFFERENT@
    set all "$all,$status,@ALL@"
    # What the prompt is made of usually is as it was: then so is the prompt.
    test "$all" = "$__awsp_all" -a "$PWD" = "$__awsp_folder"
    and begin
        not set -q __awsp_to[1]; or begin
            set -q __awsp_soon[1]; or __awsp_clock
            set -q __awsp_soon[1]; and test $__awsp_soon -ge $__awsp_from -a $__awsp_soon -lt $__awsp_to
        end
    end
    and begin
        not set -q __awsp_pin[1]; or test -f $__awsp_pin[1] -a ! $__awsp_pin[1] -nt $__awsp_pin[2] 2>/dev/null
    end
    and begin
        test -z "$AWSP_SEEN" -o -z "$__awsp_dates"; or test @UNCHANGED@
    end
    or __awsp_make_prompt "$all"
    set -g __awsp_soon
    printf %s "$__awsp_same"
    return $kept
end

# Takes the place of the person's prompt. That one runs first, because it must see the status of the last command.
function __awsp_fish_prompt
    set -l own (__awsp_own_prompt $argv | string collect --no-trim-newlines)
    awsp_prompt
    # Mostly it is what it was at the last prompt.
    test "$COLUMNS $AWSP_PROMPT_STYLE $__awsp_shown$own" = "$__awsp_line_of"; or __awsp_choose_line "$own"
    test -n "$__awsp_line"; and echo
    printf %s $own
end

# Chooses whether the prompt has a line of its own above the person's, $argv: where that one moves the cursor to the left or up, or
# fills the line, of which fish would cut the beginning.
function __awsp_choose_line
    set -g __awsp_line_of "$COLUMNS $AWSP_PROMPT_STYLE $__awsp_shown$argv"
    set -g __awsp_line
    test -n "$__awsp_shown"; or return
    switch "$AWSP_PROMPT_STYLE"
        case prefix
        case line
            set __awsp_line yes
        case '*'
            set -l first (string split --max 1 \n -- "$argv")[1]
            if string match -qr '\r|\e\[[0-9;]*[A-Hf]' -- "$argv"
                or test (string length --visible -- "$__awsp_shown $first") -ge "$COLUMNS"
                set __awsp_line yes
            end
    end
end

# --- hooks -------------------------------------------------------------------------------------------------

# Before each prompt, because a theme may be chosen at any time. An event handler leaves $status and $pipestatus as they are.
function __awsp_place_prompt --on-event fish_prompt
    if set -q AWSP_PROMPT_STYLE; and contains -- "$AWSP_PROMPT_STYLE" off export
        test "$AWSP_PROMPT_STYLE" = off; or set -gx AWSP_PROMPT (awsp_prompt)
        return
    end
    functions fish_prompt fish_right_prompt | string match -q '*awsp_*prompt*'; and return
    functions --erase __awsp_own_prompt
    functions --copy fish_prompt __awsp_own_prompt
    functions --erase fish_prompt
    functions --copy __awsp_fish_prompt fish_prompt
end

# Before each command, because commands must find the person's own prompt: some save it, and a virtual environment calls it from
# a prompt of its own.
function __awsp_give_prompt_back --on-event fish_preexec
    functions fish_prompt | string match -q '*__awsp_own_prompt*'; or return
    functions --erase fish_prompt
    functions --copy __awsp_own_prompt fish_prompt
end

# --- start -------------------------------------------------------------------------------------------------

complete --erase --command awsp
# At the first Tab fish before 4 also reads the first awsp.fish of these folders, where there may be one that fish itself has made
# of the manual page. An empty one is beside the program.
set -q fish_complete_path[1]; and not contains -- $__awsp_dist $fish_complete_path; and set -g --prepend fish_complete_path $__awsp_dist
complete --command awsp --no-files --arguments '(__awsp_complete)'
