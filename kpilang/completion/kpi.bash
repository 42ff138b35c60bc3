# Completion of kpi for bash 4.4 and later. Either put this line into ~/.bashrc:
#   eval "$(kpi completion bash)"
# or write it once to where bash-completion looks, and open a new terminal:
#   mkdir -p ~/.local/share/bash-completion/completions
#   kpi completion bash > ~/.local/share/bash-completion/completions/kpi

_kpi_completion() {
    local -a answer
    mapfile -t answer < <(COMP_LINE="${COMP_LINE:0:COMP_POINT}" COMP_WORDBREAKS="$COMP_WORDBREAKS" \
        PYTHONUTF8=1 _KPI_COMPLETE=bash_complete "$1" 2>/dev/null)
    [[ ${answer[0]} == *filenames* ]] && compopt -o filenames 2>/dev/null
    [[ ${answer[0]} == *nospace* ]] && compopt -o nospace 2>/dev/null
    COMPREPLY=("${answer[@]:1}")
}

complete -o nosort -F _kpi_completion kpi
