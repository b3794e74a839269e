"""The store that keeps documents by S3: `s3://bucket/prefix?endpoint=https://...&region=...`.

Credentials come from the environment or the machine's own role, as in every program that uses S3.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from handrail.cases.files.store import Missing, Unavailable

SECONDS_TO_CONNECT, SECONDS_TO_ANSWER = 3, 15
TRIES = 2


class ObjectStore:
    """A store with an object for each name, under a prefix of a bucket."""

    name = "s3"

    def __init__(self, client: Any, bucket: str, prefix: str) -> None:
        self.client = client
        self.bucket = bucket
        self.prefix = prefix

    @classmethod
    def at(cls, where: str) -> "ObjectStore":
        """Return the store at this address."""
        from botocore.config import Config
        from botocore.session import get_session

        url = urlsplit(where)
        given = {name: values[-1] for name, values in parse_qs(url.query).items()}
        how = Config(
            connect_timeout=SECONDS_TO_CONNECT,
            read_timeout=SECONDS_TO_ANSWER,
            retries={"max_attempts": TRIES, "mode": "standard"},
            # Not every store supports checksums; the encryption detects changes anyway.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": "path"} if "endpoint" in given else {},
        )
        client = get_session().create_client(
            "s3", region_name=given.get("region"), endpoint_url=given.get("endpoint"), config=how
        )
        prefix = url.path.strip("/")
        return cls(client, url.netloc, f"{prefix}/" if prefix else "")

    def put(self, name: str, content: bytes) -> None:
        with _answering():
            self.client.put_object(Bucket=self.bucket, Key=self.prefix + name, Body=content)

    def get(self, name: str) -> bytes:
        with _answering():
            found = self.client.get_object(Bucket=self.bucket, Key=self.prefix + name)
            content: bytes = found["Body"].read()
        return content

    def remove(self, name: str) -> None:
        with _answering():
            self.client.delete_object(Bucket=self.bucket, Key=self.prefix + name)

    def older_than(self, at: datetime) -> Iterator[str]:
        with _answering():
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self.prefix
            )
            for page in pages:
                for one in page.get("Contents", ()):
                    if one["LastModified"] < at:
                        yield one["Key"].removeprefix(self.prefix)


@contextmanager
def _answering() -> Iterator[None]:
    """Turn errors of the S3 client into Missing and Unavailable."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in {"NoSuchKey", "404"}:
            raise Missing(code) from None
        raise Unavailable(f"The store of documents refuses: {code}.") from error
    except (BotoCoreError, OSError) as error:
        raise Unavailable("The store of documents does not answer.") from error
