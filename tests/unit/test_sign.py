"""Signed images: what a device with a key takes, and what it refuses."""

from __future__ import annotations

import hashlib
import hmac
import json
import random

import pytest

import wrt_micro
from wrt_micro import sign as on_device
from wrt_preflight import pipeline, sign
from wrt_preflight.cli import main
from wrt_preflight.errors import UsageError
from wrt_preflight.lower import LowerOptions
from wrt_preflight.sign import Signing

KEY = bytes(range(32))
OTHER = bytes(range(1, 33))


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("sign") / "seven.wat"
    path.write_text('(module (func (export "f") (result i32) i32.const 7))')
    return pipeline.build(pipeline.read_input(str(path)), LowerOptions()).image.data


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 1000])
@pytest.mark.parametrize("key", [b"k" * 16, b"k" * 64, b"k" * 65, b"k" * 200])
def test_the_device_s_hmac_is_the_standard_one(size, key):
    data = random.Random(size).randbytes(size)
    expected = hmac.digest(key, data, "sha256")
    assert on_device.hmac(key, [data]) == expected
    assert on_device.hmac(key, [data[:10], memoryview(data)[10:]]) == expected
    assert on_device.hmac(key, [iter([data[:7], data[7:]])]) == expected


@pytest.mark.parametrize("key", [KEY, KEY.hex(), KEY.hex() + "\n", bytearray(KEY)])
def test_a_signed_image_is_loaded_with_its_key(image, key):
    signed = sign.sign(image, Signing(KEY))
    assert wrt_micro.load(signed, key=key).f() == 7
    assert wrt_micro.load(signed).f() == 7  # a device without a key takes every image


def refused(data: bytes, **options) -> str:
    with pytest.raises(wrt_micro.ImageError) as caught:
        wrt_micro.load(data, **options)
    return str(caught.value)


def test_what_is_not_signed_or_with_another_key(image):
    assert "not signed" in refused(image, key=KEY)
    assert "the signature is wrong" in refused(sign.sign(image, Signing(OTHER)), key=KEY)
    for key in ("", "xyz", b"short", None, "12" * 7):
        assert "expected a key" in refused(sign.sign(image, Signing(KEY)), key=key)


def test_every_truncation_is_refused(image):
    signed = sign.sign(image, Signing(KEY))
    for size in range(len(signed)):
        refused(signed[:size], key=KEY)


def with_crc(data: bytes, image_size: int) -> bytes:
    """An image whose CRC was made right again, as an attacker does."""
    from wrt_preflight.image import format as fmt

    changed = bytearray(data)
    crc = fmt.checksum(bytes(changed[:image_size]))
    changed[12:16] = crc.to_bytes(4, "little")
    return bytes(changed)


def test_every_byte_that_is_changed_is_found(image):
    signed = sign.sign(image, Signing(KEY))
    for at in range(len(signed)):
        changed = bytearray(signed)
        changed[at] ^= 1
        changed = with_crc(bytes(changed), len(image))
        if changed != signed:
            refused(changed, key=KEY)


def test_bound_to_a_device(image):
    signed = sign.sign(image, Signing(KEY, device="greenhouse-3"))
    assert wrt_micro.load(signed, key=KEY, device="greenhouse-3").f() == 7
    message = refused(signed, key=KEY, device="greenhouse-4")
    assert message == "the image is for the device greenhouse-3, this is greenhouse-4"
    assert "this is none" in refused(signed, key=KEY)  # CPython has no unique id
    free = sign.sign(image, Signing(KEY))
    assert wrt_micro.load(free, key=KEY, device="greenhouse-4").f() == 7


def test_a_signature_of_another_image_or_device_does_not_fit(image):
    bound = sign.sign(image, Signing(KEY, device="a"))
    free = sign.sign(image, Signing(KEY))
    mixed = bound[: len(image) + 44] + free[-32:]
    assert "the signature is wrong" in refused(mixed, key=KEY, device="a")


def test_counters_keep_old_images_away(image):
    signed = sign.sign(image, Signing(KEY, counter=5))
    assert wrt_micro.load(signed, key=KEY, counter=5).f() == 7
    assert "counter 5, and this device has had 6" in refused(signed, key=KEY, counter=6)


def test_options_of_signatures_without_a_key_are_no_options(image):
    with pytest.raises(wrt_micro.LimitError, match="device"):
        wrt_micro.load(image, device="a")


