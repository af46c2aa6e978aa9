# Shared by the hooks; the installer puts it between the baked settings (fac_*) and the hook's own lines. POSIX sh.
# It starts as few programs as it can: every one of them would be felt at each commit.

# A graphical client may start git with hardly any PATH. What is added goes again before another hook is run.
fac_path_before=$PATH
command -v mv >/dev/null 2>&1 || PATH=$PATH:$fac_path

# The repository's git folder, absolute, from GIT_DIR and the working directory as git sets them for a hook.
fac_find_git_dir() {
    if [ -n "${GIT_DIR-}" ]; then
        fac_git_dir=$GIT_DIR
    elif [ -d .git ]; then
        fac_git_dir=.git
    elif [ -f .git ]; then
        IFS= read -r fac_line <.git
        fac_git_dir=${fac_line#gitdir: }
    else
        fac_git_dir=$(git rev-parse --absolute-git-dir 2>/dev/null) || fac_git_dir=.
    fi
    case $fac_git_dir in
        /*) ;;
        *) fac_git_dir=$PWD/$fac_git_dir ;;
    esac
}

# HEAD's commit and ref. The loose ref of a branch that was just committed to is a file; anything else asks git.
fac_find_head() {
    fac_ref=HEAD fac_sha=
    IFS= read -r fac_line 2>/dev/null <"$fac_git_dir/HEAD" || fac_line=
    case $fac_line in
        'ref: '*)
            fac_ref=${fac_line#ref: }
            fac_common=$fac_git_dir
            if [ -f "$fac_git_dir/commondir" ]; then
                IFS= read -r fac_common <"$fac_git_dir/commondir"
                case $fac_common in
                    /*) ;;
                    *) fac_common=$fac_git_dir/$fac_common ;;
                esac
            fi
            if [ -f "$fac_common/$fac_ref" ]; then
                IFS= read -r fac_sha <"$fac_common/$fac_ref" || fac_sha=
            fi
            ;;
        *) fac_sha=$fac_line ;;
    esac
    case $fac_sha in
        '' | *[!0-9a-f]*) fac_sha=$(git rev-parse --verify -q HEAD 2>/dev/null) || fac_sha= ;;
    esac
}

# fac_spool_event UPDATES: one event, by temporary file and rename. UPDATES are lines "old new ref".
fac_spool_event() {
    fac_id=${FULLAUTOCI_EVENT_ID-} # set when the hook is tried out
    [ -n "$fac_id" ] || IFS= read -r fac_id 2>/dev/null </proc/sys/kernel/random/uuid || fac_id=
    [ -n "$fac_id" ] || fac_id=$$-$PPID-$(date +%s)
    if {
        printf '%s\0' 'fullautoci-event 1' "$fac_id" "$fac_hook" "$fac_git_dir" "$1" >"$fac_spool/.$fac_id.tmp" &&
            mv -f "$fac_spool/.$fac_id.tmp" "$fac_spool/$fac_id.event"
    } 2>/dev/null; then
        fac_poke
    else
        printf '%s\n' "fullautoci: this event could not be written to $fac_spool; the daemon's next scan finds the commit ('fullautoci doctor' tells more)" >&2
    fi
}

# Tell the daemon, in the background and with nothing of ours kept open. A poke lives for a second and drains the spool
# once more at its end, so a burst of commits needs but a few.
fac_poke() {
    fac_pid=
    { IFS= read -r fac_pid <"$fac_spool/.poke"; } 2>/dev/null
    case $fac_pid in
        '' | *[!0-9]*) ;;
        *) kill -0 "$fac_pid" 2>/dev/null && return ;;
    esac
    "$fac_python" -I -S "$fac_client" "$fac_socket" "$fac_spool" "$fac_id.event" </dev/null >/dev/null 2>&1 &
    { printf '%s\n' "$!" >"$fac_spool/.poke"; } 2>/dev/null
}

# Step aside until a rebase is over: starting even an empty hook takes as long as one of its picks. What puts the hook
# back is post-rewrite; after a rebase that was given up, the daemon, or 'fullautoci hooks status --repair'.
fac_rest() {
    [ -n "$fac_rests" ] && [ "${0##*/}" = "$fac_hook" ] && [ ! -x "$0.before-fullautoci" ] &&
        mv -f "$0" "$0.resting-fullautoci" 2>/dev/null
}

# Put back what stepped aside.
fac_awaken() {
    for fac_resting in "${0%/*}"/*.resting-fullautoci; do
        [ -f "$fac_resting" ] || continue
        [ -e "${fac_resting%.resting-fullautoci}" ] || mv -f "$fac_resting" "${fac_resting%.resting-fullautoci}"
    done
}

# Run the hook that stood here before ours, in place of this process and with the same arguments and input. A script of
# sh or bash is given the name that it was installed under, by which hook managers tell what they are to do.
fac_chain() {
    [ -z "${FULLAUTOCI_EVENT_ID-}" ] || exit 0 # ours is tried out, and nobody else's: there was no commit
    fac_previous=${0%/*}/$fac_hook.before-fullautoci
    PATH=$fac_path_before
    [ -x "$fac_previous" ] || exit 0
    fac_line=
    IFS= read -r fac_line 2>/dev/null <"$fac_previous"
    case $0 in
        *.legacy) fac_runs_legacy "$fac_previous" && exit 0 ;;
    esac
    case $fac_line in
        '#!/bin/sh' | '#!/usr/bin/env sh')
            . "$fac_previous"
            exit
            ;;
        '#!/bin/bash' | '#!/usr/bin/bash' | '#!/usr/bin/env bash')
            export fac_previous
            exec bash -c '. "$fac_previous"' "$0" "$@"
            ;;
    esac
    exec "$fac_previous" "$@"
}

# Whether a hook is pre-commit's or prek's: these run ours as their legacy hook, and must not be run by it again.
fac_runs_legacy() {
    while IFS= read -r fac_mark; do
        case $fac_mark in
            '# File generated by pre-commit'* | '# File generated by prek'*) return 0 ;;
        esac
    done <"$1"
    return 1
}
