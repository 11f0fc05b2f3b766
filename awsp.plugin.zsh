# awsp as a plugin of zsh: what oh-my-zsh, antidote, zinit and others load. The shim is beside the program, which is in this
# folder once it is built, or is the awsp in PATH. No process is started.
() {
  local program
  for program in "${1:A:h}/dist/awsp.cjs" "${(@)^path}/awsp" ~/.local/share/awsp/dist/awsp.cjs; do
    [[ -x $program && -r ${program:A:h:h}/shell/awsp.zsh ]] || continue
    source "${program:A:h:h}/shell/awsp.zsh"
    return
  done
  print -ru2 -- 'awsp: the plugin finds no program: build awsp, or install it where PATH has it'
} "${(%):-%x}"
