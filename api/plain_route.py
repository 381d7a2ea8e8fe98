"""A route that reads plain questions by itself, over which the framework takes longer than the store over the answer.

Only what is right is read here: every name one of the filters', every value as they want it. Whatever else is asked is
left to the framework, which says what is wrong with it; it writes the documentation of both.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import cache
from typing import Any, get_origin
from urllib.parse import parse_qsl

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError

# longer ones are no week's name
_LONGEST = 32


def build_plain_route(
    filters: type[BaseModel], load: Callable[[Request], Coroutine[Any, Any, dict[str, Any]]]
) -> type[APIRoute]:
    """The class of routes whose endpoints take the filters as `wanted`, what stands in the path and what is loaded."""

    class PlainRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            whole = super().get_route_handler()

            async def answer(request: Request) -> Response:
                path = {name: value for name, value in request.path_params.items() if name != "form"}
                form = request.path_params.get("form")
                is_plain = all(len(value) <= _LONGEST for value in path.values())
                if not is_plain or (form is not None and form not in request.scope["route"].known_forms):
                    return await whole(request)
                wanted = read_filters(filters, request.scope["query_string"].decode("latin-1"))
                if wanted is None:
                    return await whole(request)
                response: Response = await self.endpoint(wanted=wanted, **path, **await load(request))
                return response

            return answer

    return PlainRoute


def read_filters(model: type[BaseModel], query: str) -> BaseModel | None:
    """The filters that a query string gives; None where anything in it is not as the model wants it."""
    given: dict[str, Any] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name in _list_lists(model):
            given.setdefault(name, []).append(value)
        else:
            # of several the last one counts, as in the framework
            given[name] = value
    try:
        return model.model_validate(given)
    except ValidationError:
        return None


@cache
def _list_lists(model: type[BaseModel]) -> frozenset[str]:
    """The names that may be repeated."""
    fields = model.model_fields.items()
    return frozenset(field.alias or name for name, field in fields if get_origin(field.annotation) is list)
