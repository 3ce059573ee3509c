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

# Installs the validator of SARIF reports, as tests/core/sarif pins it, in build/sarif. Debian's npm cannot stand beside
# a Node.js from elsewhere, so that it is asked for only where there is none.
install_sarif_validator() {
    local from=tests/core/sarif to=build/sarif
    if cmp -s $from/package-lock.json $to/package-lock.json && [ -d $to/node_modules ]; then
        return
    fi
    say "Installing the validator of SARIF reports"
    if ! command -v npm > /dev/null; then
        as_root apt-get update -qq
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends npm > /dev/null
    fi
    rm -rf $to
    mkdir -p $to
    cp $from/package.json $to
    cp $from/package-lock.json $to/package-lock.json
    (cd $to && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error)
    chmod +x $to/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool
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
