"""A secured Kafka: what aiokafka and FastStream are told, from the same settings."""

from pathlib import Path
from typing import Any

import pytest
from faststream.kafka.security import parse_security

from halobus.kafka_security import broker_security, client_options, token_provider
from halobus.settings import Settings


def settings(**values: Any) -> Settings:
    return Settings(
        kafka_bootstrap_servers="a:1,b:2",
        mongodb_uri="mongodb://none",
        kafka_username="ann",
        kafka_password="hunter2",
        **values,
    )


@pytest.mark.parametrize("security", ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"])
@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_both_clients_are_told_the_same(security: str, mechanism: str) -> None:
    given = settings(kafka_security=security, kafka_sasl_mechanism=mechanism)
    ours, theirs = client_options(given), parse_security(broker_security(given))
    assert ours.pop("bootstrap_servers") == ["a:1", "b:2"]
    assert (ours.pop("ssl_context") is not None) == (theirs.pop("ssl_context") is not None) == security.endswith("SSL")
    assert ours == theirs


async def test_an_oauth_token_is_read_anew_for_each_connection(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("one\n")
    given = settings(kafka_security="SASL_SSL", kafka_sasl_mechanism="OAUTHBEARER", kafka_oauth_token_file=file)
    provider = client_options(given)["sasl_oauth_token_provider"]
    assert await provider.token() == "one"
    file.write_text("two\n")
    assert await provider.token() == "two"


def test_oauth_without_a_file_names_the_setting() -> None:
    with pytest.raises(ValueError, match="HALOBUS_KAFKA_OAUTH_TOKEN_FILE"):
        token_provider(settings(kafka_security="SASL_SSL", kafka_sasl_mechanism="OAUTHBEARER"))
