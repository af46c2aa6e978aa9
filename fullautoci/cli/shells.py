"""What puts our segment into a shell's prompt: beside what is there, once, and with `$?` as it was."""

from collections.abc import Mapping

SHELLS: Mapping[str, str] = {
    "bash": r"""
if [ -z "${__fullautoci_prompt-}" ]; then
    __fullautoci_prompt=1 __fullautoci_segment=
    __fullautoci_look() {
        local last=$?
        __fullautoci_segment=$(fullautoci prompt --format bash 2>/dev/null)
        return $last
    }
    case $(declare -p PROMPT_COMMAND 2>/dev/null) in
        'declare -a'*) PROMPT_COMMAND=(__fullautoci_look "${PROMPT_COMMAND[@]}") ;;
        *) PROMPT_COMMAND="__fullautoci_look${PROMPT_COMMAND:+; $PROMPT_COMMAND}" ;;
    esac
    PS1='${__fullautoci_segment:+$__fullautoci_segment }'$PS1
fi
""",
    "zsh": r"""
if [[ -z ${__fullautoci_prompt-} ]]; then
    __fullautoci_prompt=1 __fullautoci_segment=
    __fullautoci_look() {
        local last=$?
        __fullautoci_segment=$(fullautoci prompt --format zsh 2>/dev/null)
        return $last
    }
    precmd_functions=(__fullautoci_look $precmd_functions)
    setopt prompt_subst
    RPROMPT='${__fullautoci_segment}'${RPROMPT:+" $RPROMPT"}
fi
""",
    "fish": r"""
if not functions -q __fullautoci_right_prompt
    if functions -q fish_right_prompt
        functions -c fish_right_prompt __fullautoci_right_prompt
    else
        function __fullautoci_right_prompt; end
    end
    function fish_right_prompt
        fullautoci prompt --format ansi 2>/dev/null
        echo -n ' '
        __fullautoci_right_prompt
    end
end
""",
}
