# fish completion for raddle. Commands, options, their values and rules are asked of the program itself.
function __raddle_commands
    raddle --help 2>/dev/null | sed -n '/^Subcommands:/,$s/^  \([a-z][a-z-]*\)  *\(.*\)/\1\t\2/p'
end

function __raddle_options
    set -l words (commandline -opc)
    raddle $words[2] --help 2>/dev/null | sed -n '/^Options:/,$s/^  *\(-[^ ]*\).*/\1/p' | tr ',' '\n'
end

function __raddle_values
    set -l words (commandline -opc)
    raddle $words[2] --help 2>/dev/null | sed -n "s/.*$words[-1][ ,][^{]*{\([^}]*\)}.*/\1/p" | tr ',' '\n'
end

complete -c raddle -n __fish_use_subcommand -f -a '(__raddle_commands)'
complete -c raddle -n 'not __fish_use_subcommand; and string match -q -- "-*" (commandline -ct)' -a '(__raddle_options)'
complete -c raddle -n 'not __fish_use_subcommand; and string match -q -- "-*" (commandline -opc)[-1]' -a '(__raddle_values)'
complete -c raddle -n '__fish_seen_subcommand_from explain' -f -a "(raddle explain 2>/dev/null | grep -v '^ ')"
