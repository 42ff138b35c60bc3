# Completion of kpi for fish. Either put this line into ~/.config/fish/config.fish:
#   kpi completion fish | source
# or write it once to where fish looks:
#   kpi completion fish > ~/.config/fish/completions/kpi.fish

function __kpi_completion
    set -l typed (commandline -opc)
    set -lx COMP_LINE (commandline -cp | string collect)
    set -lx PYTHONUTF8 1
    set -lx _KPI_COMPLETE fish_complete
    $typed[1] 2>/dev/null
end

complete --command kpi --no-files --arguments '(__kpi_completion)'
