"""Writes CPython's own tree of each file named on standard input, one line a
file: path, then kind:line:column:endline:endcolumn of each node, tab-separated
and sorted. Columns are UTF-8 bytes from 0. A file that does not parse gets "!".
"""

import ast
import sys
import warnings

warnings.simplefilter("ignore")
MODERN = sys.version_info >= (3, 12)


def constant(node):
    v = node.value
    if v is None or v is True or v is False or v is ...:
        return "Constant"
    if isinstance(v, (str, bytes)):
        return "String"
    return "Number"


KINDS = {
    "AsyncFunctionDef": "FunctionDef", "AsyncFor": "For", "AsyncWith": "With", "TryStar": "Try",
    "Global": "Scope", "Nonlocal": "Scope", "Pass": "Jump", "Break": "Jump", "Continue": "Jump",
    "Expr": "ExprStmt", "NamedExpr": "Named", "ListComp": "Comprehension", "SetComp": "Comprehension",
    "DictComp": "Comprehension", "GeneratorExp": "Comprehension", "arg": "Param", "keyword": "Keyword",
    "alias": "Alias", "match_case": "MatchCase", "withitem": "WithItem", "comprehension": "Clause",
    "JoinedStr": "FString", "TemplateStr": "FString", "FormattedValue": "Field", "Interpolation": "Field",
    "MatchSingleton": "MatchValue", "TypeVar": "TypeParam", "ParamSpec": "TypeParam",
    "TypeVarTuple": "TypeParam", "ExtSlice": "Tuple",
}
POSITIONLESS = {"MatchCase", "WithItem", "Clause"}
SKIPPED = {"Module", "Load", "Store", "Del", "arguments", "Index"}


def written(node, name):
    """CPython normalises names (NFKC); compare those that stand as they are."""
    return name.isascii() and node.end_col_offset - node.col_offset == len(name)


def nodes(tree):
    out = []
    stack = [(tree, False)]
    while stack:
        node, inside = stack.pop()
        name = type(node).__name__
        kind = KINDS.get(name, name)
        fstring = kind == "FString"
        if isinstance(node, ast.Constant):
            kind = constant(node)
        # Text in f-strings is cut up differently from version to version, and
        # before 3.12 positions inside them were wrong.
        if inside and kind == "String" or kind == "Field" and not MODERN:
            kind = None
        elif name in SKIPPED or isinstance(node, (ast.operator, ast.unaryop, ast.cmpop, ast.boolop)):
            kind = None
        if kind is not None and not (inside and not MODERN):
            if kind in POSITIONLESS or not hasattr(node, "lineno"):
                out.append(kind)
            elif kind not in ("Field",) and not (fstring and inside):
                out.append(f"{kind}:{node.lineno}:{node.col_offset}:{node.end_lineno}:{node.end_col_offset}"
                           + (":" + node.id if kind == "Name" and written(node, node.id) else "")
                           + (":" + node.attr if kind == "Attribute" and node.attr.isascii() else ""))
                if name == "MatchSingleton":  # its constant is no node of CPython's tree
                    out.append(out[-1].replace("MatchValue", "Constant"))
        if fstring and not MODERN:
            continue
        for field, value in ast.iter_fields(node):
            children = value if isinstance(value, list) else [value]
            for child in children:
                if isinstance(child, ast.AST):
                    # The text of a specification is an f-string of its own.
                    direct = fstring and not isinstance(child, (ast.FormattedValue,)) \
                        and type(child).__name__ != "Interpolation"
                    if isinstance(node, ast.FormattedValue) and field == "format_spec" \
                            or name == "Interpolation" and field == "format_spec":
                        direct = True
                    stack.append((child, direct))
    out.sort()
    return out


for path in sys.stdin:
    path = path.rstrip("\n")
    try:
        with open(path, "rb") as f:
            tree = ast.parse(f.read())
        print(path, *nodes(tree), sep="\t")
    except Exception:
        print(path, "!", sep="\t")
