"""Masked output: where it was cut makes no difference, and no form of a secret is left."""

from fullautoci.masking import Masker, forms

SEEDS = (
    b"s3cret\0hunter22\0\0say s3cret, and czNjcmV0, hunter2%32 hunter22s3cret\n",
    b"aaaa\0\0aaaaaaaaa-aaa",
    b"abcdef\0defghi\0abcd\0\0-abcdefghi-abcdX-",
    b"one line of it\nanother line\0\0E another line\nE one line of it",
)
WORDS = (b"s3cret", b"czNjcmV0", b"aaaa", b"\0", b"\\n", b"&lt;", b"%2F", b"***")
SECRETS, SECRET_SIZE, DATA_SIZE = 6, 60, 500
CUTS = (1, 2, 3, 5, 8, 13)


def check(raw: bytes) -> None:
    """Mask what is behind two NULs of the secrets before them, parted by NULs."""
    head, _, data = raw.partition(b"\0\0")
    data = data[:DATA_SIZE]
    secrets = [one[:SECRET_SIZE].decode("utf-8", "replace") for one in head.split(b"\0") if one][:SECRETS]
    whole = Masker(secrets).mask(data)
    for size in CUTS:
        masker = Masker(secrets)
        fed = [masker.feed(data[start : start + size]) for start in range(0, len(data), size)]
        assert b"".join(fed) + masker.flush() == whole, size
    for form in {form for secret in secrets for form in forms(secret)}:
        assert b"*" in form or form not in whole, form
    Masker(secrets).text(data.decode("utf-8", "surrogateescape"))
