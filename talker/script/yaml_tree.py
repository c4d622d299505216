"""The YAML of a header as a tree of texts, each with its line; the simple part of YAML alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from talker.errors import UsageError
from talker.script.source import Source

_MOST_CHARACTERS = 200_000
_MOST_NESTED = 6
_OPENING = (
    yaml.BlockMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.FlowSequenceStartToken,
)
_CLOSING = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A text.

    Attributes:
        text: As it stands there: `yes` is the text "yes".
        line: Number of its line in the script.
        is_quoted: Whether it stands between quotation marks.
    """

    text: str
    line: int
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """Values one after the other."""

    items: tuple[Tree, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """Values by name, in the order of the script."""

    entries: tuple[tuple[Leaf, Tree], ...]
    line: int


Tree = Leaf | Listing | Table


def read_tree(source: Source) -> Table:
    """The header of a script.

    Raises:
        UsageError: It is no YAML, uses more of it than names, lists and mappings, or names
            something twice.
    """
    text = "\n".join(source.header)
    if len(text) > _MOST_CHARACTERS:
        raise source.error(
            source.header_line,
            f"the header is longer than {_MOST_CHARACTERS:,} characters",
            "Close it with --- before the words.",
        )
    try:
        _check_tokens(text, source)
        root = yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise _broken(error, source) from error
    except yaml.YAMLError as error:
        raise source.error(
            source.header_line, "the header is no YAML", "Write it as lines of: key: value"
        ) from error
    if root is None:
        return Table((), source.header_line)
    tree = _tree(root, source)
    if not isinstance(tree, Table):
        shown = tree.text[:30] if isinstance(tree, Leaf) else "a list"
        raise source.error(
            tree.line, f"the header holds '{shown}' and no keys", "Write lines of: key: value"
        )
    return tree


def _check_tokens(text: str, source: Source) -> None:
    """Refuses what makes YAML a language; nothing has been built yet that could grow."""
    depth = 0
    for token in yaml.scan(text, yaml.SafeLoader):
        line = source.header_line + token.start_mark.line
        if isinstance(token, yaml.AnchorToken | yaml.AliasToken):
            sign = "&" if isinstance(token, yaml.AnchorToken) else "*"
            raise source.error(
                line,
                f"'{sign}{token.value}' is an anchor or alias of YAML, which a header cannot have",
                f'Write the value out, or put text that begins with {sign} in "quotes".',
            )
        if isinstance(token, yaml.TagToken):
            raise source.error(
                line,
                f"'{''.join(part or '' for part in token.value)}' is a tag of YAML, which a header "
                "cannot have",
                'Take it out, or put text that begins with ! in "quotes".',
            )
        if isinstance(token, yaml.DirectiveToken):
            raise source.error(line, f"'%{token.name}' is a directive of YAML", "Take it out.")
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        if depth > _MOST_NESTED:
            raise source.error(
                line, f"more than {_MOST_NESTED} lists or mappings lie in each other", "Nest fewer."
            )


def _tree(node: yaml.Node, source: Source) -> Tree:
    line = source.header_line + node.start_mark.line
    if isinstance(node, yaml.ScalarNode):
        return Leaf(re.sub(r"\s+", " ", node.value).strip(), line, node.style in ("'", '"'))
    if isinstance(node, yaml.SequenceNode):
        return Listing(tuple(_tree(item, source) for item in node.value), line)
    entries: dict[str, tuple[Leaf, Tree]] = {}
    for key, value in node.value:
        name = _tree(key, source)
        if not isinstance(name, Leaf):
            raise source.error(name.line, "a key is no plain text", "Write: key: value")
        if name.text in entries:
            first = entries[name.text][0].line
            raise source.error(
                name.line,
                f"'{name.text}' is there twice, first in line {first}",
                "Keep one of them.",
            )
        entries[name.text] = (name, _tree(value, source))
    return Table(tuple(entries.values()), line)


def _broken(error: yaml.MarkedYAMLError, source: Source) -> UsageError:
    mark = error.problem_mark or error.context_mark
    number = min(mark.line if mark else 0, max(0, len(source.header) - 1))
    written = source.header[number].strip() if source.header else ""
    reason = str(error.problem or error.context)
    if "\t" in reason or "\\t" in reason:
        remedy = "Indent with spaces, not with tabs."
    elif "mapping values" in reason or "':'" in reason:
        remedy = 'Write lines of: key: value; put text that has a colon in it in "quotes".'
    elif "quoted" in str(error.context or ""):
        remedy = "Close the quotation marks."
    else:
        remedy = 'Write lines of: key: value; put text with signs in it in "quotes".'
    return source.error(
        source.header_line + number, f"'{written[:60]}' is no YAML ({reason})", remedy
    )
