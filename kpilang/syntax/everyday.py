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
