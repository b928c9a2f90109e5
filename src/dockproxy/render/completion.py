"""The completion scripts of bash, zsh and fish.

They know nothing of the commands: each asks ``dockproxy __complete`` (cli/complete.py), whose first
line says what follows: ``:words``, ``:files`` or ``:dirs`` (the shell knows them better), or
``:program`` for the words behind ``exec --``.
"""

from __future__ import annotations

BASH = r"""# bash completion for dockproxy; put it into
# ~/.local/share/bash-completion/completions/dockproxy, or: source <(dockproxy completion bash)
_dockproxy() {
    local IFS=$'\n' cur=${COMP_WORDS[COMP_CWORD]} kind
    local -a lines
    mapfile -t lines < <(dockproxy __complete bash "$COMP_LINE" "$COMP_POINT" \
        "$COMP_WORDBREAKS" 2>/dev/null)
    kind=${lines[0]-}
    COMPREPLY=()
    [[ $cur == = || $cur == : ]] && cur=
    case $kind in
        :words) COMPREPLY=("${lines[@]:1}") ;;
        :files) compopt -o filenames; COMPREPLY=($(compgen -f -- "$cur")) ;;
        :dirs) compopt -o filenames; COMPREPLY=($(compgen -d -- "$cur")) ;;
        :program)
            local program=2
            while [[ ${COMP_WORDS[program - 1]} != -- ]]; do ((program++)); done
            if declare -F _command_offset >/dev/null; then
                IFS=$' \t\n'
                _command_offset "$program"
            elif ((COMP_CWORD == program)); then
                COMPREPLY=($(compgen -c -- "$cur"))
            else
                compopt -o default
            fi
            return
            ;;
    esac
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=:] ]] && compopt -o nospace
    return 0
}
complete -F _dockproxy dockproxy
"""

ZSH = r"""#compdef dockproxy
# zsh completion for dockproxy; put it as _dockproxy into a folder of $fpath, or behind compinit:
# source <(dockproxy completion zsh)
_dockproxy() {
    local -a lines values shown
    local line
    lines=("${(@f)$(dockproxy __complete zsh "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" \
        2>/dev/null)}")
    case $lines[1] in
        :files) [[ -prefix *= ]] && compset -P '*='; _files ;;
        :dirs) [[ -prefix *= ]] && compset -P '*='; _files -/ ;;
        :program)
            shift $lines[2] words
            ((CURRENT -= lines[2]))
            _normal
            ;;
        :words)
            for line in "${(@)lines[2,-1]}"; do
                values+=("${line%%$'\t'*}")
                shown+=("${line/$'\t'/  -- }")
            done
            local -a open
            open=("${(@M)values:#*[=:]}")
            if ((${#open} == ${#values})); then
                compadd -S '' -l -d shown -a values
            else
                compadd -l -d shown -a values
            fi
            ;;
    esac
}
if [[ $funcstack[1] == _dockproxy ]]; then
    _dockproxy "$@"
else
    compdef _dockproxy dockproxy
fi
"""

FISH = r"""# fish completion for dockproxy; put it into
# ~/.config/fish/completions/dockproxy.fish, or: dockproxy completion fish | source
function __dockproxy_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l lines (dockproxy __complete fish $before[2..-1] "$current" 2>/dev/null)
    switch "$lines[1]"
        case :words
            printf '%s\n' $lines[2..-1]
        case :files :dirs
            set -l head (string match -r '^--[^=]*=' -- $current)
            set -l typed (string replace -r '^--[^=]*=' '' -- $current)
            set -l found
            if test $lines[1] = :dirs
                set found (__fish_complete_directories "$typed")
            else
                set found (__fish_complete_path "$typed")
            end
            printf '%s\n' "$head"$found
        case :program
            set -l rest $before[(math $lines[2] + 1)..-1]
            complete -C (string join ' ' -- (string escape -- $rest) "$current")
    end
end
complete -c dockproxy -f -a '(__dockproxy_complete)'
"""

SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}
