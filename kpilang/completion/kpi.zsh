#compdef kpi
# Completion of kpi for zsh. Either put this line into ~/.zshrc, after `compinit`:
#   eval "$(kpi completion zsh)"
# or write it once to a folder of $fpath, and open a new terminal:
#   kpi completion zsh > ~/.zfunc/_kpi

_kpi_completion() {
    local -a answer words_of shown_of options
    local kind how word shown
    answer=("${(@f)$(COMP_LINE="${(j: :)words[1,CURRENT-1]} ${QIPREFIX}${PREFIX}" \
        PYTHONUTF8=1 _KPI_COMPLETE=zsh_complete "${(Q)words[1]}" 2>/dev/null)}")
    for kind in whole-described open-described whole-bare open-bare; do
        words_of=() shown_of=() options=(-U -V "kpi-$kind" -d shown_of)
        for how word shown in "${answer[@]}"; do
            [[ $how == $kind ]] && { words_of+=("$word"); shown_of+=("$shown") }
        done
        [[ $kind == *-described ]] && options+=(-l)
        [[ $kind == open-* ]] && options+=(-S '')
        (( $#words_of )) && compadd "${options[@]}" -a words_of
    done
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _kpi_completion "$@"
else
    compdef _kpi_completion kpi
fi
