# bash completion for raddle. Commands, options, their values and rules are asked of the program itself, so that
# they are never stale.
_raddle() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} words=
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        words="$(raddle --help 2> /dev/null | sed -n '/^Subcommands:/,$s/^  \([a-z][a-z-]*\) .*/\1/p') --help --version"
    elif [[ $word == -* ]]; then
        words=$(raddle "$command" --help 2> /dev/null | sed -n '/^Options:/,$s/^  *\(-[^ ]*\).*/\1/p' | tr ',' '\n')
    elif [[ $previous == -* ]]; then
        words=$(raddle "$command" --help 2> /dev/null | sed -n "s/.*${previous}[ ,][^{]*{\([^}]*\)}.*/\1/p" | tr ',' ' ')
    elif [ "$command" = explain ]; then
        words=$(raddle explain 2> /dev/null | grep -v '^ ')
    fi
    [ -z "$words" ] || mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word") # none: file names, by -o default
}
complete -o default -F _raddle raddle
