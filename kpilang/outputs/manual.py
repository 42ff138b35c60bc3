"""What `--help` says in Chinese, beside the English that stands with each command and option."""

from __future__ import annotations

from collections.abc import Mapping

CHINESE: Mapping[str, str] = {
    "Usage: ": "用法：",
    "Options": "选项",
    "Options of every command": "各命令通用的选项",
    "Commands": "命令",
    "Show this message and exit.": "显示本说明。",
    "Show the version and exit.": "显示版本号。",
    "Definitions of KPIs, checked, linted and computed.": "检查、审阅并计算 KPI 的定义。",
    "`kpi COMMAND --help` says what a command takes, with an example.": "`kpi 命令 --help` 说明各命令的用法，并附示例。",
    # options of all commands
    "Work in this folder.": "在此文件夹中运行。",
    "Use this environment of kpi.yaml.": "使用 kpi.yaml 中的这个环境。",
    "Read settings from this file instead of kpi.yaml.": "改从此文件读取设置，不用 kpi.yaml。",
    "Language of everything said.": "输出所用的语言。",
    "Parse and check all definitions anew; keep nothing.": "全部重新解析和检查，不读也不写缓存。",
    "Say nothing about the run itself.": "不输出运行情况。",
    "Say more about the run; show the traceback of a bug.": "多说运行情况；内部错误时显示调用栈。",
    # what is asked
    "These periods: 2026-01..2026-06, 2026, FY2026-Q1, 2026-W05.": "期间：2026-01..2026-06、2026、FY2026-Q1 等。",
    "The last N whole periods.": "最近 N 个完整的期间。",
    "In place of each KPI's period: day,week,month,all.": "代替各 KPI 的统计周期：day,week,month,all。",
    "Break down by columns or paths: region,customer.segment.": "按列或路径细分：region,customer.segment。",
    """Only rows for which this holds: 'region = "EMEA"'.""": """只取符合条件的行：'region = "EMEA"'。""",
    "The last day known [default: kpi.yaml's, else yesterday].": "截至日期 [默认：kpi.yaml 所写，否则为昨天]。",
    "With --by: a row for all members together, too.": "与 --by 同用：另给出全部成员合计的一行。",
    "Compare a period that is not over with the whole one before.": "未结束的期间与之前的整个期间比较。",
    # where data come from
    "Read this source from there.": "从指定位置读取这个数据源。",
    "Files there may be read too.": "也允许读取那里的文件。",
    "A cell that does not fit: give no value, or leave the cell out and count it.": "单元格不合规时：不给出值，或略去并计数。",
    "Threads for computing.": "计算所用的线程数。",
    "Most memory for computing, such as 4GB; the rest goes to disk.": "计算最多占用的内存，如 4GB；其余写入磁盘。",
    # check
    "Check syntax, names, types and units.": "检查语法、名称、类型和单位。",
    "Reads no data unless --data is given.": "不加 --data 时不读取数据。",
    "Load the data too: a table of sources, and what does not fit.": "同时载入数据：列出数据源，指出不合规之处。",
    "How findings are written [default: text].": "诊断的输出格式 [默认：text]。",
    "Write the findings there; without FORMAT the file's ending chooses. `-` is the terminal. Repeatable.": (
        "把诊断写到那里；不写 FORMAT 时由扩展名决定格式。`-` 指终端。可重复。"
    ),
    # eval
    "Compute KPIs over their data, with target and status.": "用数据计算 KPI，给出目标值和状态。",
    "How the result is written [default: table].": "结果的输出格式 [默认：table]。",
    "Write the result to this file; its ending chooses the format.": "把结果写入此文件；格式由扩展名决定。",
    "Exit with 1 when a whole period misses its target.": "完整期间未达标时，退出码为 1。",
    # explain
    "A template is shown as it is declared.": "模板则按其声明显示。",
    "Explain a KPI: its definition, types and units, plan and SQL.": "解释一个 KPI：定义、类型与单位、计算方案和 SQL。",
    "The plan depends on the data and on what is asked, so it takes the options of `kpi eval`.": (
        "计算方案取决于数据和查询，因此选项与 `kpi eval` 相同。"
    ),
    # lint
    "Find what is vague, unmeasurable, unowned or without a target.": "找出含糊、无法计量、无人负责或没有目标值之处。",
    "Reads no data unless --data is given. What is wrong with syntax, names and types is reported as well.": (
        "不加 --data 时不读取数据；语法、名称和类型的错误也会一并报告。"
    ),
    "Look at the data too: stale, flat, outliers, gaps, whether leading KPIs lead.": (
        "同时查看数据：过期、不动、异常、缺期，以及先行指标是否真的先行。"
    ),
    "Run these rules alone: codes, beginnings of codes, names, ALL.": "只运行这些规则：代码、代码开头、名称或 ALL。",
    "Run these rules too.": "另外运行这些规则。",
    "Leave these rules out.": "不运行这些规则。",
    "Leave the settings under `lint:` in kpi.yaml out.": "不用 kpi.yaml 中 `lint:` 下的设置。",
    "Show only what concerns declarations changed since the last commit.": "只显示上次提交以来改动的声明的问题。",
    "Show only what concerns declarations changed since this revision of git.": "只显示该 git 版本以来改动的声明的问题。",
    "Hold back the findings in this file [default: kpi-baseline.json].": (
        "不显示此基线文件中的问题 [默认：kpi-baseline.json]。"
    ),
    "Read the text of this file from standard input, and say what concerns it.": (
        "从标准输入读取此文件的文本，只报告与它有关的问题。"
    ),
    "Make the fixes that change no meaning.": "执行不改变含义的修正。",
    "With --fix or --diff: make those too that may change a meaning.": "与 --fix 或 --diff 合用：可能改变含义的修正也执行。",
    "Show what --fix would change, and change nothing.": "只显示 --fix 会改什么，不作改动。",
    "Show what the baseline holds back too.": "基线中的问题也显示。",
    "Hold back all findings there are from now on.": "把现有问题全部写入基线，今后不再显示。",
    "Take what is mended out of the baseline.": "把已改正的问题移出基线。",
    "Exit with 1 when a finding weighs this much or more.": "有此严重程度及以上的问题时，退出码为 1。",
    "Count the findings of each rule instead of showing them.": "不显示问题，只统计每条规则的问题数。",
    "One list of findings for each owner.": "按负责人分别列出问题。",
    # fmt
    "Set definitions in their one form.": "把定义改成统一格式。",
    "White space alone changes: words, comments and meaning stay. A file with a mistake is left as it is.": (
        "只改空白：文字、注释和含义都不变。有错误的文件保持原样。"
    ),
    "`-` in place of PATHS takes the text from standard input.": "用 `-` 代替 PATHS 时，从标准输入读取文本。",
    "Write nothing; find the files that are not in their form.": "不写入；只找出不是统一格式的文件。",
    "Write nothing; show what would change.": "不写入；只显示会改什么。",
    "Take the text of this file from standard input, and write its form to standard output.": (
        "从标准输入读取此文件的文本，把统一格式写到标准输出。"
    ),
    # diff
    "Show what changed in meaning between two states of a project.": "显示项目的两个状态之间含义有哪些变化。",
    "A STATE is a revision of git or a folder. One is compared with the working folder; without any, the last commit is.": (
        "STATE 是 git 版本或文件夹。只写一个时与工作文件夹比较；不写时用上次提交与工作文件夹比较。"
    ),
    "A..B means two revisions, A...B the second and the point where it left the first.": (
        "A..B 指两个版本，A...B 指 B 与它从 A 分出之处。"
    ),
    "Only what concerns this KPI or place. Repeatable.": "只看与此 KPI 或位置有关的变化。可重复。",
    "Compute KPIs whose meaning changed by both definitions, over the same data.": (
        "含义有变的 KPI，用同一份数据按新旧定义各算一遍。"
    ),
    "The last N whole periods [default: 6].": "最近 N 个完整的期间 [默认：6]。",
    "Exit with 1 when a change that no `accepted` note covers weighs this much or more.": (
        "有此程度及以上、且没有 `accepted` 说明的变化时，退出码为 1。"
    ),
    "How changes are written [default: text].": "变化的输出格式 [默认：text]。",
    "Write the changes there; without FORMAT the file's ending chooses. `-` is the terminal. Repeatable.": (
        "把变化写到那里；不写 FORMAT 时由扩展名决定格式。`-` 指终端。可重复。"
    ),
    # card
    "Show the quality card of each KPI: the seven marks of a good one, the letters of SMART, a score.": (
        "显示每个 KPI 的质量卡：好指标的七个特征、SMART 各字母、得分。"
    ),
    "An error of any rule keeps the score of a KPI below 50. Findings that are suppressed or held back count.": (
        "任一规则有错误时，KPI 得分低于 50；被忽略或列入基线的问题也计算在内。"
    ),
    "Look at the data too: they decide what is responsive and verifiable.": (
        "同时查看数据：由此判断是否能反映变化、是否可核实。"
    ),
    "Draw the score of the KPIs asked for into this SVG file.": "把所选 KPI 的得分画成徽章，写入此 SVG 文件。",
    "Exit with 1 when the score is lower than this.": "得分低于此值时，退出码为 1。",
    "How the cards are written.": "质量卡的输出格式。",
    # config
    "Show the settings in force, each with the place that it comes from.": "显示生效的设置及各自的出处。",
    "Say of one rule, by code or name, whether it runs on this file, with which severity and options, and why.": (
        "说明一条规则（代码或名称）在此文件上是否运行、级别和选项是什么、由何处决定。"
    ),
    # list, suppressions
    "List the KPIs: name, label, owner, goal, period, target, unit, file.": (
        "列出 KPI：名称、标题、负责人、目标、统计周期、目标值、单位、文件。"
    ),
    "List the comments that suppress findings: where, which rules, until when, why.": (
        "列出忽略问题的注释：位置、规则、期限、理由。"
    ),
    "How the list is written.": "列表的输出格式。",
    # help
    "Say what a command does and takes; without COMMAND, list the commands.": "说明一个命令的作用和用法；不写 COMMAND 则列出所有命令。",
    # completion
    "Print the script by which a shell completes commands, options, names of KPIs, rules and sources.": (
        "输出让 shell 自动补全的脚本：命令、选项、KPI 名称、规则和数据源。"
    ),
    "Its first lines say where to put it; no file is touched.": "脚本开头几行说明放在哪里；不会改动任何文件。",
    # graph
    "Draw the KPIs and what joins them: as a tree of lines, Mermaid, DOT or SVG.": (
        "画出 KPI 及其关系：文本树、Mermaid、DOT 或 SVG。"
    ),
    "With NAMES or PATHS, those KPIs or declarations and all that they refer to.": (
        "写 NAMES 或 PATHS 时，只画这些 KPI 或声明，以及它们引用的一切。"
    ),
    "KPIs and their parts, goals and their KPIs, or where data go [default: kpis].": (
        "画 KPI 的分解、目标与 KPI，或数据的去向 [默认：kpis]。"
    ),
    "Only what is near this KPI, goal, owner, source, column or template. Repeatable.": (
        "只画它附近的内容：KPI、目标、负责人、数据源、列或模板。可重复。"
    ),
    "With --around: so many steps up and down [default: 1].": "与 --around 合用：上下各几步 [默认：1]。",
    "How the graph is drawn [default: text].": "图的输出格式 [默认：text]。",
    "Draw into this file; its ending chooses the format.": "画到此文件；格式由扩展名决定。",
    # rule
    "The beginning of codes, as in --select, lists the rules that have it.": "写代码的开头（同 --select），则列出以它开头的规则。",
    "List the rules, or print the pages of those named: what each flags, why, its options, examples.": (
        "列出规则，或显示所列规则的说明：检查什么、为什么、选项和示例。"
    ),
    "How the list is written; one rule's page is always Markdown.": "列表的输出格式；单条规则的说明总是 Markdown。",
}  # fmt: skip


def say(text: str, language: str) -> str:
    """A text of `--help` in a language, paragraph by paragraph; examples are the same in both."""
    if not language.startswith("zh"):
        return text
    told = (CHINESE.get(paragraph, paragraph) for paragraph in text.split("\n\n"))
    return "\n\n".join(told).replace("\b\nExample:\n", "\b\n示例：\n")


def record(row: tuple[str, str], help: str | None, language: str) -> tuple[str, str]:
    """An option with what `--help` says of it, and its default."""
    if not help or not language.startswith("zh"):
        return row
    return row[0], row[1].replace(help, say(help, language), 1).replace("[default: ", "[默认：")