def test_signing_again_replaces_the_signature(image):
    first = sign.sign(image, Signing(KEY, counter=1))
    again = sign.sign(first, Signing(KEY, counter=2))
    assert len(again) == len(first) and sign.split(again)[0] == image
    assert sign.describe(sign.split(again)[1])["counter"] == 2


_SCRIPT = """
import sys
import wrt_micro
from binascii import unhexlify

key = unhexlify(sys.argv[1])
for path in sys.argv[2:]:
    try:
        print(wrt_micro.load(path, key=key).f())
    except wrt_micro.ImageError as e:
        print(e)
"""


@pytest.mark.micropython
def test_under_micropython(micropython, image, tmp_path):
    tampered = bytearray(sign.sign(image, Signing(KEY)))
    tampered[len(image) - 1] ^= 0x80
    cases = [
        (sign.sign(image, Signing(KEY)), "7"),
        (image, "the image is not signed"),
        (with_crc(bytes(tampered), len(image)), "the signature is wrong"),
        (sign.sign(image, Signing(OTHER)), "the signature is wrong"),
        (sign.sign(image, Signing(KEY, device="pico-1")), "the image is for the device pico-1"),
        (sign.sign(image, Signing(KEY))[:-1], "here are"),
    ]
    paths = []
    for i, (data, _) in enumerate(cases):
        paths.append(tmp_path / f"{i}.wrt")
        paths[-1].write_bytes(data)
    script = tmp_path / "script.py"
    script.write_text(_SCRIPT)
    done = micropython.run(script, [KEY.hex(), *map(str, paths)], capture=True, timeout=30)
    lines = done.stdout.splitlines()
    assert done.stderr == "" and len(lines) == len(cases)
    for line, (_, expected) in zip(lines, cases, strict=True):
        assert expected in line


@pytest.mark.micropython
def test_machine_code_is_signed_too(micropython, tmp_path, capfd):
    source, key, out = tmp_path / "f.wat", tmp_path / "k", tmp_path / "f.wrt"
    source.write_text('(module (func (export "f") (result i32) i32.const 7))')
    assert main(["key", "new", str(key)]) == 0
    arguments = ["build", str(source), "--engine", "native", "--key", str(key), "-o", str(out)]
    if main(arguments):
        pytest.skip(f"no machine code here: {capfd.readouterr().err}")
    script = tmp_path / "script.py"
    script.write_text(_SCRIPT)
    hexkey = key.read_text().strip()
    run = [hexkey, str(out)]
    assert micropython.run(script, run, capture=True, timeout=30).stdout == "7\n"
    module = tmp_path / "f_native.mpy"
    data = bytearray(module.read_bytes())
    data[-1] ^= 1
    module.write_bytes(data)
    done = micropython.run(script, run, capture=True, timeout=30)
    assert "the signature is wrong" in done.stdout


def test_keys(tmp_path, capsys):
    path = tmp_path / "a.key"
    assert main(["key", "new", str(path)]) == 0
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(sign.read_key(path)) == 32
    before = path.read_bytes()
    assert main(["key", "new", str(path)]) == 2
    assert path.read_bytes() == before
    path.write_text("no key")
    with pytest.raises(UsageError, match="expected a key, 64 hex digits"):
        sign.read_key(path)
    assert main(["key", "new", str(tmp_path / "none" / "a.key")]) == 2


def test_build_signs_and_inspect_shows_it(tmp_path, capsys):
    source, key, out = tmp_path / "f.wat", tmp_path / "k", tmp_path / "f.wrt"
    source.write_text('(module (func (export "f") (result i32) i32.const 7))')
    main(["key", "new", str(key)])
    more = ["--for-device", "pico-1", "--counter", "3"]
    assert main(["build", str(source), "--key", str(key), *more]) == 0
    capsys.readouterr()
    assert main(["inspect", str(out)]) == 0
    assert "signed for pico-1, counter 3" in capsys.readouterr().out
    assert main(["inspect", "--json", str(out)]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["signature"] == {"device": "pico-1", "counter": 3, "module": False}
    assert main(["build", str(source), *more]) == 2
    assert "give --key, too" in capsys.readouterr().err
    long = ["--key", str(key), "--for-device", "x" * 33]
    assert main(["build", str(source), *long]) == 2
    assert hashlib.sha256(out.read_bytes()).digest()  # still the one from before
    assert wrt_micro.load(str(out), key=key.read_text(), device="pico-1").f() == 7
