# bash completion for raddle. Commands, options and rules are asked of the program itself, so that they are never stale.
_raddle() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} words
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        words="$(raddle --help 2> /dev/null | sed -n '/^Subcommands:/,$s/^  \([a-z][a-z-]*\) .*/\1/p') --help --version"
    elif [[ $word == -* ]]; then
        words=$(raddle "$command" --help 2> /dev/null | grep -oE -- '(^|[ ,])--?[a-zA-Z][a-z-]*' | tr -d ' ,')
    elif [ "$command" = explain ]; then
        words=$(raddle explain 2> /dev/null | grep -v '^ ')
    elif [ "$previous" = --format ]; then
        words='text json sarif html'
    elif [ "$previous" = --page ]; then
        words='overview timeline locks functions flamegraph findings lockorder source'
    else
        return # file names, by -o default
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -o default -F _raddle raddle
