# awsp for fish (3.4 and later): source it from ~/.config/fish/config.fish.
# It holds no logic of switching: the program decides, and prints the code that `awsp` evaluates.

set -g __awsp_program (builtin realpath (status dirname))/../dist/awsp.cjs

function awsp --description 'Switch the AWS profile of this shell'
    set -g __awsp_folder
    switch "$argv[1]"
        case list show login logout sessions import allow deny init demo help -h --help --version # pass-through
            command $__awsp_program $argv
        case current doctor # pass-through
            AWSP_SHIM='fish 0.1.0' command $__awsp_program $argv
        case '*'
            # -1 is in the place of a profile whose time is over; the program is to know which one it was.
            test "$AWS_PROFILE" = -1; and set -lx AWS_PROFILE "$AWSP_PROFILE"
            set -l __awsp_code "$(command $__awsp_program --shell fish $argv)"
            or return
            eval $__awsp_code
    end
end

# Sets __awsp_left to how many seconds there are until $argv, in seconds since 1970, and answers whether that is known. Fish has
# no clock of its own; when a file was changed, and how long ago that is, add up to it. `path mtime` came with fish 3.6.
function __awsp_clock
    builtin -q path; or return
    # Pairs of parentheses are what takes time in fish: each as long as thirty tests.
    set -l clock (builtin path mtime / 2>/dev/null; builtin path mtime --relative / 2>/dev/null)
    set -q clock[2]; and set -g __awsp_left (math $argv - $clock[1] - $clock[2])
end

# Finds what belongs in this folder, by the `.awsp` file in it or above that `awsp allow` trusts. The copies that awsp keeps of
# those lie under the folders' own paths, below one line that says what is pinned; copy and file are compared, and nothing in
# them or in their paths is run. No more is read of them than awsp allows them to hold.
function __awsp_look
    set -g __awsp_folder $PWD
    set -g __awsp_wants
    set -g __awsp_pin
    # Fish would take such a path for several.
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
                # A file that is older than its copy has been changed when it is newer; one that was newer already is not looked
                # at again. Fish before 3.6 has no such test.
                test "$folder/.awsp" -nt "$allowed$folder/.awsp" 2>/dev/null
                or set __awsp_pin "$folder/.awsp" "$allowed$folder/.awsp"
                return
            end
        end
        # What is not as it was allowed may be so again, as after `git checkout`: that is looked for before each prompt.
        test -f "$allowed$folder/.awsp"; and set __awsp_folder
        test -n "$folder"; or return
        set folder (string replace -r '/[^/]*$' '' -- $folder)
    end
end

# At the Tab key the program tells what the word may become, one candidate a line: `value TAB meaning`.
function __awsp_complete
    for quote in '' \' '"' # what is typed may be between quotes that are still open
        set -l typed (string unescape -- "$(commandline -ct)$quote"); or continue
        command $__awsp_program --complete fish (commandline -opc) "$typed" 2>/dev/null </dev/null
        return
    end
end

complete --erase --command awsp
complete --command awsp --no-files --arguments '(__awsp_complete)'

function awsp_prompt --description 'Print the AWS profile of this shell, for a prompt'
    set -l kept $status
    set -l name "$AWS_PROFILE"
    if test -z "$name"; or test -n "$AWSP_NO_PROMPT"
        return $kept
    end
    set -l by
    for variable in AWS_DEFAULT_PROFILE AWS_EB_PROFILE # beats AWS_PROFILE when different
        set -q $variable; and test "$$variable" != "$name"; and set by $variable
    end
    for variable in AWS_WEB_IDENTITY_TOKEN_FILE AWS_SECRET_KEY AWS_ACCESS_KEY AWS_SECRET_ACCESS_KEY AWS_ACCESS_KEY_ID # beats AWS_PROFILE when set
        test -n "$$variable"; and set by $variable
    end
    set -l text
    set -l style
    if test -n "$by"
        set text "$name overridden by $by"
        set style '1;31;43'
    else if not set -qx AWS_PROFILE
        set text "$name not exported"
        set style '1;31;43'
    else if test "$name" != "$AWSP_PROFILE"; or test "$HOME:$AWS_CONFIG_FILE:$AWS_SHARED_CREDENTIALS_FILE" != "$AWSP_FILES"
        set text "$name not set by awsp"
        set style 33
    else
        set text $name
        set style 36
        string match -q -- "*$AWSP_ACCOUNT_ID*" $name; or set text "$name $AWSP_ACCOUNT_ID"
        if test "$AWSP_STATE" != verified
            set text "$text not verified"
            set style 33
        end
        test "$AWSP_LEVEL" = production; and set style '1;37;41'
        set -l end
        string match -qr '^[1-9][0-9]{0,14}$' -- "$AWSP_EXPIRES"; and set end $AWSP_EXPIRES
        if string match -qr '^[1-9][0-9]{0,14}$' -- "$AWSP_UNTIL"
            set -q end[1]; and test $end -le $AWSP_UNTIL; or set end $AWSP_UNTIL
        end
        if set -q end[1]; and __awsp_clock $end
            if test $__awsp_left -le 0
                set text "$text expired"
            else if test $__awsp_left -lt 900
                set text "$text "(math "ceil($__awsp_left / 60)")m
            end
        end
        if test "$PWD" != "$__awsp_folder"
            __awsp_look
        else if set -q __awsp_pin[1]
            test ! -f $__awsp_pin[1] -o $__awsp_pin[1] -nt $__awsp_pin[2] 2>/dev/null; and __awsp_look
        end
        if test -n "$__awsp_wants" -a "$__awsp_wants" != "account $AWSP_ACCOUNT_ID" -a "$__awsp_wants" != "profile $name"
            set text "$text, $__awsp_wanted belongs here"
            set style '1;31;43'
        end
    end
    string match -qr '[\x00-\x1f\x7f-\x9f]' -- $text
    and set text (string replace -ra '[\x00-\x1f\x7f-\x9f]' '?' -- $text)
    if test -n "$NO_COLOR"; or test "$TERM" = dumb
        printf '(%s) ' $text
    else
        printf '\e[%sm(%s)\e[0m ' $style $text
    end
    return $kept
