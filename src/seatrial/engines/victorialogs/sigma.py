"""Sigma rules as LogsQL filters, by a backend for pySigma.

Formats: the Sigma rules specification 2 and its appendix of modifiers. What LogsQL cannot say is
refused with `SigmaFeatureNotSupportedByBackendError`, whose text says why; nothing is said roughly.

Values are compared without regard to case unless a rule says `cased` or `re`; a number as it is
written; a list or an object in an event by its JSON text or by the flattened names of its fields.
"""

# ruff: noqa: ARG002 - the signatures are those of every backend of pySigma, whose conditions' values
# are of one broad type: each method is only given those of its own, which a reader cannot be told

import re
from typing import Any, ClassVar, NoReturn

from sigma.conditions import ConditionNOT
from sigma.conversion.base import Backend
from sigma.conversion.state import ConversionState
from sigma.exceptions import SigmaFeatureNotSupportedByBackendError
from sigma.processing.pipeline import ProcessingPipeline
from sigma.types import (
    CompareOperators,
    SigmaCasedString,
    SigmaRegularExpression,
    SigmaRegularExpressionFlag,
    SigmaString,
    SpecialChars,
)

from seatrial.engines.victorialogs import expression, logsql

_COMPARED = {
    CompareOperators.LT: "<",
    CompareOperators.LTE: "<=",
    CompareOperators.GT: ">",
    CompareOperators.GTE: ">=",
}
_WILD = {SpecialChars.WILDCARD_MULTI: ".*", SpecialChars.WILDCARD_SINGLE: "."}
_FLAGS = {
    SigmaRegularExpressionFlag.IGNORECASE: "i",
    SigmaRegularExpressionFlag.MULTILINE: "m",
    SigmaRegularExpressionFlag.DOTALL: "s",
}


def _refuse(reason: str) -> NoReturn:
    raise SigmaFeatureNotSupportedByBackendError(reason)


def _windowed(_self: Backend, _rule: Any, *_more: Any, **_named: Any) -> NoReturn:
    """Any correlation: a query looks at one window, not at every window that slides."""
    _refuse("a correlation is evaluated over matched events, not by one query")


class LogsQLBackend(Backend):
    """Each condition of a rule becomes one LogsQL filter."""

    name: ClassVar[str] = "LogsQL of VictoriaLogs"
    formats: ClassVar[dict[str, str]] = {"default": "a filter"}
    backend_processing_pipeline: ClassVar[ProcessingPipeline] = ProcessingPipeline()

    convert_correlation_event_count_rule: Any = _windowed
    convert_correlation_value_count_rule: Any = _windowed
    convert_correlation_value_sum_rule: Any = _windowed
    convert_correlation_value_avg_rule: Any = _windowed
    convert_correlation_value_percentile_rule: Any = _windowed
    convert_correlation_value_median_rule: Any = _windowed
    convert_correlation_temporal_rule: Any = _windowed
    convert_correlation_temporal_ordered_rule: Any = _windowed
    convert_correlation_extended_temporal_rule: Any = _windowed
    convert_correlation_extended_temporal_ordered_rule: Any = _windowed

    def _all(self, cond: Any, state: ConversionState) -> list[str]:
        return [self.convert_condition(each, state) for each in cond.args]

    def convert_condition_as_in_expression(self, cond: Any, state: ConversionState) -> Any:
        """Not used: a list is compared value by value."""
        raise NotImplementedError

    def convert_condition_or(self, cond: Any, state: ConversionState) -> str:
        """At least one."""
        return logsql.either(self._all(cond, state))

    def convert_condition_and(self, cond: Any, state: ConversionState) -> str:
        """All."""
        return logsql.both(self._all(cond, state))

    def convert_condition_not(self, cond: ConditionNOT, state: ConversionState) -> str:
        """Not."""
        return logsql.negated(self._all(cond, state)[0])

    def convert_condition_field_eq_val(self, cond: Any, state: ConversionState) -> Any:
        """A field and a value: first of all the field must be an ordinary one."""
        if cond.field in logsql.OWN_FIELDS:
            _refuse(f"the field {cond.field} belongs to the log store and is no field of an event")
        if not cond.field or cond.field.endswith("*"):
            _refuse(f"the field name {cond.field!r} means several fields to the log store")
        return super().convert_condition_field_eq_val(cond, state)

    def convert_condition_field_eq_val_str(self, cond: Any, state: ConversionState) -> str:
        """The whole value, with wildcards, in any case."""
        return _string(cond.field, _parts(cond.value), cased=False)

    def convert_condition_field_eq_val_str_case_sensitive(
        self, cond: Any, state: ConversionState
    ) -> str:
        """The whole value, with wildcards, in this case."""
        return _string(cond.field, _parts(cond.value), cased=True)

    def convert_condition_field_eq_val_num(self, cond: Any, state: ConversionState) -> str:
        """The number as it is written."""
        return logsql.equals(cond.field, str(cond.value))

    def convert_condition_field_eq_val_timestamp_part(
        self, cond: Any, state: ConversionState
    ) -> str:
        """Refused."""
        _refuse("LogsQL reads no hour, day or month out of a field")

    def convert_condition_field_eq_val_bool(self, cond: Any, state: ConversionState) -> str:
        """`true` or `false`, in any case."""
        return _string(cond.field, [str(cond.value).lower()], cased=False)

    def convert_condition_field_eq_val_re(self, cond: Any, state: ConversionState) -> str:
        """The value matches somewhere; a field that is missing never does."""
        found = logsql.matches(cond.field, _expression(cond.value))
        if not _matches_nothing(cond.value):
            return found
        return logsql.both((logsql.present(cond.field), found))

    def convert_condition_field_eq_val_cidr(self, cond: Any, state: ConversionState) -> str:
        """An address of the network."""
        return logsql.within(cond.field, cond.value.network)

    def convert_condition_field_compare_op_val(self, cond: Any, state: ConversionState) -> str:
        """A number that compares so."""
        operator = _COMPARED.get(cond.value.op)
        if operator is None:
            return logsql.negated(logsql.equals(cond.field, str(cond.value.number)))
        return logsql.compares(cond.field, operator, cond.value.number.number)

    def convert_condition_field_eq_field(self, cond: Any, state: ConversionState) -> str:
        """Both fields have one value."""
        if cond.value.starts_with or cond.value.ends_with:
            _refuse("LogsQL tells whether two fields are the same, not whether one is in the other")
        if {cond.field, cond.value.field} & logsql.OWN_FIELDS:
            _refuse("the log store's own fields cannot be compared with an event's")
        return logsql.same(cond.field, cond.value.field)

    def convert_condition_field_eq_val_null(self, cond: Any, state: ConversionState) -> str:
        """Missing or empty."""
        return logsql.absent(cond.field)

    def convert_condition_field_exists(self, cond: Any, state: ConversionState) -> str:
        """There, and not empty."""
        return logsql.present(cond.field)

    def convert_condition_field_not_exists(self, cond: Any, state: ConversionState) -> str:
        """Missing or empty."""
        return logsql.absent(cond.field)

    def convert_condition_field_eq_query_expr(self, cond: Any, state: ConversionState) -> str:
        """Refused."""
        _refuse("a piece of another product's query")

    def convert_condition_val_str(self, cond: Any, state: ConversionState) -> str:
        """A keyword: in any field, anywhere."""
        wild = SpecialChars.WILDCARD_MULTI
        parts = [wild, *_parts(cond.value), wild]
        return _string(logsql.ANY_FIELD, parts, cased=isinstance(cond.value, SigmaCasedString))

    def convert_condition_val_num(self, cond: Any, state: ConversionState) -> str:
        """A number as a keyword: its digits, anywhere."""
        return logsql.contains(logsql.ANY_FIELD, str(cond.value))

    def convert_condition_val_re(self, cond: Any, state: ConversionState) -> str:
        """An expression that some field matches."""
        pattern = _expression(cond.value)
        if _matches_nothing(cond.value):
            _refuse("an expression without a field that also matches an empty text")
        return logsql.matches(logsql.ANY_FIELD, pattern)

    def convert_condition_query_expr(self, cond: Any, state: ConversionState) -> str:
        """Refused."""
        _refuse("a piece of another product's query")

    def finish_query(self, rule: Any, query: Any, state: ConversionState) -> str:
        """As it is."""
        return str(query)

    def finalize_query(
        self, rule: Any, query: Any, index: int, state: ConversionState, output_format: str
    ) -> str:
        """As it is."""
        return str(query)


