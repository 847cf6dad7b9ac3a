# What the three launchers share; sourced, not run. POSIX sh.
# The caller's process becomes the daemon: everything ends in one exec.

home=${launcher%/*/*}
least_jdk=25

fail() {
    printf '%s: %s\n' "${launcher##*/}" "$1" >&2
    exit 1
}

# Whether folder $1 holds a JDK that is new enough: its release file says so at no cost. Sets
# implementor to who built it.
jdk_serves() {
    feature=0
    implementor=
    if [ -r "$1/release" ]; then
        while IFS='=' read -r key value; do
            value=${value#\"}
            case $key in
            JAVA_VERSION) feature=${value%%[!0-9]*} ;;
            IMPLEMENTOR) implementor=${value%\"} ;;
            esac
        done <"$1/release"
    elif [ -x "$1/bin/java" ]; then
        feature=$("$1/bin/java" -version 2>&1 | sed -n '1s/[^"]*"\([0-9]*\).*/\1/p')
    fi
    [ "${feature:-0}" -ge "$least_jdk" ] 2>/dev/null && [ -x "$1/bin/java" ]
}

# Sets java: JAVA_HOME, then the system folder, then PATH.
find_java() {
    if [ -n "${JAVA_HOME:-}" ] && jdk_serves "$JAVA_HOME"; then
        java=$JAVA_HOME/bin/java
        return
    fi
    for jdk in /usr/lib/jvm/*25* /usr/lib/jvm/*; do
        if jdk_serves "$jdk"; then
            java=$jdk/bin/java
            return
        fi
    done
    if java=$(command -v java); then
        real=$(readlink -f "$java")
        if jdk_serves "${real%/bin/java}"; then
            return
        fi
    fi
    fail "no JDK $least_jdk found (looked in JAVA_HOME, /usr/lib/jvm and PATH);\
 install one, for example: apt-get install temurin-25-jdk, or openjdk-25-jdk-headless"
}

# Builds what is missing, once: later starters wait for the first.
build_if_missing() {
    if [ -e "$1/ready" ]; then
        return
    fi
    [ -r "$home/pom.xml" ] || fail "$1 is missing and $home holds no source to build it from"
    command -v mvn >/dev/null || fail "first use builds Vedette, but mvn is not installed;\
 for example: apt-get install maven"
    mkdir -p "$home/target" || fail "cannot write to $home/target"
    log=$home/target/first-build.log
    exec 9>>"$home/target/first-build.lock" || fail "cannot write to $home/target"
    if ! flock -n 9; then
        echo "${launcher##*/}: another start is building Vedette, waiting for it"
        flock 9
    fi
    if [ ! -e "$1/ready" ]; then
        echo "${launcher##*/}: first use, building Vedette with mvn (a minute or two; log: $log)"
        # The build keeps the lock, should this process be killed; an orderly end ends it too.
        (cd "$home" && exec mvn -B -ntp -Dmaven.test.skip=true -Dformat.skip=true \
            -pl server,sentinel -am package) </dev/null >"$log" 2>&1 &
        build=$!
        trap 'kill "$build" 2>/dev/null; exit 143' HUP INT TERM
        wait "$build" || fail "the build failed; see $log"
        trap - HUP INT TERM
        [ -e "$1/ready" ] || fail "the build made no $1/ready; see $log"
    fi
    exec 9>&-
}

# Runs a daemon's java with its arguments in place of this process. HUP stays ignored, as Redis
# ignores it.
exec_java() {
    trap '' HUP
    exec_interruptible "$java" "$@"
}

# Runs a program in place of this process. A shell that starts something with & has INT ignored,
# which must not be inherited.
exec_interruptible() {
    if env --default-signal=INT,TERM true 2>/dev/null; then
        exec env --default-signal=INT,TERM "$@"
    fi
    exec "$@"
}
