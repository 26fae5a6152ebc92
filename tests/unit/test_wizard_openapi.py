"""The committed description of the API is the code's own."""

from wizard_api import openapi


def test_the_committed_file_is_fresh() -> None:
    assert openapi.FILE.read_text() == openapi.text(), "run `python -m wizard_api.openapi` and commit docs/openapi.json"


def test_every_operation_says_what_it_is_and_answers_errors_with_problems() -> None:
    for path, operations in openapi.document()["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            for answer in ("4XX", "5XX"):
                assert list(operation["responses"][answer]["content"]) == ["application/problem+json"]
            assert "422" not in operation["responses"]
