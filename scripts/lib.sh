# shellcheck shell=bash
# What scripts/try and scripts/test share. Source it from the repository's root.

say() { printf '==> %s\n' "$*"; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo > /dev/null; then
        sudo "$@"
    else
        echo "not root and no sudo: as root, run: $*" >&2
        return 1
    fi
}

# Installs what scripts/packages.txt names and is missing; asks the package manager only then.
install_packages() {
    local wanted missing
    if ! command -v dpkg-query > /dev/null; then
        say "Not a Debian system: taking it that what scripts/packages.txt names is installed"
        return
    fi
    wanted=$(sed 's/#.*//' scripts/packages.txt)
    # shellcheck disable=SC2086  # one word a package
    missing=$(comm -13 <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2> /dev/null |
        sed -n 's/^installed //p' | sort -u) <(printf '%s\n' $wanted | sort -u))
    if [ -z "$missing" ]; then
        say "All packages are installed"
        return
    fi
    say "Installing" "${missing//$'\n'/ }"
    as_root apt-get update -qq
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing > /dev/null
}

# build PRESET [TARGET…] configures and builds; all targets when none is named.
build() {
    local preset=$1
    shift
    say "Building preset $preset"
    cmake --preset "$preset" --log-level=WARNING > /dev/null
    if [ $# -gt 0 ]; then
        set -- --target "$@"
    fi
    cmake --build --preset "$preset" "$@"
}
