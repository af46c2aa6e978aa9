# Shared by the hooks; the installer puts it between the baked settings (fac_*) and the hook's own lines. POSIX sh.
# It starts as few programs as it can: every one of them would be felt at each commit.

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

# Run the hook that stood here before ours, in place of this process and with the same arguments and input.
fac_chain() {
    fac_previous=${0%/*}/$fac_hook.before-fullautoci
    [ -x "$fac_previous" ] && exec "$fac_previous" "$@"
    exit 0
}
