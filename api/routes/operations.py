"""What the operations share in the OpenAPI document: an example of the answer, and the problems they may give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.routing import BaseRoute

from api.schemas import Problem, Report

Responses = dict[int | str, dict[str, Any]]


def build_responses(model: type[BaseModel], *problems: int) -> Responses:
    """The answers of an operation: its schema's example, and a problem for each of these statuses."""
    answers: Responses = {
        200: {"content": {"application/json": {"example": build_example(model)}}},
        304: {"description": "Not modified: the entity tag of If-None-Match is still the right one."},
    }
    return {**answers, **build_problems(*problems)}


def build_problems(*problems: int) -> Responses:
    """A problem document for each of these statuses, and for every other error."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    told: Responses = {status: {"description": _TEXTS[status], "content": content} for status in problems}
    return {**told, "default": {"description": "Any other problem.", "content": content}}


def build_example(model: type[BaseModel]) -> Any:
    """The example of a schema."""
    extra = model.model_config["json_schema_extra"]
    assert isinstance(extra, dict)
    examples = extra["examples"]
    assert isinstance(examples, list)
    return examples[0]


def add_schemas(document: dict[str, Any]) -> None:
    """Adds the schemas that no operation returns as such, and that the document refers to."""
    known = document.setdefault("components", {}).setdefault("schemas", {})
    for model in (Problem, Report):
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
        known.update(schema.pop("$defs", {}))
        known[model.__name__] = schema


def restore_examples(document: dict[str, Any], routes: Iterable[BaseRoute]) -> None:
    """Puts the examples back as they were written: FastAPI leaves every null out, which the schemas ask for."""
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                _restore(document["paths"][route.path_format][method.lower()]["responses"], route.responses)
    schemas = document["components"]["schemas"]
    for model in _iter_models(BaseModel):
        extra = model.model_config.get("json_schema_extra")
        if isinstance(extra, dict) and model.__name__ in schemas:
            schemas[model.__name__].update(extra)


def _restore(told: dict[str, Any], written: Mapping[int | str, dict[str, Any]]) -> None:
    for status, answer in written.items():
        for media_type, content in answer.get("content", {}).items():
            if "example" in content:
                told[str(status)]["content"][media_type]["example"] = content["example"]


def _iter_models(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in base.__subclasses__():
        if model.__module__.startswith("api."):
            yield model
        yield from _iter_models(model)


_TEXTS = {
    308: "The event was merged into another one: its address is in Location.",
    400: "A parameter does not fit.",
    401: "No key, or a wrong one.",
    403: "The key does not allow as much.",
    404: "There is no such thing.",
    503: "The store cannot be read.",
}