def _parts(value: SigmaString) -> list[Any]:
    """Texts and wildcards, of which several in a row are as one."""
    found: list[Any] = []
    for each in value.s:
        if not isinstance(each, str | SpecialChars):
            _refuse(f"nothing fills the placeholder {each} of `expand`")
        if each is SpecialChars.WILDCARD_MULTI and found[-1:] == [each]:
            continue
        found.append(each)
    return found


def _string(field: str, parts: list[Any], *, cased: bool) -> str:
    """A value of these texts and wildcards, by the cheapest filter that says just this."""
    wild = SpecialChars.WILDCARD_MULTI
    if parts and all(each is wild for each in parts):
        return logsql.present(field)
    texts = [each for each in parts if isinstance(each, str)]
    if not parts:
        return logsql.absent(field)
    if len(texts) == 1 and (cased or logsql.caseless(texts[0])):
        exact = {
            (str,): logsql.equals,
            (str, wild): logsql.begins,
            (wild, str, wild): logsql.contains,
        }.get(tuple(str if isinstance(each, str) else each for each in parts))
        if exact is not None:
            return exact(field, texts[0])
    return logsql.matches(field, _pattern(parts, cased=cased))


def _pattern(parts: list[Any], *, cased: bool) -> str:
    """The same as an expression over the whole value."""
    wild = SpecialChars.WILDCARD_MULTI
    before, after = "^" * (parts[0] is not wild), "$" * (parts[-1] is not wild)
    inner = parts[not before : len(parts) - (not after)]
    text = "".join(logsql.literal(each) if isinstance(each, str) else _WILD[each] for each in inner)
    return f"(?{'s' if cased else 'is'}){before}{text}{after}"


def _expression(value: SigmaRegularExpression) -> str:
    """A rule's own expression: where it does not say so, a dot is no new line."""
    if any(not isinstance(each, str | SpecialChars) for each in value.regexp.s):
        _refuse("nothing fills a placeholder of `expand`")
    flags = "".join(sorted(_FLAGS[each] for each in value.flags))
    no_newline = "" if "s" in flags else "-s"
    try:
        return f"(?{flags}{no_newline}){expression.re2(str(value.regexp))}"
    except expression.Unsupported as error:
        _refuse(f"the log store's expressions (RE2) have no {error}")


def _matches_nothing(value: SigmaRegularExpression) -> bool:
    """Whether an empty text matches: then a field that is missing would, too."""
    return re.search(str(value.regexp), "") is not None
