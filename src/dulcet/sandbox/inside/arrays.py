"""The parts of what NumPy and pandas return. Neither is imported here: who returns their values has imported them."""

from typing import Any

MOST_ELEMENTS = 1 << 20
"""Elements of an array; a report of more would be too large anyway."""
Parts = tuple[str, Any]


def of_numpy(value: Any, kind: type, numpy: Any) -> Parts | None:
    """Arrays as `ndarray: [dtype, shape, flat items]`, scalars as `numpy: [dtype, item]`."""
    if issubclass(kind, numpy.ndarray):
        if value.size > MOST_ELEMENTS:
            return None
        return kind.__name__, [_dtype(value.dtype), list(value.shape), value.ravel().tolist()]
    if issubclass(kind, numpy.generic):
        return "numpy", [_dtype(value.dtype), _item(value, numpy)]
    if issubclass(kind, numpy.dtype):
        return "dtype", str(value)
    return None


def _dtype(dtype: Any) -> str:
    """The name; text has one whatever its longest element."""
    return {"U": "str", "S": "bytes"}.get(dtype.kind) or str(dtype)


def _item(value: Any, numpy: Any) -> Any:
    """The Python value; a long double has none and is read as a float."""
    item = value.item()
    if isinstance(item, numpy.longdouble):
        return float(item)
    return complex(item) if isinstance(item, numpy.clongdouble) else item


def of_pandas(value: Any, kind: type, pandas: Any) -> Parts | None:
    """Tables by index, column names, dtypes and values; an index by dtype and values, whichever class holds it."""
    if kind.__name__ in ("NAType", "NaTType"):
        return "pandas", str(value)
    if issubclass(kind, pandas.Timestamp):
        return "Timestamp", (value if value.tz is None else value.tz_convert("UTC")).isoformat()
    if issubclass(kind, pandas.Timedelta):
        return "Timedelta", value.isoformat()
    if issubclass(kind, pandas.Period):
        return "Period", [value.freqstr, str(value)]
    if issubclass(kind, pandas.Interval):
        return "Interval", [value.closed, value.left, value.right]
    if getattr(value, "size", 0) > MOST_ELEMENTS:
        return None
    if issubclass(kind, pandas.DataFrame):  # by position: two columns may have one name
        columns = [_column(value.iloc[:, number]) for number in range(value.shape[1])]
        return "DataFrame", [value.index.tolist(), value.columns.tolist(), columns]
    if issubclass(kind, pandas.Series):
        return "Series", [value.index.tolist(), _column(value)]
    if issubclass(kind, pandas.Index):
        return "Index", _column(value)
    if issubclass(kind, pandas.Categorical):
        return "Categorical", [value.categories.tolist(), bool(value.ordered), value.tolist()]
    if issubclass(kind, pandas.api.extensions.ExtensionArray):
        return "array", _column(value)
    return None


def _column(value: Any) -> list[Any]:
    return [str(value.dtype), value.tolist()]
