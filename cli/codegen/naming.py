"""Validators as TypeScript types, by name where they have one: documents, pages, options of a page."""

from __future__ import annotations

import json

from cli.codegen.nodes import Both, Either, Generic, Member, Members, Name, Node
from gateway.functions import schema
from gateway.functions.validators import Array, Id, Object, Record, Union, Validator

PAGINATION_OPTIONS = Name("PaginationOptions")
PAGINATION_RESULT = "PaginationResult"


def node_of(validator: Validator) -> Node:
    """The type of the values that the validator takes."""
    match validator:
        case Object():
            return _page(validator) or _document(validator) or members_of(validator)
        case Array(element):
            return Generic("Array", (node_of(element),))
        case Record(element):
            return Generic("Record", (Name("string"), node_of(element)))
        case Union(members):
            return _whole_table(members) or Either(tuple(node_of(each) for each in members))
    return Name(validator.typescript())


def members_of(validator: Object) -> Members:
    """An object's fields, one by one; first those that every document has."""
    required = (Member(name, node_of(each)) for name, each in validator.fields.items())
    optional = (Member(name, node_of(each), optional=True) for name, each in validator.optional.items())
    return Members(tuple(sorted((*required, *optional), key=lambda each: not each.name.startswith("_"))))


def _page(validator: Object) -> Node | None:
    """What npm's client calls the options of a page, and a page."""
    if validator == schema.PAGINATION:
        return PAGINATION_OPTIONS
    page = validator.fields.get("page")
    if isinstance(page, Array) and validator == schema.paginated(page.element):
        return Generic(PAGINATION_RESULT, (node_of(page.element),))
    return None


def _document(validator: Object) -> Node | None:
    """A table's document, or one with fields added or replaced."""
    shape = _shape(validator)
    if shape is None:
        return None
    table, document = shape
    replaced = [name for name, each in document.fields.items() if validator.fields[name] != each]
    more = {name: each for name, each in validator.fields.items() if document.fields.get(name) != each}
    base: Node = Name(f'Doc<"{table}">')
    if replaced:
        names = " | ".join(json.dumps(name) for name in replaced)
        base = Name(f'Omit<Doc<"{table}">, {names}>')
    return Both(base, members_of(Object(more))) if more else base


def _shape(validator: Object) -> tuple[str, Object] | None:
    """The table of which `validator` has all fields, and the table's document, if it has one shape only."""
    id_ = validator.fields.get("_id")
    shapes = schema.documents(id_.table) if isinstance(id_, Id) and id_.table in schema.TABLES else ()
    if len(shapes) != 1 or not isinstance(id_, Id):
        return None
    complete = shapes[0].fields.keys() <= validator.fields.keys() and shapes[0].optional == validator.optional
    return (id_.table, shapes[0]) if complete else None


def _whole_table(members: tuple[Validator, ...]) -> Node | None:
    """All shapes of a table's documents."""
    return next(
        (Name(f'Doc<"{table}">') for table in schema.TABLES if schema.documents(table) == members), None
    )
