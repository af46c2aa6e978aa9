"""Words of the formats that the targets read, for putting inputs together."""

JSON = (
    b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999", b"1" + b"0" * 400, b"9007199254740993", b"-1", b"0.0",
    b"1e-7", b"true", b"null", b'""', b"[]", b"{}", b"[null]", b'"\\ud800"', b'"\\udcff"', b'"\\u0000"',
    b'"\x7f\\u001b[31m"',
)  # fmt: skip
XML = (
    b"<testcase", b"</testcase>", b"<failure>", b"<skipped/>", b'<error message="', b'name="', b'classname="',
    b'time="', b"<!--", b"<![CDATA[", b"]]>", b"<?x ?>", b"&amp;", b"&#0;", b"&#xD800;", b"&e;", b"<!DOCTYPE t>",
    b'<!DOCTYPE t [<!ENTITY e "e">]>', b'<?xml version="1.0" encoding="utf-16"?>', b"xmlns:a='b'", b"\x00", b"\xff\xfe",
)  # fmt: skip
