# awsp for fish (3.4 and later): source it from ~/.config/fish/config.fish.
# It holds no logic of switching: the program decides, and prints the code that `awsp` evaluates.

set -g __awsp_program (builtin realpath (status dirname))/../dist/awsp.cjs

function awsp --description 'Switch the AWS profile of this shell'
    switch "$argv[1]"
        case list show current login logout sessions import init demo -h --help --version # pass-through
            command $__awsp_program $argv
        case doctor # pass-through
            AWSP_SHIM='fish 0.1.0' command $__awsp_program $argv
        case '*'
            set -l __awsp_code "$(command $__awsp_program --shell fish $argv)"
            or return
            eval $__awsp_code
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
    else if test "$name" != "$AWSP_PROFILE"; or test "$AWS_CONFIG_FILE:$AWS_SHARED_CREDENTIALS_FILE" != "$AWSP_FILES"
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
        # Fish has no clock of its own; when a file was changed, and how long ago that is, add up to the time.
        # `path mtime` came with fish 3.6: before it the time left is not shown.
        if string match -qr '^[1-9][0-9]*$' -- "$AWSP_EXPIRES"; and builtin -q path
            set -l clock (path mtime / 2>/dev/null; path mtime --relative / 2>/dev/null)
            set -q clock[2]; and set -l left (math "$AWSP_EXPIRES - $clock[1] - $clock[2]")
            if not set -q left
            else if test $left -le 0
                set text "$text expired"
            else if test $left -lt 900
                set text "$text "(math "ceil($left / 60)")m
            end
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
    set -l own (__awsp_own_prompt | string collect --no-trim-newlines)
    awsp_prompt
    printf %s $own
end

if status is-interactive
    # Before each prompt, since a theme may be chosen at any time; an event leaves $status and $pipestatus as they are.
    function __awsp_place_prompt --on-event fish_prompt
        functions fish_prompt fish_right_prompt | string match -q '*awsp_*prompt*'; and return
        functions --erase __awsp_own_prompt
        functions --copy fish_prompt __awsp_own_prompt
        functions --erase fish_prompt
        functions --copy __awsp_fish_prompt fish_prompt
    end
end