end

# Stands in for the prompt there was, which runs first because it must see the status of the last command.
function __awsp_fish_prompt
    set -l own (__awsp_own_prompt $argv | string collect --no-trim-newlines)
    awsp_prompt
    printf %s $own
end

if status is-interactive
    # Drops the profile when its time is over, as `awsp --unset` would; no process is started. Before a prompt, and before a
    # command, since that may be typed at a prompt that is old by then: $argv is the command.
    function __awsp_limit --on-event fish_prompt --on-event fish_preexec
        string match -qr '^[1-9][0-9]{0,14}$' -- "$AWSP_UNTIL"; or return
        test -n "$AWSP_PROFILE"; or return
        test "$AWS_PROFILE" = "$AWSP_PROFILE"; or test "$AWS_PROFILE" = -1; or return
        __awsp_clock $AWSP_UNTIL; or set -g __awsp_left (math $AWSP_UNTIL - (command date +%s))
        test $__awsp_left -le 0; or return
        # Who typed `awsp -`, by whatever name and with whatever options, wants the profile before this one; what else is in the
        # line, or runs when there is none, gets one that does not exist.
        if string match -qr '\s-(\s|[;&|)]|$)' -- "$argv"
            set -gx AWS_PROFILE -1
            return
        end
        set -l name $AWSP_PROFILE
        echo "awsp: the time of \""(string replace -ra '[\x00-\x1f\x7f-\x9f]' '?' -- $name)"\" is over: no profile now; awsp - goes back" >&2
        for variable in AWS_REGION AWS_DEFAULT_REGION # when awsp set it
            test -n "$AWSP_REGION" -a "$$variable" = "$AWSP_REGION"; and set -e -g $variable
        end
        set -e -g AWS_PROFILE AWS_DEFAULT_PROFILE AWS_EB_PROFILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
        set -e -g AWS_ACCESS_KEY AWS_SECRET_KEY AWS_SESSION_TOKEN AWS_SECURITY_TOKEN
        set -e -g AWS_CREDENTIAL_EXPIRATION AWS_SESSION_EXPIRATION AWS_ACCOUNT_ID AWS_CREDENTIAL_SCOPE
        set -e -g AWSP_PROFILE AWSP_FILES AWSP_ACCOUNT_ID AWSP_ROLE AWSP_STATE AWSP_LEVEL AWSP_EXPIRES
        set -e -g AWSP_UNTIL AWSP_REGION AWSP_PREVIOUS_UNTIL
        set -gx AWSP_PREVIOUS $name
    end

    # Before each prompt, since a theme may be chosen at any time; an event leaves $status and $pipestatus as they are.
    function __awsp_place_prompt --on-event fish_prompt
        functions fish_prompt fish_right_prompt | string match -q '*awsp_*prompt*'; and return
        functions --erase __awsp_own_prompt
        functions --copy fish_prompt __awsp_own_prompt
        functions --erase fish_prompt
        functions --copy __awsp_fish_prompt fish_prompt
    end

    # Commands find the prompt that there was: some save it, and a virtual environment makes it a part of its own.
    function __awsp_give_prompt_back --on-event fish_preexec
        functions fish_prompt | string match -q '*__awsp_own_prompt*'; or return
        functions --erase fish_prompt
        functions --copy __awsp_own_prompt fish_prompt
    end
end
