# awsp as a plugin of fish: what fisher copies to conf.d. The shim is beside the program, which is in this repository once it is
# built, or is the awsp in PATH. No process is started.
begin
    set -l program
    set -l shim
    for program in (status dirname)/../dist/awsp.cjs $PATH/awsp ~/.local/share/awsp/dist/awsp.cjs
        test -x "$program"; or continue
        set shim (string replace -r '[^/]+/[^/]+$' shell/awsp.fish -- (builtin realpath $program))
        test -r "$shim"; and break
        set shim
    end
    if set -q shim[1]
        source $shim
    else if status is-interactive
        echo 'awsp: the plugin finds no program: build awsp, or install it where PATH has it' >&2
    end
end
