"""Words as people write them, each with the word of the language that it means."""

from __future__ import annotations

from collections.abc import Mapping

UNITS: Mapping[str, str] = {
    "hr": "hours", "hrs": "hours", "h": "hours", "min": "minutes", "mins": "minutes", "sec": "seconds", "secs": "seconds",
    "s": "seconds", "d": "days", "wk": "weeks", "wks": "weeks", "mth": "months", "mths": "months", "mo": "months",
    "yr": "years", "yrs": "years", "ms": "milliseconds", "percent": "%", "percentage": "%", "pct": "%", "百分比": "%",
    "pp": "points", "ppt": "points", "pt": "points", "pts": "points", "百分点": "points", "个百分点": "points",
    "rmb": "CNY", "cnh": "CNY", "yuan": "CNY", "人民币": "CNY", "元": "CNY", "dollar": "USD", "dollars": "USD",
    "美元": "USD", "euro": "EUR", "euros": "EUR", "欧元": "EUR", "小时": "hours", "分钟": "minutes", "秒": "seconds",
    "天": "days", "日": "days", "周": "weeks", "个月": "months", "月": "months", "年": "years",
}  # fmt: skip
"""Units after a number."""

DECLARED: Mapping[str, str] = {
    **UNITS, "percent": "percent", "percentage": "percent", "pct": "percent", "百分比": "percent", "number": "count",
    "integer": "count", "个": "count", "次": "count", "件": "count", "人": "count", "人数": "count", "次数": "count",
}  # fmt: skip
"""Units after `unit`."""

TYPES: Mapping[str, str] = {
    "string": "text", "str": "text", "varchar": "text", "char": "text", "int": "integer", "bigint": "integer",
    "float": "number", "double": "number", "decimal": "number", "numeric": "number", "boolean": "bool",
    "currency": "money", "amount": "money", "timestamp": "datetime", "time": "datetime", "interval": "duration",
    "percentage": "percent", "文本": "text", "字符串": "text", "数字": "number", "数值": "number", "整数": "integer",
    "日期": "date", "时间": "datetime", "金额": "money", "时长": "duration", "百分比": "percent", "布尔": "bool",
}  # fmt: skip
"""Types of columns."""

GRAINS: Mapping[str, str] = {
    "daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year", "annual": "year",
    "annually": "year", "日": "day", "天": "day", "每日": "day", "每天": "day", "周": "week", "每周": "week",
    "月": "month", "每月": "month", "月度": "month", "季": "quarter", "季度": "quarter", "每季度": "quarter",
    "半年": "half", "年": "year", "每年": "year", "年度": "year",
}  # fmt: skip
"""Lengths of periods."""

FIELDS: Mapping[str, str] = {
    "definition": "what", "description": "what", "定义": "what", "释义": "what", "说明": "what", "rationale": "why",
    "purpose": "why", "原因": "why", "目的": "why", "calculation": "formula", "公式": "formula", "计算公式": "formula",
    "单位": "unit", "方向": "direction", "frequency": "period", "周期": "period", "统计周期": "period", "频率": "period",
    "objective": "goal", "目标": "target", "目标值": "target", "底线": "accept", "挑战值": "stretch", "基准": "baseline",
    "responsible": "owner", "accountable": "owner", "负责人": "owner", "责任人": "owner", "级别": "level",
    "层级": "level", "上级": "parent", "行动": "action", "措施": "action", "复盘": "review", "状态": "state", "标签": "tags",
    "认可": "accepted", "已认可": "accepted",
}  # fmt: skip
"""Fields."""

WORDS: Mapping[str, str] = {
    "up": "higher", "increase": "higher", "rising": "higher", "越高越好": "higher", "上升": "higher", "提高": "higher",
    "down": "lower", "decrease": "lower", "falling": "lower", "越低越好": "lower", "下降": "lower", "降低": "lower",
    "between": "within", "range": "within", "区间": "within", "公司": "company", "部门": "department",
    "领先": "leading", "先行": "leading", "滞后": "lagging", "定量": "quantitative", "定性": "qualitative",
    "财务": "financial", "客户": "customer", "流程": "process", "草稿": "draft", "retired": "deprecated",
    "停用": "deprecated", "在用": "active", "启用": "active",
}  # fmt: skip
"""Words of fields that take one of a few."""
